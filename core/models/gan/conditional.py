"""Conditional adversarial networks with a projection critic (THEORY.md, D18).

Mirza & Osindero 2014, arXiv:1411.1784; Miyato & Koyama 2018, arXiv:1802.05637.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ...data.dataset import Batch
from ..family import WEIGHING, Family, Shape
from .gan import Duel, GANConfig
from .losses import projected


@dataclass(frozen=True)
class CGANConfig(GANConfig):
    """Nothing more than a network without classes has."""


class CGAN(Duel):
    """The generator sees the class beside z; the encoder has a posterior for each class."""

    def __init__(self, config: CGANConfig, shape: Shape, classes: int) -> None:
        super().__init__(config, shape, config.latent + classes, 1 + classes, codes=classes)
        self.conditions = classes

    def told(self, batch: Batch) -> tuple[Tensor, ...]:
        assert batch.labels is not None, "a conditional model learns from labels"
        return (batch.labels,)

    def logit(self, x: Tensor, *told: Tensor) -> Tensor:
        return projected(self.critic(x), *told)

    def given(self, z: Tensor, *told: Tensor) -> Tensor:
        (labels,) = told
        shown = labels[:, None] == torch.arange(self.conditions, device=z.device)
        return torch.cat([z, shown.to(z)], dim=1)

    def encode(self, images: Tensor, *told: Tensor) -> tuple[Tensor, Tensor]:
        (labels,) = told
        both = (part.unflatten(1, (self.conditions, -1)) for part in super().encode(images))
        row = labels[:, None, None].expand(-1, 1, self.config.latent)
        mean, logvar = (part.gather(1, row)[:, 0] for part in both)
        return mean, logvar


FAMILY = Family(
    "Conditional GAN",
    "Draws the class that it is asked for; its critic asks whether image and class belong "
    "together.",
    "Miyato & Koyama 2018, arXiv:1802.05637",
    CGANConfig,
    CGAN,
    unit="",
    unused=WEIGHING,
    group="Adversarial networks",
    rate=2e-4,
    epochs=30,
    labelled=True,
)
