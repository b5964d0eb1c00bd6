"""The codes of images: what a scene's encoder makes of them."""

from __future__ import annotations

from collections.abc import Generator

import torch
from torch import Tensor

from ..data.dataset import Batch
from ..engine.errors import Problem
from ..engine.jobs import Progress, Word
from ..scene.codes import Codes
from ..scene.scene import Scene

CODES = 5000  # training images that stand for all of them


def codes_of(
    scene: Scene, data: Batch, limit: int | None = CODES, chunk: int = 32
) -> Generator[Progress | None, Word | None, Codes]:
    """Encodes the first `limit` images of `data`, with pauses, and returns their codes."""
    assert scene.encode is not None, f"{scene.id} has no encoder"
    rows = torch.arange(len(data.pixels))
    if scene.conditions == scene.classes and scene.conditions and data.labels is not None:
        rows = rows[data.labels.cpu() == scene.condition]  # it draws no others
        if not len(rows):
            raise Problem("There is no code to show: no image is of the class that is drawn.")
    rows = rows[:limit]
    parts = []
    for first in range(0, len(rows), chunk):
        parts.append(_encode(scene, data.at(rows[first : first + chunk]).images))
        yield Progress(first / len(rows), "encoding images") if first % 1024 == 0 else None
    mean, logvar = (torch.cat(part) for part in zip(*parts, strict=True))
    labels = None if data.labels is None else data.labels[rows]
    return Codes(mean, logvar, labels, rows, scene.step)


@torch.no_grad()
def _encode(scene: Scene, images: Tensor) -> tuple[Tensor, Tensor]:
    assert scene.encode is not None
    mean, logvar = scene.encode(images)
    return mean.clone(), logvar.clone()
