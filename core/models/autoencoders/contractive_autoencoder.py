"""Contractive autoencoder (Rifai et al. 2011); theory: D2."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from ...config.fields import setting
from ...data.dataset import Batch
from ..family import WEIGHING, Family
from ..latent_model import ModelConfig
from .autoencoder import AE

PROBED = 32  # images of a batch: differentiating a slope takes several times as long as a loss


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


class CAE(AE):
    """Contractive autoencoder (Rifai et al. 2011): penalties on the Jacobians of both networks.

    The decoder's is added, for without it smaller codes and a steeper decoder would do.
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
