"""VAE with a VampPrior: a mixture of the posteriors of learned images (pseudo-inputs).

Tomczak & Welling 2018, "VAE with a VampPrior", arXiv:1705.07120 (theory: D8).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ...config.fields import setting
from ...scene.mixture import Mixture
from ..family import Family
from ..gaussian import gaussian_log_density, gaussian_parameters
from ..latent_model import Shape
from .base_vae import BaseVAE, BaseVAEConfig

FIRST, SPREAD = 0.05, 0.01  # of the pixels of the learned images at the start
NARROW, WIDE = -6.0, 2.0  # log-variances: a code as wide as one likes would draw all others


@dataclass(frozen=True)
class VampConfig(BaseVAEConfig):
    pseudo_inputs: int = setting(
        50,
        "learned images, whose codes together are the prior",
        label="Learned images",
        low=1,
        high=2000,
    )


class VampVAE(BaseVAE):
    """p(z) = mean over k of q(z | u_k), the posteriors of K learned images u_k in [0, 1]."""

    def __init__(self, config: VampConfig, shape: Shape, classes: int = 0) -> None:
        super().__init__(config, shape)
        self.learned = nn.Parameter(FIRST + SPREAD * torch.randn(config.pseudo_inputs, *shape))

    @property
    def prior(self) -> Mixture:
        """That of the weights of now."""
        with torch.no_grad():
            mean, logvar = self._components()
        return Mixture(mean.detach().cpu(), logvar.detach().cpu())

    def _components(self) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of each part of the prior, (K, L)"""
        return self._posterior(self.learned.clamp(0, 1))

    def _posterior(self, images: Tensor) -> tuple[Tensor, Tensor]:
        return gaussian_parameters(self.encoder(images), NARROW, WIDE)

    def _kl(self, z: Tensor, mean: Tensor, logvar: Tensor) -> Tensor:
        """Of one draw: it may be negative, its mean is not"""
        means, logvars = self._components()
        parts = gaussian_log_density(z[:, None], means, logvars)  # (N, K)
        log_prior = parts.logsumexp(1) - math.log(len(means))
        return gaussian_log_density(z, mean, logvar) - log_prior


FAMILY = Family(
    "VAE with a VampPrior",
    "A variational autoencoder that learns some images itself and draws from around their codes, "
    "instead of forcing all codes into one round cloud.",
    "Tomczak & Welling 2018, arXiv:1705.07120",
    VampConfig,
    VampVAE,
    group="Variational autoencoders",
)
