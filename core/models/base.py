"""What the rest of the program may ask of a model, and what every family of them can be set to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

import torch
from torch import Generator, Tensor, nn

from ..data import Batch, toy
from ..setting import setting

Shape: TypeAlias = tuple[int, int, int]  # C, H, W of an image
POINT: Shape = toy.POINT  # of an image that is a point of the plane
WEIGHING = ("beta", "warmup", "cyclical")  # settings of the training, of a term named "kl"

Group: TypeAlias = Literal[
    "Autoencoders", "Variational autoencoders", "Adversarial networks", "Others"
]


@dataclass(frozen=True)
class ModelConfig:
    """What all families share. A field marked `live` is taken over while the model trains."""

    latent: int = setting(2, "dimension of the latent space", label="Latent size", low=1, high=512)
    body: Literal["conv", "dense"] = setting(
        "conv",
        "convolutional networks draw better, dense ones train faster; points of the plane always "
        "have dense ones",
        label="Networks",
    )
    hidden: int = setting(256, "units of the hidden layer", label="Hidden units", low=4, high=4096)


@dataclass(frozen=True)
class Family:
    """A family of models as a person chooses it, and how it is made."""

    title: str  # as read in a list, e.g. "Variational autoencoder"
    sentence: str  # what it does, for a student
    source: str  # author and year
    config: type[ModelConfig]
    model: type[nn.Module]  # made of (config, shape, number of classes)
    rate: float = 1e-3  # learning rate to begin with
    epochs: int = 10
    labelled: bool = False  # of no use where the data has no classes
    unit: str = "nats"  # of its losses, as read beside their curves; empty where they differ
    unused: tuple[str, ...] = ()  # settings of all, of the training too, that do nothing here
    group: Group = "Others"  # under which it is listed


class Trainable(Protocol):
    """A game of one or more players, which `core.train` trains."""

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

    It may have a `prior` (core.scene.Prior), the standard normal where it has none. Where it has
    `conditions`, the number of classes that it draws on demand, `decode` and `encode` take labels
    (N,) as a second argument.
    """

    config: Any  # a ModelConfig

    def decode(self, z: Tensor) -> Tensor:
        """z: (N, L) -> images (N, C, H, W) in [0, 1]"""

    def encode(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """images: (N, C, H, W) -> mean and log-variance of the posterior, (N, L) each"""
