"""Shortest curves by making their energy small (THEORY.md, C3).

A curve of T segments has the energy T/2 sum of squared segment lengths. For a decoder the length of
a segment is how much the image changes over it, so no Jacobian is needed. Of all curves between two
points the one of least energy is shortest and has constant speed: L^2 <= 2 E, with equality there.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ...engine.jobs import Job
from ...scene.codes import Density
from ...scene.scene import Decode
from .curve import resampled

Squares = Callable[[Tensor], Tensor]  # nodes (P, L) -> squared length of each segment (P-1,)

SLIGHT = 1e-4  # of the predicted decrease: what a step must bring (Armijo)
HALVINGS = 20
INSIDE = 4  # points of a step at which a factor is asked for


@dataclass(frozen=True)
class GeodesicConfig:
    """How a geodesic is searched for, coarse to fine."""

    levels: tuple[int, ...] = (16, 64)  # segments; each level begins with the best before it
    steps: int = 100  # of a level at most
    tolerance: float = 1e-4  # of the energy: a level ends where a step promises less
    memory: int = 20  # pairs that L-BFGS keeps
    chunk: int = 32  # segments in one step of the job


@dataclass(frozen=True, eq=False)
class Curve:
    """A discrete curve and its size in the metric that was asked for."""

    nodes: Tensor  # (T+1, L); the ends exactly those asked for
    energy: float
    length: float


def chords(decode: Decode, factor: Density | None = None) -> Squares:
    """|g(z_{k+1}) - g(z_k)|^2, times the square of the conformal `factor`, its mean over the step.

    The mean is of `INSIDE` points, lest a long step leap over what is narrow.
    """

    def squares(nodes: Tensor) -> Tensor:
        found = decode(nodes).flatten(1).diff(dim=0).square().sum(1)
        if factor is None:
            return found
        times = ((torch.arange(INSIDE) + 0.5) / INSIDE).to(nodes)[:, None, None]
        inside = torch.lerp(nodes[:-1], nodes[1:], times)  # (INSIDE, P-1, L)
        return found * factor(inside.flatten(0, 1)).reshape(INSIDE, -1).mean(0) ** 2

    return squares


def measured(squares: Squares, nodes: Tensor) -> Curve:
    """The curve through `nodes` (T+1, L) with its energy and its length"""
    return _curve(nodes, _evaluated(squares, nodes))


def geodesic(
    squares: Squares, starts: Sequence[Tensor], config: GeodesicConfig = GeodesicConfig()
) -> Job[Curve]:
    """From the curves `starts`, (P, L) each with the same two ends, to the one of least energy.

    The first report is the best of the starts at the finest level; each later one has less energy.
    Every start goes down at the coarsest level. What goes on to the next is the best so far as
    judged at the finest: with few segments a curve can step over what is steep.
    """
    finest = config.levels[-1]
    firsts = [resampled(start, finest + 1) for start in starts]
    best = yield from _best(squares, firsts, config.chunk)
    yield best
    lows = []
    for start in starts:
        lows.append((yield from _lowest(squares, resampled(start, config.levels[0] + 1), config)))
    found = yield from _best(squares, [upsampled(low, finest) for low in lows], config.chunk)
    for level in config.levels[1:]:
        if found.energy < best.energy:
            best = found
            yield best
        low = yield from _lowest(squares, upsampled(best.nodes, level), config)
        found = yield from _best(squares, [upsampled(low, finest)], config.chunk)
    if found.energy < best.energy:
        yield found


def upsampled(nodes: Tensor, segments: int) -> Tensor:
    """(P, L) -> (segments + 1, L): the same curve at the same speed, or every so many of its nodes

    Linear in the index of the node, which is the time of a curve of constant speed.
    """
    at = torch.linspace(0, len(nodes) - 1, segments + 1, dtype=torch.float64)
    left = at.long().clamp(max=len(nodes) - 2)
    share = (at - left).to(nodes)[:, None]
    return torch.lerp(nodes[left], nodes[left + 1], share)


def _best(squares: Squares, curves: Sequence[Tensor], chunk: int) -> Generator[None, Any, Curve]:
    found = []
    for nodes in curves:
        parts = []
        for part in _parts(len(nodes) - 1, chunk):
            parts.append(_evaluated(squares, nodes[part]))
            yield None
        found.append(_curve(nodes, torch.cat(parts)))
    return min(found, key=lambda curve: curve.energy)


@torch.no_grad()
def _evaluated(squares: Squares, nodes: Tensor) -> Tensor:
    return squares(nodes).double()


def _curve(nodes: Tensor, squared: Tensor) -> Curve:
    return Curve(nodes, len(squared) / 2 * float(squared.sum()), float(squared.sqrt().sum()))


def _parts(segments: int, chunk: int) -> list[slice]:
    """The nodes of so many segments at a time: neighbours share one"""
    return [slice(first, min(first + chunk, segments) + 1) for first in range(0, segments, chunk)]


def _lowest(
    squares: Squares, nodes: Tensor, config: GeodesicConfig
) -> Generator[None, Any, Tensor]:
    """The nodes between two fixed ends moved to where the energy is least, by L-BFGS.

    Nocedal & Wright 2006, algorithm 7.4, with the inverse of the curve's own Laplacian for its
    first guess: as many steps for 64 segments as for 8. A step is halved until it brings a fair
    part of what the slope promises, so the energy never grows; pairs of negative curvature are
    dropped.
    """
    stiffness = _inverse_laplacian(len(nodes) - 1)
    pairs: deque[tuple[Tensor, Tensor]] = deque(maxlen=config.memory)
    energy, slope, scale = yield from _energy(squares, nodes, config.chunk)
    for _ in range(config.steps):
        direction = -_two_loops(slope, pairs, stiffness / scale)
        promised = -float((slope * direction).sum())
        if not promised > config.tolerance * energy:
            break
        for halving in range(HALVINGS):
            step = 0.5**halving * direction
            there = nodes.clone()
            there[1:-1] += step.to(nodes)
            lower, next_slope, _ = yield from _energy(squares, there, config.chunk)
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
    for part in _parts(segments, chunk):
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
    found, shares = slope, []
    for step, change in reversed(pairs):
        share = (step * found).sum() / (step * change).sum()
        found = found - share * change
        shares.append(share)
    found = inverse @ found
    if pairs:
        step, change = pairs[-1]
        found = found * ((step * change).sum() / (change * (inverse @ change)).sum())
    for (step, change), share in zip(pairs, reversed(shares), strict=True):
        found = found + (share - (change * found).sum() / (step * change).sum()) * step
    return found


def _inverse_laplacian(segments: int) -> Tensor:
    """Of the second differences between two fixed ends, (T-1, T-1): min(i, j) - i j / T"""
    index = torch.arange(1, segments, dtype=torch.float64)
    return torch.minimum(index[:, None], index) - index[:, None] * index / segments
