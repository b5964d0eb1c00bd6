"""Domain-adversarial VAE: by a reversed gradient its codes hide a nuisance, the slant.

Ganin et al. 2016, "Domain-adversarial training of neural networks", arXiv:1505.07818 (theory:
D13). The nuisance, or domain, is read off the image itself: whether it leans more to the right
than half of the images do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from ...config.fields import setting
from ...data.dataset import Batch
from ..family import Family
from ..gaussian import reparameterized
from ..latent_model import Shape
from .base_vae import BaseVAE, BaseVAEConfig

STEEP = 10.0  # how soon the reversed gradient comes in
PACE = 0.02  # of the running median: what a batch that lies all to one side moves it by
FLAT = 1e-6  # of an image's variance across its rows, for one that has none


@dataclass(frozen=True)
class DANNConfig(BaseVAEConfig):
    adversarial_weight: float = setting(
        10.0,
        "how hard the encoder tries to hide from its adversary which way an image leans; "
        "0: not at all",
        label="Weight of hiding",
        low=0,
        high=10_000,
        live=True,
    )


class DANN(BaseVAE):
    """VAE with a head that tells the domain from the code, and an encoder that hides it.

    The head sees a draw of the posterior, as the decoder does. The encoder learns from its reversed
    gradient. What is finer than the posterior is wide is not hidden: a classifier of the means
    alone may still find it.

    On points of the plane there is nothing that leans: they are all of one domain.
    """

    config: DANNConfig
    progress: Tensor  # () part of the training that is done
    median: Tensor  # () of the slants seen

    def __init__(self, config: DANNConfig, shape: Shape, classes: int = 0) -> None:
        super().__init__(config, shape)
        self.head = nn.Sequential(
            nn.Linear(config.latent, config.hidden), nn.SiLU(), nn.Linear(config.hidden, 1)
        )
        self.register_buffer("progress", torch.zeros(()))
        self.register_buffer("median", torch.zeros(()))

    def advance(self, progress: float) -> None:
        self.progress.fill_(progress)

    @torch.no_grad()
    def observe(self, batch: Batch) -> None:
        """Moves the median to where half of the slants lie above."""
        self.median += PACE * (slant(batch.images) - self.median).sign().mean()

    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        """The terms of the ELBO and "domain", the head's mean cross-entropy in nats.

        log 2 where the code says nothing of the domain. `adversarial_weight` weighs its gradient in
        the encoder alone.
        """
        mean, logvar = self.encode(batch.images)
        z = reparameterized(mean, logvar, noise)
        recon = -self.pixels.log_prob(self.decoder(z), batch.images)
        kl = self._kl(z, mean, logvar)
        weight = self.config.adversarial_weight * ramp(self.progress)
        logits = self.head(reversed_gradient(z, weight))
        domain = F.binary_cross_entropy_with_logits(logits[:, 0], self.domain(batch.images))
        return {"recon": recon.mean(), "kl": kl.mean(), "domain": domain}

    def domain(self, images: Tensor) -> Tensor:
        """1.0 where an image leans more than half of them do, else 0.0: (N,)."""
        return (slant(images) > self.median).to(images)


def ramp(progress: Tensor) -> Tensor:
    """2 / (1 + exp(-10 p)) - 1: how much of the reversed gradient there is at progress p."""
    return torch.tanh(0.5 * STEEP * progress)


def slant(images: Tensor) -> Tensor:
    """How far the ink moves to the right for a step upwards, in pixels: (N,); 0 where none does.

    images: (N, C, H, W) in [0, 1]. The slope of the regression of column on row, weighed by
    brightness, from second moments.
    """
    ink = images.mean(1)
    _, height, width = ink.shape
    mass = ink.sum((1, 2)).clamp_min(FLAT)
    across, down = torch.meshgrid(
        torch.arange(width, device=ink.device, dtype=ink.dtype),
        torch.arange(height, device=ink.device, dtype=ink.dtype),
        indexing="xy",
    )
    x, y = ((ink * place).sum((1, 2)) / mass for place in (across, down))
    right, up = across - x[:, None, None], y[:, None, None] - down
    joint, spread = ((ink * right * up).sum((1, 2)) / mass, (ink * up * up).sum((1, 2)) / mass)
    return joint / spread.clamp_min(FLAT)


class _Reversed(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor) -> Tensor:
        ctx.save_for_backward(weight)
        return x.view_as(x)

    @staticmethod
    def backward(ctx: Any, *gradient: Tensor) -> tuple[Tensor, None]:
        (weight,) = ctx.saved_tensors
        return -weight * gradient[0], None


def reversed_gradient(x: Tensor, weight: Tensor) -> Tensor:
    """x itself, whose gradient is multiplied by -weight, ()."""
    same: Tensor = _Reversed.apply(x, weight)  # type: ignore[no-untyped-call]
    return same


FAMILY = Family(
    "Domain-adversarial VAE",
    "A variational autoencoder whose codes are to keep quiet about which way a drawing leans: an "
    "adversary tries to tell it from the code, and the encoder learns to fool it.",
    "Ganin et al. 2016, arXiv:1505.07818",
    DANNConfig,
    DANN,
    group="Variational autoencoders",
)
