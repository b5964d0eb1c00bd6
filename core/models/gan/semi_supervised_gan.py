"""Semi-supervised GAN: the critic is a classifier that needs few labels (theory: D15).

Salimans et al. 2016, arXiv:1606.03498: K classes, and one of what is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn

from ...config.fields import setting
from ...data.dataset import Batch
from ..family import WEIGHING, Family
from ..labels import labelled
from ..latent_model import Shape, required
from .base_gan import BaseGAN, BaseGANConfig, frozen
from .losses import LOSSES, class_realness, feature_matching, known_classes


@dataclass(frozen=True)
class SGANConfig(BaseGANConfig):
    labelled_fraction: float = setting(
        0.1,
        "share of the training images whose class the critic is told",
        label="Labelled share",
        low=0,
        high=1,
    )


class SGAN(BaseGAN):
    """Semi-supervised GAN: its critic is a classifier of K classes and of what is generated."""

    config: SGANConfig

    def __init__(self, config: SGANConfig, shape: Shape, classes: int) -> None:
        super().__init__(config, shape, inputs=config.latent, outputs=classes)

    def decoder_network(self) -> nn.Module:
        return self.averaged

    def realness(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        return class_realness(self.critic(self.network_input(images)))

    def critic_loss(self, z: Tensor, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        """ "labels": cross entropy of the few; "critic": half of telling real from generated."""
        loss, labels = LOSSES["non-saturating"], required(batch.labels)
        real, fake = self.network_input(batch.images), self.fake(z).detach()
        logits = self.critic(real)
        known = labelled(batch.images, self.config.labelled_fraction)
        apart = loss.critic_real(class_realness(logits)).mean()
        apart = apart + loss.critic_fake(class_realness(self.critic(fake))).mean()
        penalty = self.critic_penalty(lambda x: class_realness(self.critic(x)), real, fake, noise)
        few = known_classes(logits, labels, known)
        return {"critic": 0.5 * apart, "labels": few, **penalty}

    def generator_loss(self, z: Tensor, batch: Batch) -> dict[str, Tensor]:
        """Its images shall have the critic's features of the data, on average."""
        with frozen(self.critic):
            fake = self.critic.body(self.fake(z))
            with torch.no_grad():
                real = self.critic.body(self.network_input(batch.images))
        return {"generator": feature_matching(real, fake)}


FAMILY = Family(
    "Semi-supervised GAN",
    "Its critic also names classes, from a few labelled images and many without a label.",
    "Salimans et al. 2016, arXiv:1606.03498",
    SGANConfig,
    SGAN,
    unit="",
    unused=WEIGHING,
    group="Adversarial networks",
    rate=3e-4,
    epochs=30,
    labelled=True,
)
