"""Boundary attack: an adversary made nearer by random trials that read labels alone.

After Brendel, Rauber & Bethge 2018, "Decision-based adversarial attacks", arXiv:1712.04248.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import torch
from torch import Generator as Random
from torch import Tensor

from .attack_problem import AttackProblem, resolution
from .bisection import bisection

COARSE = 1e-3  # of a segment, where a closer look comes afterwards
WIDE, NARROW = 1.0, 1e-4  # tilt of a trial direction, as a tangent


def boundary_attack(
    problem: AttackProblem, x: Tensor, trials: int, random: Random
) -> Generator[None, Any, Tensor]:
    """The adversaries x (N, L) made nearer to z where the scores have no gradient.

    A direction near the best is tried; where it meets another class sooner it is the best. The
    tilt adapts to one success in five.
    """
    x, tilt = x.clone(), x.new_full((len(x),), WIDE)
    for _ in range(trials):
        offset = x - problem.z
        away = offset.norm(dim=1, keepdim=True).clamp_min(1e-30)
        noise = torch.randn(x.shape, generator=random, dtype=x.dtype).to(x.device)
        noise = noise / noise.norm(dim=1, keepdim=True).clamp_min(1e-30)
        direction = offset / away + tilt[:, None] * noise
        trial = problem.z + away * direction / direction.norm(dim=1, keepdim=True).clamp_min(1e-30)
        hit = problem.is_adversarial(trial).nonzero()[:, 0]
        tilt = tilt * 0.93
        tilt[hit] = tilt[hit] * 1.4
        tilt = tilt.clamp(NARROW, WIDE)
        yield None
        if len(hit):
            x[hit], _ = yield from bisection(problem.at(hit), trial[hit], COARSE)
    nearest, _ = yield from bisection(problem, x, resolution(x))
    return nearest
