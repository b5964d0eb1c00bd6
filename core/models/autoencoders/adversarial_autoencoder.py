"""Adversarial autoencoder: a critic tells codes from points of the prior (Makhzani et al. 2015).

arXiv:1511.05644. (theory: D11.)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F
from torch.optim import Adam

from ...data.dataset import Batch
from ..family import WEIGHING, Family
from ..latent_model import ModelConfig, Shape
from .deterministic import DeterministicAutoencoder

BETAS = (0.5, 0.999)  # of the adversaries' Adam (Radford et al. 2016)


@dataclass(frozen=True)
class AAEConfig(ModelConfig):
    """What all families have."""


class AAE(DeterministicAutoencoder):
    """Adversarial autoencoder: autoencoder, critic of the codes, and encoder, which fools it."""

    def __init__(self, config: AAEConfig, shape: Shape, classes: int = 0) -> None:
        super().__init__(config, shape, classes)
        self.critic = _critic(config.latent, 2 * config.hidden)

    def players(self) -> dict[str, nn.Module]:
        return {
            "autoencoder": nn.ModuleList([self.encoder, self.decoder]),
            "critic": self.critic,
            "encoder": self.encoder,
        }

    def optimizer(self, player: str, parameters: Iterable[nn.Parameter], rate: float) -> Adam:
        betas = (0.9, 0.999) if player == "autoencoder" else BETAS
        return Adam(parameters, lr=rate, betas=betas, fused=True)

    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        """Cross entropies in nats: of the pixels, of prior against code, of code as prior."""
        if player == "autoencoder":
            return {"recon": self.recon(batch.images, self.encoder(batch.images))}
        if player == "encoder":
            return {"fooling": F.softplus(-self.critic(self.encoder(batch.images))).mean()}
        with torch.no_grad():
            codes = self.encoder(batch.images)
        prior = torch.randn(codes.shape, generator=noise, device=codes.device, dtype=codes.dtype)
        apart = F.softplus(-self.critic(prior)).mean() + F.softplus(self.critic(codes)).mean()
        return {"critic": apart}


def _critic(latent: int, hidden: int) -> nn.Module:
    """Codes (N, L) -> logits (N, 1): how much more probable under the prior"""
    return nn.Sequential(
        nn.Linear(latent, hidden),
        nn.ReLU(),
        nn.Linear(hidden, hidden),
        nn.ReLU(),
        nn.Linear(hidden, 1),
    )


FAMILY = Family(
    "Adversarial autoencoder",
    "Encodes each image as one point, while a critic that knows the prior tells codes from it.",
    "Makhzani et al. 2015, arXiv:1511.05644",
    AAEConfig,
    AAE,
    unused=WEIGHING,
    group="Autoencoders",
    rate=5e-4,  # faster, and the codes wander about the prior
    epochs=20,
)
