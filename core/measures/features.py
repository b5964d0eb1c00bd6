"""Features of images: what the judge's last layer reads, in which distances are measured.

Its values are incomparable between nets (theory: E10), so each net has a fingerprint.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from ..data.dataset import as_images
from ..engine.device import visiting
from ..engine.jobs import Job, Progress
from ..figures.array import Array
from ..geometry.holes.detectors.realism import penultimate

FeatureMap = Callable[[Tensor], Tensor]  # images (N, C, H, W) -> (N, D)

CHUNK = 32  # images in one step


def features(judge: nn.Module) -> FeatureMap:
    """What the judge's last layer reads: images (N, C, H, W) -> (N, D), on the caller's device."""
    return visiting(penultimate(judge), next(judge.parameters()).device)


def fingerprint(judge: nn.Module) -> str:
    """Eight hexadecimal digits of the weights that `features` rests on: the same only for the same.

    The last layer is not among them: it says nothing about what the others see.
    """
    digest = hashlib.sha256()
    network = penultimate(judge)
    assert isinstance(network, nn.Module)
    for name, part in network.state_dict().items():
        digest.update(f"{name} {tuple(part.shape)} {part.dtype}".encode())
        digest.update(part.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:8]


def evaluate_images(
    function: FeatureMap, images: Tensor, rows: Tensor | None = None
) -> Job[Array | Progress]:
    """`function` (features, or a judge's logits) of the pixels of images: (N, D) float64.

    images: (N, C, H, W), bytes or numbers. rows: (R,) of those that are evaluated, then (R, D);
    all where None.
    """
    rows = torch.arange(len(images)) if rows is None else rows
    parts: list[Array] = []
    for first in range(0, len(rows), CHUNK):
        parts.append(_without_graph(function, as_images(images[rows[first : first + CHUNK]])))
        yield Progress(min(1.0, (first + CHUNK) / len(rows)), "looking at the samples")
    if parts:
        yield np.concatenate(parts)


@torch.no_grad()
def _without_graph(features: FeatureMap, images: Tensor) -> Array:
    values: Array = features(images).cpu().double().numpy()
    return values
