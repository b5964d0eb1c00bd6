"""What adversarial games share: players, turns, what holds the critic, and the way back to z.

Three play: a critic that tells images from drawings, the generator that it judges, and an encoder
that learns from the generator's own drawings what they were drawn from, so that images have a
place on the map. The encoder moves nobody else. What is drawn on the map is a running average of
the generator, which circles about where it would rest.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, Self

import torch
from torch import Generator, Tensor, nn

from ...config.fields import setting
from ...data.dataset import Batch
from ...scene.scene import Says
from ..family import ModelConfig, Shape
from ..lipschitz_layers import ConvNorm, SpectralNorm, StableRankNorm, matrices, unorthonormal
from ..vae.variational import LOGVAR_BOUND
from .losses import Of, gradient_penalty, surprise
from .networks import Wrap, as_is, critic, generator, inward, outward

START = 10.0  # steps of which the first average is

Penalty = Literal[
    "none",
    "clipping",
    "gradient penalty",
    "spectral norm",
    "true spectral norm",
    "orthonormal",
    "stable rank",
]


def held(penalty: Penalty) -> Any:
    """The setting of that name, with a family's own default."""
    return setting(
        penalty,
        "what keeps the critic from being too steep to learn from: small weights, a penalty on "
        "slopes other than 1, weights over their norm as matrices or as the convolutions they "
        "are, a penalty on singular values other than 1, or few great ones",
        label="Critic held by",
    )


@dataclass(frozen=True)
class GameConfig(ModelConfig):
    """How the critic is kept from being too steep, and how often it moves."""

    penalty: Penalty = held("none")
    critic_steps: int = setting(
        1,
        "batches that the critic learns from for each that the generator does; a Wasserstein "
        "critic wants 5",
        label="Critic steps",
        low=1,
        high=100,
        live=True,
    )
    gradient_penalty: float = setting(
        10.0,
        "weight of the gradient penalty",
        label="Slope penalty",
        low=0,
        high=1e4,
        live=True,
        when=("penalty", "gradient penalty"),
    )
    weight_clip: float = setting(
        0.01,
        "size at which clipping cuts the critic's weights off",
        label="Largest weight",
        low=1e-4,
        high=100,
        live=True,
        when=("penalty", "clipping"),
    )
    orthogonal_penalty: float = setting(
        1e-3,
        "weight of the penalty on singular values other than 1",
        label="Penalty weight",
        low=0,
        high=1e4,
        live=True,
        when=("penalty", "orthonormal"),
    )
    stable_rank: float = setting(
        0.5,
        "the part of the greatest possible stable rank that is allowed",
        label="Stable rank",
        low=0,
        high=1,
        when=("penalty", "stable rank"),
    )
    ema_decay: float = setting(
        0.999,
        "how much of the drawn generator stays at each step; 0: it is the newest one",
        label="Averaging",
        low=0,
        high=0.99999,
        live=True,
    )


