"""Autoencoder (Hinton & Salakhutdinov 2006), its codes whitened; theory: D2."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn

from ...data.dataset import Batch
from ..family import WEIGHING, Family
from ..latent_model import LatentModel, ModelConfig, Shape
from ..moments import Moments
from ..networks import decoder, encoder
from .deterministic import bandwidth

MEMORY = 1000  # images, by which the encoder moves on little; variances are known to 3 %
LEAST_PART = 1e-5  # of the variance of the codes, which a coordinate has that is idle
LEAST_CODE_VARIANCE = 1e-12  # where all codes are the same


@dataclass(frozen=True)
class AEConfig(ModelConfig):
    """What all families have."""


class AE(LatentModel):
    """Autoencoder: an encoder, and a decoder that undoes it (Hinton & Salakhutdinov 2006).

    Such a model has no prior. The one it is given is the Gaussian fitted to its codes: z is the
    code less the mean of the codes, divided by the Cholesky factor of their covariance, so that
    this Gaussian is N(0, 1) in z. While it trains, mean and covariance are those of the codes of
    the last 1000 images or so, older ones fading, each encoded as the encoder then was: near those
    of the codes of now. At the end of the training they are those of all training images. Where
    the density of the codes is asked for, each counts as a Gaussian of Scott's bandwidth: the
    variance of the posterior says nothing about the image.
    """

    root: Tensor  # (L, L) lower triangular, times its transpose the covariance of the codes

    def __init__(self, config: ModelConfig, shape: Shape, classes: int = 0) -> None:
        super().__init__()
        self.config = config
        self.encoder = encoder(config, shape, config.latent)
        self.decoder = nn.Sequential(decoder(config, shape, config.latent), nn.Sigmoid())
        self.moments = Moments(config.latent, memory=MEMORY)
        self.register_buffer("root", torch.eye(config.latent))

    def players(self) -> dict[str, nn.Module]:
        return {"autoencoder": self}

    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        """Squared error, summed over pixels, averaged over the batch."""
        return {"recon": self.squared_error(batch.images, batch.images)}

    def squared_error(self, images: Tensor, targets: Tensor) -> Tensor:
        """Of what is made of `images`, from `targets`: summed over pixels, averaged, ()"""
        decoded: Tensor = self.decoder(self.encoder(images))
        return (decoded - targets).flatten(1).square().sum(1).mean()

    @torch.no_grad()
    def observe(self, batch: Batch) -> None:
        """Fit the Gaussian to the codes of this batch too."""
        moments = self.moments
        moments.see(self.encoder(batch.images))
        least = LEAST_PART * moments.total + LEAST_CODE_VARIANCE
        floor = least * torch.eye(len(self.root), device=least.device)
        self.root.copy_(torch.linalg.cholesky_ex(moments.products + floor).L)

    def forget(self) -> None:
        """From now on all codes count the same: the encoder moves no more."""
        self.moments = Moments(self.config.latent).to(self.root.device)

    def encode(self, images: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        centred = self.encoder(images) - self.moments.mean
        mean = torch.linalg.solve_triangular(self.root, centred.mT, upper=False).mT
        return mean, torch.full_like(mean, bandwidth(mean.shape[1]))

    def decode(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        images: Tensor = self.decoder(self.moments.mean + z @ self.root.mT)
        return images


FAMILY = Family(
    "Autoencoder",
    "Squeezes each image into a code and draws it anew; the Gaussian fitted to the codes serves as "
    "its prior, and nothing makes them lie like it.",
    "Hinton & Salakhutdinov 2006",
    AEConfig,
    AE,
    unused=WEIGHING,
    group="Autoencoders",
    unit="squared error",
)
