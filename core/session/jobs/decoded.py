"""What the model draws: at the cursor, at a code that was picked, and of the prior."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from ...engine.jobs import Job, Progress
from ...measures.inversion import Inverted, inverted
from ...scene.codes import log_aggregated
from ...scene.scene import Scene

if TYPE_CHECKING:
    from ..board import Board
    from ..state import Point

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Sample:
    """What the model draws at the cursor and what is known of the place."""

    z: Point
    image: Array  # (C, H, W) in [0, 1]
    probabilities: Array | None  # (K,) of the judge
    log_prior: float  # nats
    log_posterior: float | None  # log q(z), the aggregated posterior; None without codes
    nearest: int | None  # row of results.codes whose mean is nearest in latent space
    distance: float | None  # to it, in prior standard deviations
    step: int
    milliseconds: float  # that decoding and judging took

    def in_hole(self, threshold: float) -> bool | None:
        """Whether log p - log q is above `threshold`; None where q is not known."""
        if self.log_posterior is None:
            return None
        return self.log_prior - self.log_posterior > threshold


@dataclass(frozen=True, eq=False)
class Picked:
    """A code of the cloud: the image it came from and what the model makes of it."""

    z: Point
    original: Array | None  # (C, H, W); None where the data is not on this machine
    reconstruction: Array  # (C, H, W)
    label: int | None  # as the data has it
    judged: int | None  # what the judge sees in the reconstruction
    step: int


@dataclass(frozen=True, eq=False)
class Inversion:
    """The code that draws a picked image best, as far as it has been looked for."""

    of: Picked
    z: Point
    image: Array  # (C, H, W) that is drawn there
    error: float  # squared distance to the original, summed over pixels
    started: float  # that of the reconstruction


@dataclass(frozen=True, eq=False)
class Grid:
    """Samples of the prior."""

    z: Array  # (N, L)
    images: Array  # (N, C, H, W) in [0, 1]
    labels: Array | None  # (N,) of the judge
    step: int


# ---- the jobs ----


def sample_job(s: Board, scene: Scene) -> Job[Sample]:
    """What is drawn at the cursor, and how likely the place is."""
    cursor, codes = s.settings.cursor, s.results.codes  # once: it moves on meanwhile
    z = torch.tensor([cursor], dtype=torch.float32)  # (1, L)
    if z.shape[1] != scene.latent:
        return
    began = time.perf_counter()
    image, probabilities = _drawn(scene, z)
    milliseconds = 1000 * (time.perf_counter() - began)
    log_posterior, nearest, distance = None, None, None
    if codes is not None and codes.mean.shape[1] == scene.latent:
        log_posterior = log_aggregated(codes)(z).item()
        away = (codes.mean - z).square().sum(1)
        nearest = int(away.argmin())
        distance = away[nearest].sqrt().item()
    yield Sample(
        cursor, image[0], None if probabilities is None else probabilities[0],
        scene.prior.log_density(z).item(), log_posterior, nearest, distance, scene.step,
        milliseconds,
    )  # fmt: skip


def picked_job(s: Board, scene: Scene) -> Job[Picked]:
    """The image whose code was clicked, beside what the model makes of that code."""
    z, cloud, dataset = s.settings.picked, s.results.cloud, s.results.dataset
    if z is None or cloud is None or cloud.means.shape[1] != scene.latent:
        return
    row = int(((cloud.means - np.asarray(z, np.float32)) ** 2).sum(1).argmin())
    image, probabilities = _drawn(scene, torch.from_numpy(cloud.means[row : row + 1]))
    original = None
    if dataset is not None:
        original = dataset.train.images[int(cloud.index[row])].numpy()
    label = None if cloud.labels is None else int(cloud.labels[row])
    judged = None if probabilities is None else int(probabilities[0].argmax())
    yield Picked(tuple(map(float, cloud.means[row])), original, image[0], label, judged, scene.step)


def inversion_job(s: Board, scene: Scene) -> Job[Inversion | Progress]:
    """From where the encoder puts the picked image to what draws it better, at rest"""
    picked = s.results.picked
    if picked is None or picked.original is None or not s.results.resting:
        return
    if picked.step == scene.step:
        image, start = torch.from_numpy(picked.original)[None], torch.tensor([picked.z])
        for said in inverted(scene, image, start):
            yield _closest(scene, picked, said) if isinstance(said, Inverted) else said


def _closest(scene: Scene, picked: Picked, found: Inverted) -> Inversion:
    image, _ = _drawn(scene, found.z)
    z = tuple(map(float, found.z[0]))
    return Inversion(picked, z, image[0], float(found.error[0]), float(found.started[0]))


def samples_job(s: Board, scene: Scene, chunk: int = 16) -> Job[Grid]:
    """Samples of the prior: the same noise for the same `draw`."""
    random = torch.Generator().manual_seed(s.settings.draw)
    z = scene.prior.sample(s.settings.columns**2, scene.latent, random)
    images, labels = [], []
    for part in z.split(chunk):
        image, probabilities = _drawn(scene, part)
        images.append(image)
        if probabilities is not None:
            labels.append(probabilities.argmax(1))
        yield None
    judged = np.concatenate(labels) if labels else None
    yield Grid(z.numpy(), np.concatenate(images), judged, scene.step)


@torch.no_grad()
def _drawn(scene: Scene, z: Tensor) -> tuple[Array, Array | None]:
    """Images and class probabilities at z (N, L)."""
    images = scene.decode(z)
    if scene.logits is None:
        return images.cpu().numpy(), None
    logits = scene.judge(images) if scene.judge else scene.logits(z)
    return images.cpu().numpy(), logits.softmax(-1).cpu().numpy()
