"""Projection onto the border of another class, its scores linearised about an adversary."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import torch
from scipy.optimize import nnls
from torch import Tensor

from ...figures.array import Array
from .attack_problem import AttackProblem, finite_scores
from .linearisation import Linearisation, linearise, with_graph


def border_projection(
    problem: AttackProblem, x: Tensor, inset: Tensor
) -> Generator[None, Any, Tensor]:
    """The nearest adversaries to z (N, L) were the scores linear about the adversaries x (N, L).

    By so much as `inset` (N,), in units of z, behind every border. To another class: behind the
    one border at x; to a certain class: behind all of its borders, a least distance programme.
    """
    if problem.target is None:
        return _behind_one(problem, x, inset)
    local = yield from linearise(problem.logits, x)
    return _behind_all(problem.z, x, local, problem.target, inset)


@torch.enable_grad()
def _behind_one(problem: AttackProblem, x: Tensor, inset: Tensor) -> Tensor:
    """z + ((x - z) n) n for the normal n of the border at x, and so much farther that it is met"""
    x, scores = with_graph(problem.logits, x)
    margin = problem.margin(finite_scores(scores, x)).to(x)
    (normal,) = torch.autograd.grad(margin.sum(), x)
    length = normal.norm(dim=1)
    missing = inset - (margin.detach() + ((problem.z - x.detach()) * normal).sum(1)) / length
    missing = torch.where(length > 0, missing, 0).clamp_min(0)
    projected: Tensor = problem.z + missing[:, None] * normal / length.clamp_min(1e-30)[:, None]
    return projected


def _behind_all(z: Tensor, x: Tensor, local: Linearisation, target: int, inset: Tensor) -> Tensor:
    """The projection of z to where the target leads every other class; x where there is none"""
    others = [k for k in range(local.scores.shape[1]) if k != target]
    normal = (local.gradients[:, [target]] - local.gradients[:, others]).double()  # (N, K-1, L)
    margin = (local.scores[:, [target]] - local.scores[:, others]).double()
    length = normal.norm(dim=2).clamp_min(1e-30)
    normal = normal / length[:, :, None]
    at_z = margin / length + (normal @ (z - x).double()[:, :, None])[:, :, 0]
    missing = inset.double()[:, None] - at_z
    pairs = zip(normal.cpu().numpy(), missing.cpu().numpy(), strict=True)
    moves = [_least_distance(a, b) for a, b in pairs]
    away = [x[i] - z[i] if move is None else z.new_tensor(move) for i, move in enumerate(moves)]
    return z + torch.stack(away)


def _least_distance(normal: Array, missing: Array) -> Array | None:
    """The shortest y (L,) with normal y >= missing, (M, L) and (M,); None where there is none.

    Lawson & Hanson 1974, "Solving Least Squares Problems", chapter 23.
    """
    system = np.vstack([normal.T, missing])
    unit = np.zeros(len(system))
    unit[-1] = 1
    weights, _ = nnls(system, unit)
    residual: Array = system @ weights - unit
    return None if abs(residual[-1]) < 1e-14 else -residual[:-1] / residual[-1]
