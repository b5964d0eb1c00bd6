"""Regularisers of a VAE: free bits, DIP-VAE's covariance penalty, total correlation (beta-TC).

Pure functions of the codes of a batch. (theory: D5, D6, D7.)
"""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

import torch
from torch import Tensor

Dip: TypeAlias = Literal["none", "i", "ii"]

DIAGONAL = 10.0  # DIP-I weighs the variances that much more than the covariances


def free_bits(kl: Tensor, least: float) -> Tensor:
    """sum_j max(least, mean over the batch of kl_j): (N, L) nats -> () nats

    A coordinate that tells less than `least` on average is left alone: its gradient is 0. Kingma
    et al. 2016, arXiv:1606.04934.
    """
    return kl.mean(0).clamp_min(least).sum()


def dip(kind: Dip, weight: float, mean: Tensor, logvar: Tensor) -> Tensor:
    """How far the covariance of the codes is from the identity: (N, L) each -> ()

    `weight` of the squares off the diagonal, each counted twice; on it, of the squared distances
    from 1, ten times as much of kind "i" and the same of kind "ii". Kumar et al. 2018,
    arXiv:1711.00848.
    """
    away = (covariance(kind, mean, logvar) - torch.eye(mean.shape[1], device=mean.device)).square()
    own = away.diagonal().sum()
    return weight * (away.sum() - own + (DIAGONAL if kind == "i" else 1.0) * own)


def covariance(kind: Dip, mean: Tensor, logvar: Tensor) -> Tensor:
    """Of the means of the posteriors for "i", of draws from them for "ii": (N, L) -> (L, L)"""
    centred = mean - mean.mean(0)
    of_means = centred.mT @ centred / len(mean)
    return of_means if kind == "i" else of_means + logvar.exp().mean(0).diag()


def total_correlation(z: Tensor, mean: Tensor, logvar: Tensor) -> Tensor:
    """KL of the aggregated posterior from the product of its coordinates, in nats: ()

    z: (B, L), one draw from each posterior, (B, L) each. Of the batch as if there were no other
    images, and of all of them exact in the draws: more of them tell less. To weigh the batch up to
    the whole data set makes the densities unbiased, but not their logarithms: that sum sinks below
    0 where posteriors are narrow, so that training would narrow them for nothing else. Chen et al.
    2018, arXiv:1802.04942.
    """
    scaled = (z[:, None] - mean) * (-0.5 * logvar).exp()
    density = -0.5 * (scaled.square() + logvar + math.log(2 * math.pi))  # (B, B, L)
    joint = density.sum(2).logsumexp(1)
    single = density.logsumexp(1).sum(1)
    return (joint - single).mean() + (z.shape[1] - 1) * math.log(len(z))
