"""What the rest of the program may ask of a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeAlias, runtime_checkable

from torch import Generator, Tensor, nn

from ..data import Batch

Shape: TypeAlias = tuple[int, int, int]  # C, H, W of an image


class Trainable(Protocol):
    """A game of one or more players, which `core.train` trains."""

    def players(self) -> Mapping[str, nn.Module]:
        """The adversaries of training and the part of the model each one moves."""

    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        """Named terms, unweighted; the loop weighs them and `player` makes their sum small."""


@runtime_checkable
class LatentModel(Protocol):
    """A trainable model with a latent space."""

    def terms(self, images: Tensor, noise: Generator) -> tuple[Tensor, Tensor]:
        """Reconstruction and KL of each image in nats, (N,) each: their sum is -ELBO."""

    def decode(self, z: Tensor) -> Tensor:
        """z: (N, L) -> images (N, C, H, W) in [0, 1]"""

    def encode(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """images: (N, C, H, W) -> mean and log-variance of the posterior, (N, L) each"""
