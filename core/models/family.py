"""A family of models: its name, its configuration, and how it is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from .latent_model import LatentModel, ModelConfig

WEIGHING = ("beta", "warmup", "cyclical")  # settings of the training, of a term named "kl"

Group: TypeAlias = Literal[
    "Autoencoders", "Variational autoencoders", "Adversarial networks", "Others"
]


@dataclass(frozen=True)
class Family:
    """A family of models as a person chooses it, and how it is made."""

    title: str  # as read in a list, e.g. "Variational autoencoder"
    sentence: str  # what it does, for a student
    source: str  # author and year
    config: type[ModelConfig]
    model: type[LatentModel]  # made of (config, shape, number of classes)
    rate: float = 1e-3  # learning rate to begin with
    epochs: int = 10
    labelled: bool = False  # of no use where the data has no classes
    unit: str = "nats"  # of its losses, as read beside their curves; empty where they differ
    unused: tuple[str, ...] = ()  # settings of all, of the training too, that do nothing here
    group: Group = "Others"  # under which it is listed
