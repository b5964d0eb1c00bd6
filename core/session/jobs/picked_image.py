"""The jobs of a picked image: what the model makes of its code, and the code that draws it best."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch

from ...data.dataset import Dataset
from ...engine.jobs import Job, Progress
from ...figures.array import Array
from ...measures.inversion import InvertedCodes, invert
from ...scene.scene import Scene
from ..settings import Point
from .decode import decode_and_judge
from .images import Cloud


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
    error: float  # distance to the original, in `units.IMAGE`
    started: float  # that of the reconstruction


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
    image, probabilities = decode_and_judge(scene, torch.from_numpy(cloud.means[row : row + 1]))
    original = None
    if request.dataset is not None:
        at = int(cloud.index[row])
        original = request.dataset.train.at(slice(at, at + 1)).images[0].numpy()
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
    image, _ = decode_and_judge(scene, result.z)
    z = tuple(map(float, result.z[0]))
    return Inversion(picked, z, image[0], math.sqrt(result.error[0]), math.sqrt(result.started[0]))
