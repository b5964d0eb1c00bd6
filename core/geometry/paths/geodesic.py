"""Geodesics of a decoder's pull-back metric, by minimising the energy of a curve (theory: C3).

A curve of T segments has the energy T/2 sum of squared segment lengths. For a decoder the length of
a segment is how much the image changes over it, so no Jacobian is needed. Of all curves between two
points the one of least energy is shortest and has constant speed: L^2 <= 2 E, with equality there.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ...engine.jobs import Job
from ...scene.codes import Density
from ...scene.scene import Decode
from ..evaluation import CHUNK
from .lbfgs import Squares, minimise_energy, segment_parts
from .polyline import resample

INSIDE = 4  # points of a step at which a factor is evaluated


@dataclass(frozen=True)
class GeodesicConfig:
    """How a geodesic is searched for, coarse to fine."""

    levels: tuple[int, ...] = (16, 64)  # segments; each level begins with the best before it
    steps: int = 100  # of a level at most
    tolerance: float = 1e-4  # of the energy: a level ends where a step promises less
    memory: int = 20  # pairs that L-BFGS keeps
    chunk: int = CHUNK  # segments in one step of the job


@dataclass(frozen=True, eq=False)
class Curve:
    """A discrete curve and its size in a metric."""

    nodes: Tensor  # (T+1, L); the ends exactly as they were
    energy: float
    length: float


def squared_chords(decode: Decode, factor: Density | None = None) -> Squares:
    """|g(z_{k+1}) - g(z_k)|^2, times the square of the conformal `factor`, its mean over the step.

    The mean is of `INSIDE` points, lest a long step leap over what is narrow.
    """

    def squares(nodes: Tensor) -> Tensor:
        chords = decode(nodes).flatten(1).diff(dim=0).square().sum(1)
        if factor is None:
            return chords
        times = ((torch.arange(INSIDE) + 0.5) / INSIDE).to(nodes)[:, None, None]
        inside = torch.lerp(nodes[:-1], nodes[1:], times)  # (INSIDE, P-1, L)
        return chords * factor(inside.flatten(0, 1)).reshape(INSIDE, -1).mean(0) ** 2

    return squares


def measure_curve(squares: Squares, nodes: Tensor) -> Curve:
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
    firsts = [resample(start, finest + 1) for start in starts]
    best = yield from _best(squares, firsts, config.chunk)
    yield best
    lows = []
    for start in starts:
        coarse = resample(start, config.levels[0] + 1)
        lows.append((yield from _lowest(squares, coarse, config)))
    candidate = yield from _best(squares, [upsample(low, finest) for low in lows], config.chunk)
    for level in config.levels[1:]:
        if candidate.energy < best.energy:
            best = candidate
            yield best
        low = yield from _lowest(squares, upsample(best.nodes, level), config)
        candidate = yield from _best(squares, [upsample(low, finest)], config.chunk)
    if candidate.energy < best.energy:
        yield candidate


def upsample(nodes: Tensor, segments: int) -> Tensor:
    """(P, L) -> (segments + 1, L): the same curve at the same speed, or every so many of its nodes

    Linear in the index of the node, which is the time of a curve of constant speed.
    """
    at = torch.linspace(0, len(nodes) - 1, segments + 1, dtype=torch.float64)
    left = at.long().clamp(max=len(nodes) - 2)
    share = (at - left).to(nodes)[:, None]
    return torch.lerp(nodes[left], nodes[left + 1], share)


def _best(squares: Squares, curves: Sequence[Tensor], chunk: int) -> Generator[None, Any, Curve]:
    measured = []
    for nodes in curves:
        parts = []
        for part in segment_parts(len(nodes) - 1, chunk):
            parts.append(_evaluated(squares, nodes[part]))
            yield None
        measured.append(_curve(nodes, torch.cat(parts)))
    return min(measured, key=lambda curve: curve.energy)


@torch.no_grad()
def _evaluated(squares: Squares, nodes: Tensor) -> Tensor:
    return squares(nodes).double()


def _curve(nodes: Tensor, squared: Tensor) -> Curve:
    return Curve(nodes, len(squared) / 2 * float(squared.sum()), float(squared.sqrt().sum()))


def _lowest(
    squares: Squares, nodes: Tensor, config: GeodesicConfig
) -> Generator[None, Any, Tensor]:
    steps, tolerance = config.steps, config.tolerance
    return minimise_energy(squares, nodes, steps, tolerance, config.memory, config.chunk)
