"""Autoencoders without a prior of their own: the plain, the denoising and the contractive one.

(THEORY.md, D2.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Generator, Tensor, nn

from ...config.fields import setting
from ...data.dataset import Batch
from ..family import WEIGHING, Family, ModelConfig, Shape
from ..moments import Moments
from ..networks import decoder, encoder
from .deterministic import bandwidth

MEMORY = 1000  # images, by which the encoder moves on little; variances are known to 3 %
LEAST_PART = 1e-5  # of the variance of the codes, which a coordinate has that is idle
PROBED = 32  # images of a batch: differentiating a slope takes several times as long as a loss
LEAST_VARIANCE = 1e-12  # where all codes are the same


@dataclass(frozen=True)
class AEConfig(ModelConfig):
    """What all families have."""


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


@dataclass(frozen=True)
class CAEConfig(ModelConfig):
    jacobian_penalty: float = setting(
        0.1,
        "weight of the encoder's squared slopes: a code should change little with its image",
        label="Encoder slopes",
        low=0,
        high=1e5,
        live=True,
    )
    decoder_jacobian_penalty: float = setting(
        0.1,
        "weight of the decoder's squared slopes; with 0 the encoder has small ones by writing "
        "all codes small",
        label="Decoder slopes",
        low=0,
        high=1e5,
        live=True,
    )


class AE(nn.Module):
    """An encoder and a decoder that is to undo it (Hinton & Salakhutdinov 2006).

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
        return {"recon": self._error(batch.images, batch.images)}

    def _error(self, given: Tensor, wanted: Tensor) -> Tensor:
        drawn: Tensor = self.decoder(self.encoder(given))
        return (drawn - wanted).flatten(1).square().sum(1).mean()

    @torch.no_grad()
    def observe(self, batch: Batch) -> None:
        """Fit the Gaussian to the codes of this batch too."""
        moments = self.moments
        moments.see(self.encoder(batch.images))
        least = LEAST_PART * moments.total + LEAST_VARIANCE
        floor = least * torch.eye(len(self.root), device=least.device)
        self.root.copy_(torch.linalg.cholesky_ex(moments.products + floor).L)

    def forget(self) -> None:
        """From now on all codes count the same: the encoder moves no more."""
        self.moments = Moments(self.config.latent).to(self.root.device)

    def encode(self, images: Tensor) -> tuple[Tensor, Tensor]:
        centred = self.encoder(images) - self.moments.mean
        mean = torch.linalg.solve_triangular(self.root, centred.mT, upper=False).mT
        return mean, torch.full_like(mean, bandwidth(mean.shape[1]))

    def decode(self, z: Tensor) -> Tensor:
        images: Tensor = self.decoder(self.moments.mean + z @ self.root.mT)
        return images


class DAE(AE):
    """Learns to undo noise: at its best it draws the mean of what the image may have been.

    Vincent et al. 2008. With Gaussian noise of variance s² that is the spoilt image moved by s²
    times the gradient of the log density of spoilt images (Alain & Bengio 2014, arXiv:1211.4246).
    """

    config: DAEConfig

    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        """Squared error of what is made of the spoilt image, from the whole one."""
        return {"recon": self._error(self._spoilt(batch.images, noise), batch.images)}

    def _spoilt(self, images: Tensor, noise: Generator) -> Tensor:
        level = self.config.corruption_level
        if self.config.corruption == "masking":
            drawn = torch.rand(images.shape, generator=noise, device=images.device)
            return images * (drawn >= level)
        return images + level * _normal_like(images, noise)


class CAE(AE):
    """Pays for codes that change much with the image (Rifai et al. 2011), and the other way round.

    For without the latter, smaller codes and a steeper decoder would do.
    """

    config: CAEConfig

    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        """Squared error and the weighed squared Frobenius norms of both Jacobians, estimated.

        The encoder's at the first 32 images, the decoder's at their codes before these are
        whitened.
        """
        terms, images = super().loss(player, batch, noise), batch.images[:PROBED]
        with torch.no_grad():
            codes = self.encoder(images)
        if self.config.jacobian_penalty:
            slopes = probed_slopes(self.encoder, images, _normal_like(codes, noise)).mean()
            terms["contraction"] = self.config.jacobian_penalty * slopes
        if self.config.decoder_jacobian_penalty:
            slopes = probed_slopes(self.decoder, codes, _normal_like(images, noise)).mean()
            terms["smoothness"] = self.config.decoder_jacobian_penalty * slopes
        return terms


def probed_slopes(function: Callable[[Tensor], Tensor], points: Tensor, probe: Tensor) -> Tensor:
    """|v^T J|² at each point, J the Jacobian of the function there: (N,)

    points: (N, ...) and a probe v (N, ...) like the function's values. Of v ~ N(0, 1) its mean is
    the squared Frobenius norm of J (Hutchinson 1990); summed over unit vectors v it is that norm.
    Differentiable in the weights of the function; the points get no gradient.
    """
    points = points.detach().requires_grad_()
    (slopes,) = torch.autograd.grad(function(points), points, probe, create_graph=True)
    return slopes.flatten(1).square().sum(1)


def _normal_like(like: Tensor, noise: Generator) -> Tensor:
    return torch.randn(like.shape, generator=noise, device=like.device, dtype=like.dtype)


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
DENOISING = Family(
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
CONTRACTIVE = Family(
    "Contractive autoencoder",
    "Pays for codes that change quickly with the image; the Gaussian fitted to the codes serves as "
    "its prior.",
    "Rifai et al. 2011",
    CAEConfig,
    CAE,
    unused=WEIGHING,
    group="Autoencoders",
    unit="squared error",
)
