"""Denoising autoencoder (Vincent et al. 2008); theory: D2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Generator, Tensor

from ...config.fields import setting
from ...data.dataset import Batch
from ..family import WEIGHING, Family
from ..latent_model import ModelConfig
from .autoencoder import AE


@dataclass(frozen=True)
class DAEConfig(ModelConfig):
    corruption: Literal["gaussian", "masking"] = setting(
        "gaussian",
        "how the images that it is shown are spoilt: noise on every pixel, or pixels set to black",
        label="Corruption",
        live=True,
    )
    corruption_level: float = setting(
        0.3,
        "deviation of the noise, or the part of the pixels that goes black; 0 is none",
        label="Strength",
        low=0,
        high=1,
        live=True,
    )


class DAE(AE):
    """Denoising autoencoder (Vincent et al. 2008): it learns to undo noise.

    At its best it draws the mean of what the image may have been. With Gaussian noise of variance
    s² that is the spoilt image moved by s² times the gradient of the log density of spoilt images
    (Alain & Bengio 2014, arXiv:1211.4246).
    """

    config: DAEConfig

    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        """Squared error of what is made of the spoilt image, from the whole one."""
        return {"recon": self.squared_error(self.corrupted(batch.images, noise), batch.images)}

    def corrupted(self, images: Tensor, noise: Generator) -> Tensor:
        level = self.config.corruption_level
        if self.config.corruption == "masking":
            uniform = torch.rand(images.shape, generator=noise, device=images.device)
            return images * (uniform >= level)
        return images + level * torch.randn(
            images.shape, generator=noise, device=images.device, dtype=images.dtype
        )


FAMILY = Family(
    "Denoising autoencoder",
    "Learns to draw the clean image from a spoilt one; the Gaussian fitted to the codes serves as "
    "its prior.",
    "Vincent et al. 2008",
    DAEConfig,
    DAE,
    unused=WEIGHING,
    group="Autoencoders",
    unit="squared error",
)
