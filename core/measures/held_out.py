"""Measures on held-out images: the ELBO, the reconstruction and the judge's accuracy."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from ..data.dataset import Batch
from ..engine import device
from ..engine.jobs import Job, Progress
from ..models.latent_model import LatentModel
from ..models.protocols import Encoding, EvidenceBound

CHUNK = 32  # images in one step: a convolution takes some 6 ms for them on one core


@dataclass(frozen=True)
class HeldOut:
    """Means over the images held out, with the standard error of each where it is a mean of nats.

    Bernoulli pixels on grey images are no density (Loaiza-Ganem & Cunningham 2019,
    arXiv:1907.06845): compare -ELBO only between models with the same pixels.
    """

    negative_elbo: float | None  # nats per image, one posterior draw each; None without a bound
    error: float | None  # standard error of it; None where one image says nothing of it
    recon: float | None  # nats
    kl: float | None  # nats
    squared_error: float | None  # of the reconstructions, mean per pixel; None without an encoder
    accuracy: float | None  # of the judge on the images themselves
    accuracy_decoded: float | None  # of the judge on their reconstructions (posterior means)
    images: int
    step: int


def held_out(
    model: LatentModel,
    judge: Callable[[Tensor], Tensor] | None,
    data: Batch,
    step: int,
    seed: int = 0,
) -> Job[HeldOut | Progress]:
    """Measure a frozen model on `data`, a chunk at a time; nothing where no image was held out."""
    if len(data.pixels) == 0:
        return
    where = device.home(model)
    noise = torch.Generator(where).manual_seed(seed)
    encodes = isinstance(model, Encoding)
    terms: list[Tensor] = []
    sums = _Sums()
    for first in range(0, len(data.pixels), CHUNK):
        batch = data.at(slice(first, first + CHUNK)).to(where)
        if isinstance(model, EvidenceBound):
            terms.append(_terms(model, batch, noise))
            yield None
        sums = _added(sums, _redrawn(model, batch), judge, batch)
        yield Progress(first / len(data.pixels), "measuring on images held out")
    recon, kl = torch.cat(terms, dim=1).cpu().double() if terms else (None, None)
    count, judged = len(data.pixels), judge is not None and data.labels is not None
    elbo = error = None
    if recon is not None and kl is not None:
        elbo = (recon + kl).mean().item()
        error = (recon + kl).std().item() / math.sqrt(count) if count > 1 else None
    yield HeldOut(
        elbo,
        error,
        None if recon is None else recon.mean().item(),
        None if kl is None else kl.mean().item(),
        sums.squares / data.pixels.numel() if encodes else None,
        sums.right / count if judged else None,
        sums.right_decoded / count if judged and encodes else None,
        count,
        step,
    )


class _Sums(NamedTuple):
    squares: float = 0.0  # of the difference between image and reconstruction
    right: int = 0
    right_decoded: int = 0


@torch.no_grad()
def _terms(model: EvidenceBound, batch: Batch, noise: torch.Generator) -> Tensor:
    """(2, N) recon and KL of each image"""
    return torch.stack(model.terms(batch.images, noise, batch.labels))


@torch.no_grad()
def _redrawn(model: LatentModel, batch: Batch) -> Tensor | None:
    """The reconstructions of the images, by posterior means; None without an encoder"""
    if not isinstance(model, Encoding):
        return None
    mean, _ = model.encode(batch.images, batch.labels)
    return model.decode(mean, batch.labels)


@torch.no_grad()
def _added(
    sums: _Sums, redrawn: Tensor | None, judge: Callable[[Tensor], Tensor] | None, batch: Batch
) -> _Sums:
    """With the figures of a batch, and of its reconstructions where there are any"""
    squares, right, right_decoded = sums
    if redrawn is not None:
        squares += float((redrawn - batch.images).square().sum())
    if judge is not None and batch.labels is not None:
        right += int(judge(batch.images).argmax(1).eq(batch.labels).sum())
        if redrawn is not None:
            right_decoded += int(judge(redrawn).argmax(1).eq(batch.labels).sum())
    return _Sums(squares, right, right_decoded)
