"""Density of very many Gaussians, each point summed over those that matter to it alone.

A sum over all pairs is what it takes in many dimensions; in a few, nearly all of the Gaussians are
too far from a point to be seen beside the nearest. They are kept in leaves of a k-d tree (Bentley
1975), and a leaf is left out where the most that it can add is too little (Gray & Moore 2001,
"N-body problems in statistical learning").
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy.spatial import cKDTree

from ..figures.array import Array

Exponent: TypeAlias = Callable[[Array, Array], Array]  # z (N, L), rows (N,) -> log of each at its z

LEAF = 128  # Gaussians that are kept or left out together
TILE = 16  # points that are summed together: each over the leaves that any of them needs
UNSEEN = 8.0  # nats below what is surely there at which a whole leaf is left out
PROBES = 512  # Gaussians from whose means the pairs of a point are counted


@dataclass(frozen=True, eq=False)
class MixtureTree:
    """M Gaussians with diagonal covariances in K leaves, in z of L coordinates, on the CPU."""

    order: Array  # (M,) the Gaussians, leaf by leaf
    ends: Array  # (K + 1,) where each leaf begins in `order`, and where the last one ends
    low: Array  # (K, L) of the means of a leaf
    high: Array  # (K, L)
    variances: tuple[Array, Array]  # (K, L) the least and the greatest of a leaf
    peaks: tuple[Array, Array]  # (K,) log of count times the least and the greatest peak
    nearest: cKDTree  # of the means, in the order of `order`
    exponent: Exponent

    def tiles(self, z: Array) -> list[tuple[Array, list[slice]]]:
        """z: (N, L) -> rows of z that lie together, and the parts of `order` that matter there."""
        least, rows = self._least(z), split(z, TILE)
        corners = np.array([(z[some].min(0), z[some].max(0)) for some in rows])  # (T, 2, L)
        enough = np.array([least[some].min() for some in rows]) - UNSEEN
        needed = self._most(corners[:, 0], corners[:, 1]) > enough[:, None]  # (T, K)
        return [(some, self._parts(leaves)) for some, leaves in zip(rows, needed, strict=True)]

    def pairs(self) -> int:
        """Gaussians that a point has to be summed over, in the mean of points among the means."""
        among = self.nearest.data[:: max(1, len(self.order) // PROBES)]
        summed = 0
        for rows, parts in self.tiles(among):
            summed += len(rows) * sum(part.stop - part.start for part in parts)
        return math.ceil(summed / len(among))

    def _parts(self, needed: Array) -> list[slice]:
        """needed: (K,) -> runs of leaves that lie side by side"""
        edges = np.flatnonzero(np.diff(needed, prepend=False, append=False)).reshape(-1, 2)
        return [slice(self.ends[first], self.ends[last]) for first, last in edges]

    def _most(self, low: Array, high: Array) -> Array:
        """What each leaf adds anywhere between two corners (T, L) at most, (T, K) nats"""
        below, above = self.low - high[:, None], low[:, None] - self.high
        away = np.maximum(np.maximum(below, above), 0)
        most: Array = self.peaks[1] - 0.5 * (away**2 / self.variances[1]).sum(2)
        return most

    def _least(self, z: Array) -> Array:
        """What there is at z (N, L) at least, (N,) nats: of the nearest Gaussian, or of its leaf"""
        nearest = self.nearest.query(z)[1]
        leaf = np.searchsorted(self.ends, nearest, side="right") - 1
        away = np.maximum(np.abs(z - self.low[leaf]), np.abs(z - self.high[leaf]))
        whole = self.peaks[0][leaf] - 0.5 * (away**2 / self.variances[0][leaf]).sum(1)
        least: Array = np.maximum(whole, self.exponent(z, nearest))
        return least


def mixture_tree(mean: Array, logvar: Array) -> MixtureTree:
    """Of Gaussians of mean and logvar (M, L), float64"""
    leaves = split(mean, LEAF)
    order, counts = np.concatenate(leaves), np.array([len(rows) for rows in leaves])
    mean, logvar = mean[order], logvar[order]
    ends = np.append(0, counts.cumsum())
    peak = -0.5 * (logvar + math.log(2 * math.pi)).sum(1)  # (M,) log of each at its own mean

    def exponent(z: Array, rows: Array) -> Array:
        away: Array = (z - mean[rows]) ** 2 * np.exp(-logvar[rows])
        there: Array = peak[rows] - 0.5 * away.sum(1)
        return there

    def least(values: Array) -> Array:
        return np.minimum.reduceat(values, ends[:-1])

    return MixtureTree(
        order=order,
        ends=ends,
        low=least(mean),
        high=-least(-mean),
        variances=(np.exp(least(logvar)), np.exp(-least(-logvar))),
        peaks=(np.log(counts) + least(peak), np.log(counts) - least(-peak)),
        nearest=cKDTree(mean),
        exponent=exponent,
    )


def split(points: Array, size: int) -> list[Array]:
    """Rows of points (N, L) in parts of at most `size` that lie together."""
    todo, parts = [np.arange(len(points))], []
    while todo:
        rows = todo.pop()
        if len(rows) <= size:
            parts.append(rows)
            continue
        some = points[rows]
        axis = int(np.ptp(some, axis=0).argmax())
        middle = len(rows) // 2
        rows = rows[some[:, axis].argpartition(middle)]
        todo += [rows[:middle], rows[middle:]]
    return parts
