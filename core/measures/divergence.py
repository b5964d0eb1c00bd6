"""Divergences of two known densities, and their best discriminator (theory: E9).

In one or two dimensions, by sums over a grid in float64: exact to rounding for smooth densities
that vanish at its rim.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress

LogDensity = Callable[[Tensor], Tensor]  # x (N, D) float64 -> (N,) in nats

CHUNK = 1 << 15  # points in one step
LOST = 1e-3  # mass that may lie beyond the grid, or be lost between its points


@dataclass(frozen=True)
class Divergences:
    """Of p from q, in nats; integrals, so without an interval."""

    kl: float  # KL(p | q)
    reverse: float  # KL(q | p)
    jensen_shannon: float  # in [0, log 2]
    value: float  # of the game at its best discriminator, E_p log D + E_q log(1 - D)
    mass_p: float  # on the grid: 1 but for what lies beyond
    mass_q: float
    n: int  # points of the grid


def discriminator(log_p: LogDensity, log_q: LogDensity) -> Callable[[Tensor], Tensor]:
    """D* = p / (p + q) at x (N, D), (N,) in [0, 1]; a half where neither p nor q ever is.

    Goodfellow et al. 2014, arXiv:1406.2661: the best answer to "is x from p?".
    """

    def best(x: Tensor) -> Tensor:
        probability: Tensor = torch.sigmoid(log_p(x) - log_q(x)).nan_to_num(nan=0.5)
        return probability

    return best


def divergences(
    log_p: LogDensity,
    log_q: LogDensity,
    bounds: Sequence[tuple[float, float]],
    step: float = 0.01,
) -> Job[Divergences | Progress]:
    """Both KL, the Jensen-Shannon divergence and the value of the game of p and q.

    bounds: (low, high) of each dimension; step: of the grid, a hundredth of the least deviation or
    less. Problem where the sum of either density is off by more than 0.1 %.
    """
    sides = [_middles(low, high, step) for low, high in bounds]
    lengths = [(high - low) / len(side) for (low, high), side in zip(bounds, sides, strict=True)]
    cell = math.prod(lengths)
    n = math.prod(len(side) for side in sides)
    total = torch.zeros(6, dtype=torch.float64)
    for first in range(0, n, CHUNK):
        x = _points(sides, first, min(first + CHUNK, n))
        total += cell * _integrands(log_p, log_q, x).sum(1)
        yield Progress(min(1.0, (first + CHUNK) / n), "integrating")
    mass_p, mass_q, kl, reverse, jensen_shannon, value = total.tolist()
    if max(abs(mass_p - 1), abs(mass_q - 1)) > LOST:
        raise Problem(
            f"The grid holds {mass_p:.3f} and {mass_q:.3f} of two densities that should integrate "
            "to 1: widen its bounds or make its step smaller."
        )
    yield Divergences(kl, reverse, jensen_shannon, value, mass_p, mass_q, n)


def _middles(low: float, high: float, step: float) -> Tensor:
    """The middles of cells of at most `step` that fill [low, high]"""
    count = math.ceil((high - low) / step - 1e-9)
    return low + (torch.arange(count, dtype=torch.float64) + 0.5) * ((high - low) / count)


def _points(sides: list[Tensor], first: int, end: int) -> Tensor:
    """Points number `first` to `end` of the grid, (N, D)"""
    number = torch.arange(first, end)
    strides = [1, *accumulate((len(side) for side in sides[:-1]), lambda a, b: a * b)]
    columns = [
        side[number // stride % len(side)] for side, stride in zip(sides, strides, strict=True)
    ]
    return torch.stack(columns, 1)


@torch.no_grad()
def _integrands(log_p: LogDensity, log_q: LogDensity, x: Tensor) -> Tensor:
    """(6, N), in the order of `divergences`"""
    p, q = log_p(x), log_q(x)
    middle, gap = torch.logaddexp(p, q) - math.log(2), p - q
    integrands = (
        p.exp(),
        q.exp(),
        _mean(p, gap),
        _mean(q, -gap),
        (_mean(p, p - middle) + _mean(q, q - middle)) / 2,
        _mean(p, logsigmoid(gap)) + _mean(q, logsigmoid(-gap)),
    )
    return torch.stack(integrands)


def _mean(log_weight: Tensor, value: Tensor) -> Tensor:
    """The weight times the value, 0 where the weight is: there log p - log q may be no number"""
    return torch.where(log_weight > -math.inf, log_weight.exp() * value, 0.0)
