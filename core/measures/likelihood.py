"""Importance-weighted bound of the log-likelihood of images (theory: E1, E3)."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ..engine.jobs import Job, Progress
from ..figures.array import Array

LogJoint = Callable[[Tensor, Tensor], Tensor]  # x (N, ...), z (N, L) -> log p(x, z), (N,) nats

FEWEST = 10  # effective draws, below which one or two decide the bound


@dataclass(frozen=True, eq=False)
class Likelihood:
    """Of the M images measured so far; nats. A density only where the decoder's likelihood is."""

    bound: Array  # (M,) float64, at most log p(x) in expectation, and the closer the more draws
    elbo: Array  # (M,) float64, mean of log p(x, z) / q(z|x) over the same draws
    effective: Array  # (M,) float64 in [1, draws], how many draws the bound rests on
    draws: int  # of each image

    @property
    def mean(self) -> float:
        """Of the bound over the images."""
        return float(self.bound.mean())

    @property
    def error(self) -> float | None:
        """Standard error of the mean over the images; None where one image says nothing of it."""
        if len(self.bound) < 2:
            return None
        return float(self.bound.std(ddof=1)) / math.sqrt(len(self.bound))

    @property
    def unreliable(self) -> float:
        """Share of the images whose bound rests on less than ten effective draws."""
        return float((self.effective < FEWEST).mean())


def likelihood(
    images: Tensor,
    mean: Tensor,
    logvar: Tensor,
    log_joint: LogJoint,
    draws: int = 5000,
    seed: int = 0,
    chunk: int = 32,
) -> Job[Likelihood | Progress]:
    """log p(x) of each image by importance weighting, an answer after each.

    images: (M, ...) with the posteriors N(mean, diag exp logvar), (M, L), that the points are
    drawn from; any Gaussians will do, but the farther from the true posterior, the looser the
    bound. `chunk`: draws that `log_joint` gets at once. Nothing where there is no image.
    Burda, Grosse & Salakhutdinov 2016, "Importance weighted autoencoders", arXiv:1509.00519.
    """
    random = torch.Generator().manual_seed(seed)
    figures: list[tuple[float, float, float]] = []
    for x, centre, spread in zip(images, mean, (0.5 * logvar).exp(), strict=True):
        weights = yield from _weights(x, centre, spread, log_joint, draws, random, chunk)
        figures.append(_figures(weights))
        bound, elbo, effective = torch.tensor(figures, dtype=torch.float64).mT.numpy()
        yield Progress(len(figures) / len(images), "measuring how probable images are")
        yield Likelihood(bound, elbo, effective, draws)


def _weights(
    x: Tensor,
    mean: Tensor,
    spread: Tensor,
    log_joint: LogJoint,
    draws: int,
    random: torch.Generator,
    chunk: int,
) -> Generator[None, Any, Tensor]:
    """log p(x, z) / q(z|x) at `draws` points of N(mean, spread²), (draws,) float64"""
    noise = torch.randn(draws, len(mean), generator=random, dtype=torch.float64).to(mean)
    parts = []
    for some in noise.split(chunk):
        parts.append(_weigh(x, mean, spread, log_joint, mean + spread * some))
        yield None
    return torch.cat(parts)


@torch.no_grad()
def _weigh(x: Tensor, mean: Tensor, spread: Tensor, log_joint: LogJoint, z: Tensor) -> Tensor:
    """Of z (N, L) as it was rounded, (N,) float64"""
    posterior = torch.distributions.Normal(mean.cpu().double(), spread.cpu().double())
    joint = log_joint(x.expand(len(z), *x.shape), z).cpu().double()
    weight: Tensor = joint - posterior.log_prob(z.cpu().double()).sum(1)
    return weight


def _figures(weights: Tensor) -> tuple[float, float, float]:
    """The bound, the ELBO and the effective number of draws, (sum w)² / sum w²"""
    total, squares = weights.logsumexp(0), (2 * weights).logsumexp(0)
    bound = total - math.log(len(weights))
    return bound.item(), weights.mean().item(), (2 * total - squares).exp().item()
