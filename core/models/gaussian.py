"""Diagonal Gaussians, each as its mean and the logarithm of its variances."""

from __future__ import annotations

import math

import torch
from torch import Generator, Tensor

LOGVAR_BOUND = 10.0  # keeps exp() finite while training finds its feet


def gaussian_parameters(
    numbers: Tensor, low: float = -LOGVAR_BOUND, high: float = LOGVAR_BOUND
) -> tuple[Tensor, Tensor]:
    """The numbers (N, 2L) of an encoder as mean and log-variance within [low, high], (N, L)."""
    mean, logvar = numbers.chunk(2, dim=1)
    return mean, logvar.clamp(low, high)


def reparameterized(mean: Tensor, logvar: Tensor, noise: Generator) -> Tensor:
    """One point of each posterior, (N, L) as they are (Kingma & Welling 2014)."""
    draws = torch.randn(mean.shape, generator=noise, device=mean.device)
    return mean + (0.5 * logvar).exp() * draws


def gaussian_log_density(z: Tensor, mean: Tensor, logvar: Tensor) -> Tensor:
    """log N(z; mean, diag exp logvar) of z (..., L), (...) nats."""
    squares = (z - mean).square() * (-logvar).exp()
    return -0.5 * (squares + logvar + math.log(2 * math.pi)).sum(-1)


def gaussian_nll(z: Tensor, mean: Tensor, logvar: Tensor) -> Tensor:
    """-log N(z; mean, diag exp logvar) of z (..., L), (...) nats."""
    return -gaussian_log_density(z, mean, logvar)


def kl_to_standard_normal(mean: Tensor, logvar: Tensor) -> Tensor:
    """KL of N(mean, exp logvar) from N(0, 1) in every coordinate: (N, L) each -> (N, L) nats"""
    return 0.5 * (mean**2 + logvar.exp() - 1 - logvar)
