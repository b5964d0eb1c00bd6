"""Points between the border points of a square: a border runs on where no line of a grid meets it.

Beside a border its points lie a square apart, so that a short distance to the nearest of them is
too long by up to a fifth. Two points of one border on the edges of one square are joined by a
segment (Lorensen & Cline 1987, "Marching cubes", in the plane), whose error falls with the square
of the square's side.
"""

from __future__ import annotations

import numpy as np

from ...figures.array import Array
from .border import Borders, ClassGrid

PARTS = 8  # of a segment: its points are an eighth of a square apart
SIDE = 4096  # more than the nodes along a side, and than the classes


def with_segments(grid: ClassGrid, borders: Borders, edge: Array) -> Borders:
    """`borders`, each on the `edge` (M,) of `grid.edges`, and points of the segments between them.

    A border that bends is cut short by its chord, by h^2 / 8 times its curvature at most.
    """
    if grid.latent == 1 or not len(edge):
        return borders
    first, last = _segments(borders, *_members(grid, edge))
    shares, start = np.arange(1, PARTS)[:, None] / PARTS, borders.points[first, None]
    points = start + shares * (borders.points[last, None] - start)  # (N, PARTS - 1, L)
    return Borders(
        np.concatenate([borders.points, points.reshape(-1, grid.latent)]),
        np.concatenate([borders.before, borders.before[first].repeat(PARTS - 1)]),
        np.concatenate([borders.after, borders.after[first].repeat(PARTS - 1)]),
        borders.deviation,
    )


def on_half_grid(grid: ClassGrid, edge: Array) -> Array:
    """The edge of `grid.halved()` on which each border point (M,) lies; it must lie on one."""
    row, column, upright = (part[edge] for part in _places(grid))
    coarse = _keys(*_places(grid.halved()))
    order = coarse.argsort()
    wanted = _keys(row // 2, column // 2, upright)
    found: Array = order[np.searchsorted(coarse, wanted, sorter=order)]
    return found


def _places(grid: ClassGrid) -> tuple[Array, Array, Array]:
    """Row and column of the lower end of each edge, and whether it goes up"""
    lower, upper = grid.edges
    row, column = np.unravel_index(lower, grid.label.shape)
    return row, column, upper - lower > 1


def _keys(row: Array, column: Array, upright: Array) -> Array:
    key: Array = (row * SIDE + column) * 2 + upright
    return key


def _members(grid: ClassGrid, edge: Array) -> tuple[Array, Array]:
    """Border points (2M,) and the squares that they are on the edge of: two each"""
    row, column, upright = (part[edge] for part in _places(grid))
    side, count = len(grid.across), np.arange(len(edge))
    before = np.where(upright, row * side + column - 1, (row - 1) * side + column)
    inside = np.where(upright, column > 0, row > 0)
    return np.append(count[inside], count), np.append(before[inside], row * side + column)


def _segments(borders: Borders, member: Array, square: Array) -> tuple[Array, Array]:
    """Both ends (N,) and (N,) of the segments: two points of one border in a square"""
    classes = np.sort(np.stack([borders.before, borders.after]), axis=0)[:, member]
    border = (square * SIDE + classes[0]) * SIDE + classes[1]
    order = border.argsort(kind="stable")
    _, start, count = np.unique(border[order], return_index=True, return_counts=True)
    twice = start[count == 2]
    return member[order[twice]], member[order[twice + 1]]
