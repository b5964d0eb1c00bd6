"""Conditional adversarial networks with a projection critic (theory: D18).

Mirza & Osindero 2014, arXiv:1411.1784; Miyato & Koyama 2018, arXiv:1802.05637.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..family import WEIGHING, Family
from ..latent_model import Shape, one_hot, required
from .gan import GANConfig, ScalarCriticGAN
from .losses import projection_logit


@dataclass(frozen=True)
class CGANConfig(GANConfig):
    """Nothing more than a network without classes has."""


class CGAN(ScalarCriticGAN):
    """Conditional GAN: the generator gets the class beside z, the encoder a posterior for each."""

    def __init__(self, config: CGANConfig, shape: Shape, classes: int) -> None:
        super().__init__(config, shape, config.latent + classes, 1 + classes, posteriors=classes)
        self.classes = classes

    def conditions(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        return classes

    def logit(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        return projection_logit(self.critic(x), required(labels))

    def generator_input(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        return torch.cat([z, one_hot(labels, self.classes, z)], dim=1)

    def encode(self, images: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        each = (part.unflatten(1, (self.classes, -1)) for part in super().encode(images))
        row = required(labels)[:, None, None].expand(-1, 1, self.config.latent)
        mean, logvar = (part.gather(1, row)[:, 0] for part in each)
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
