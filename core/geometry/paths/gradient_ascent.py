"""Gradient ascent of the log-odds of a class, from a point of the latent space (theory: C2)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from ...scene.scene import Logits

LEAST = 1e-3  # of the longest step: an ascent that needs shorter ones has stalled


class Ascent(NamedTuple):
    """How far an ascent has come."""

    nodes: Tensor  # (P, L)
    odds: float  # log-odds of the target at the last node


def gradient_ascent(
    logits: Logits, start: Tensor, target: int, odds: float, step: float, steps: int
) -> Iterator[Ascent]:
    """From `start` (L,) along the gradient of the target's log-odds until they reach `odds`.

    The flow of s_target - log sum_{j != target} exp s_j: the logit margin with a smooth maximum,
    for at the kinks of the hard one, where two other classes tie, a flow zigzags. Every node has
    better odds than the one before: a step that lowers them is halved, and one that raises them is
    followed by a longer one, of `step` at most. Ends where the odds are reached, where no step
    raises them (a summit, a plateau), or after `steps` trials.
    """
    here, length = start, step
    best, slope = _odds(logits, here, target)
    nodes = [here]
    yield Ascent(torch.stack(nodes), best)
    for _ in range(steps):
        steepness = float(slope.norm())
        if best >= odds or length < LEAST * step or not 0 < steepness < math.inf:
            return
        there = here + length / steepness * slope
        better, next_slope = _odds(logits, there, target)
        if better > best:
            here, best, slope, length = there, better, next_slope, min(2 * length, step)
            nodes.append(here)
        else:
            length /= 2
        yield Ascent(torch.stack(nodes), best)


@torch.enable_grad()
def _odds(logits: Logits, z: Tensor, target: int) -> tuple[float, Tensor]:
    """Log-odds of the target at z (L,) and their gradient (L,); zero where there is none"""
    z = z.detach().requires_grad_()
    scores = logits(z[None])[0]
    others = torch.cat([scores[:target], scores[target + 1 :]])
    odds = scores[target] - others.logsumexp(0)
    if not odds.requires_grad:
        return float(odds), torch.zeros_like(z)
    (slope,) = torch.autograd.grad(odds, z)
    return float(odds.detach()), slope
