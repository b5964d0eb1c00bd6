"""Codes of images, and the aggregated posterior that they stand for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from .mixture import log_mixture
from .prior import Prior

Score = Callable[[Tensor], Tensor]  # z (N, L) -> (N,), large where there is a hole
Density = Score  # in nats

ACTIVE = (
    0.01  # variance of a coordinate's posterior mean, in units of z squared (Burda et al. 2016)
)
PAIRS = 1_000_000  # of point and code in one step: some 2-3 ms on one core


@dataclass(frozen=True, eq=False)
class Codes:
    """The posteriors of at most 5 000 training images, which stand for the aggregated one."""

    mean: Tensor  # (M, L)
    logvar: Tensor  # (M, L)
    labels: Tensor | None  # (M,) class of the image, None where the data has no classes
    index: Tensor  # (M,) which training image
    step: int  # of the scene that encoded them


def posterior_sample(codes: Codes, rows: Tensor, random: Generator) -> Tensor:
    """A sample of the posterior of each code in `rows` (N,), (N, L)."""
    noise = torch.randn(len(rows), codes.mean.shape[1], generator=random).to(codes.mean)
    sample: Tensor = codes.mean[rows] + (0.5 * codes.logvar[rows]).exp() * noise
    return sample


def density_ratio(codes: Codes, prior: Prior) -> Density:
    """z: (N, L) -> log p(z) - log q(z), (N,) in nats; differentiable."""
    visited = log_aggregated(codes)
    return lambda z: prior.log_density(z) - visited(z)


def points_per_step(codes: Codes, densities: int = 1) -> int:
    """Points at which so many densities like log q are evaluated between two pauses of a job."""
    return max(1, PAIRS // (len(codes.mean) * densities))


def log_aggregated(codes: Codes) -> Density:
    """log q(z), (N,) in nats, of the mean q of the codes' Gaussians; differentiable."""
    return log_mixture(codes.mean, codes.logvar)
