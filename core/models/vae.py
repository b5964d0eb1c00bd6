"""Variational autoencoder with a Bernoulli likelihood (Kingma & Welling 2014, arXiv:1312.6114)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from ..data import Batch
from ..setting import setting
from .base import Family, ModelConfig, Shape
from .nets import decoder, encoder

LOGVAR_BOUND = 10.0  # keeps exp() finite while training finds its feet
LEAST_SQUARE = 1e-6  # per coordinate, of a distance that is divided by


@dataclass(frozen=True)
class VAEConfig(ModelConfig):
    omega: float = setting(
        0.0, "penalty where the encoder sends like images far apart; 0 is none, 30 a mild one",
        label="Encoder slope penalty", low=0, high=1e5, live=True,
    )  # fmt: skip
    ratio: float = setting(
        0.0, "penalty where the decoder draws near points unlike; 0 is none, 1 a strong one",
        label="Decoder slope penalty", low=0, high=1e5, live=True,
    )  # fmt: skip
    clip: float = setting(
        0.0, "after each step every weight is cut off at this size, say 0.3; 0 is no limit",
        label="Largest weight", low=0, high=100, live=True,
    )  # fmt: skip


class VAE(nn.Module):
    def __init__(self, config: VAEConfig, shape: Shape, classes: int = 0) -> None:
        super().__init__()
        self.config = config
        self.encoder = encoder(config, shape, 2 * config.latent)
        self.decoder = decoder(config, shape, config.latent)

    def players(self) -> dict[str, nn.Module]:
        return {"vae": self}

    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        """Terms of the negative ELBO in nats: summed over pixels, averaged over the batch.

        And the penalties that are asked for, with their weights (THEORY.md, D12). "omega" is half
        of `omega` times the mean squared slope of the encoder's mean between two images; "ratio"
        the same of the decoder, between two points of the prior.
        """
        mean, logvar = self.encode(batch.images)
        recon, kl = self._elbo(batch.images, mean, logvar, noise)
        terms = {"recon": recon.mean(), "kl": kl.mean()}
        if self.config.omega:
            terms["omega"] = _penalty(self.config.omega, mean, batch.images)
        if self.config.ratio:
            z = torch.randn(mean.shape, generator=noise, device=mean.device, dtype=mean.dtype)
            terms["ratio"] = _penalty(self.config.ratio, self.decode(z), z)
        return terms

    @torch.no_grad()
    def constrain(self) -> None:
        """Clip every parameter to [-clip, clip], where a limit is set."""
        if self.config.clip:
            for part in self.parameters():
                part.clamp_(-self.config.clip, self.config.clip)

    def terms(self, images: Tensor, noise: Generator) -> tuple[Tensor, Tensor]:
        """Reconstruction and KL of each image in nats, (N,) each; one posterior draw."""
        return self._elbo(images, *self.encode(images), noise)

    def _elbo(
        self, images: Tensor, mean: Tensor, logvar: Tensor, noise: Generator
    ) -> tuple[Tensor, Tensor]:
        draws = torch.randn(mean.shape, generator=noise, device=mean.device)
        logits = self.decoder(mean + (0.5 * logvar).exp() * draws)
        recon = F.binary_cross_entropy_with_logits(logits, images, reduction="none")
        kl = 0.5 * (mean**2 + logvar.exp() - 1 - logvar)
        return recon.flatten(1).sum(1), kl.sum(1)

    def encode(self, images: Tensor) -> tuple[Tensor, Tensor]:
        mean, logvar = self.encoder(images).chunk(2, dim=1)
        return mean, logvar.clamp(-LOGVAR_BOUND, LOGVAR_BOUND)

    def decode(self, z: Tensor) -> Tensor:
        images: Tensor = self.decoder(z).sigmoid()
        return images


def squared_slopes(value: Tensor, point: Tensor) -> Tensor:
    """|value_i - value_j|^2 / |point_i - point_j|^2 of the pairs (i, i + N // 2).

    point: (N, ...) and what a map makes of each, value: (N, ...) -> (N // 2,); of an odd N the
    last is left out. None is above the squared Lipschitz constant of the map. The denominator is
    at least 1e-6 per coordinate, so that the slope between equal points is 0.
    """
    half = len(point) // 2
    above, below = (
        (part[:half] - part[half : 2 * half]).flatten(1).square().sum(1) for part in (value, point)
    )
    return above / below.clamp_min(LEAST_SQUARE * point[0].numel())


def _penalty(weight: float, value: Tensor, point: Tensor) -> Tensor:
    """Per sample: the sum over pairs has half as many terms as that over the batch."""
    slopes = squared_slopes(value, point)
    return 0.5 * weight * slopes.sum() / max(1, len(slopes))  # one image alone has no slope


FAMILY = Family(
    "Variational autoencoder",
    "Encodes each image as a small cloud around a code and learns to draw from any point of it.",
    "Kingma & Welling 2014, arXiv:1312.6114",
    VAEConfig,
    VAE,
)
