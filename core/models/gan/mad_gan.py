"""MAD-GAN: several generators that a critic tells apart (theory: D19).

Ghosh et al. 2018, arXiv:1704.02906. The latent space is cut into as many parts of equal prior
mass, one for each generator, so that together they are one map from z to images, which may jump
where two parts meet. Generators share all but the offsets of their first layer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from ...config.fields import setting
from ...data.dataset import Batch
from ..family import WEIGHING, Family
from ..latent_model import Shape
from .base_gan import BaseGAN, BaseGANConfig, Penalty, frozen, penalty_setting
from .losses import LOSSES, data_logit, generator_cross_entropy


@dataclass(frozen=True)
class MADGANConfig(BaseGANConfig):
    penalty: Penalty = penalty_setting("spectral norm")
    generators: int = setting(
        4,
        "each draws from its own part of the latent space, and is to differ from the others",
        label="Generators",
        low=1,
        high=32,
    )


class MADGAN(BaseGAN):
    """MAD-GAN: several generators, and a critic that also tells which of them drew."""

    config: MADGANConfig

    def __init__(self, config: MADGANConfig, shape: Shape, classes: int = 0) -> None:
        k = config.generators
        super().__init__(config, shape, inputs=config.latent + k, outputs=k + 1)

    def realness(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        """Against all generators as one: of k each has the weight of the data."""
        logits = self.critic(self.network_input(images))
        return data_logit(logits) + math.log(self.config.generators)

    def critic_loss(self, z: Tensor, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        real, fake = self.network_input(batch.images), self.fake(z).detach()
        generator = part_of(z, self.config.generators)
        apart = generator_cross_entropy(self.critic(real), self.critic(fake), generator)
        penalty = self.critic_penalty(lambda x: data_logit(self.critic(x)), real, fake, noise)
        return {"critic": apart, **penalty}

    def generator_loss(self, z: Tensor, batch: Batch) -> dict[str, Tensor]:
        with frozen(self.critic):
            logits = data_logit(self.critic(self.fake(z)))
        return {"generator": LOSSES["non-saturating"].generator(logits).mean()}

    def generator_input(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        k = self.config.generators
        which = part_of(z, k)[:, None] == torch.arange(k, device=z.device)
        return torch.cat([z, which.to(z)], dim=1)


def part_of(z: Tensor, parts: int) -> Tensor:
    """Which of `parts` of equal mass under the standard normal z (N, L) is in, (N,) of int64.

    Sectors of the first two coordinates, beginning at the first axis; on a line, intervals.
    """
    z = z.detach()
    if z.shape[1] == 1:
        turn = torch.special.ndtr(z[:, 0])
    else:
        turn = torch.atan2(z[:, 1], z[:, 0]).div(2 * math.pi).remainder(1)
    part: Tensor = (parts * turn).long().clamp(max=parts - 1)
    return part


FAMILY = Family(
    "Several generators (MAD-GAN)",
    "Each draws from a part of the latent space, and the critic also guesses which one drew: so "
    "they spread over the data.",
    "Ghosh et al. 2018, arXiv:1704.02906",
    MADGANConfig,
    MADGAN,
    unused=WEIGHING,
    group="Adversarial networks",
    rate=2e-4,
    epochs=30,
)
