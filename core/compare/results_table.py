"""One table of many families of models: trained alike, measured alike."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from ..analysis.measure_config import MeasureConfig
from ..data.dataset import DataConfig, Dataset
from ..documents.document import Document
from ..documents.scenes import scene_of
from ..engine.drivers import result_of
from ..engine.errors import Problem
from ..engine.jobs import Job, Progress
from ..figures.array import Array
from ..geometry.classes.entropy import collision_entropy
from ..geometry.classes.masses import prior_masses
from ..geometry.evaluation import evaluate
from ..measures.features import evaluate_images, features
from ..measures.frechet import Frechet, frechet
from ..models.registry import MODELS
from ..runs.encode import training_codes
from ..runs.fit import Plan, RunConfig, Trained, finished, fit
from ..scene.scene import Scene
from ..training.config import TrainConfig
from .model_figures import Part, measure_radii
from .shared_judge import images_and_judge

SAMPLES = 2000  # drawn of each model, and held-out images they are compared with
POINTS = 2048  # of the prior, where holes are looked for
SURE = 0.9  # probability from which the judge is sure of a sample


@dataclass(frozen=True)
class ModelRow:
    """The figures of one model; None where it has no such figure."""

    model: str  # a key of MODELS
    title: str
    epochs: int
    steps: int
    seconds: float  # of training, on this machine
    negative_elbo: float | None  # nats per held-out image
    frechet: float | None  # of samples and held-out images, in the judge's features
    confident: float | None  # share of samples that the judge is sure of
    as_requested: float | None  # share of samples that the judge names as requested; conditional
    entropy: float | None  # collision entropy of the samples' classes, nats
    hole: float | None  # share of the prior in holes
    radius: float | None  # mean class radius, in deviations of the prior


def results(
    data: Dataset | DataConfig,
    names: Sequence[str],
    train: TrainConfig,
    body: Literal["conv", "dense"] = "dense",
    run_config: RunConfig = RunConfig(),
) -> Job[ModelRow | Progress]:
    """Train each of the families with its own rate, and report a row of each as it is done.

    One judge, one seed and as many epochs for all. A family that cannot be trained on `data` is
    left out.
    """
    judged = yield from images_and_judge(data, train.device, run_config)
    if judged is None:
        return
    dataset, judge = judged.dataset, judged.judge
    for name in names:
        family = MODELS[name]
        config = replace(family.config(), body=body)
        epochs = min(family.epochs, train.epochs) if name == "pca" else train.epochs
        plan = Plan(dataset.config, config, judge)
        began = time.perf_counter()
        try:
            own = replace(train, rate=family.rate, epochs=epochs)
            document = yield from _train(plan, own, dataset, family.title, run_config)
            seconds = time.perf_counter() - began
            if document is None:
                return
            yield (yield from _row(name, document, dataset, epochs, seconds))
        except Problem as problem:
            yield Progress(None, f"{family.title} is left out: {problem}")


def _train(
    plan: Plan, config: TrainConfig, dataset: Dataset, title: str, run_config: RunConfig
) -> Part[Document | None]:
    """None where it was stopped"""
    document = None
    for report in fit(plan, lambda: config, dataset, run_config=run_config):
        progress = None
        if isinstance(report, Trained):
            document = report.document
            progress = Progress(report.snapshot.fraction, f"training: {title}")
        if (yield progress) == "stop":
            return None
    return document


def _row(
    name: str, document: Document, dataset: Dataset, epochs: int, seconds: float
) -> Part[ModelRow]:
    document = yield from finished(document, dataset)
    whole = scene_of(document, name)
    conditioned = whole.conditioned
    scenes = [whole]
    if conditioned is not None:
        scenes = [conditioned(row) for row in range(len(whole.conditions))]
    images = yield from _samples(scenes)
    distance = confident = as_requested = entropy = radius = None
    if document.judge is not None:
        distance = yield from _distance(document.judge, images, dataset)
        probabilities = yield from _judged(document.judge, images)
        labels = probabilities.argmax(1)
        confident = float((probabilities.max(1) > SURE).mean())
        entropy = collision_entropy(np.bincount(labels)).value
        if conditioned is not None and whole.conditions == whole.classes:
            as_requested = _as_requested(labels, len(images) // len(scenes))
    hole = yield from _hole(scenes, dataset)
    if conditioned is None:  # else each condition has a map of its own, and none is the model's
        radius = yield from _radius(whole)
    return ModelRow(
        model=name,
        title=MODELS[name].title,
        epochs=epochs,
        steps=document.step,
        seconds=seconds,
        negative_elbo=document.measures.get("negative_elbo"),
        frechet=distance,
        confident=confident,
        as_requested=as_requested,
        entropy=entropy,
        hole=hole,
        radius=radius,
    )


def _samples(scenes: Sequence[Scene]) -> Part[Tensor]:
    """As many of each condition, (N, C, H, W)"""
    random, parts = torch.Generator().manual_seed(0), []
    for scene in scenes:
        for z in scene.prior.sample(SAMPLES // len(scenes), scene.latent, random).split(32):
            parts.append(evaluate(scene.decode, z))
            yield None
    return torch.cat(parts)


def _judged(judge: nn.Module, images: Tensor) -> Part[Array]:
    """(N, K) probabilities"""
    parts = []
    for chunk in images.split(64):
        parts.append(evaluate(judge, chunk).softmax(1).numpy())
        yield None
    return np.concatenate(parts)


def _distance(judge: nn.Module, images: Tensor, dataset: Dataset) -> Part[float | None]:
    look = features(judge)
    sampled = yield from result_of(evaluate_images(look, images))
    real = yield from result_of(evaluate_images(look, dataset.test.at(slice(SAMPLES)).images))
    try:
        distance: Frechet = yield from result_of(frechet(sampled, real))
    except Problem:  # too few images were held out
        return None
    return distance.value


def _as_requested(labels: Array, each: int) -> float:
    """The share that is named as its condition, `each` samples of which stand in a row"""
    return float((labels == np.arange(len(labels)) // each).mean())


def _hole(scenes: Sequence[Scene], dataset: Dataset) -> Part[float | None]:
    shares = []
    for scene in scenes:
        if scene.encode is None:
            return None
        codes = yield from training_codes(scene, dataset.train)
        counted = yield from result_of(
            prior_masses(scene, codes, MeasureConfig().threshold, n=POINTS // len(scenes))
        )
        if counted.hole is None:  # the codes tell too little of other images
            return None
        shares.append(counted.hole[0])
    return float(np.mean(shares))


def _radius(scene: Scene) -> Part[float | None]:
    if scene.logits is None or scene.latent > 2:
        return None
    radii = yield from measure_radii(scene, None, "", MeasureConfig())
    return radii.mean().value


# ---- as read ----

COLUMNS = (
    "model",
    "epochs",
    "-ELBO, nats",
    "Fréchet",
    "judge sure",
    "as asked",
    "H₂, nats",
    "in holes",
    "E[r], σ",
)


def markdown(rows: Sequence[ModelRow]) -> str:
    """The table as README's has it."""
    lines = [_line(COLUMNS), "|---|" + "---:|" * (len(COLUMNS) - 1)]
    lines += [_line(_cells(row)) for row in rows]
    return "\n".join(lines) + "\n"


def _cells(row: ModelRow) -> tuple[str, ...]:
    return (
        row.title,
        str(row.epochs),
        _cell(row.negative_elbo, ".1f"),
        _cell(row.frechet, ".1f"),
        _cell(row.confident, ".0%"),
        _cell(row.as_requested, ".0%"),
        _cell(row.entropy, ".2f"),
        _cell(row.hole, ".1%"),
        _cell(row.radius, ".3f"),
    )


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)
