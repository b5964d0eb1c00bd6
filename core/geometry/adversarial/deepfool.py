"""Scores as a first-order expansion, and the step to another class that it suggests."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, NamedTuple

import numpy as np
import torch
from scipy.optimize import nnls
from torch import Tensor

from ...scene.scene import Logits
from .bisection import Quest, checked

OVERSHOOT = 0.02  # of a step, so that it ends behind the border (DeepFool's eta)
LONGEST = 10.0  # of a step, for a z at the origin; flat scores ask for more


class Expansion(NamedTuple):
    """Scores and their gradients at N points."""

    scores: Tensor  # (N, K)
    gradients: Tensor  # (N, K, L)


def differentiable(logits: Logits, z: Tensor) -> bool:
    """Whether the scores at z (N, L) have a gradient that leads anywhere.

    Not so where they carry none, where asking for one is an error, and where all of it is zero.
    """
    try:
        x, scores = _graph(logits, z)
        if not scores.requires_grad:
            return False
        return any(bool(_gradient(scores, k, x).any()) for k in range(scores.shape[1]))
    except torch.OutOfMemoryError:
        raise
    except RuntimeError:  # what torch raises where a graph cannot be made or followed
        return False


def expansion(logits: Logits, z: Tensor) -> Generator[None, Any, Expansion]:
    """Of every class at z (N, L): one backward pass each, with a pause between them."""
    x, scores = _graph(logits, z)
    checked(scores, x)
    yield None
    gradients = []
    for k in range(scores.shape[1]):
        gradients.append(_gradient(scores, k, x))
        yield None
    return Expansion(scores.detach().to(z), torch.stack(gradients, 1))


def stepped(
    quest: Quest, steps: int, aim: int | None = None
) -> Generator[None, Any, tuple[Tensor, Tensor]]:
    """From each z across the nearest border of the linearised scores, again until it is crossed.

    Moosavi-Dezfooli et al. 2016, "DeepFool", arXiv:1511.04599; one step is exact where the scores
    are affine. With a target, or towards the class `aim`, each step crosses the border to it.
    Returns x (N, L) and the points (N,) of them that are adversaries.
    """
    towards = quest.target if aim is None else aim
    x, found = quest.z.clone(), quest.leads(quest.z) > 0
    rows = (~found).nonzero()[:, 0]
    for _ in range(steps):
        if len(rows) == 0:
            break
        here = yield from expansion(quest.logits, x[rows])
        longest = LONGEST * (1 + quest.z[rows].norm(dim=1))
        move, moved = _step(here, quest.label[rows], towards, longest)
        x[rows] += move
        found[rows] = quest.at(rows).leads(x[rows]) > 0
        rows = rows[moved & ~found[rows]]
        yield None
    return x, found


def foot(quest: Quest, x: Tensor, inset: Tensor) -> Generator[None, Any, Tensor]:
    """The nearest adversaries to z (N, L) were the scores linear about the adversaries x (N, L).

    By so much as `inset` (N,), in units of z, behind every border. To another class: behind the
    one border at x; to a certain class: behind all of its borders, a least distance programme.
    """
    if quest.target is None:
        return _behind_one(quest, x, inset)
    there = yield from expansion(quest.logits, x)
    return _behind_all(quest.z, x, there, quest.target, inset)


def _step(
    here: Expansion, label: Tensor, towards: int | None, longest: Tensor
) -> tuple[Tensor, Tensor]:
    """The move (N, L) across the nearest border, or to the class `towards`; whether there is one"""
    scores, gradients = here
    at = torch.arange(len(scores), device=scores.device)
    own = label if towards is None else scores.argmax(1)
    normal = gradients - gradients[at, own][:, None]  # (N, K, L)
    length = normal.norm(dim=2)
    away = (scores[at, own][:, None] - scores) / length
    away = away.masked_fill((length == 0) | away.isnan(), torch.inf)
    away[at, own] = torch.inf
    nearest = away.argmin(1) if towards is None else torch.full_like(label, towards)
    distance = away[at, nearest]
    step = ((1 + OVERSHOOT) * (distance + 1e-9)).minimum(longest)
    unit = normal[at, nearest] / length[at, nearest].clamp_min(1e-30)[:, None]
    return step[:, None] * unit, distance.isfinite()


@torch.enable_grad()
def _behind_one(quest: Quest, x: Tensor, inset: Tensor) -> Tensor:
    """z + ((x - z) n) n for the normal n of the border at x, and so much farther that it is met"""
    x, scores = _graph(quest.logits, x)
    lead = quest.gap(checked(scores, x)).to(x)
    (normal,) = torch.autograd.grad(lead.sum(), x)
    length = normal.norm(dim=1)
    missing = inset - (lead.detach() + ((quest.z - x.detach()) * normal).sum(1)) / length
    missing = torch.where(length > 0, missing, 0).clamp_min(0)
    aim: Tensor = quest.z + missing[:, None] * normal / length.clamp_min(1e-30)[:, None]
    return aim


def _behind_all(z: Tensor, x: Tensor, there: Expansion, target: int, inset: Tensor) -> Tensor:
    """The projection of z to where the target leads every other class; x where there is none"""
    others = [k for k in range(there.scores.shape[1]) if k != target]
    normal = (there.gradients[:, [target]] - there.gradients[:, others]).double()  # (N, K-1, L)
    lead = (there.scores[:, [target]] - there.scores[:, others]).double()
    length = normal.norm(dim=2).clamp_min(1e-30)
    normal = normal / length[:, :, None]
    at_z = lead / length + (normal @ (z - x).double()[:, :, None])[:, :, 0]
    missing = inset.double()[:, None] - at_z
    moves = [_least(a, b) for a, b in zip(normal.cpu().numpy(), missing.cpu().numpy(), strict=True)]
    away = [x[i] - z[i] if move is None else z.new_tensor(move) for i, move in enumerate(moves)]
    return z + torch.stack(away)


def _least(normal: np.ndarray[Any, Any], missing: np.ndarray[Any, Any]) -> Any:
    """The shortest y (L,) with normal y >= missing, (M, L) and (M,); None where there is none.

    Lawson & Hanson 1974, "Solving Least Squares Problems", chapter 23.
    """
    system = np.vstack([normal.T, missing])
    wanted = np.zeros(len(system))
    wanted[-1] = 1
    weights, _ = nnls(system, wanted)
    residual = system @ weights - wanted
    return None if abs(residual[-1]) < 1e-14 else -residual[:-1] / residual[-1]


@torch.enable_grad()
def _graph(logits: Logits, z: Tensor) -> tuple[Tensor, Tensor]:
    x = z.detach().clone().requires_grad_()
    return x, logits(x)


@torch.enable_grad()
def _gradient(scores: Tensor, k: int, x: Tensor) -> Tensor:
    (gradient,) = torch.autograd.grad(scores[:, k].sum(), x, retain_graph=True)
    return gradient
