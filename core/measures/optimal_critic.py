"""Optimal critic between two densities of the plane.

It is p / (p + q), for data of density p and drawings of density q (Goodfellow et al. 2014,
arXiv:1406.2661; theory: E9).
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..data.toy import HALF, Mixture

Pauses = Generator[None, Any, Tensor]

WIDTHS = tuple(0.01 * 2 ** (step / 2) for step in range(11))  # of a kernel: 0.01 to 0.32
LEAST = 1e-2  # density per unit of area below which nobody knows
CLOSE, CENTRES = 64, 512  # at a time: points that choose a width, and kernels


def lattice(side: int, inset: bool = False) -> Tensor:
    """(side * side, 2) places of the square, row by row from the bottom.

    They reach its corners, or with `inset` are the middles of as many tiles.
    """
    along = torch.linspace(-HALF, HALF, side)
    if inset:
        along = along * (1 - 1 / side)
    up, across = torch.meshgrid(along, along, indexing="ij")
    return torch.stack([across, up], -1).flatten(0, 1)


def optimal_critic(p: Mixture, q: Mixture, side: int) -> Pauses:
    """p / (p + q) on the lattice, (side, side); nan where p + q is less than LEAST per area."""
    mine = yield from density(p, side)
    theirs = yield from density(q, side)
    both = mine + theirs
    return torch.where(both < LEAST, torch.nan, mine / both)


def density(mixture: Mixture, side: int) -> Pauses:
    """On the lattice, (side, side) of float64, per unit of area.

    A round Gaussian is one of x times one of y: the sum over all of them is a matrix product.
    """
    along = torch.linspace(-HALF, HALF, side, dtype=torch.float64)
    total = torch.zeros(side, side, dtype=torch.float64)
    for centres in mixture.centres.double().split(CENTRES):
        bells = (-0.5 * ((along[:, None, None] - centres) / mixture.sigma) ** 2).exp()  # (S, M, 2)
        total += bells[..., 1] @ bells[..., 0].mT
        yield None
    return total / (len(mixture.centres) * math.tau * mixture.sigma**2)


def blur(mixture: Mixture, width: float) -> Mixture:
    """The density of its draws when each is moved by a round Gaussian of deviation `width`.

    An estimate from samples is blurred in that way: beside what is not, it would be too flat even
    where both are the same.
    """
    return replace(mixture, sigma=math.hypot(mixture.sigma, width))


def kernel_width(points: Tensor, held_out: Tensor) -> Generator[None, Any, float]:
    """Of WIDTHS the one whose kernels on `points` (N, 2) make `held_out` (M, 2) likeliest.

    Duin 1976, "On the choice of smoothing parameters for Parzen estimators".
    """
    likelihoods = np.zeros(len(WIDTHS))
    for part in held_out.double().split(CLOSE):
        squares = torch.cdist(part, points.double()).square()
        yield None
        for row, width in enumerate(WIDTHS):
            each = (-0.5 / width**2 * squares).logsumexp(1) - 2 * math.log(width)
            likelihoods[row] += float(each.sum())
            yield None
    return WIDTHS[int(likelihoods.argmax())]
