"""Generative adversarial networks (Goodfellow et al. 2014, arXiv:1406.2661): THEORY.md, D16, D17.

Three play: a critic that tells images from drawings, the generator that it judges, and an encoder
that learns from the generator's own drawings what they were drawn from, so that images have a
place on the map. The encoder moves nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import torch
from torch import Generator, Tensor, nn

from ..data import Batch
from ..setting import setting
from .base import Family, ModelConfig, Shape
from .gan_losses import LOSSES, gradient_penalty, surprise
from .gan_nets import Critic, Wrap, as_is, critic, generator, inward, outward
from .lipschitz_layers import (
    ConvNorm, SpectralNorm, StableRankNorm, matrices, unorthonormal,
)  # fmt: skip

LOGVAR_BOUND = 10.0  # keeps exp() finite while training finds its feet

LossName = Literal["non-saturating", "saturating", "hinge", "least squares", "wasserstein"]
Penalty = Literal[
    "none", "clipping", "gradient penalty", "spectral norm", "true spectral norm", "orthonormal",
    "stable rank",
]  # fmt: skip


@dataclass(frozen=True)
class CriticConfig(ModelConfig):
    """What all adversarial games share: how the critic is kept from being too steep."""

    penalty: Penalty = setting(
        "none",
        "what keeps the critic from being too steep for the generator to learn from: weights cut "
        "off, a penalty on slopes other than 1, weights over their spectral norm as matrices or "
        "as the convolutions they are, a penalty on singular values other than 1, or few of them",
        label="Critic held by",
    )
    critic_steps: int = setting(
        1, "batches that the critic learns from for each that the generator does; Wasserstein "
        "critics want 5", label="Critic steps", low=1, high=100, live=True,
    )  # fmt: skip
    slope: float = setting(
        10.0, "weight of the gradient penalty", label="Slope penalty", low=0, high=1e4, live=True
    )
    cut: float = setting(
        0.01, "clipping cuts the critic's weights off at this size", label="Critic's largest weight",
        low=1e-4, high=100, live=True,
    )  # fmt: skip
    orthonormality: float = setting(
        1e-3, "weight of the penalty on singular values other than 1",
        label="Orthonormality penalty", low=0, high=1e4, live=True,
    )  # fmt: skip
    spread: float = setting(
        0.5, "stable rank: how much of the greatest possible one is allowed, from 0 to 1",
        label="Stable rank", low=0, high=1,
    )  # fmt: skip


@dataclass(frozen=True)
class GANConfig(CriticConfig):
    loss: LossName = setting(
        "non-saturating",
        "what critic and generator make small: Goodfellow's two, margins, squares, or the "
        "Wasserstein distance, which needs a critic that is held",
        label="Loss",
    )


class Game(nn.Module):
    """What adversarial games share: their players, what holds the critic, and the encoder."""

    def __init__(
        self, config: CriticConfig, shape: Shape, given: int, logits: int, codes: int = 1
    ) -> None:
        """A generator from `given` numbers, a critic of `logits`, an encoder with `codes` codes."""
        super().__init__()
        self.config: Any = config
        self.shape = shape
        self.generator = generator(config, shape, given)
        self.critic = critic(config, shape, logits, _wrap(config), config.penalty == "none")
        self.encoder = critic(config, shape, 2 * codes * config.latent)
        if config.penalty == "orthonormal":
            for matrix in matrices(self.critic):
                nn.init.orthogonal_(matrix)

    def players(self) -> dict[str, nn.Module]:
        return {"critic": self.critic, "generator": self.generator, "encoder": self.encoder}

    def movers(self, step: int) -> tuple[str, ...]:
        last = (step + 1) % self.config.critic_steps == 0
        return ("critic", "generator", "encoder") if last else ("critic", "encoder")

    def optimizer(
        self, player: str, parameters: Iterable[nn.Parameter], rate: float
    ) -> torch.optim.Optimizer:
        """Adam with less momentum, for the loss that it goes down changes under its feet."""
        if player == "encoder":
            return torch.optim.Adam(parameters, lr=rate, fused=True)
        if self.config.penalty == "clipping":
            return torch.optim.RMSprop(parameters, lr=rate)
        return torch.optim.Adam(parameters, lr=rate, betas=self.betas(), fused=True)

    def betas(self) -> tuple[float, float]:
        return 0.5, 0.999

    @torch.no_grad()
    def constrain(self) -> None:
        if self.config.penalty == "clipping":
            for part in self.critic.parameters():
                part.clamp_(-self.config.cut, self.config.cut)

    def seen(self, images: Tensor) -> Tensor:
        """Images in [0, 1] as the critic sees them."""
        return inward(images, self.shape)

    def prior_like(self, images: Tensor, noise: Generator) -> Tensor:
        """A point of the prior for each image, (N, L)"""
        size = len(images), self.config.latent
        return torch.randn(size, generator=noise, device=images.device)

    def held(
        self, said: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, noise: Generator
    ) -> dict[str, Tensor]:
        """The penalty on the critic that is asked for; `said`: its logits (N,) of what it sees."""
        if self.config.penalty == "gradient penalty":
            share = torch.rand(len(real), generator=noise, device=real.device)
            penalty = gradient_penalty(said, real, fake, share).mean()
            return {"gradient penalty": self.config.slope * penalty}
        if self.config.penalty == "orthonormal":
            penalty = torch.stack([unorthonormal(matrix) for matrix in matrices(self.critic)])
            return {"orthonormality": self.config.orthonormality * penalty.sum()}
        return {}

    def posterior(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """The encoder's mean and log-variance, (N, L) each, or (N, codes * L)"""
        mean, logvar = self.encoder(self.seen(images)).chunk(2, dim=1)
        return mean, logvar.clamp(-LOGVAR_BOUND, LOGVAR_BOUND)


