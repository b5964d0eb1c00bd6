"""A shorter way out: an adversary moved to the foot of the perpendicular on its border."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

import torch
from torch import Generator as Random
from torch import Tensor

from .bisection import Quest, crossing, resolution
from .deepfool import foot

PARTS = (1.0, 0.5, 0.25, 0.125)  # of the way to the foot: curved borders are overshot
COARSE = 1e-3  # of a segment, where what is left is looked for afterwards
WIDE, NARROW = 1.0, 1e-4  # tilt of a trial direction, as a tangent


def shortened(quest: Quest, x: Tensor, rounds: int) -> Generator[None, Any, Tensor]:
    """The adversaries x (N, L), each as near to z as following its border makes it.

    Each round goes to the foot of the perpendicular from z on the linearised border, or a part of
    the way there, and back to the border (Hasofer & Lind 1974, Rackwitz & Fiessler 1978: the design
    point of structural reliability). Ends where no way is shorter.
    """
    x = x.clone()
    gain = 0.1 * math.sqrt(torch.finfo(x.dtype).eps)  # of a distance: what a round must promise
    rows = torch.arange(len(x), device=x.device)
    for _ in range(rounds):
        part = quest.at(rows)
        away = (x[rows] - part.z).norm(dim=1)
        aim = yield from foot(part, x[rows], 0.1 * gain * away)
        worth = (aim - part.z).norm(dim=1) < (1 - gain) * away
        rows, aim = rows[worth], aim[worth]
        if len(rows) == 0:
            break
        better = yield from _nearer(quest.at(rows), x[rows], aim, gain)
        gone = (better - quest.z[rows]).norm(dim=1) < (x[rows] - quest.z[rows]).norm(dim=1)
        rows, better = rows[gone], better[gone]
        x[rows] = better
        if len(rows) == 0:
            break
    nearest, _ = yield from crossing(quest, x, resolution(x))
    return nearest


def _nearer(quest: Quest, x: Tensor, aim: Tensor, tolerance: float) -> Generator[None, Any, Tensor]:
    """The first adversary on the way from x to `aim`, (N, L) each, drawn back to its border.

    Looked for at the part of the way itself, and as far from z as x is.
    """
    found, away = x.clone(), (x - quest.z).norm(dim=1, keepdim=True)
    left = torch.arange(len(x), device=x.device)
    for share in PARTS:
        for far in (False, True):
            there = x[left] + share * (aim[left] - x[left])
            if far:
                offset = there - quest.z[left]
                length = offset.norm(dim=1, keepdim=True).clamp_min(1e-30)
                there = quest.z[left] + away[left] * offset / length
            hit = quest.at(left).leads(there) > 0
            found[left[hit]] = there[hit]
            left = left[~hit]
            yield None
            if len(left) == 0:
                break
        if len(left) == 0:
            break
    nearer, _ = yield from crossing(quest, found, tolerance)
    return nearer


def wandered(quest: Quest, x: Tensor, trials: int, random: Random) -> Generator[None, Any, Tensor]:
    """The adversaries x (N, L) after a search that asks only for labels.

    A direction near the best is tried; where it meets another class sooner it is the best. The
    tilt adapts to one success in five (after Brendel, Rauber & Bethge 2018, "Decision-based
    adversarial attacks", arXiv:1712.04248).
    """
    x, tilt = x.clone(), x.new_full((len(x),), WIDE)
    for _ in range(trials):
        offset = x - quest.z
        away = offset.norm(dim=1, keepdim=True).clamp_min(1e-30)
        aside = torch.randn(x.shape, generator=random, dtype=x.dtype).to(x.device)
        aside = aside / aside.norm(dim=1, keepdim=True).clamp_min(1e-30)
        way = offset / away + tilt[:, None] * aside
        there = quest.z + away * way / way.norm(dim=1, keepdim=True).clamp_min(1e-30)
        hit = (quest.leads(there) > 0).nonzero()[:, 0]
        tilt = tilt * 0.93
        tilt[hit] = tilt[hit] * 1.4
        tilt = tilt.clamp(NARROW, WIDE)
        yield None
        if len(hit):
            x[hit], _ = yield from crossing(quest.at(hit), there[hit], COARSE)
    nearest, _ = yield from crossing(quest, x, resolution(x))
    return nearest
