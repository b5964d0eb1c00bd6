"""What all GANs have in common: networks, optimisers, the critic's regularisation, an encoder.

Three play: a critic that tells images from drawings, the generator that it judges, and an encoder
that learns from the generator's own images which z they are of, so that images have a place on the
map. The encoder moves nobody else. What the map shows is a running average of the generator (EMA),
which circles about where it would rest.
"""

from __future__ import annotations

import copy
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, Self

import torch
from torch import Generator, Tensor, nn

from ...config.fields import setting
from ...data.dataset import Batch
from ...scene.scene import RealnessScale
from ..gaussian import gaussian_nll, gaussian_parameters
from ..latent_model import LatentModel, ModelConfig, Shape
from ..spectral_norm import ConvNorm, SpectralNorm, StableRankNorm, matrices, unorthonormal
from .gradient_penalty import gradient_penalty
from .losses import Logits
from .networks import Wrap, as_is, critic, generator, inward, outward

EMA_START = 10.0  # steps of which the first average is

Penalty = Literal[
    "none",
    "clipping",
    "gradient penalty",
    "spectral norm",
    "true spectral norm",
    "orthonormal",
    "stable rank",
]


def penalty_setting(penalty: Penalty) -> Any:
    """The field `penalty` of a GAN's configuration, with a family's own default."""
    return setting(
        penalty,
        "what keeps the critic from being too steep to learn from: small weights, a penalty on "
        "slopes other than 1, weights over their norm as matrices or as the convolutions they "
        "are, a penalty on singular values other than 1, or few great ones",
        label="Critic held by",
    )


@dataclass(frozen=True)
class BaseGANConfig(ModelConfig):
    """How the critic is kept from being too steep, and how often it moves."""

    penalty: Penalty = penalty_setting("none")
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


class BaseGAN(LatentModel):
    """A GAN: networks, turns, optimisers; a variant has the losses of critic and generator."""

    config: BaseGANConfig
    batches: Tensor  # () that were seen
    betas = 0.5, 0.999  # of Adam: little momentum, for the landscape moves
    realness_scale: RealnessScale = "log odds"  # what the best critic's `realness` would be

    def __init__(
        self, config: BaseGANConfig, shape: Shape, inputs: int, outputs: int, posteriors: int = 1
    ) -> None:
        """inputs: numbers of the generator; outputs: of the critic; posteriors: of an image."""
        super().__init__()
        self.config = config
        self.shape = shape
        self.generator = generator(config, shape, inputs)
        self.averaged = copy.deepcopy(self.generator).requires_grad_(False)
        self.register_buffer("batches", torch.zeros(()))
        self.critic = critic(config, shape, outputs, _wrap(config), norms=config.penalty == "none")
        self.encoder = critic(config, shape, 2 * posteriors * config.latent)
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
        share = (EMA_START / (EMA_START + self.batches)).clamp_min(1 - self.config.ema_decay)
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
        with torch.no_grad():
            fake = self.decode(z, batch.labels)
        return {"encoder": gaussian_nll(z, *self.encode(fake, batch.labels)).mean()}

    @abstractmethod
    def critic_loss(self, z: Tensor, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        """Its terms where it sees the batch and what is generated from z (N, L)."""

    @abstractmethod
    def generator_loss(self, z: Tensor, batch: Batch) -> dict[str, Tensor]:
        """Its terms for what it generates from z (N, L)."""

    @abstractmethod
    def realness(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        """The critic's number (N,) of images in [0, 1], greater where it takes them for real."""

    def generator_input(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """What the generator's first layer gets, (N, inputs)"""
        return z

    def decode(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        return outward(self.averaged(self.generator_input(z, labels)), self.shape)

    def encode(self, images: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        return gaussian_parameters(self.encoder(self.network_input(images)))

    def network_input(self, images: Tensor) -> Tensor:
        """Images in [0, 1] as critic and encoder see them."""
        return inward(images, self.shape)

    def fake(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """What the newest generator makes of z, as the critic sees it."""
        images = outward(self.generator(self.generator_input(z, labels)), self.shape)
        return self.network_input(images)

    def critic_penalty(
        self, logits: Logits, real: Tensor, fake: Tensor, noise: Generator
    ) -> dict[str, Tensor]:
        """The penalty on the critic's `logits` of what it sees, where there is one."""
        if self.config.penalty == "gradient penalty":
            share = torch.rand(len(real), generator=noise, device=real.device)
            penalty = gradient_penalty(logits, real, fake, share).mean()
            return {"gradient penalty": self.config.gradient_penalty * penalty}
        if self.config.penalty == "orthonormal":
            each = [unorthonormal(matrix) for matrix in matrices(self.critic)]
            return {"orthonormality": self.config.orthogonal_penalty * torch.stack(each).sum()}
        return {}


@contextmanager
def frozen(module: nn.Module) -> Iterator[None]:
    """No gradient of what is computed within reaches the parameters of `module`."""
    trained = [part for part in module.parameters() if part.requires_grad]
    for part in trained:
        part.requires_grad_(False)
    try:
        yield
    finally:
        for part in trained:
            part.requires_grad_(True)


def _wrap(config: BaseGANConfig) -> Wrap:
    made: dict[str, Wrap] = {
        "spectral norm": lambda layer, shape: SpectralNorm(layer),
        "true spectral norm": _true_norm,
        "stable rank": lambda layer, shape: StableRankNorm(layer, config.stable_rank),
    }
    return made.get(config.penalty, as_is)


def _true_norm(layer: nn.Linear | nn.Conv2d, shape: Shape) -> nn.Module:
    return ConvNorm(layer, shape) if isinstance(layer, nn.Conv2d) else SpectralNorm(layer)
