"""Conditional VAE: it is told the class, and draws the one that is asked for.

Sohn, Lee & Yan 2015, "Learning structured output representation using deep conditional generative
models" (THEORY.md, D14).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Generator, Tensor, nn

from ...data.dataset import Batch
from ..family import Family, Shape
from ..likelihoods import pixels
from ..networks import decoder, encoder
from ..penalties import kl_each
from .variational import EvidenceConfig, drawn, gaussian


@dataclass(frozen=True)
class CVAEConfig(EvidenceConfig):
    """Nothing more than all relatives of the VAE have."""


class CVAE(nn.Module):
    """The class stands beside what the encoder makes of the image, and beside z.

    It bounds log p(image | class). Labels are (N,) int64.
    """

    def __init__(self, config: EvidenceConfig, shape: Shape, classes: int) -> None:
        super().__init__()
        self.config: Any = config
        self.conditions = classes
        self.encoder = encoder(config, shape, config.hidden)
        self.head = nn.Sequential(nn.SiLU(), nn.Linear(config.hidden + classes, 2 * config.latent))
        self.decoder = decoder(config, shape, config.latent + classes)
        self.pixels = pixels(config.likelihood, config.deviation)

    def players(self) -> dict[str, nn.Module]:
        return {"vae": self}

    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        """Terms of the negative ELBO in nats: summed over pixels, averaged over the batch."""
        assert batch.labels is not None, "a conditional model is trained on labels"
        recon, kl = self.terms(batch.images, noise, batch.labels)
        return {"recon": recon.mean(), "kl": kl.mean()}

    def terms(self, images: Tensor, noise: Generator, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Reconstruction and KL of each image given its class in nats, (N,) each; one draw."""
        return self._bound(images, self.encoder(images), self._told(labels, images), noise)

    def _bound(
        self, images: Tensor, seen: Tensor, told: Tensor, noise: Generator
    ) -> tuple[Tensor, Tensor]:
        mean, logvar = self._posterior(seen, told)
        logits = self.decoder(torch.cat([drawn(mean, logvar, noise), told], dim=1))
        return -self.pixels.log_prob(logits, images), kl_each(mean, logvar).sum(1)

    def _posterior(self, seen: Tensor, told: Tensor) -> tuple[Tensor, Tensor]:
        """seen: (N, hidden) of the encoder, told: (N, K) -> mean and log-variance, (N, L) each"""
        return gaussian(self.head(torch.cat([seen, told], dim=1)))

    def _told(self, labels: Tensor, like: Tensor) -> Tensor:
        """(N,) -> (N, K), 1 in the column of the class"""
        return (labels[:, None] == torch.arange(self.conditions, device=labels.device)).to(like)

    def encode(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        return self._posterior(self.encoder(images), self._told(labels, images))

    def decode(self, z: Tensor, labels: Tensor) -> Tensor:
        images: Tensor = self.pixels.mean(
            self.decoder(torch.cat([z, self._told(labels, z)], dim=1))
        )
        return images


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
