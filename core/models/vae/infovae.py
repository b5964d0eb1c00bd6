"""InfoVAE: a variational autoencoder whose codes may tell more (Zhao et al. 2019).

arXiv:1706.02262, with the maximum mean discrepancy. (theory: D11.)
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from ...config.fields import setting
from ...data.dataset import Batch
from ..family import Family
from ..mmd import discrepancy
from .vae import VAE, VAEConfig


@dataclass(frozen=True)
class InfoVAEConfig(VAEConfig):
    alpha: float = setting(
        0.5,
        "how much of the pull of each code to the prior is let go: 0 is the ELBO's, 1 all",
        label="Alpha",
        low=0,
        high=1,
        live=True,
    )
    mmd_weight: float = setting(
        100.0,
        "lambda: how much it counts that the codes together lie like the prior; the penalty "
        "weighs alpha + lambda - 1",
        label="Lambda",
        low=1,
        high=1e5,
        live=True,
    )


class InfoVAE(VAE):
    """VAE with less KL of each code and a penalty on how all codes differ from the prior."""

    config: InfoVAEConfig

    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        """Those of the VAE with (1 - alpha) of the KL, and "mmd".

        That is alpha + lambda - 1 times the squared discrepancy of drawn codes and prior, unbiased:
        it may be negative. Alpha = 0 and lambda = 1 is the ELBO.
        """
        terms = super().loss(player, batch, noise)
        return terms | {"kl": (1 - self.config.alpha) * terms["kl"]}

    def _penalties(
        self, images: Tensor, mean: Tensor, logvar: Tensor, z: Tensor, noise: Generator
    ) -> dict[str, Tensor]:
        terms = super()._penalties(images, mean, logvar, z, noise)
        prior = torch.randn(z.shape, generator=noise, device=z.device, dtype=z.dtype)
        weight = self.config.alpha + self.config.mmd_weight - 1
        return terms | {"mmd": weight * discrepancy(z, prior)}


FAMILY = Family(
    "InfoVAE",
    "A variational autoencoder that pulls each code less to the prior, and all together more.",
    "Zhao et al. 2019, arXiv:1706.02262",
    InfoVAEConfig,
    InfoVAE,
    group="Variational autoencoders",
)
