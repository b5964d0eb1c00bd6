"""Variational autoencoder with a Bernoulli likelihood (Kingma & Welling 2014, arXiv:1312.6114)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from ..data import Batch
from ..setting import setting
from .base import Shape
from .nets import conv_decoder, conv_encoder, dense_decoder, dense_encoder

LOGVAR_BOUND = 10.0  # keeps exp() finite while training finds its feet


@dataclass(frozen=True)
class VAEConfig:
    latent: int = setting(2, "dimension of the latent space", label="Latent size", low=1, high=512)
    body: Literal["conv", "dense"] = setting(
        "conv", "convolutional networks draw better, dense ones train faster", label="Networks"
    )
    hidden: int = setting(256, "units of the hidden layer", label="Hidden units", low=4, high=4096)


class VAE(nn.Module):
    def __init__(self, config: VAEConfig, shape: Shape) -> None:
        super().__init__()
        encoder, decoder = BODIES[config.body]
        self.encoder = encoder(shape, config.hidden, 2 * config.latent)
        self.decoder = decoder(config.latent, config.hidden, shape)

    def players(self) -> dict[str, nn.Module]:
        return {"vae": self}

    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        """Terms of the negative ELBO in nats: summed over pixels, averaged over the batch."""
        recon, kl = self.terms(batch.images, noise)
        return {"recon": recon.mean(), "kl": kl.mean()}

    def terms(self, images: Tensor, noise: Generator) -> tuple[Tensor, Tensor]:
        """Reconstruction and KL of each image in nats, (N,) each; one posterior draw."""
        mean, logvar = self.encode(images)
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


BODIES = {"conv": (conv_encoder, conv_decoder), "dense": (dense_encoder, dense_decoder)}
