"""What everything drawn reads, wherever it came from."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import torch
from torch import Generator, Tensor

Decode = Callable[[Tensor], Tensor]  # z (N, L) -> images (N, C, H, W) in [0, 1]
Logits = Callable[[Tensor], Tensor]  # z (N, L) -> (N, K)
Judge = Callable[[Tensor], Tensor]  # images (N, C, H, W) -> logits (N, K)
Encode = Callable[[Tensor], tuple[Tensor, Tensor]]  # images -> mean and log-variance, (N, L) each
Says = Literal["log odds", "probability", "height"]  # of an image being real; a height has no unit


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


@dataclass(frozen=True, eq=False)
class Critic:
    """What an adversary learned to say of images."""

    realness: Callable[[Tensor], Tensor]  # images (N, C, H, W) -> (N,), greater where more real
    says: Says


@dataclass(frozen=True, eq=False)
class Scene:
    """A model at rest: callables over frozen weights, safe to call from any thread.

    A snapshot, an opened file and a formula are all made into this; geometry sees nothing else.
    The callables take and return tensors of the caller's device and are differentiable.
    """

    id: str
    step: int
    decode: Decode
    logits: Logits | None = None  # None where the data has no classes
    encode: Encode | None = None
    latent: int = 2  # L
    prior: Prior = Gaussian()
    classes: tuple[str, ...] = ()
    size: int = 0  # bytes that it keeps alive
    judge: Judge | None = None  # where logits are those of decoded images: saves decoding twice
    critic: Critic | None = None  # where the model has one
    condition: int | None = None  # which of `conditions` it draws; None where there are none
    conditions: tuple[str, ...] = ()  # what may be asked for: classes, or one of its generators
    given: Callable[[int], Scene] | None = None  # the same model under another condition
