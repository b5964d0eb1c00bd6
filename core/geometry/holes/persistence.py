"""Persistent homology of codes: their loops, holes that need no threshold (theory: H8, B1).

Balls of radius t around the codes grow together. A loop of them is born at one radius and filled
at another. By Alexander duality its inside is a bounded component of {distance to the codes > t},
so the loops are read off the merge tree of the distance field, from its tops downwards. Radii, not
diameters: those of the Čech or alpha complex, not of Vietoris and Rips (Edelsbrunner & Harer 2010,
"Computational Topology").
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from ...figures.array import Array, bands
from ..map.grid import Window, grid_axes

LASTING = 2.0  # a loop that is filled before its birth radius has grown so many times is no loop
MERGES = 4000  # of basins in one step


@dataclass(frozen=True)
class Loop:
    """A loop of codes, in the units of the plane."""

    birth: float  # radius at which the balls around the codes close it
    death: float  # radius at which they fill it
    place: tuple[float, float]  # where it is filled: the farthest point from the codes inside
    pixel: tuple[int, int]  # the same, (row, column) of the grid

    def lasts(self, radius: float) -> bool:
        """Whether it is a hole: it lasts, and it is deeper than codes held out lie from others.

        radius: the 99 % quantile of the distance of held-out codes to their nearest, which is the
        threshold of the detector "nearest".
        """
        return self.death > LASTING * self.birth and self.death > radius


def distance_field(points: Array, window: Window, side: int) -> Generator[None, Any, Array]:
    """How far the pixels of a grid from corner to corner are from points (M, 2), (S, S)"""
    across, up = grid_axes(window, side)
    tree, distance = cKDTree(points), np.empty((side, side))
    for rows in bands(4 * side):
        x, y = np.meshgrid(across, up[rows])
        distance[rows] = tree.query(np.stack([x, y], -1))[0] if x.size else 0
        yield None
    return distance


def persistent_loops(distance: Array, window: Window) -> Generator[None, Any, tuple[Loop, ...]]:
    """The loops of a distance field (S, S) over `window`, the longest lived first.

    Births and deaths are right to half the diagonal of a pixel, for the distance is 1-Lipschitz;
    loops that live shorter than that diagonal are the grid's, not the points'.
    """
    pairs = yield from merge_tree(distance)
    across, up = grid_axes(window, len(distance))
    loops = [
        Loop(float(birth), float(death), (float(across[column]), float(up[row])), (row, column))
        for birth, death, row, column in pairs
    ]
    return tuple(sorted(loops, key=lambda loop: loop.birth - loop.death))


def merge_tree(
    field: Array,
) -> Generator[None, Any, list[tuple[float, float, int, int]]]:
    """Where the components of {field > t} merge as t falls: (level, top, row, column) of the lower.

    field: (S, S). Pixels are 8-connected, and the outside of the grid is a component of its own
    with the highest top. Each pixel belongs to the basin of the peak that its steepest way leads
    to; only the highest saddles between basins are merged one by one.
    """
    level = field.ravel()
    order = np.lexsort((np.arange(level.size), level))
    rank = np.empty(level.size, np.int64)
    rank[order] = np.arange(level.size)
    rank = rank.reshape(field.shape)
    yield None
    basin = _peaks(rank)
    yield None
    edges = _saddles(rank, basin)
    yield None
    merged, pairs = np.arange(level.size + 1), []
    for count, (saddle, one, other) in enumerate(zip(*edges, strict=True)):
        if count % MERGES == MERGES - 1:
            yield None
        one, other = _root(merged, one), _root(merged, other)
        if one == other:
            continue
        low, high = sorted((one, other))
        merged[low] = high
        if low == saddle:  # a peak on the edge is of the outside from the start
            continue
        row, column = divmod(int(order[low]), field.shape[1])
        pairs.append((float(level[order[saddle]]), float(level[order[low]]), row, column))
    return pairs


def _peaks(rank: Array) -> Array:
    """(S, S) the rank of the peak that the steepest way from each pixel leads to"""
    rows, columns = rank.shape
    padded = np.pad(rank, 1, constant_values=-1)
    highest = rank.copy()
    for down in range(3):
        for right in range(3):
            np.maximum(highest, padded[down : down + rows, right : right + columns], out=highest)
    upwards = np.empty(rank.size, np.int64)  # by rank, the rank of the highest neighbour
    upwards[rank.ravel()] = highest.ravel()
    while not np.array_equal(further := upwards[upwards], upwards):
        upwards = further
    peaks: Array = upwards[rank]
    return peaks


def _saddles(rank: Array, basin: Array) -> tuple[list[int], list[int], list[int]]:
    """The highest saddle between each two basins, and the outside: (rank, basin, basin) falling"""
    outside = rank.size
    edge = np.ones(rank.shape, bool)
    edge[1:-1, 1:-1] = False
    saddle, one = [rank[edge]], [basin[edge]]
    other = [np.full(len(saddle[0]), outside)]
    whole, first, last = slice(None), slice(None, -1), slice(1, None)
    ways = (whole, first, whole, last), (first, whole, last, whole)
    for a, b, c, d in (*ways, (first, first, last, last), (first, last, last, first)):
        across = basin[a, b] != basin[c, d]
        saddle.append(np.minimum(rank[a, b], rank[c, d])[across])
        one.append(np.minimum(basin[a, b], basin[c, d])[across])
        other.append(np.maximum(basin[a, b], basin[c, d])[across])
    saddles, ones, others = (np.concatenate(part) for part in (saddle, one, other))
    falling = np.argsort(-saddles)
    _, highest = np.unique((ones * (outside + 1) + others)[falling], return_index=True)
    kept = falling[np.sort(highest)]
    return saddles[kept].tolist(), ones[kept].tolist(), others[kept].tolist()


def _root(merged: Array, one: int) -> int:
    while merged[one] != one:
        merged[one] = merged[merged[one]]
        one = int(merged[one])
    return one
