"""The base classes of models: what can be trained, and what has a latent space besides.

What only some models offer (an encoder, an evidence lower bound, a critic, ...) is a protocol in
protocols.py, which a model meets by having its methods.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import torch
from torch import Generator, Tensor, nn

from ..config.fields import setting
from ..data import toy
from ..data.dataset import Batch
from ..scene.prior import Gaussian, Prior

Shape: TypeAlias = tuple[int, int, int]  # C, H, W of an image

POINT: Shape = toy.POINT  # of an image that is a point of the plane


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


class TrainableModel(nn.Module, ABC):
    """A game of one or more players, which `core.training.loop` trains."""

    @abstractmethod
    def players(self) -> Mapping[str, nn.Module]:
        """The adversaries of training and the part of the model each one moves."""

    @abstractmethod
    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        """Named terms, weighted but for "kl", which the loop weighs by beta.

        `player` makes their sum small.
        """


class LatentModel(TrainableModel):
    """A model with a latent space; made as Model(config, shape, number of classes).

    One that has `conditions` is told labels (N,) int64, the row of each image's condition; the
    others ignore them.
    """

    config: ModelConfig

    @abstractmethod
    def decode(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """z: (N, L) -> images (N, C, H, W) in [0, 1]"""

    @property
    def prior(self) -> Prior:
        """What z is drawn from: the standard normal, unless a model says otherwise."""
        return Gaussian()

    def conditions(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        """The names of what it draws on demand, such as `classes`, those of the data; or none."""
        return ()

    def decoder_network(self) -> nn.Module | None:
        """The layers from z to images or their logits, in a row, for proofs about them.

        The submodule "decoder", where there is one; None where `decode` is more than layers.
        """
        return dict(self.named_children()).get("decoder")


def one_hot(labels: Tensor | None, classes: int, like: Tensor) -> Tensor:
    """(N,) -> (N, K), 1 in the column of the class; of the type and device of `like`."""
    return (required(labels)[:, None] == torch.arange(classes, device=like.device)).to(like)


def required(labels: Tensor | None) -> Tensor:
    """`labels`, which a conditional model cannot do without."""
    if labels is None:
        raise ValueError("a conditional model needs a label for each image")
    return labels
