"""The near side of another class: which points are adversaries, and where a segment becomes one."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ...scene.scene import Logits
from ..map.refinement import evaluate


@dataclass(frozen=True, eq=False)
class Quest:
    """What is searched for: points near z that are of another class, or of one certain class."""

    logits: Logits
    z: Tensor  # (N, L)
    label: Tensor  # (N,) class at z
    target: int | None = None

    def at(self, rows: Tensor | slice) -> Quest:
        """The same for some of the points."""
        return Quest(self.logits, self.z[rows], self.label[rows], self.target)

    def gap(self, scores: Tensor) -> Tensor:
        """scores: (N, K) -> (N,) of the classes searched for over the others; differentiable."""
        wanted = self._wanted(scores)
        best = scores.masked_fill(~wanted, -torch.inf).amax(1)
        return best - scores.masked_fill(wanted, -torch.inf).amax(1)

    def lead(self, scores: Tensor) -> Tensor:
        """The same, and never zero: positive exactly where an adversary is, who wins a tie or not.

        The first class is the lowest of those that tie.
        """
        found = self._wanted(scores).gather(1, scores.argmax(1, keepdim=True))[:, 0]
        size = self.gap(scores).abs().clamp_min(torch.finfo(scores.dtype).tiny)
        return torch.where(found, size, -size)

    def _wanted(self, scores: Tensor) -> Tensor:
        classes = torch.arange(scores.shape[1], device=scores.device)
        if self.target is None:
            return classes != self.label[:, None]
        return (classes == self.target).expand(len(scores), -1)

    def leads(self, x: Tensor) -> Tensor:
        """x: (N, L), one for each z -> (N,), positive where x is an adversary."""
        return self.lead(scored(self.logits, x))


@torch.no_grad()
def scored(logits: Logits, x: Tensor) -> Tensor:
    """x: (N, L) -> (N, K) in the precision of the model; a Problem where it is no number."""
    return checked(logits(x), x)


def checked(scores: Tensor, x: Tensor) -> Tensor:
    """The scores themselves; the Problem of `regions.evaluate` where one is no number."""
    if not scores.isfinite().all():
        evaluate(lambda _: scores.detach(), x)
    return scores


def resolution(x: Tensor) -> float:
    """How closely a segment is divided, as a part of it: what rounding does not blur."""
    return 1e-12 if x.dtype == torch.float64 else 1e-6


def crossing(
    quest: Quest, far: Tensor, tolerance: float
) -> Generator[None, Any, tuple[Tensor, Tensor]]:
    """Where the segments from z to the adversaries `far` (N, L) become adversaries.

    Returns an adversary (N, L) on each, within twice `tolerance` (a part of the segment) behind
    the border, and its lead (N,). By ITP, which needs one step more than halving at most, and few
    where the lead is smooth (Oliveira & Takahashi 2020, "An enhancement of the bisection method
    average performance preserving minmax optimality", ACM TOMS 47).
    """
    z, along = quest.z, far - quest.z
    low, high = torch.zeros_like(z[:, 0]), torch.ones_like(z[:, 0])
    below, above = quest.leads(z).to(z), quest.leads(far).to(z)
    yield None
    most = math.ceil(math.log2(1 / (2 * tolerance))) + 1
    for step in range(most + 1):
        rows = (high - low > 2 * tolerance).nonzero()[:, 0]
        if len(rows) == 0:
            break
        slack = tolerance * 2.0 ** (most - step)
        t = _probed(low[rows], high[rows], below[rows], above[rows], slack)
        lead = quest.at(rows).leads(z[rows] + t[:, None] * along[rows])
        hit, miss = rows[lead > 0], rows[lead <= 0]
        high[hit], above[hit] = t[lead > 0], lead[lead > 0].to(z)
        low[miss], below[miss] = t[lead <= 0], lead[lead <= 0].to(z)
        yield None
    return z + high[:, None] * along, above


def _probed(low: Tensor, high: Tensor, below: Tensor, above: Tensor, slack: float) -> Tensor:
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
