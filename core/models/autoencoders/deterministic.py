"""Autoencoders with a deterministic encoder and no posterior: what WAE and AAE have in common.

Where the density of the codes is asked for, each counts as a Gaussian of the bandwidth that
Scott's rule gives to a sample of 5000 points of unit variance (Scott 1992).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ..latent_model import LatentModel, ModelConfig, Shape
from ..likelihoods import Bernoulli
from ..networks import decoder, encoder

POINTS = 5000  # codes that the program keeps of a model


class DeterministicAutoencoder(LatentModel):
    """Encoder to one code, decoder to logits; a subclass matches the codes to the prior N(0, 1)."""

    def __init__(self, config: ModelConfig, shape: Shape, classes: int = 0) -> None:
        super().__init__()
        self.config = config
        self.encoder = encoder(config, shape, config.latent)
        self.decoder = decoder(config, shape, config.latent)
        self.pixels = Bernoulli()

    def encode(self, images: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """The codes, and the logarithm of the squared bandwidth: (N, L) each"""
        mean = self.encoder(images)
        return mean, torch.full_like(mean, bandwidth(mean.shape[1]))

    def decode(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        images: Tensor = self.pixels.mean(self.decoder(z))
        return images

    def recon(self, images: Tensor, z: Tensor) -> Tensor:
        """Cross entropy in nats, summed over pixels, averaged over the images: ()"""
        return -self.pixels.log_prob(self.decoder(z), images).mean()


def bandwidth(latent: int) -> float:
    """Log-variance of the Gaussian that stands for a code among 5000 of unit variance."""
    return 2 * math.log(POINTS ** (-1 / (latent + 4)))
