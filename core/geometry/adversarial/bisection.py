"""Bisection of the segments from points to adversaries: where each becomes adversarial.

By ITP, which takes one step more than halving at most, and few where the margin is smooth
(Oliveira & Takahashi 2020, "An enhancement of the bisection method average performance preserving
minmax optimality", ACM TOMS 47).
"""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

import torch
from torch import Tensor

from .attack_problem import AttackProblem


def bisection(
    problem: AttackProblem, far: Tensor, tolerance: float
) -> Generator[None, Any, tuple[Tensor, Tensor]]:
    """Where the segments from z to the adversaries `far` (N, L) become adversarial.

    Returns an adversary (N, L) on each, within twice `tolerance` (a part of the segment) behind
    the border, and its signed margin (N,).
    """
    z, segment = problem.z, far - problem.z
    low, high = torch.zeros_like(z[:, 0]), torch.ones_like(z[:, 0])
    below, above = problem.evaluate(z).to(z), problem.evaluate(far).to(z)
    yield None
    most = math.ceil(math.log2(1 / (2 * tolerance))) + 1
    for step in range(most + 1):
        rows = (high - low > 2 * tolerance).nonzero()[:, 0]
        if len(rows) == 0:
            break
        slack = tolerance * 2.0 ** (most - step)
        t = _itp(low[rows], high[rows], below[rows], above[rows], slack)
        margin = problem.at(rows).evaluate(z[rows] + t[:, None] * segment[rows])
        hit, miss = rows[margin > 0], rows[margin <= 0]
        high[hit], above[hit] = t[margin > 0], margin[margin > 0].to(z)
        low[miss], below[miss] = t[margin <= 0], margin[margin <= 0].to(z)
        yield None
    return z + high[:, None] * segment, above


def _itp(low: Tensor, high: Tensor, below: Tensor, above: Tensor, slack: float) -> Tensor:
    """Interpolated, truncated towards the middle, and projected to where halving would be"""
    width, middle = high - low, (low + high) / 2
    falsi = (above * low - below * high) / (above - below)
    falsi = torch.where(falsi.isfinite(), falsi, middle)
    towards = (middle - falsi).sign()
    nudge = 0.2 * width**2
    nearer = torch.where(nudge <= (middle - falsi).abs(), falsi + towards * nudge, middle)
    room = (slack - width / 2).clamp_min(0)
    probe = torch.where((nearer - middle).abs() <= room, nearer, middle - towards * room)
    inside = (probe > low) & (probe < high)
    return torch.where(inside, probe, middle)
