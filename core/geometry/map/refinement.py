"""Refinement of a field over a window of the plane, coarse to fine, decoded only where it matters.

A field is decoded on a coarse grid, interpolated to the next (cubic, 4 points), and decoded again
only where its interpolation might change what is drawn: where a *margin* (to the next class, to a
threshold) is smaller than `trust` times the interpolation error seen nearby at the level before.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import torch
from scipy.ndimage import maximum_filter
from torch import Tensor

from ...engine.jobs import Job
from ...figures.array import bands
from ..evaluation import CHUNK, evaluate_in_chunks
from .grid import Window, pixel_axes

Field = Callable[[Tensor], Tensor]  # z (N, L) -> values (N, K)
Margin = Callable[[Tensor], Tensor]  # values (K, ...) -> distance to what would change it (...)


@dataclass(frozen=True)
class Grain:
    """How finely a map is drawn. Defaults: 99.9 % of the pixels as if each were decoded.

    The sides of the levels are coarsest, 2 coarsest - 1, ... until finest is reached.
    """

    coarsest: int = 17
    dense: int = 65  # up to this side every pixel is decoded
    finest: int = 513
    trust: float = 2.0
    chunk: int = CHUNK  # decodes in one step: the cursor waits for one at most


@dataclass(frozen=True, eq=False)
class Level:
    """One level of a refinement, complete in itself."""

    values: Tensor  # (K, S, S), row 0 at the bottom
    decodes: int  # so far


def refine(field: Field, margin: Margin, window: Window, grain: Grain) -> Job[Level]:
    """`field` of the points xy (N, 2) of `window`, on finer and finer grids."""
    side, decodes = grain.coarsest, 0
    values, known = torch.empty(0), torch.zeros(side, side, dtype=torch.bool)
    error = torch.full((side, side), torch.inf)
    while True:
        pending = ~known
        if side > grain.coarsest:
            values = yield from _interpolated(values, side)
            for rows in bands(side) if side > grain.dense else ():
                pending[rows] &= margin(values[:, rows]) < grain.trust * error[rows]
                yield None
        row, column = pending.nonzero(as_tuple=True)
        across, up = pixel_axes(window, side)
        points = torch.stack([across[column], up[row]], dim=-1)
        decoded = (yield from evaluate_in_chunks(field, points, grain.chunk)).mT  # (K, pending)
        missed = torch.zeros(side, side)
        if side == grain.coarsest:
            values = decoded.reshape(-1, side, side).contiguous()
        else:
            missed[row, column] = (decoded - values[:, row, column]).abs().amax(0)
            values[:, row, column] = decoded
        decodes += len(points)
        yield Level(values, decodes)
        if side >= grain.finest:
            return
        if side > grain.coarsest:
            error = _expected(missed, pending, error)
        known, side = _spread(known | pending), 2 * side - 1
        error = error.repeat_interleave(2, 0).repeat_interleave(2, 1)[:side, :side]
        yield None


def lead(values: Tensor) -> Tensor:
    """(K, S, S) -> the first channel's lead over the second, (S, S); infinite for K = 1"""
    first, second = values[0], torch.full_like(values[0], -torch.inf)
    for channel in values[1:]:  # five times faster than topk
        second = second.maximum(first.minimum(channel))
        first = first.maximum(channel)
    return first - second


def _interpolated(values: Tensor, side: int) -> Generator[None, Any, Tensor]:
    """(K, S, S) -> (K, side, side), a channel at a time: big grids take long"""
    fine = torch.empty(len(values), side, side)
    for channel, coarse in enumerate(values):
        fine[channel] = _finer(coarse)
        yield None
    return fine


def _finer(coarse: Tensor) -> Tensor:
    """(S, S) -> (2S-1, 2S-1) through the old points, cubic between them"""
    return _between(_between(coarse).mT).mT


def _between(rows: Tensor) -> Tensor:
    ends = 2 * rows[0] - rows[1], 2 * rows[-1] - rows[-2]
    p = torch.cat([ends[0][None], rows, ends[1][None]])
    fine = rows.new_empty(2 * len(rows) - 1, *rows.shape[1:])
    fine[::2], fine[1::2] = rows, (9 * (p[1:-2] + p[2:-1]) - p[:-3] - p[3:]) / 16
    return fine


def _expected(missed: Tensor, decoded: Tensor, before: Tensor) -> Tensor:
    """The interpolation error to expect at the next level, (S, S).

    Half of what was missed within two pixels, or an eighth of what was expected before where
    nothing was decoded.
    """
    near = torch.from_numpy(maximum_filter(missed.numpy(), 5))
    measured = torch.from_numpy(maximum_filter(decoded.numpy(), 5))
    return torch.where(measured, near / 2, before / 8)


def _spread(known: Tensor) -> Tensor:
    fine = torch.zeros(2 * len(known) - 1, 2 * len(known) - 1, dtype=torch.bool)
    fine[::2, ::2] = known
    return fine
