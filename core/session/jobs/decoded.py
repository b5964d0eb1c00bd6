"""What the model draws: at the cursor, at a code that was picked, and of the prior."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ...data.dataset import Dataset
from ...engine.jobs import Job, Progress
from ...figures.array import Array
from ...measures.inversion import InvertedCodes, invert
from ...scene.codes import Codes, log_aggregated
from ...scene.scene import Scene
from ..settings import Point
from .images import Cloud


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


@dataclass(frozen=True, eq=False)
class SampleRequest:
    """Where the cursor stands, and the codes it is judged against."""

    scene: Scene
    cursor: Point
    codes: Codes | None


def sample_job(request: SampleRequest) -> Job[Sample]:
    """What is drawn at the cursor, and how likely the place is."""
    scene, codes = request.scene, request.codes
    z = torch.tensor([request.cursor], dtype=torch.float32)  # (1, L)
    began = time.perf_counter()
    image, probabilities = _decoded(scene, z)
    milliseconds = 1000 * (time.perf_counter() - began)
    log_posterior, nearest, distance = None, None, None
    if codes is not None:
        log_posterior = log_aggregated(codes)(z).item()
        away = (codes.mean - z).square().sum(1)
        nearest = int(away.argmin())
        distance = away[nearest].sqrt().item()
    yield Sample(
        request.cursor,
        image[0],
        None if probabilities is None else probabilities[0],
        scene.prior.log_density(z).item(),
        log_posterior,
        nearest,
        distance,
        scene.step,
        milliseconds,
    )


@dataclass(frozen=True, eq=False)
class PickedRequest:
    """A place that was clicked, and the cloud whose nearest code is meant."""

    scene: Scene
    place: Point
    cloud: Cloud
    dataset: Dataset | None


def picked_job(request: PickedRequest) -> Job[Picked]:
    """The image whose code was clicked, beside what the model makes of that code."""
    scene, cloud = request.scene, request.cloud
    row = int(((cloud.means - np.asarray(request.place, np.float32)) ** 2).sum(1).argmin())
    image, probabilities = _decoded(scene, torch.from_numpy(cloud.means[row : row + 1]))
    original = None
    if request.dataset is not None:
        original = request.dataset.train.images[int(cloud.index[row])].numpy()
    label = None if cloud.labels is None else int(cloud.labels[row])
    judged = None if probabilities is None else int(probabilities[0].argmax())
    yield Picked(tuple(map(float, cloud.means[row])), original, image[0], label, judged, scene.step)


@dataclass(frozen=True, eq=False)
class InversionRequest:
    """A picked image, and the scene that is to draw it."""

    scene: Scene
    picked: Picked
    original: Array  # (C, H, W), the image


def inversion_job(request: InversionRequest) -> Job[Inversion | Progress]:
    """From where the encoder puts the picked image to what draws it better."""
    scene, picked = request.scene, request.picked
    image, start = torch.from_numpy(request.original)[None], torch.tensor([picked.z])
    for report in invert(scene, image, start):
        yield _closest(scene, picked, report) if isinstance(report, InvertedCodes) else report


def _closest(scene: Scene, picked: Picked, result: InvertedCodes) -> Inversion:
    image, _ = _decoded(scene, result.z)
    z = tuple(map(float, result.z[0]))
    return Inversion(picked, z, image[0], float(result.error[0]), float(result.started[0]))


@dataclass(frozen=True, eq=False)
class SamplesRequest:
    """How many samples of the prior, and of which noise."""

    scene: Scene
    columns: int  # columns x columns samples
    draw: int  # the same noise for the same number


def samples_job(request: SamplesRequest, chunk: int = 16) -> Job[Grid]:
    """Samples of the prior."""
    scene, random = request.scene, torch.Generator().manual_seed(request.draw)
    z = scene.prior.sample(request.columns**2, scene.latent, random)
    images, labels = [], []
    for part in z.split(chunk):
        image, probabilities = _decoded(scene, part)
        images.append(image)
        if probabilities is not None:
            labels.append(probabilities.argmax(1))
        yield None
    judged = np.concatenate(labels) if labels else None
    yield Grid(z.numpy(), np.concatenate(images), judged, scene.step)


@torch.no_grad()
def _decoded(scene: Scene, z: Tensor) -> tuple[Array, Array | None]:
    """Images and class probabilities at z (N, L)."""
    images = scene.decode(z)
    if scene.logits is None:
        return images.cpu().numpy(), None
    logits = scene.judge(images) if scene.judge else scene.logits(z)
    return images.cpu().numpy(), logits.softmax(-1).cpu().numpy()
