"""What the relatives of the VAE have in common: its networks, its noise, its bound."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Generator, Tensor, nn

from ...config.fields import setting
from ...data.dataset import Batch
from ..family import ModelConfig, Shape
from ..likelihoods import Kind, pixels
from ..networks import decoder, encoder
from ..penalties import kl_each

LOGVAR_BOUND = 10.0  # keeps exp() finite while training finds its feet


@dataclass(frozen=True)
class EvidenceConfig(ModelConfig):
    likelihood: Kind = setting(
        "bernoulli",
        "what a decoded pixel is taken for: the chance of white, or grey with noise; "
        "points of the plane are always taken for places with noise",
        label="Pixels",
    )
    deviation: float = setting(
        0.1,
        "noise of a Gaussian pixel, whose range is 0 to 1; where it is learned, at the start",
        label="Pixel noise",
        low=0.01,
        high=10,
        logarithmic=True,
        when=("likelihood", "gaussian", "learned"),
    )


class Evidence(nn.Module):
    """A VAE whose objective is the evidence lower bound alone (THEORY.md, D3).

    What makes a relative of it is said by the methods that it does otherwise.
    """

    def __init__(self, config: EvidenceConfig, shape: Shape, classes: int = 0) -> None:
        super().__init__()
        self.config: Any = config
        self.encoder = encoder(config, shape, 2 * config.latent)
        self.decoder = decoder(config, shape, config.latent)
        self.pixels = pixels(config.likelihood, config.deviation)

    def players(self) -> dict[str, nn.Module]:
        return {"vae": self}

    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        """Terms of the negative ELBO in nats: summed over pixels, averaged over the batch."""
        recon, kl = self.terms(batch.images, noise)
        return {"recon": recon.mean(), "kl": kl.mean()}

    def terms(self, images: Tensor, noise: Generator) -> tuple[Tensor, Tensor]:
        """Reconstruction and KL of each image in nats, (N,) each; one posterior draw."""
        return self._bound(images, *self._posterior(images), noise)

    def _bound(
        self, images: Tensor, mean: Tensor, logvar: Tensor, noise: Generator
    ) -> tuple[Tensor, Tensor]:
        z = drawn(mean, logvar, noise)
        recon = -self.pixels.log_prob(self.decoder(z), images)
        return recon, self._kl(z, mean, logvar)

    def _posterior(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """That of the decoder's own input"""
        return gaussian(self.encoder(images))

    def _kl(self, z: Tensor, mean: Tensor, logvar: Tensor) -> Tensor:
        """(N,) nats; z is a draw of the posterior, for where there is no closed form"""
        return kl_each(mean, logvar).sum(1)

    def log_likelihood(self, images: Tensor, z: Tensor) -> Tensor:
        """log p(x | z) of images (N, C, H, W) at z (N, L), (N,) nats."""
        return self.pixels.log_prob(self.decoder(z), images)

    def encode(self, images: Tensor) -> tuple[Tensor, Tensor]:
        return self._posterior(images)

    def decode(self, z: Tensor) -> Tensor:
        images: Tensor = self.pixels.mean(self.decoder(z))
        return images


def drawn(mean: Tensor, logvar: Tensor, noise: Generator) -> Tensor:
    """One point of each posterior, (N, L) as they are."""
    draws = torch.randn(mean.shape, generator=noise, device=mean.device)
    return mean + (0.5 * logvar).exp() * draws


def gaussian(
    said: Tensor, low: float = -LOGVAR_BOUND, high: float = LOGVAR_BOUND
) -> tuple[Tensor, Tensor]:
    """What an encoder said, (N, 2L), as mean and log-variance within [low, high], (N, L) each."""
    mean, logvar = said.chunk(2, dim=1)
    return mean, logvar.clamp(low, high)


def log_normal(z: Tensor, mean: Tensor, logvar: Tensor) -> Tensor:
    """log N(z; mean, diag exp logvar) of z (..., L), (...) nats."""
    squares = (z - mean).square() * (-logvar).exp()
    return -0.5 * (squares + logvar + math.log(2 * math.pi)).sum(-1)
