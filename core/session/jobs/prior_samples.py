"""The job of the samples of the prior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ...engine.jobs import Job
from ...figures.array import Array
from ...scene.scene import Scene
from .decode import decode_and_judge


@dataclass(frozen=True, eq=False)
class Grid:
    """Samples of the prior."""

    z: Array  # (N, L)
    images: Array  # (N, C, H, W) in [0, 1]
    labels: Array | None  # (N,) of the judge
    step: int


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
        image, probabilities = decode_and_judge(scene, part)
        images.append(image)
        if probabilities is not None:
            labels.append(probabilities.argmax(1))
        yield None
    judged = np.concatenate(labels) if labels else None
    yield Grid(z.numpy(), np.concatenate(images), judged, scene.step)
