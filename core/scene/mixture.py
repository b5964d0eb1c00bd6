"""Mixtures of Gaussians with diagonal covariances: their density, and one as a prior."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Generator, Tensor

PAIRS = 320_000  # of point and Gaussian in one block: what fits a core's cache
UNSEEN = -60.0  # nats below the greatest term: lost in float32, and faster than denormal numbers


def log_mixture(mean: Tensor, logvar: Tensor) -> Callable[[Tensor], Tensor]:
    """z: (N, L) -> log mean_i N(z; mean_i, diag exp logvar_i), (N,) in nats; differentiable.

    mean, logvar: (M, L). The squares are multiplied out, so that all pairs are one matrix product;
    float64, for they cancel. The exponentials, which take nearly all of the time, need no more
    than float32.
    """
    home = "cpu" if mean.device.type == "mps" else mean.device  # mps has no float64
    mean, logvar = mean.to(home).double(), logvar.to(home).double()
    precision = (-logvar).exp()
    weight = torch.cat([-0.5 * precision, mean * precision], dim=1).mT.contiguous()  # (2L, M)
    constant = -0.5 * (mean**2 * precision + logvar + math.log(2 * math.pi)).sum(1)
    constant = constant - math.log(len(mean))

    def density(z: Tensor) -> Tensor:
        blocks = z.to(home).double().split(max(1, PAIRS // len(mean)))
        return torch.cat([_log_sum(block, weight, constant) for block in blocks]).to(z)

    return density


def _log_sum(z: Tensor, weight: Tensor, constant: Tensor) -> Tensor:
    """z: (N, L) -> log sum_i exp(constant_i + [z^2, z] weight_i), (N,)"""
    exponent = torch.addmm(constant, torch.cat([z * z, z], dim=1), weight)  # (N, M)
    greatest = exponent.detach().amax(1, keepdim=True)
    terms = (exponent - greatest).float().clamp(min=UNSEEN).exp_()
    return terms.sum(1).log().double() + greatest[:, 0]


@dataclass(frozen=True, eq=False)
class Mixture:
    """A prior that draws from one of M Gaussians, each as often as the others."""

    means: Tensor  # (M, L) on the CPU
    logvars: Tensor  # (M, L)

    @cached_property
    def mean(self) -> float:
        """Of all coordinates of a draw."""
        return float(self.means.mean())

    @cached_property
    def deviation(self) -> float:
        """Of all coordinates of a draw, about that mean."""
        squares = (self.means - self.mean).square() + self.logvars.exp()
        return math.sqrt(float(squares.mean()))

    @cached_property
    def _density(self) -> Callable[[Tensor], Tensor]:
        return log_mixture(self.means, self.logvars)

    def log_density(self, z: Tensor) -> Tensor:
        """z: (N, L) -> (N,) in nats"""
        return self._density(z)

    def sample(self, n: int, latent: int, random: Generator) -> Tensor:
        """(n, L); the same `random` gives the same points."""
        row = torch.randint(len(self.means), (n,), generator=random)
        noise = torch.randn(n, latent, generator=random)
        return self.means[row] + (0.5 * self.logvars[row]).exp() * noise
