"""Hasofer-Lind-Rackwitz-Fiessler: an adversary projected onto its border again and again.

The nearest point of a border is the "design point" of structural reliability (Hasofer & Lind 1974,
Rackwitz & Fiessler 1978).
"""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

import torch
from torch import Tensor

from .attack_problem import AttackProblem, resolution
from .bisection import bisection
from .border_projection import border_projection

SHARES = (1.0, 0.5, 0.25, 0.125)  # of the way to the projection: curved borders are overshot


def hasofer_lind(problem: AttackProblem, x: Tensor, rounds: int) -> Generator[None, Any, Tensor]:
    """The adversaries x (N, L), each as near to z as following its border makes it.

    Each round goes to the projection of z on the linearised border, or a part of the way there,
    and back to the border. Ends where no way is shorter.
    """
    x = x.clone()
    gain = 0.1 * math.sqrt(torch.finfo(x.dtype).eps)  # of a distance: what a round must promise
    rows = torch.arange(len(x), device=x.device)
    for _ in range(rounds):
        part = problem.at(rows)
        away = (x[rows] - part.z).norm(dim=1)
        projected = yield from border_projection(part, x[rows], 0.1 * gain * away)
        promising = (projected - part.z).norm(dim=1) < (1 - gain) * away
        rows, projected = rows[promising], projected[promising]
        if len(rows) == 0:
            break
        near = yield from _nearer(problem.at(rows), x[rows], projected, gain)
        shorter = (near - problem.z[rows]).norm(dim=1) < (x[rows] - problem.z[rows]).norm(dim=1)
        rows, near = rows[shorter], near[shorter]
        x[rows] = near
        if len(rows) == 0:
            break
    nearest, _ = yield from bisection(problem, x, resolution(x))
    return nearest


def _nearer(
    problem: AttackProblem, x: Tensor, projected: Tensor, tolerance: float
) -> Generator[None, Any, Tensor]:
    """The first adversary on the way from x to `projected`, (N, L) each, drawn back to its border.

    Looked for at the part of the way itself, and as far from z as x is.
    """
    nearer, away = x.clone(), (x - problem.z).norm(dim=1, keepdim=True)
    left = torch.arange(len(x), device=x.device)
    for share in SHARES:
        for far in (False, True):
            trial = x[left] + share * (projected[left] - x[left])
            if far:
                offset = trial - problem.z[left]
                length = offset.norm(dim=1, keepdim=True).clamp_min(1e-30)
                trial = problem.z[left] + away[left] * offset / length
            hit = problem.at(left).is_adversarial(trial)
            nearer[left[hit]] = trial[hit]
            left = left[~hit]
            yield None
            if len(left) == 0:
                break
        if len(left) == 0:
            break
    bisected, _ = yield from bisection(problem, nearer, tolerance)
    return bisected
