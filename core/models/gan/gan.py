"""Generative adversarial networks (Goodfellow et al. 2014, arXiv:1406.2661); THEORY.md, D16."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from torch import Generator, Tensor, nn

from ...config.fields import setting
from ...data.dataset import Batch
from ..family import WEIGHING, Family, ModelConfig, Shape
from .game import Game, GameConfig, Penalty, held, still
from .losses import LOSSES

Loss: TypeAlias = Literal["non-saturating", "saturating", "hinge", "least squares", "wasserstein"]


@dataclass(frozen=True)
class LossConfig(ModelConfig):
    """What the game is about, which is chosen before how its critic is held."""

    loss: Loss = setting(
        "hinge",
        "what critic and generator make small: the first two are Goodfellow's; a Wasserstein "
        "critic must be held",
        label="Loss",
    )


@dataclass(frozen=True)
class GANConfig(GameConfig, LossConfig):
    """By default what keeps its modes best; "non-saturating" with nothing held often loses them."""

    penalty: Penalty = held("spectral norm")


class Duel(Game):
    """A critic that says one number of each image, and a generator that wants it great."""

    def __init__(
        self, config: GANConfig, shape: Shape, given: int, said: int, codes: int = 1
    ) -> None:
        super().__init__(config, shape, given, said, codes)
        if config.loss in ("hinge", "wasserstein"):
            self.betas = 0.0, 0.9
            self.says = "height"
        elif config.loss == "least squares":
            self.says = "probability"

    def logit(self, x: Tensor, *told: Tensor) -> Tensor:
        """The critic's number (N,) of images as it sees them."""
        said: Tensor = self.critic(x)
        return said[:, 0]

    def realness(self, images: Tensor, *told: Tensor) -> Tensor:
        return self.logit(self.seen(images), *told)

    def critic_loss(self, z: Tensor, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        loss, told = LOSSES[self.config.loss], self.told(batch)
        real, fake = self.seen(batch.images), self.drawn(z, *told).detach()
        apart = loss.real(self.logit(real, *told)).mean()
        apart = apart + loss.fake(self.logit(fake, *told)).mean()
        held = self.held(lambda x: self.logit(x, *told), real, fake, noise)
        return {"critic": apart, **held}

    def generator_loss(self, z: Tensor, batch: Batch) -> dict[str, Tensor]:
        told = self.told(batch)
        with still(self.critic):
            judged = self.logit(self.drawn(z, *told), *told)
        return {"generator": LOSSES[self.config.loss].drawn(judged).mean()}


class GAN(Duel):
    def __init__(self, config: GANConfig, shape: Shape, classes: int = 0) -> None:
        super().__init__(config, shape, given=config.latent, said=1)

    @property
    def decoder(self) -> nn.Module:
        """The layers in a row, for proofs about them."""
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
