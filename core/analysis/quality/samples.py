"""The parts that look at what the model draws from its prior."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import torch
from scipy.special import ndtr, rel_entr
from torch import Tensor

from ...data import toy
from ...engine.drivers import result_of
from ...engine.errors import Problem
from ...engine.jobs import Job, Progress
from ...figures.array import Array
from ...geometry.evaluation import evaluate
from ...measures.classifier_test import Distinction, classifier_test
from ...measures.features import evaluate_images, features, fingerprint
from ...measures.frechet import Frechet, frechet
from ...measures.kernel_distance import KernelDistance, kernel_distance
from ...measures.memorisation import Memorisation, memorisation
from ...measures.mmd import Discrepancy, mmd
from ...measures.modes import ClassCoverage, Modes, class_coverage, modes
from ...measures.precision_recall import PrecisionRecall, precision_recall
from ...scene.scene import Scene
from .inputs import QualityInputs, needed, some_of
from .quality import Quality, Samples

TRAINING = 20_000  # training images that copies are looked for among
CHUNK = 32  # decodes in one step
CELL, HALF = 0.1, 3.5  # of the bins that points of the plane are counted in, and of their square
NO_JUDGE = "No judge was trained for this model, so nothing tells images apart."
NO_LABELS = "These images have no classes."


def samples_part(inputs: QualityInputs, known: Quality) -> Job[Samples | Progress]:
    look, seen_by = _look(inputs)
    real = inputs.test.at(some_of(inputs.test, inputs.config.samples)).images
    images = yield from sample_images(inputs.scene, len(real), _condition_weights(inputs))
    points = yield from result_of(evaluate_images(look, images))
    yield Samples(images, points, (yield from result_of(evaluate_images(look, real))), seen_by)


def _look(inputs: QualityInputs) -> tuple[Callable[[Tensor], Tensor], str]:
    """Points of the plane are what they are; images are what the judge sees in them"""
    if toy.is_points(inputs.document.shape):
        return toy.to_plane, "the plane itself"
    if inputs.document.judge is None:
        raise Problem(NO_JUDGE)
    return features(
        inputs.document.judge
    ), f"the features of judge {fingerprint(inputs.document.judge)}"


def _condition_weights(inputs: QualityInputs) -> Tensor:
    """How often each condition is asked for: as often as the data shows its class, or evenly"""
    names, labels = inputs.scene.conditions, inputs.data.train.labels
    if names == inputs.scene.classes and labels is not None:
        return torch.bincount(labels.cpu(), minlength=len(names)).double()
    return torch.ones(max(1, len(names)), dtype=torch.float64)


def sample_images(scene: Scene, n: int, weights: Tensor) -> Generator[Progress | None, Any, Tensor]:
    """n images (n, C, H, W) from the prior; of a conditional model by their `weights` (K,)."""
    random = torch.Generator().manual_seed(0)
    z = scene.prior.sample(n, scene.latent, random)
    which = torch.multinomial(weights, n, replacement=True, generator=random).sort().values
    images = []
    for condition in which.unique().tolist():
        of = scene if scene.conditioned is None else scene.conditioned(condition)
        for some in z[which == condition].split(CHUNK):
            images.append(evaluate(of.decode, some))
            yield Progress(len(images) * CHUNK / (n + CHUNK), "drawing samples")
    mixed: Tensor = torch.cat(images)[torch.randperm(n, generator=random)]
    return mixed


def classes_part(inputs: QualityInputs, known: Quality) -> Job[ClassCoverage | Progress]:
    samples, labels = needed(known, "samples", known.samples), inputs.data.train.labels
    if inputs.scene.judge is None:
        raise Problem(NO_JUDGE)
    if labels is None:
        raise Problem(NO_LABELS)
    counts = torch.bincount(labels.cpu(), minlength=len(inputs.scene.classes)).numpy()
    yield from class_coverage(inputs.scene.judge, samples.images, counts)


def modes_part(inputs: QualityInputs, known: Quality) -> Job[Modes]:
    mixture, samples = inputs.mixture, needed(known, "samples", known.samples)
    yield modes(samples.points, mixture.centres.numpy(), mixture.sigma)


def jensen_shannon_part(inputs: QualityInputs, known: Quality) -> Job[float]:
    mixture, samples = inputs.mixture, needed(known, "samples", known.samples)
    yield binned_divergence(samples.points, mixture)


def binned_divergence(points: Array, mixture: toy.Mixture) -> float:
    """Jensen-Shannon divergence in nats of the cells that points (N, 2) and a mixture fall into.

    At most that of the densities, by the data processing inequality, but for the chance of the
    draws: that of N draws of the mixture itself is some (cells hit) / 8 N above 0.
    """
    edges = np.arange(-HALF, HALF + CELL / 2, CELL)
    across = np.diff(
        ndtr((edges[:, None] - mixture.centres.double().numpy()[:, 0]) / mixture.sigma), axis=0
    )
    up = np.diff(
        ndtr((edges[:, None] - mixture.centres.double().numpy()[:, 1]) / mixture.sigma), axis=0
    )
    law = (across @ up.T).ravel() / len(mixture.centres)
    counts, _, _ = np.histogram2d(points[:, 0], points[:, 1], bins=[edges, edges])
    shares = counts.ravel() / len(points)
    law, shares = (np.append(part, max(0.0, 1 - part.sum())) for part in (law, shares))
    middle = (law + shares) / 2
    return float(rel_entr(law, middle).sum() + rel_entr(shares, middle).sum()) / 2


def kernel_part(inputs: QualityInputs, known: Quality) -> Job[KernelDistance | Progress]:
    samples = needed(known, "samples", known.samples)
    yield from kernel_distance(samples.points, samples.real)


def frechet_part(inputs: QualityInputs, known: Quality) -> Job[Frechet | Progress]:
    samples = needed(known, "samples", known.samples)
    yield from frechet(samples.points, samples.real)


def manifold_part(inputs: QualityInputs, known: Quality) -> Job[PrecisionRecall | Progress]:
    samples = needed(known, "samples", known.samples)
    yield from precision_recall(samples.real, samples.points)


def distinction_part(inputs: QualityInputs, known: Quality) -> Job[Distinction | Progress]:
    samples = needed(known, "samples", known.samples)
    yield from classifier_test(torch.from_numpy(samples.real), torch.from_numpy(samples.points))


def discrepancy_part(inputs: QualityInputs, known: Quality) -> Job[Discrepancy | Progress]:
    samples = needed(known, "samples", known.samples)
    yield from mmd(torch.from_numpy(samples.real), torch.from_numpy(samples.points))


def memorisation_part(inputs: QualityInputs, known: Quality) -> Job[Memorisation | Progress]:
    samples, train = needed(known, "samples", known.samples), inputs.data.train
    training = yield from result_of(
        evaluate_images(_look(inputs)[0], train.pixels, some_of(train, TRAINING))
    )
    yield from memorisation(samples.points, samples.real, training)
