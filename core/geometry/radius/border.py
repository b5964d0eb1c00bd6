"""Borders between classes, found on the edges of a grid to a fraction of a square.

On every edge of the grid whose ends are of two classes the margin s_a - s_b has a zero; each is
found by the secant kept in a bracket (the "Illinois" variant of Dowell & Jarratt 1971, "A modified
regula falsi method"), all edges at once, with hardly more than one decode each.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import torch
from scipy.spatial import cKDTree

from ...figures.array import Array
from ..evaluation import evaluate_in_chunks
from ..map.refinement import Field

NEAR = 0.03  # of the margin's change over a bracket, from which one more secant squares the error
NARROW = 1e-3  # of an edge; where the margin jumps there is no zero to come near


@dataclass(frozen=True, eq=False)
class ClassGrid:
    """Log-probabilities at the nodes of a square grid in one or two dimensions."""

    across: Array  # (S,) float64, coordinates of the nodes along each axis, in the units of z
    values: Array  # (K, S) or (K, S, S); rows upwards, columns to the right

    @property
    def latent(self) -> int:
        """L"""
        return self.values.ndim - 1

    @cached_property
    def label(self) -> Array:
        """(S,) or (S, S) int64, the class at each node"""
        label: Array = self.values.argmax(0)
        return label

    @property
    def points(self) -> Array:
        """(S^L, L)"""
        return self.at(np.arange(self.label.size))

    def at(self, node: Array) -> Array:
        """Places (N, L) of these nodes (N,), counted along the rows"""
        column_first = np.unravel_index(node, self.label.shape)[::-1]
        places: Array = self.across[np.stack(column_first, axis=-1)]
        return places

    def halved(self) -> ClassGrid:
        """Every second node of each axis, the first and the last among them."""
        second = (slice(None), *[slice(None, None, 2)] * self.latent)
        return ClassGrid(self.across[::2], self.values[second])

    @cached_property
    def edges(self) -> tuple[Array, Array]:
        """The neighbours (M,) and (M,) of different classes, the lower first."""
        node, label = np.arange(self.label.size).reshape(self.label.shape), self.label.ravel()
        lower, upper = [], []
        for axis in range(self.latent):
            along = node.swapaxes(0, axis)
            changes = label[along[:-1]] != label[along[1:]]
            lower.append(along[:-1][changes])
            upper.append(along[1:][changes])
        return np.concatenate(lower), np.concatenate(upper)


@dataclass(frozen=True, eq=False)
class Borders:
    """Points of the borders between classes: one wherever a line of a grid crosses it."""

    points: Array  # (M, L) float64, in the units of z
    before: Array  # (M,) int64, the class below the point or to the left of it
    after: Array  # (M,) int64, the class above it or to the right
    deviation: float = 1.0  # of the prior: the unit of a distance

    def select(self, mask: Array) -> Borders:
        return Borders(self.points[mask], self.before[mask], self.after[mask], self.deviation)

    def of(self, target: int | None) -> Borders:
        """Those of one class; all for None"""
        if target is None:
            return self
        return self.select((self.before == target) | (self.after == target))

    @cached_property
    def tree(self) -> cKDTree:
        return cKDTree(self.points)

    def distance(self, z: Array) -> Array:
        """z: (N, L) -> (N,) to the nearest of these points, in deviations; infinite without any."""
        distance: Array = self.tree.query(z)[0] / self.deviation
        return distance


class _Brackets(NamedTuple):
    """Segments along which `before` gives way to `after`."""

    low: Array  # (M, L)
    high: Array  # (M, L)
    low_values: Array  # (M, K)
    high_values: Array  # (M, K)
    before: Array  # (M,)
    after: Array  # (M,)
    streak: Array  # (M,) so many times running the low end has moved; less than 0: the high end
    edge: Array  # (M,) of the grid, on which it lies

    def select(self, mask: Array | slice) -> _Brackets:
        return _Brackets(*(part[mask] for part in self))

    def margins(self) -> tuple[Array, Array]:
        """s_before - s_after at both ends: no less than zero, and no more; not both zero"""
        row = np.arange(len(self.edge))
        low = self.low_values[row, self.before] - self.low_values[row, self.after]
        high = self.high_values[row, self.before] - self.high_values[row, self.after]
        return low, high

    def crossing(self, tilt: Array | float = 1.0) -> Array:
        """(M, L) where a straight margin would be zero, its low end made `tilt` times greater"""
        low, high = self.margins()
        share = tilt * low / (tilt * low - high)
        crossing: Array = self.low + share[:, None] * (self.high - self.low)
        return crossing


def interpolate_borders(grid: ClassGrid, deviation: float) -> tuple[Borders, Array]:
    """As `find_borders`, but without a decode: the zeros of margins taken to be straight."""
    return _borders([_brackets(grid)], deviation)


def find_borders(
    field: Field, grid: ClassGrid, deviation: float
) -> Generator[None, Any, tuple[Borders, Array]]:
    """The border points on the edges of `grid`, and the edge (M,) of each, of `grid.edges`.

    Where a third class turns up on an edge there is a border on both sides of it.
    """
    spacing, open_ = grid.across[1] - grid.across[0], _brackets(grid)
    settled = [open_.select(slice(0))]
    while len(open_.edge):
        trial = open_.crossing(_tilt(open_.streak))
        values = yield from evaluate_in_chunks(field, torch.from_numpy(trial).float())
        narrowed, near = _narrowed(open_, trial, values.numpy())
        near |= np.abs(narrowed.high - narrowed.low).max(1) < NARROW * spacing
        settled.append(narrowed.select(near))
        open_ = narrowed.select(~near)
    return _borders(settled, deviation)


def on_coarse_grid(grid: ClassGrid, edge: Array) -> Array:
    """edge: (M,) -> (M,) whether every second node alone would have shown a border there.

    The edges of `grid.halved()` are two edges of `grid` each, so its border points are among them.
    """
    lower, upper = (np.stack(np.unravel_index(n, grid.label.shape)) for n in grid.edges)
    start, end = lower - lower % 2, upper + upper % 2  # of the long edge, (L, E)
    on_lines = ((lower % 2 == 0) | (lower != upper)).all(0)
    shown: Array = (on_lines & (grid.label[tuple(start)] != grid.label[tuple(end)]))[edge]
    return shown


def _brackets(grid: ClassGrid) -> _Brackets:
    lower, upper = grid.edges
    values, label = grid.values.reshape(len(grid.values), -1).T, grid.label.ravel()
    ends = grid.at(lower), grid.at(upper), values[lower], values[upper]
    count = np.arange(len(lower))
    return _Brackets(*ends, label[lower], label[upper], np.zeros_like(count), count)


def _tilt(streak: Array) -> Array:
    """Illinois: an end that stays while the other moves again and again counts half each time"""
    tilt: Array = 2.0 ** (streak - np.sign(streak))
    return tilt


def _narrowed(old: _Brackets, trial: Array, values: Array) -> tuple[_Brackets, Array]:
    """The brackets up to or from the trial points (M, L), and whether these were near a zero.

    A bracket in which a third class shows is cut in two.
    """
    label, row = values.argmax(1), np.arange(len(trial))
    low, high = old.margins()
    left = np.abs(values[row, old.before] - values[row, old.after])
    third = (label != old.before) & (label != old.after)
    near = ~third & (left < NEAR * (low - high))
    rises = label == old.before
    new = old._replace(
        low=np.where(rises[:, None], trial, old.low),
        low_values=np.where(rises[:, None], values, old.low_values),
        high=np.where(rises[:, None], old.high, trial),
        high_values=np.where(rises[:, None], old.high_values, values),
        after=np.where(third, label, old.after),
        streak=np.where(rises, np.maximum(old.streak, 0) + 1, np.minimum(old.streak, 0) - 1),
    )
    rest = old._replace(low=trial, low_values=values, before=label).select(third)
    return _joined([new, rest]), np.concatenate([near, np.zeros(len(rest.edge), bool)])


def _joined(parts: list[_Brackets]) -> _Brackets:
    return _Brackets(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _borders(settled: list[_Brackets], deviation: float) -> tuple[Borders, Array]:
    brackets = _joined(settled)
    return Borders(brackets.crossing(), brackets.before, brackets.after, deviation), brackets.edge