class Game(nn.Module):
    """Networks and turns; a family says what critic and generator make small."""

    batches: Tensor  # () that were seen
    betas = 0.5, 0.999  # of Adam: little momentum, for the landscape moves
    says: Says = "log odds"  # what the best critic's `realness` would be

    def __init__(
        self, config: GameConfig, shape: Shape, given: int, said: int, codes: int = 1
    ) -> None:
        """A generator of `given` numbers, a critic that says so many, posteriors for each image."""
        super().__init__()
        self.config: Any = config
        self.shape = shape
        self.generator = generator(config, shape, given)
        self.averaged = copy.deepcopy(self.generator).requires_grad_(False)
        self.register_buffer("batches", torch.zeros(()))
        self.critic = critic(config, shape, said, _wrap(config), norms=config.penalty == "none")
        self.encoder = critic(config, shape, 2 * codes * config.latent)
        if config.penalty == "orthonormal":
            for matrix in matrices(self.critic):
                nn.init.orthogonal_(matrix)

    def players(self) -> dict[str, nn.Module]:
        return {"critic": self.critic, "generator": self.generator, "encoder": self.encoder}

    def train(self, mode: bool = True) -> Self:
        super().train(mode)
        self.averaged.eval()  # its batch norms are averages too
        return self

    @torch.no_grad()
    def observe(self, batch: Batch) -> None:
        """Averages over the last tenth of the training at first, so that the start is forgotten."""
        share = (START / (START + self.batches)).clamp_min(1 - self.config.ema_decay)
        self.batches += 1
        newest = self.generator.state_dict()
        for name, part in self.averaged.state_dict().items():
            if part.is_floating_point():
                part.lerp_(newest[name], share)

    def movers(self, step: int) -> tuple[str, ...]:
        """The generator moves on the last of so many batches of the critic's."""
        last = (step + 1) % self.config.critic_steps == 0
        return ("critic", "generator", "encoder") if last else ("critic", "encoder")

    def optimizer(
        self, player: str, parameters: Iterable[nn.Parameter], rate: float
    ) -> torch.optim.Optimizer:
        if player == "encoder":
            return torch.optim.Adam(parameters, lr=rate, fused=True)
        if self.config.penalty == "clipping":  # momentum upsets it (arXiv:1701.07875, section 4)
            return torch.optim.RMSprop(parameters, lr=rate)
        return torch.optim.Adam(parameters, lr=rate, betas=self.betas, fused=True)

    @torch.no_grad()
    def constrain(self) -> None:
        if self.config.penalty == "clipping":
            for part in self.critic.parameters():
                part.clamp_(-self.config.weight_clip, self.config.weight_clip)

    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        size = len(batch.images), self.config.latent
        z = torch.randn(size, generator=noise, device=batch.images.device)
        if player == "critic":
            return self.critic_loss(z, batch, noise)
        if player == "generator":
            return self.generator_loss(z, batch)
        told = self.told(batch)
        with torch.no_grad():
            drawn = self.decode(z, *told)
        return {"encoder": surprise(z, *self.encode(drawn, *told)).mean()}

    def critic_loss(self, z: Tensor, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        """Its terms where it sees the batch and what is drawn from z (N, L)."""
        raise NotImplementedError

    def generator_loss(self, z: Tensor, batch: Batch) -> dict[str, Tensor]:
        """Its terms for what it draws from z (N, L)."""
        raise NotImplementedError

    def realness(self, images: Tensor, *told: Tensor) -> Tensor:
        """The critic's number (N,) of images in [0, 1], greater where it takes them for real."""
        raise NotImplementedError

    def told(self, batch: Batch) -> tuple[Tensor, ...]:
        """What all three are told of each image: nothing, or its class."""
        return ()

    def given(self, z: Tensor, *told: Tensor) -> Tensor:
        """What the generator's first layer sees, (N, ...)"""
        return z

    def decode(self, z: Tensor, *told: Tensor) -> Tensor:
        return outward(self.averaged(self.given(z, *told)), self.shape)

    def encode(self, images: Tensor, *told: Tensor) -> tuple[Tensor, Tensor]:
        mean, logvar = self.encoder(self.seen(images)).chunk(2, dim=1)
        return mean, logvar.clamp(-LOGVAR_BOUND, LOGVAR_BOUND)

    def seen(self, images: Tensor) -> Tensor:
        """Images in [0, 1] as the networks see them."""
        return inward(images, self.shape)

    def drawn(self, z: Tensor, *told: Tensor) -> Tensor:
        """What the newest generator draws, as the critic sees it."""
        return self.seen(outward(self.generator(self.given(z, *told)), self.shape))

    def held(self, logit: Of, real: Tensor, fake: Tensor, noise: Generator) -> dict[str, Tensor]:
        """The penalty on the critic's `logit` of what it sees, where one is asked for."""
        if self.config.penalty == "gradient penalty":
            share = torch.rand(len(real), generator=noise, device=real.device)
            penalty = gradient_penalty(logit, real, fake, share).mean()
            return {"gradient penalty": self.config.gradient_penalty * penalty}
        if self.config.penalty == "orthonormal":
            each = [unorthonormal(matrix) for matrix in matrices(self.critic)]
            return {"orthonormality": self.config.orthogonal_penalty * torch.stack(each).sum()}
        return {}


@contextmanager
def still(module: nn.Module) -> Iterator[None]:
    """No gradient of what is computed within reaches the parameters of `module`."""
    moved = [part for part in module.parameters() if part.requires_grad]
    for part in moved:
        part.requires_grad_(False)
    try:
        yield
    finally:
        for part in moved:
            part.requires_grad_(True)


def _wrap(config: GameConfig) -> Wrap:
    made: dict[str, Wrap] = {
        "spectral norm": lambda layer, shape: SpectralNorm(layer),
        "true spectral norm": _true_norm,
        "stable rank": lambda layer, shape: StableRankNorm(layer, config.stable_rank),
    }
    return made.get(config.penalty, as_is)


def _true_norm(layer: nn.Linear | nn.Conv2d, shape: Shape) -> nn.Module:
    return ConvNorm(layer, shape) if isinstance(layer, nn.Conv2d) else SpectralNorm(layer)
