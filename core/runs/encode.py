"""The codes of images: what an encoder makes of them."""

from __future__ import annotations

from collections.abc import Callable, Generator

import torch
from torch import Tensor

from ..data.dataset import Batch
from ..engine import device
from ..engine.errors import Problem
from ..engine.jobs import Progress, Word
from ..models.latent_model import LatentModel
from ..models.protocols import Encoding
from ..scene.calibrate_codes import calibrated
from ..scene.codes import Codes
from ..scene.prior import Prior
from ..scene.scene import Encode, Scene

SOME = 5000  # training images that stand for all of them while there is no time for all
NUMBERS = 750_000  # of means in all: 3 MB in a file, with their variances

Encoder = Callable[[Batch], tuple[Tensor, Tensor]]  # mean and log-variance, (N, L) each
Part = Generator[Progress | None, Word | None, Codes]


def codes_of(scene: Scene, data: Batch, limit: int | None = None, chunk: int = 32) -> Part:
    """Encodes images of `data`, with pauses, and returns their codes, rounded to 16 bits.

    The first `limit` of them; without one all, or in many dimensions as many as are kept in a file.
    Of a conditional model those of the class that the scene draws: see `codes_of_model`.
    """
    assert scene.encode is not None, f"{scene.id} has no encoder"
    rows = torch.arange(len(data.pixels))
    if scene.conditions == scene.classes and scene.conditions and data.labels is not None:
        rows = rows[data.labels.cpu() == scene.condition]  # it draws no others
        if not len(rows):
            raise Problem("There is no code to show: no image is of the class that is drawn.")
    total, rows = len(rows), rows[: _most(scene.latent) if limit is None else limit]
    return (yield from _encoded(_of_images(scene.encode), data, rows, total, scene.step, chunk))


def codes_of_model(
    model: LatentModel, data: Batch, step: int, limit: int | None = None, chunk: int = 32
) -> Part:
    """The same of a model itself: a conditional one is told the class of each image."""
    total = len(data.pixels)
    rows = torch.arange(total)[: _most(model.config.latent) if limit is None else limit]
    return (yield from _encoded(encoder_of_model(model), data, rows, total, step, chunk))


def encoder_of_model(model: LatentModel) -> Encoder:
    """Encodes images on whichever device they are, each under its own class."""
    assert isinstance(model, Encoding), f"{model.config} has no encoder"
    where = device.home(model)

    def encode(some: Batch) -> tuple[Tensor, Tensor]:
        here = some.to(where)
        mean, logvar = model.encode(here.images, here.labels)
        return mean.to(some.pixels.device), logvar.to(some.pixels.device)

    return encode


def training_codes(scene: Scene, data: Batch, limit: int | None = None) -> Part:
    """The codes of training images, with what they tell of images that were left out."""
    codes = yield from codes_of(scene, data, limit)
    return (yield from calibrated(codes, scene.prior))


def training_codes_of_model(model: LatentModel, prior: Prior, data: Batch, step: int) -> Part:
    """The same of a model itself."""
    codes = yield from codes_of_model(model, data, step)
    return (yield from calibrated(codes, prior))


def _most(latent: int) -> int:
    """How many codes of so many dimensions are kept"""
    return max(SOME, NUMBERS // latent)


def _of_images(encode: Encode) -> Encoder:
    return lambda some: encode(some.images)


def _encoded(encode: Encoder, data: Batch, rows: Tensor, total: int, step: int, chunk: int) -> Part:
    parts = []
    for first in range(0, len(rows), chunk):
        parts.append(_encode(encode, data.at(rows[first : first + chunk])))
        yield Progress(first / len(rows), "encoding images") if first % 1024 == 0 else None
    mean, logvar = (_rounded(torch.cat(part)) for part in zip(*parts, strict=True))
    labels = None if data.labels is None else data.labels[rows]
    return Codes(mean, logvar, labels, rows, step, total)


@torch.no_grad()
def _encode(encode: Encoder, some: Batch) -> tuple[Tensor, Tensor]:
    mean, logvar = encode(some)
    return mean.clone(), logvar.clone()


def _rounded(values: Tensor) -> Tensor:
    """To 16 bits, as files keep them; as they are where these cannot hold them"""
    short = values.half().float()
    return short if short.isfinite().all() else values
