"""The codes of images: what a scene's encoder makes of them."""

from __future__ import annotations

from collections.abc import Generator

import torch
from torch import Tensor

from ..data.dataset import Batch
from ..engine.errors import Problem
from ..engine.jobs import Progress, Word
from ..scene.calibrate_codes import calibrated
from ..scene.codes import Codes
from ..scene.scene import Scene

SOME = 5000  # training images that stand for all of them while there is no time for all
NUMBERS = 750_000  # of means in all: 3 MB in a file, with their variances


def codes_of(
    scene: Scene, data: Batch, limit: int | None = None, chunk: int = 32
) -> Generator[Progress | None, Word | None, Codes]:
    """Encodes images of `data`, with pauses, and returns their codes, rounded to 16 bits.

    The first `limit` of them; without one all, or in many dimensions as many as are kept in a file.
    """
    assert scene.encode is not None, f"{scene.id} has no encoder"
    rows = torch.arange(len(data.pixels))
    if scene.conditions == scene.classes and scene.conditions and data.labels is not None:
        rows = rows[data.labels.cpu() == scene.condition]  # it draws no others
        if not len(rows):
            raise Problem("There is no code to show: no image is of the class that is drawn.")
    total, few = len(rows), max(SOME, NUMBERS // scene.latent)
    rows = rows[: few if limit is None else limit]
    parts = []
    for first in range(0, len(rows), chunk):
        parts.append(_encode(scene, data.at(rows[first : first + chunk]).images))
        yield Progress(first / len(rows), "encoding images") if first % 1024 == 0 else None
    mean, logvar = (_rounded(torch.cat(part)) for part in zip(*parts, strict=True))
    labels = None if data.labels is None else data.labels[rows]
    return Codes(mean, logvar, labels, rows, scene.step, total)


def training_codes(
    scene: Scene, data: Batch, limit: int | None = None
) -> Generator[Progress | None, Word | None, Codes]:
    """The codes of training images, with what they tell of images that were left out."""
    codes = yield from codes_of(scene, data, limit)
    return (yield from calibrated(codes, scene.prior))


@torch.no_grad()
def _encode(scene: Scene, images: Tensor) -> tuple[Tensor, Tensor]:
    assert scene.encode is not None
    mean, logvar = scene.encode(images)
    return mean.clone(), logvar.clone()


def _rounded(values: Tensor) -> Tensor:
    """To 16 bits, as files keep them; as they are where these cannot hold them"""
    short = values.half().float()
    return short if short.isfinite().all() else values
