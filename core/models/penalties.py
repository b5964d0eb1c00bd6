"""What an objective may ask of the codes besides: how much they tell, and how they lie.

Pure functions of the codes of a batch. (THEORY.md, D5-D7 and D11.)
"""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

import torch
from torch import Tensor

Dip: TypeAlias = Literal["none", "i", "ii"]

SCALES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)  # of the kernels (Tolstikhin et al. 2018)
DIAGONAL = 10.0  # DIP-I weighs the variances that much more than the covariances


def kl_each(mean: Tensor, logvar: Tensor) -> Tensor:
    """KL of N(mean, exp logvar) from N(0, 1) in every coordinate: (N, L) each -> (N, L) nats"""
    return 0.5 * (mean**2 + logvar.exp() - 1 - logvar)


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


def discrepancy(x: Tensor, y: Tensor, deviation: float = 1.0) -> Tensor:
    """Squared maximum mean discrepancy of two samples, unbiased: (N, L), (M, L) -> ()

    Negative about half of the time where their laws are one; at least 2 points each. The kernel
    is a sum of inverse multiquadrics C / (C + d²), C = 2 L deviation² times seven scales.
    Tolstikhin et al. 2018, arXiv:1711.01558; Gretton et al. 2012.
    """
    width = 2 * x.shape[1] * deviation**2
    return unbiased(*(multiquadric(squares, width) for squares in _squares(x, y)))


def unbiased(xx: Tensor, yy: Tensor, xy: Tensor) -> Tensor:
    """The U-statistic of the kernel between the points: (N, N), (M, M), (N, M) -> ()"""
    return _beside(xx) + _beside(yy) - 2 * xy.mean()


def multiquadric(squares: Tensor, width: float) -> Tensor:
    """sum over the scales s of C / (C + d²), C = s width; squares d² of any shape"""
    return torch.stack([s * width / (s * width + squares) for s in SCALES]).sum(0)


def _squares(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Of the distances within x, within y and between them"""

    def between(a: Tensor, b: Tensor) -> Tensor:
        return a.square().sum(1)[:, None] + b.square().sum(1) - 2 * a @ b.mT

    return between(x, x), between(y, y), between(x, y)


def _beside(gram: Tensor) -> Tensor:
    """The mean off the diagonal; 0 of one point alone, which has no pair"""
    return (gram.sum() - gram.diagonal().sum()) / max(1, len(gram) * (len(gram) - 1))
