"""VAE with a flow as prior, seen from where the flow makes it standard normal (theory: D9).

A flow f makes the decoder's own input u into z = f(u). That p(u) = N(f(u); 0, I) |det df/du| is
the prior of u is the same as saying that z has the prior N(0, I), the decoder f^-1 before it and
the posterior q(u|x) |det df/du|^-1: the terms of the bound are equal at every point (Chen et al.
2017, "Variational Lossy Autoencoder", arXiv:1611.02731). So z is what the program calls the
latent space here, and its prior is exactly one Gaussian.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import vjp, vmap
from zuko.flows import MAF
from zuko.transforms import MonotonicAffineTransform

from ...config.fields import setting
from ..family import Family
from ..gaussian import LOGVAR_BOUND, gaussian_log_density
from ..latent_model import Shape
from .base_vae import BaseVAE, BaseVAEConfig

MOST_STRETCH = (
    10.0  # times as wide, or as narrow, as a step may make a coordinate: the way back is exact
)


@dataclass(frozen=True)
class FlowConfig(BaseVAEConfig):
    latent: int = setting(
        2,
        "dimension of the latent space; in one, the flow could only shift and stretch",
        label="Latent size",
        low=2,
        high=512,
    )
    flow_layers: int = setting(
        6,
        "steps of the flow; each shifts and stretches one half of the coordinates by what the "
        "other half is",
        label="Flow layers",
        low=1,
        high=16,
    )
    flow_units: int = setting(
        128,
        "units of the hidden layer in each step of the flow",
        label="Flow units",
        low=4,
        high=1024,
    )


class FlowVAE(BaseVAE):
    """`encode` says the posterior of z by linearisation around the mean m of u.

    Its mean is f(m), its variances the diagonal of J diag(var u) J^T, J the Jacobian of f at m.
    The bound is that of u and needs no such approximation.
    """

    def __init__(self, config: FlowConfig, shape: Shape, classes: int = 0) -> None:
        super().__init__(config, shape)
        self.flow = _flow(config)

    def to_latent(self, u: Tensor) -> tuple[Tensor, Tensor]:
        """u: (N, L) -> z = f(u) (N, L) and log|det df/du| (N,)."""
        z, logdet = self.flow().call_and_ladj(u)
        return z, logdet

    def from_latent(self, z: Tensor) -> Tensor:
        """z: (N, L) -> u with f(u) = z, (N, L)."""
        u: Tensor = self.flow().inv(z)
        return u

    def log_prior(self, u: Tensor) -> Tensor:
        """u: (N, L) -> log p(u), (N,) nats."""
        z, logdet = self.to_latent(u)
        return gaussian_log_density(z, torch.zeros_like(z), torch.zeros_like(z)) + logdet

    def _kl(self, z: Tensor, mean: Tensor, logvar: Tensor) -> Tensor:
        """Of one draw u, here called z: it may be negative, its mean is not"""
        return gaussian_log_density(z, mean, logvar) - self.log_prior(z)

    def encode(self, images: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        mean, logvar = self._posterior(images)
        z, pull = vjp(lambda u: self.to_latent(u)[0], mean)[:2]
        directions = torch.eye(z.shape[1], dtype=z.dtype, device=z.device)
        rows = vmap(lambda one: pull(one.expand_as(z))[0])(directions)  # (L, N, L)
        variance = (rows.square() * logvar.exp()).sum(-1).mT
        floor = torch.finfo(variance.dtype).tiny
        return z, variance.clamp_min(floor).log().clamp(-LOGVAR_BOUND, LOGVAR_BOUND)

    def decode(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        return super().decode(self.from_latent(z))

    def log_likelihood(self, images: Tensor, z: Tensor) -> Tensor:
        return super().log_likelihood(images, self.from_latent(z))


def _flow(config: FlowConfig) -> nn.Module:
    """Affine steps in which each half of the coordinates hangs on the other: both ways are fast.

    It begins as the identity. The library reads its own masks, so they cannot be blank; its
    weights come from torch's stream, which goes on as if they did not.
    """
    with torch.device("cpu"), torch.random.fork_rng(devices=[]):
        flow: Any = MAF(
            config.latent,
            transforms=config.flow_layers,
            passes=2,
            hidden_features=(config.flow_units,),
            activation=nn.SiLU,
            univariate=partial(MonotonicAffineTransform, slope=1 / MOST_STRETCH),
        )
    steps: nn.Module = flow.transform
    for step in flow.transform.transforms:
        nn.init.zeros_(step.hyper[-1].weight)
        nn.init.zeros_(step.hyper[-1].bias)
    return steps


FAMILY = Family(
    "VAE with a flow prior",
    "A variational autoencoder whose codes may lie in any shape: a flow learns to bend the round "
    "cloud that samples are drawn from into it.",
    "Chen et al. 2017, arXiv:1611.02731; Papamakarios et al. 2017, arXiv:1705.07057",
    FlowConfig,
    FlowVAE,
    group="Variational autoencoders",
)
