"""DeepFool: steps across the nearest border of the linearised class scores.

Moosavi-Dezfooli, Fawzi & Frossard 2016, "DeepFool: a simple and accurate method to fool deep neural
networks", arXiv:1511.04599.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .attack_problem import Attack, AttackProblem
from .linearisation import Linearisation, linearise

OVERSHOOT = 0.02  # of a step, so that it ends behind the border (DeepFool's eta)
LONGEST = 10.0  # of a step, for a z at the origin; flat scores lead farther


def deepfool(problem: AttackProblem, steps: int, towards: int | None = None) -> Attack:
    """From each z across the nearest linearised border, again until it is crossed.

    One step is exact where the scores are affine. With a target, or `towards` a class, each step
    crosses the border to it. Returns x (N, L) and which of them (N,) are adversarial.
    """
    towards = problem.target if towards is None else towards
    x, adversarial = problem.z.clone(), problem.is_adversarial(problem.z)
    rows = (~adversarial).nonzero()[:, 0]
    for _ in range(steps):
        if len(rows) == 0:
            break
        local = yield from linearise(problem.logits, x[rows])
        longest = LONGEST * (1 + problem.z[rows].norm(dim=1))
        step, moves = _deepfool_step(local, problem.label[rows], towards, longest)
        x[rows] += step
        adversarial[rows] = problem.at(rows).is_adversarial(x[rows])
        rows = rows[moves & ~adversarial[rows]]
        yield None
    return x, adversarial


def _deepfool_step(
    local: Linearisation, label: Tensor, towards: int | None, longest: Tensor
) -> tuple[Tensor, Tensor]:
    """The step (N, L) across the nearest border, or to the class `towards`; whether there is one"""
    scores, gradients = local
    at = torch.arange(len(scores), device=scores.device)
    own = label if towards is None else scores.argmax(1)
    normal = gradients - gradients[at, own][:, None]  # (N, K, L)
    length = normal.norm(dim=2)
    away = (scores[at, own][:, None] - scores) / length
    away = away.masked_fill((length == 0) | away.isnan(), torch.inf)
    away[at, own] = torch.inf
    nearest = away.argmin(1) if towards is None else torch.full_like(label, towards)
    distance = away[at, nearest]
    size = ((1 + OVERSHOOT) * (distance + 1e-9)).minimum(longest)
    unit = normal[at, nearest] / length[at, nearest].clamp_min(1e-30)[:, None]
    return size[:, None] * unit, distance.isfinite()
