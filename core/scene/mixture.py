"""Mixtures of Gaussians with diagonal covariances: their density, and one as a prior."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import torch
from torch import Generator, Tensor

from .mixture_tree import MixtureTree, mixture_tree

PAIRS = 320_000  # of point and Gaussian in one block: what fits a core's cache
UNSEEN = -60.0  # nats below the greatest term: lost in float32, and faster than denormal numbers
TREE = 4  # dimensions up to which most Gaussians are too far from a point to be seen there
FEW = 4096  # Gaussians that are all summed faster than the near ones are found


class MixtureDensity(Protocol):
    """log mean_i N(z; mean_i, diag exp logvar_i) of M Gaussians; differentiable."""

    @property
    def pairs(self) -> int:
        """Gaussians that are summed for one point, in the mean."""

    def __call__(self, z: Tensor) -> Tensor:
        """z: (N, L) -> (N,) in nats"""


def log_mixture(mean: Tensor, logvar: Tensor) -> MixtureDensity:
    """The density of Gaussians of mean and logvar (M, L), each as heavy as the others."""
    home = "cpu" if mean.device.type == "mps" else mean.device  # mps has no float64
    mean, logvar = mean.detach().to(home).double(), logvar.detach().to(home).double()
    if len(mean) > FEW and mean.shape[1] <= TREE and mean.device.type == "cpu":
        return SparseMixture.of(mean, logvar)
    return DenseMixture.of(mean, logvar)


@dataclass(frozen=True, eq=False)
class DenseMixture:
    """Every Gaussian is summed at every point.

    The squares are multiplied out, so that all pairs are one matrix product; float64, for they
    cancel. The exponentials, which take nearly all of the time, need no more than float32.
    """

    weight: Tensor  # (2L, M) float64, of z² and z
    constant: Tensor  # (M,)

    @classmethod
    def of(cls, mean: Tensor, logvar: Tensor) -> DenseMixture:
        precision = (-logvar).exp()
        weight = torch.cat([-0.5 * precision, mean * precision], dim=1).mT.contiguous()
        return cls(weight, _peaks(logvar) - 0.5 * (mean**2 * precision).sum(1))

    @property
    def pairs(self) -> int:
        return len(self.constant)

    def __call__(self, z: Tensor) -> Tensor:
        blocks = z.to(self.weight).split(max(1, PAIRS // len(self.constant)))
        return torch.cat([self._sum(block) for block in blocks]).to(z)

    def of_others(self, z: Tensor, rows: Tensor) -> Tensor:
        """At z (N, L), each without the one of rows (N,), (N,) nats"""
        parts = []
        for some, own in zip(
            *(of.split(max(1, PAIRS // self.pairs)) for of in (z, rows)), strict=True
        ):
            exponent = self._exponent(some.to(self.weight))
            exponent[torch.arange(len(own)), own] = -math.inf
            parts.append(_log_sum(exponent))
        return torch.cat(parts) + math.log(self.pairs / (self.pairs - 1))

    def _sum(self, z: Tensor) -> Tensor:
        return _log_sum(self._exponent(z))

    def _exponent(self, z: Tensor) -> Tensor:
        """z: (N, L) -> log of each, (N, M)"""
        return torch.addmm(self.constant, torch.cat([z * z, z], dim=1), self.weight)


@dataclass(frozen=True, eq=False)
class SparseMixture:
    """A point is summed over the Gaussians near it: the others add less than can be seen."""

    tree: MixtureTree
    mean: Tensor  # (L, M) float32, in the order of the tree
    scale: Tensor  # (L, M) by which a square of the distance counts
    constant: Tensor  # (M,)

    @classmethod
    def of(cls, mean: Tensor, logvar: Tensor) -> SparseMixture:
        tree = mixture_tree(mean.numpy(), logvar.numpy())
        mean, logvar = mean[tree.order], logvar[tree.order]
        scale = (-0.5 * logvar).exp() * math.sqrt(0.5)
        columns = mean.float().mT.contiguous(), scale.float().mT.contiguous()
        return cls(tree, *columns, _peaks(logvar).float())

    @cached_property
    def pairs(self) -> int:
        return self.tree.pairs()

    def __call__(self, z: Tensor) -> Tensor:
        points, rows, sums = z.cpu().float(), [], []
        for some, parts in self.tree.tiles(points.detach().double().numpy()):
            rows.append(torch.from_numpy(some))
            sums.append(self._sum(points[rows[-1]], parts))
        return torch.cat(sums)[torch.cat(rows).argsort()].to(z)

    def _sum(self, z: Tensor, parts: list[slice]) -> Tensor:
        """z: (N, L) -> log of the sum of those parts, (N,) float64"""
        mean, scale = (torch.cat([of[:, p] for p in parts], 1) for of in (self.mean, self.scale))
        exponent = torch.cat([self.constant[part] for part in parts])
        for axis, at in enumerate(z.T):
            exponent = exponent - ((at[:, None] - mean[axis]) * scale[axis]).square()
        return _log_sum(exponent)


def _peaks(logvar: Tensor) -> Tensor:
    """(M, L) -> log of each Gaussian at its mean, over how many there are, (M,)"""
    return -0.5 * (logvar + math.log(2 * math.pi)).sum(1) - math.log(len(logvar))


def _log_sum(exponent: Tensor) -> Tensor:
    """(N, M) -> (N,) float64"""
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
    def _density(self) -> MixtureDensity:
        return log_mixture(self.means, self.logvars)

    def log_density(self, z: Tensor) -> Tensor:
        """z: (N, L) -> (N,) in nats"""
        return self._density(z)

    def sample(self, n: int, latent: int, random: Generator) -> Tensor:
        """(n, L); the same `random` gives the same points."""
        row = torch.randint(len(self.means), (n,), generator=random)
        noise = torch.randn(n, latent, generator=random)
        return self.means[row] + (0.5 * self.logvars[row]).exp() * noise
