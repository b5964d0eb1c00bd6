"""L-BFGS for the energy of a curve between two fixed ends.

Nocedal & Wright 2006, "Numerical Optimization", algorithm 7.4, with the inverse of the curve's own
Laplacian for its first guess: as many steps for 64 segments as for 8.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Generator, Sequence
from typing import Any

import torch
from torch import Tensor

Squares = Callable[[Tensor], Tensor]  # nodes (P, L) -> squared length of each segment (P-1,)

SLIGHT = 1e-4  # of the predicted decrease: what a step must bring (Armijo)
HALVINGS = 20


def segment_parts(segments: int, chunk: int) -> list[slice]:
    """The nodes of so many segments at a time: neighbours share one"""
    return [slice(first, min(first + chunk, segments) + 1) for first in range(0, segments, chunk)]


def minimise_energy(
    squares: Squares, nodes: Tensor, steps: int, tolerance: float, memory: int, chunk: int
) -> Generator[None, Any, Tensor]:
    """The inner ones of nodes (T+1, L) moved to where the energy of their curve is least.

    At most `steps`, ended where one promises less than `tolerance` of the energy; `memory`: pairs
    that are kept; `chunk`: segments between two pauses. A step is halved until it brings a fair
    part of what the slope promises, so the energy never grows; pairs of negative curvature are
    dropped.
    """
    stiffness = _inverse_laplacian(len(nodes) - 1)
    pairs: deque[tuple[Tensor, Tensor]] = deque(maxlen=memory)
    energy, slope, scale = yield from _energy(squares, nodes, chunk)
    for _ in range(steps):
        direction = -_two_loops(slope, pairs, stiffness / scale)
        promised = -float((slope * direction).sum())
        if not promised > tolerance * energy:
            break
        for halving in range(HALVINGS):
            step = 0.5**halving * direction
            there = nodes.clone()
            there[1:-1] += step.to(nodes)
            lower, next_slope, _ = yield from _energy(squares, there, chunk)
            if lower <= energy - SLIGHT * 0.5**halving * promised:
                break
        else:
            break
        change = next_slope - slope
        if float((step * change).sum()) > 0:
            pairs.append((step, change))
        nodes, energy, slope = there, lower, next_slope
    return nodes


def _energy(
    squares: Squares, nodes: Tensor, chunk: int
) -> Generator[None, Any, tuple[float, Tensor, float]]:
    """Energy, its slope at the inner nodes (T-1, L), and the second derivative's usual size"""
    segments, total = len(nodes) - 1, 0.0
    slope = torch.zeros_like(nodes, dtype=torch.float64)
    for part in segment_parts(segments, chunk):
        value, its_slope = _value_and_slope(squares, nodes[part])
        total, slope[part] = total + value, slope[part] + its_slope
        yield None
    if not (math.isfinite(total) and bool(slope.isfinite().all())):
        total = math.inf
    stretch = total / max(float(nodes.diff(dim=0).double().square().sum()), 1e-300)
    return segments / 2 * total, segments / 2 * slope[1:-1], segments * max(stretch, 1e-300)


@torch.enable_grad()
def _value_and_slope(squares: Squares, nodes: Tensor) -> tuple[float, Tensor]:
    nodes = nodes.detach().requires_grad_()
    total = squares(nodes).double().sum()
    if not total.requires_grad:
        return float(total), torch.zeros_like(nodes, dtype=torch.float64)
    (slope,) = torch.autograd.grad(total, nodes)
    return float(total.detach()), slope.double()


def _two_loops(slope: Tensor, pairs: Sequence[tuple[Tensor, Tensor]], inverse: Tensor) -> Tensor:
    """The inverse Hessian, as the pairs (step, change of slope) tell it, times `slope` (T-1, L)"""
    product, shares = slope, []
    for step, change in reversed(pairs):
        share = (step * product).sum() / (step * change).sum()
        product = product - share * change
        shares.append(share)
    product = inverse @ product
    if pairs:
        step, change = pairs[-1]
        product = product * ((step * change).sum() / (change * (inverse @ change)).sum())
    for (step, change), share in zip(pairs, reversed(shares), strict=True):
        product = product + (share - (change * product).sum() / (step * change).sum()) * step
    return product


def _inverse_laplacian(segments: int) -> Tensor:
    """Of the second differences between two fixed ends, (T-1, T-1): min(i, j) - i j / T"""
    index = torch.arange(1, segments, dtype=torch.float64)
    return torch.minimum(index[:, None], index) - index[:, None] * index / segments
