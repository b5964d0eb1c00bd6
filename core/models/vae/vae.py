"""Variational autoencoder (Kingma & Welling 2014, arXiv:1312.6114) and its regularisers."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from ...config.fields import setting
from ...data.dataset import Batch
from ..family import Family
from ..gaussian import kl_to_standard_normal, reparameterized
from . import regularizers
from .base_vae import BaseVAE, BaseVAEConfig

LEAST_SQUARE = 1e-6  # per coordinate, of a distance that is divided by


@dataclass(frozen=True)
class VAEConfig(BaseVAEConfig):
    """Terms that may be added to the ELBO, each named as in its paper.

    `omega` and `ratio` are the names that the lectures give to the penalties on the slopes of
    encoder and decoder.
    """

    free_bits: float = setting(
        0.0,
        "what each latent coordinate may tell of an image for free; 0.1 to 0.5 keeps all in use",
        label="Free bits",
        unit="nats",
        low=0,
        high=100,
        live=True,
    )
    dip: regularizers.Dip = setting(
        "none",
        "asks the codes (i) or points drawn from them (ii) to be uncorrelated and no wider "
        "or narrower than the prior",
        label="Covariance penalty",
        live=True,
    )
    dip_weight: float = setting(
        10.0,
        "how much the covariance penalty counts",
        label="Covariance weight",
        low=0,
        high=1e5,
        live=True,
        when=("dip", "i", "ii"),
    )
    tc_weight: float = setting(
        1.0,
        "weight of the dependence between latent coordinates: 1 is the ELBO, more makes each "
        "speak for itself",
        label="Total correlation",
        low=0,
        high=1000,
        live=True,
    )
    omega: float = setting(
        0.0,
        "penalty where the encoder sends like images far apart; 0 is none, 30 a mild one",
        label="Encoder slope penalty",
        low=0,
        high=1e5,
        live=True,
    )
    ratio: float = setting(
        0.0,
        "penalty where the decoder draws near points unlike; 0 is none, 1 a strong one",
        label="Decoder slope penalty",
        low=0,
        high=1e5,
        live=True,
    )
    weight_clip: float = setting(
        0.0,
        "after each step every weight is cut off at this size, say 0.3; 0 is no limit",
        label="Largest weight",
        low=0,
        high=100,
        live=True,
    )


class VAE(BaseVAE):
    """Variational autoencoder with the regularisers that its configuration asks for."""

    config: VAEConfig

    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        """Terms of the negative ELBO in nats: summed over pixels, averaged over the batch.

        And the penalties that are asked for, with their weights (theory: D5, D6, D7, D12). "kl" is
        what beta weighs, with the free bits. "tc" is the weight beyond 1 of the total correlation,
        which the KL holds once. "omega" is half of `omega` times the mean squared slope of the
        encoder's mean between two images; "ratio" the same of the decoder, between two points of
        the prior.
        """
        mean, logvar = self.encode(batch.images)
        z = reparameterized(mean, logvar, noise)
        kl = kl_to_standard_normal(mean, logvar)
        least = self.config.free_bits
        terms = {
            "recon": -self.log_likelihood(batch.images, z).mean(),
            "kl": regularizers.free_bits(kl, least) if least else kl.sum(1).mean(),
        }
        return terms | self._penalties(batch.images, mean, logvar, z, noise)

    def _penalties(
        self, images: Tensor, mean: Tensor, logvar: Tensor, z: Tensor, noise: Generator
    ) -> dict[str, Tensor]:
        config, terms = self.config, {}
        if config.dip != "none":
            terms["dip"] = regularizers.dip(config.dip, config.dip_weight, mean, logvar)
        if config.tc_weight != 1:
            terms["tc"] = (config.tc_weight - 1) * regularizers.total_correlation(z, mean, logvar)
        if config.omega:
            terms["omega"] = _penalty(config.omega, mean, images)
        if config.ratio:
            z = torch.randn(mean.shape, generator=noise, device=mean.device, dtype=mean.dtype)
            terms["ratio"] = _penalty(config.ratio, self.decode(z), z)
        return terms

    @torch.no_grad()
    def constrain(self) -> None:
        """Clip every parameter to [-weight_clip, weight_clip], where a limit is set."""
        if self.config.weight_clip:
            for part in self.parameters():
                part.clamp_(-self.config.weight_clip, self.config.weight_clip)


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
    group="Variational autoencoders",
)
