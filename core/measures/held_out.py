"""Figures on images that were held out: the ELBO and the judge's accuracy."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ..data import Batch
from ..engine import Job, Progress

CHUNK = 128


@dataclass(frozen=True)
class HeldOut:
    """Means over the images held out, with the standard error of each where it is a mean of nats.

    Bernoulli pixels on grey images are no density (Loaiza-Ganem & Cunningham 2019,
    arXiv:1907.06845): compare -ELBO only between models with the same pixels.
    """

    negative_elbo: float  # nats per image, one posterior draw each
    error: float | None  # standard error of it; None where one image says nothing of it
    recon: float  # nats
    kl: float  # nats
    accuracy: float | None  # of the judge on the images themselves
    accuracy_decoded: float | None  # of the judge on their reconstructions (posterior means)
    images: int
    step: int


def held_out(
    model: Any,
    judge: Callable[[Tensor], Tensor] | None,
    data: Batch,
    step: int,
    seed: int = 0,
) -> Job[HeldOut | Progress]:
    """Measure a frozen model on `data`, a chunk at a time; nothing where no image was held out."""
    if len(data.images) == 0:
        return
    where = next(model.parameters()).device
    noise = torch.Generator(where).manual_seed(seed)
    terms, right, right_decoded = [], 0, 0
    for first in range(0, len(data.images), CHUNK):
        batch = data.at(slice(first, first + CHUNK)).to(where)
        terms.append(_terms(model, batch, noise))
        yield None
        if judge is not None and batch.labels is not None:
            hits, hits_decoded = _hits(model, judge, batch)
            right, right_decoded = right + hits, right_decoded + hits_decoded
        yield Progress(first / len(data.images), "measuring on images held out")
    recon, kl = torch.cat(terms, dim=1).cpu().double()  # (N,) each
    total, count = recon + kl, len(recon)
    error = total.std().item() / math.sqrt(count) if count > 1 else None
    judged = judge is not None and data.labels is not None
    yield HeldOut(
        total.mean().item(), error, recon.mean().item(), kl.mean().item(),
        right / count if judged else None, right_decoded / count if judged else None, count, step,
    )  # fmt: skip


@torch.no_grad()
def _terms(model: Any, batch: Batch, noise: torch.Generator) -> Tensor:
    """(2, N) recon and KL of each image"""
    return torch.stack(model.terms(batch.images, noise))


@torch.no_grad()
def _hits(model: Any, judge: Callable[[Tensor], Tensor], batch: Batch) -> tuple[int, int]:
    decoded = model.decode(model.encode(batch.images)[0])
    assert batch.labels is not None
    hits = [judge(images).argmax(1).eq(batch.labels).sum() for images in (batch.images, decoded)]
    return int(hits[0]), int(hits[1])