class GAN(Game):
    def __init__(self, config: GANConfig, shape: Shape, classes: int = 0) -> None:
        super().__init__(config, shape, config.latent, 1)

    @property
    def decoder(self) -> nn.Module:
        """The generator's layers, for what looks into them."""
        return self.generator

    def betas(self) -> tuple[float, float]:
        return (0.0, 0.9) if self.config.loss in ("hinge", "wasserstein") else (0.5, 0.999)

    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        z = self.prior_like(batch.images, noise)
        made = {
            "critic": self._critic_loss, "generator": self._generator_loss,
            "encoder": self._encoder_loss,
        }  # fmt: skip
        return made[player](z, batch.images, noise)

    def _critic_loss(self, z: Tensor, images: Tensor, noise: Generator) -> dict[str, Tensor]:
        loss, real, fake = LOSSES[self.config.loss], self.seen(images), self.drawn(z)
        told = loss.real(self.logit(real)).mean() + loss.fake(self.logit(fake)).mean()
        return {"critic": told} | self.held(self.logit, real, fake, noise)

    def _generator_loss(self, z: Tensor, images: Tensor, noise: Generator) -> dict[str, Tensor]:
        with still(self.critic):
            judged = self.logit(self.seen(self.decode(z)))
        return {"generator": LOSSES[self.config.loss].drawn(judged).mean()}

    def _encoder_loss(self, z: Tensor, images: Tensor, noise: Generator) -> dict[str, Tensor]:
        with torch.no_grad():
            drawn = self.decode(z)
        return {"encoder": surprise(z, *self.encode(drawn)).mean()}

    @torch.no_grad()
    def drawn(self, z: Tensor) -> Tensor:
        """What the generator draws from z (N, L), as the critic sees it; no gradient."""
        return self.seen(self.decode(z))

    def logit(self, x: Tensor) -> Tensor:
        """(N,) of the critic, of images as it sees them"""
        said: Tensor = self.critic(x)
        return said[:, 0]

    def decode(self, z: Tensor) -> Tensor:
        return outward(self.generator(z), self.shape)

    def encode(self, images: Tensor) -> tuple[Tensor, Tensor]:
        return self.posterior(images)


@contextmanager
def still(module: nn.Module) -> Iterator[None]:
    """Nothing that is computed within reaches the parameters of `module` by a gradient."""
    moved = [part for part in module.parameters() if part.requires_grad]
    for part in moved:
        part.requires_grad_(False)
    try:
        yield
    finally:
        for part in moved:
            part.requires_grad_(True)


def _wrap(config: CriticConfig) -> Wrap:
    made: dict[str, Wrap] = {
        "spectral norm": lambda layer, shape: SpectralNorm(layer),
        "true spectral norm": _true_norm,
        "stable rank": lambda layer, shape: StableRankNorm(layer, config.spread),
    }
    return made.get(config.penalty, as_is)


def _true_norm(layer: nn.Linear | nn.Conv2d, shape: Shape) -> nn.Module:
    return ConvNorm(layer, shape) if isinstance(layer, nn.Conv2d) else SpectralNorm(layer)


FAMILY = Family(
    "Generative adversarial network",
    "Draws from random points, and learns from a critic that tells its drawings from images.",
    "Goodfellow et al. 2014, arXiv:1406.2661",
    GANConfig,
    GAN,
    rate=2e-4,
    epochs=30,
)
