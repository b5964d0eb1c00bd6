"""An adversarial network whose critic is a classifier that needs few labels (THEORY.md, D15).

Salimans et al. 2016, arXiv:1606.03498: K classes, and one of what is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn

from ...config.fields import setting
from ...data.dataset import Batch
from ..family import WEIGHING, Family, Shape
from ..vae.semi_supervised import labelled
from .game import Game, GameConfig, still
from .losses import LOSSES, feature_matching, known_classes, realness


@dataclass(frozen=True)
class SGANConfig(GameConfig):
    labelled_fraction: float = setting(
        0.1,
        "share of the training images whose class the critic is told",
        label="Labelled share",
        low=0,
        high=1,
    )


class SGAN(Game):
    def __init__(self, config: SGANConfig, shape: Shape, classes: int) -> None:
        super().__init__(config, shape, given=config.latent, said=classes)

    @property
    def decoder(self) -> nn.Module:
        """The layers in a row, for proofs about them."""
        return self.averaged

    def realness(self, images: Tensor, *told: Tensor) -> Tensor:
        return realness(self.critic(self.seen(images)))

    def critic_loss(self, z: Tensor, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        """ "labels": cross entropy of the few; "critic": half of telling real from drawn."""
        assert batch.labels is not None, "a classifier learns from labels"
        loss, real, fake = LOSSES["non-saturating"], self.seen(batch.images), self.drawn(z).detach()
        logits = self.critic(real)
        known = labelled(batch.images, self.config.labelled_fraction)
        apart = loss.real(realness(logits)).mean()
        apart = apart + loss.fake(realness(self.critic(fake))).mean()
        held = self.held(lambda x: realness(self.critic(x)), real, fake, noise)
        few = known_classes(logits, batch.labels, known)
        return {"critic": 0.5 * apart, "labels": few, **held}

    def generator_loss(self, z: Tensor, batch: Batch) -> dict[str, Tensor]:
        """Its images shall have the critic's features of the data, on average."""
        with still(self.critic):
            fake = self.critic.body(self.drawn(z))
            with torch.no_grad():
                real = self.critic.body(self.seen(batch.images))
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
