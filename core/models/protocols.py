"""What only some models offer besides what all do (latent_model.py): asked for by isinstance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

import torch
from torch import Generator, Tensor, nn

from ..data.dataset import Batch
from ..scene.scene import RealnessScale

# ---- what a model can do ----


@runtime_checkable
class Encoding(Protocol):
    """A model with an encoder."""

    def encode(self, images: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """images: (N, C, H, W) -> mean and log-variance of the posterior, (N, L) each"""


@runtime_checkable
class EvidenceBound(Protocol):
    """A model with an evidence lower bound."""

    def terms(
        self, images: Tensor, noise: Generator, labels: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Reconstruction and KL of each image in nats, (N,) each: their sum is -ELBO."""


@runtime_checkable
class Likelihood(Protocol):
    """A model that says how probable an image is, given its code: its log p(x) can be estimated."""

    def log_likelihood(self, images: Tensor, z: Tensor) -> Tensor:
        """log p(x | z) of images (N, C, H, W) at z (N, L), (N,) nats"""


@runtime_checkable
class Adversarial(Protocol):
    """A model with a critic of images."""

    realness_scale: RealnessScale  # what the best critic's `realness` would be

    def realness(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        """The critic's number (N,) of images in [0, 1], greater where it takes them for real"""


# ---- how a model is trained ----


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
