"""Inversion of a generator: the codes that draw certain images, by gradient descent."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress
from ..scene.scene import Decode, Encode, Scene

STEPS = 300
RATE = 0.1  # at first, in units of z; it falls to nothing along half a cosine
REPORT_EVERY = 25  # steps from one report to the next


@dataclass(frozen=True, eq=False)
class InvertedCodes:
    """The best codes so far, and how far what they draw is from the images."""

    z: Tensor  # (N, L)
    error: Tensor  # (N,) squared distance of the images, summed over pixels
    started: Tensor  # (N,) that of the codes at the start
    step: int  # of the scene


def invert(
    scene: Scene, images: Tensor, start: Tensor | None = None, steps: int = STEPS
) -> Job[InvertedCodes | Progress]:
    """Codes z (N, L) that make |decode(z) - images|^2 small, by Adam from `start` (N, L).

    images: (N, C, H, W); without a start, from the means of the encoder. The answer is never worse
    than the start, and may be a local minimum. After Creswell & Bharath 2018, arXiv:1802.05701.
    Raises Problem where nobody says where to start.
    """
    z = _start(scene, images) if start is None else start.detach().clone()
    z.requires_grad_()
    optimizer = torch.optim.Adam([z], lr=RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    best, least = z.detach().clone(), _errors(scene.decode, z, images)
    first = least
    for done in range(1, steps + 1):
        _descend(scene.decode, z, images, optimizer)
        schedule.step()
        error = _errors(scene.decode, z, images)
        better = error < least
        best = torch.where(better[:, None], z.detach(), best)
        least = torch.where(better, error, least)
        yield None
        if done % REPORT_EVERY == 0 or done == steps:
            yield Progress(done / steps, "looking for what draws the image")
            yield InvertedCodes(best, least, first, scene.step)


def _start(scene: Scene, images: Tensor) -> Tensor:
    if scene.encode is None:
        raise Problem("This model has no encoder: say from which point to look for the image.")
    return _encoded(scene.encode, images).clone()


@torch.enable_grad()
def _descend(decode: Decode, z: Tensor, images: Tensor, optimizer: torch.optim.Optimizer) -> None:
    """A step of each code by itself: Adam's are as long in every coordinate"""
    optimizer.zero_grad(set_to_none=True)
    (decode(z) - images).square().sum().backward()
    optimizer.step()


@torch.no_grad()
def _errors(decode: Decode, z: Tensor, images: Tensor) -> Tensor:
    return (decode(z) - images).flatten(1).square().sum(1)


@torch.no_grad()
def _encoded(encode: Encode, images: Tensor) -> Tensor:
    return encode(images)[0]
