"""Generative adversarial networks (Goodfellow et al. 2014, arXiv:1406.2661); theory: D16."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from torch import Generator, Tensor, nn

from ...config.fields import setting
from ...data.dataset import Batch
from ..family import WEIGHING, Family
from ..latent_model import ModelConfig, Shape
from .base_gan import BaseGAN, BaseGANConfig, Penalty, frozen, penalty_setting
from .losses import LOSSES

LossName: TypeAlias = Literal[
    "non-saturating", "saturating", "hinge", "least squares", "wasserstein"
]


@dataclass(frozen=True)
class LossConfig(ModelConfig):
    """Which loss critic and generator have; its field comes before the critic's regularisation."""

    loss: LossName = setting(
        "hinge",
        "what critic and generator make small: the first two are Goodfellow's; a Wasserstein "
        "critic must be held",
        label="Loss",
    )


@dataclass(frozen=True)
class GANConfig(BaseGANConfig, LossConfig):
    """By default what keeps its modes best; "non-saturating" with nothing held often loses them."""

    penalty: Penalty = penalty_setting("spectral norm")


class ScalarCriticGAN(BaseGAN):
    """A GAN whose critic has one number of each image; what a conditional one adds is a label."""

    config: GANConfig

    def __init__(
        self, config: GANConfig, shape: Shape, inputs: int, outputs: int, posteriors: int = 1
    ) -> None:
        super().__init__(config, shape, inputs, outputs, posteriors)
        if config.loss in ("hinge", "wasserstein"):
            self.betas = 0.0, 0.9
            self.realness_scale = "height"
        elif config.loss == "least squares":
            self.realness_scale = "probability"

    def logit(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        """The critic's number (N,) of images as it sees them."""
        numbers: Tensor = self.critic(x)
        return numbers[:, 0]

    def realness(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        return self.logit(self.network_input(images), labels)

    def critic_loss(self, z: Tensor, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        loss, labels = LOSSES[self.config.loss], batch.labels
        real, fake = self.network_input(batch.images), self.fake(z, labels).detach()
        apart = loss.critic_real(self.logit(real, labels)).mean()
        apart = apart + loss.critic_fake(self.logit(fake, labels)).mean()
        penalty = self.critic_penalty(lambda x: self.logit(x, labels), real, fake, noise)
        return {"critic": apart, **penalty}

    def generator_loss(self, z: Tensor, batch: Batch) -> dict[str, Tensor]:
        with frozen(self.critic):
            logits = self.logit(self.fake(z, batch.labels), batch.labels)
        return {"generator": LOSSES[self.config.loss].generator(logits).mean()}


class GAN(ScalarCriticGAN):
    """Generative adversarial network, unconditional."""

    def __init__(self, config: GANConfig, shape: Shape, classes: int = 0) -> None:
        super().__init__(config, shape, inputs=config.latent, outputs=1)

    def decoder_network(self) -> nn.Module:
        return self.averaged


FAMILY = Family(
    "Generative adversarial network",
    "Draws from random points, and learns from a critic that tells its drawings from images.",
    "Goodfellow et al. 2014, arXiv:1406.2661",
    GANConfig,
    GAN,
    unit="",
    unused=WEIGHING,
    group="Adversarial networks",
    rate=2e-4,
    epochs=30,
)
