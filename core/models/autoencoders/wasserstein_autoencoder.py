"""Wasserstein autoencoder (WAE-MMD): all codes together are pulled to the prior, no single one.

Tolstikhin et al. 2018, arXiv:1711.01558. (theory: D11.)
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn

from ...config.fields import setting
from ...data.dataset import Batch
from ..family import WEIGHING, Family
from ..latent_model import ModelConfig
from ..mmd import discrepancy
from .deterministic import DeterministicAutoencoder


@dataclass(frozen=True)
class WAEConfig(ModelConfig):
    mmd_weight: float = setting(
        100.0,
        "how much it counts that the codes lie like the prior",
        label="Weight of the prior",
        low=0,
        high=1e5,
        live=True,
    )


class WAE(DeterministicAutoencoder):
    """Wasserstein autoencoder, with the maximum mean discrepancy of codes and prior."""

    config: WAEConfig

    def players(self) -> dict[str, nn.Module]:
        return {"wae": self}

    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        """Cross entropy in nats, and `mmd_weight` times the squared discrepancy of codes and prior.

        The discrepancy is unbiased, so it is negative about half of the time in the end.
        """
        codes = self.encoder(batch.images)
        prior = torch.randn(codes.shape, generator=noise, device=codes.device, dtype=codes.dtype)
        return {
            "recon": self.recon(batch.images, codes),
            "mmd": self.config.mmd_weight * discrepancy(codes, prior),
        }


FAMILY = Family(
    "Wasserstein autoencoder",
    "Encodes each image as one point and asks the points together, not each, to lie like the "
    "prior.",
    "Tolstikhin et al. 2018, arXiv:1711.01558",
    WAEConfig,
    WAE,
    unused=WEIGHING,
    group="Autoencoders",
)
