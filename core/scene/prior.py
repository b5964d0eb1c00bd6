"""Priors: densities over the latent space that can be drawn from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Generator, Tensor


class Prior(Protocol):
    """A density over the latent space that can be drawn from."""

    @property
    def mean(self) -> float:
        """About the middle of it, in every coordinate."""

    @property
    def deviation(self) -> float:
        """About its spread in a coordinate: the unit in which the map tells lengths."""

    def log_density(self, z: Tensor) -> Tensor:
        """z: (N, L) -> (N,) in nats"""

    def sample(self, n: int, latent: int, random: Generator) -> Tensor:
        """(n, L); the same `random` gives the same points."""


@dataclass(frozen=True)
class Gaussian:
    """A prior N(mean, deviation^2) in every coordinate."""

    mean: float = 0.0
    deviation: float = 1.0

    def log_density(self, z: Tensor) -> Tensor:
        """z: (N, L) -> (N,) in nats"""
        scaled = (z - self.mean) / self.deviation
        per_coordinate = -0.5 * scaled**2 - math.log(self.deviation * math.sqrt(2 * math.pi))
        return per_coordinate.sum(-1)

    def sample(self, n: int, latent: int, random: Generator) -> Tensor:
        """(n, L); the same `random` gives the same points."""
        return self.mean + self.deviation * torch.randn(n, latent, generator=random)
