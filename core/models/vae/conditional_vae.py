"""Conditional VAE: encoder and decoder are given the class.

Sohn, Lee & Yan 2015, "Learning structured output representation using deep conditional generative
models" (theory: D14).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn

from ...data.dataset import Batch
from ..family import Family
from ..gaussian import gaussian_parameters, kl_to_standard_normal, reparameterized
from ..latent_model import LatentModel, Shape, one_hot
from ..likelihoods import pixels
from ..networks import decoder, encoder
from .base_vae import BaseVAEConfig


@dataclass(frozen=True)
class CVAEConfig(BaseVAEConfig):
    """Nothing more than all relatives of the VAE have."""


class CVAE(LatentModel):
    """Conditional VAE: a bound on log p(image | class).

    The class, one-hot, stands beside the encoder's features and beside z.
    """

    config: BaseVAEConfig

    def __init__(self, config: BaseVAEConfig, shape: Shape, classes: int) -> None:
        super().__init__()
        self.config = config
        self.classes = classes
        self.encoder = encoder(config, shape, config.hidden)
        self.head = nn.Sequential(nn.SiLU(), nn.Linear(config.hidden + classes, 2 * config.latent))
        self.decoder = decoder(config, shape, config.latent + classes)
        self.pixels = pixels(config.likelihood, config.deviation)

    def conditions(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        return classes

    def players(self) -> dict[str, nn.Module]:
        return {"vae": self}

    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        """Terms of the negative ELBO in nats: summed over pixels, averaged over the batch."""
        recon, kl = self.terms(batch.images, noise, batch.labels)
        return {"recon": recon.mean(), "kl": kl.mean()}

    def terms(
        self, images: Tensor, noise: Generator, labels: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Reconstruction and KL of each image given its class in nats, (N,) each; one draw."""
        condition = one_hot(labels, self.classes, images)
        return self._bound(images, self.encoder(images), condition, noise)

    def _bound(
        self, images: Tensor, features: Tensor, condition: Tensor, noise: Generator
    ) -> tuple[Tensor, Tensor]:
        mean, logvar = self._posterior(features, condition)
        logits = self.decoder(torch.cat([reparameterized(mean, logvar, noise), condition], dim=1))
        return -self.pixels.log_prob(logits, images), kl_to_standard_normal(mean, logvar).sum(1)

    def _posterior(self, features: Tensor, condition: Tensor) -> tuple[Tensor, Tensor]:
        """features: (N, hidden), condition: (N, K) -> mean and log-variance, (N, L) each"""
        return gaussian_parameters(self.head(torch.cat([features, condition], dim=1)))

    def encode(self, images: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        return self._posterior(self.encoder(images), one_hot(labels, self.classes, images))

    def decode(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        condition = one_hot(labels, self.classes, z)
        images: Tensor = self.pixels.mean(self.decoder(torch.cat([z, condition], dim=1)))
        return images

    def decoder_network(self) -> None:
        """It draws another image for each class."""


FAMILY = Family(
    "Conditional VAE",
    "Is told the class of every image, so that the latent space holds all else, and draws the "
    "class that is asked for.",
    "Sohn, Lee & Yan 2015, Learning structured output representation",
    CVAEConfig,
    CVAE,
    group="Variational autoencoders",
    labelled=True,
)
