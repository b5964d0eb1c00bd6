"""What the rest of the program may ask of a model, and what every family of them can be set to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Generator, Tensor, nn

from ..data.dataset import Batch


class Trainable(Protocol):
    """A game of one or more players, which `core.training.loop` trains."""

    def players(self) -> Mapping[str, nn.Module]:
        """The adversaries of training and the part of the model each one moves."""

    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        """Named terms, weighted but for "kl", which the loop weighs by beta.

        `player` makes their sum small.
        """


# ---- what a model may have besides ----


@runtime_checkable
class Constrained(Protocol):
    """A model whose weights have to stay within a set, wherever the gradient leads."""

    def constrain(self) -> None:
        """Put the weights back into the set: called after every step of a player."""


@runtime_checkable
class Alternating(Protocol):
    """A game whose players do not all move at every step."""

    def movers(self, step: int) -> tuple[str, ...]:
        """Who moves on the batch of this step, in order."""


@runtime_checkable
class Tuned(Protocol):
    """A model that other optimisers than Adam's usual suit."""

    def optimizer(
        self, player: str, parameters: Iterable[nn.Parameter], rate: float
    ) -> torch.optim.Optimizer:
        """That of a player; the loop sets its rate anew at every step."""


@runtime_checkable
class Paced(Protocol):
    """A model that does not do the same from the beginning of its training to the end."""

    def advance(self, progress: float) -> None:
        """Called before each step, and after the last one, with the part in [0, 1] that is done."""


@runtime_checkable
class Observing(Protocol):
    """A model that learns something from the data itself, without a gradient."""

    def observe(self, batch: Batch) -> None:
        """Called with every batch before the players move."""


@runtime_checkable
class Reviewing(Observing, Protocol):
    """One whose observations are of what it makes of the data, and grow old while it learns."""

    def forget(self) -> None:
        """Called at the end of the training; then it observes every training image once."""


@runtime_checkable
class Likelihood(Protocol):
    """A model with an evidence lower bound."""

    def terms(self, images: Tensor, noise: Generator) -> tuple[Tensor, Tensor]:
        """Reconstruction and KL of each image in nats, (N,) each: their sum is -ELBO.

        A conditional model takes the labels (N,) as a third argument. One that has besides
        `log_likelihood(images, z)`, log p(x | z) in nats, has its log p(x) estimated.
        """


class LatentModel(Protocol):
    """A model with a latent space.

    It may have a `prior` (core.scene.prior.Prior), the standard normal where it has none. Where it
    has `conditions`, the number of classes that it draws on demand, `decode` and `encode` take
    labels (N,) as a second argument.
    """

    config: Any  # a ModelConfig

    def decode(self, z: Tensor) -> Tensor:
        """z: (N, L) -> images (N, C, H, W) in [0, 1]"""

    def encode(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """images: (N, C, H, W) -> mean and log-variance of the posterior, (N, L) each"""
