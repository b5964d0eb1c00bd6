"""Memorisation: are samples copies of the training images? (theory: E12)

Samples are no closer to the training images than images held out are, unless they were learnt by
heart (Meehan, Chaudhuri & Dasgupta 2020, arXiv:2004.05675). Distances are l2, of pixels or of
features, whichever the rows are.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress
from ..figures.array import Array
from ..figures.estimate import Estimate
from ..figures.intervals import wilson

Views = Callable[[Array], list[Array]]  # rows (N, D) -> the same images otherwise, (N, D) each

PRODUCTS = 20_000_000  # in one step: some 5 ms on one core
ROWS = 128  # samples that are compared at once
HALF = 0.5  # of the second nearest's distance: nearer than that is a copy
RARE = 0.01  # quantile of the distances held out below which a sample is a copy


@dataclass(frozen=True, eq=False)
class Memorisation:
    """Distances of samples to the training images, against those of images held out."""

    nearest: Array  # (N,) which training image
    distance: Array  # (N,) to it
    ratio: Array  # (N,) of it to the distance of the second nearest, in [0, 1]
    held_out: Array  # (M,) distances of the images held out
    flagged: Array  # (F,) samples that look like copies, the most alike first
    by_chance: Estimate  # share of the images held out that would be flagged, Wilson's interval
    nearer: Estimate  # chance that a sample is nearer than an image held out; 0.5 for none learnt
    p: float  # of the Mann-Whitney test that samples are no nearer

    @property
    def n(self) -> int:
        return len(self.distance)


def memorisation(
    samples: Array,
    held_out: Array,
    train: Array,
    views: Views = lambda rows: [rows],
    rows: int = ROWS,
    products: int = PRODUCTS,
) -> Job[Memorisation | Progress]:
    """Compares samples (N, D) and held_out (M, D) with train (T, D).

    Flagged is what is nearer than half of the second nearest, or than 99 % of the images held out.
    Blurred samples are near to every image, so that `p` is small in pixels where nothing was
    learnt by heart: then no more are flagged than by chance.

    `views`: what counts as the same image (see `shifts`), the least distance over them. The
    interval of `nearer` is Wilson's for min(N, M) draws, whose variance is never less (Birnbaum &
    Klose 1957, "Bounds for the variance of the Mann-Whitney statistic"). Problem where there are
    no samples, none held out, or fewer than two to train on. `rows` samples are compared at once,
    by so many `products` in one step.
    """
    samples, held_out = np.asarray(samples, np.float64), np.asarray(held_out, np.float64)
    train = np.asarray(train)  # many: made float64 a part at a time
    if min(len(samples), len(held_out)) < 1 or len(train) < 2:
        raise Problem(
            "Looking for copies takes a sample, an image held out and two training images at least."
        )
    ours = yield from _nearest(samples, train, views, rows, products, 0.0)
    theirs = yield from _nearest(held_out, train, views, rows, products, 0.5)
    yield _compared(ours, theirs)


def shifts(shape: tuple[int, int, int], reach: int = 2) -> Views:
    """Images of `shape` (C, H, W) as rows (N, D), moved by up to `reach` pixels to every side.

    What moves in is black. Costs (2 reach + 1)^2 comparisons: pixel distances alone miss a copy
    that moved by one pixel.
    """
    sides = range(reach, -reach - 1, -1)
    height, width = shape[1:]

    def views(rows: Array) -> list[Array]:
        margin = ((0, 0), (0, 0), (reach, reach), (reach, reach))
        wide = np.pad(rows.reshape(-1, *shape), margin)
        return [
            wide[:, :, reach + y : reach + y + height, reach + x : reach + x + width].reshape(
                rows.shape
            )
            for y in sides
            for x in sides
        ]

    return views


def _nearest(
    rows: Array, train: Array, views: Views, size: int, products: int, done: float
) -> Generator[Progress | None, Any, tuple[Array, Array]]:
    """(N,) index of the nearest, and (N, 2) distances to it and to the second"""
    indices, distances = [], []
    for first in range(0, len(rows), size):
        variants = views(rows[first : first + size])
        index = yield from _two_nearest(variants, train, products, done + first / len(rows) / 2)
        away = _exact(variants, train, index)
        order = away.argsort(1, kind="stable")
        indices.append(np.take_along_axis(index, order, 1)[:, 0])
        distances.append(np.take_along_axis(away, order, 1))
    return np.concatenate(indices), np.concatenate(distances)


def _two_nearest(
    variants: list[Array], train: Array, products: int, done: float
) -> Generator[Progress | None, Any, Array]:
    """The rows of `train` that are nearest to any view of each image, (N, 2), up to rounding"""
    n = len(variants[0])
    index, least = np.zeros((n, 2), np.int64), np.full((n, 2), np.inf)
    size = max(2, products // (len(variants) * variants[0].size))
    for first in range(0, len(train), size):
        part = np.asarray(train[first : first + size], np.float64)
        rows, away = _two_least(_squared(variants, part))
        numbers, squared = np.hstack([index, first + rows]), np.hstack([least, away])
        order = np.argpartition(squared, 1, axis=1)[:, :2]
        least, index = (np.take_along_axis(of, order, 1) for of in (squared, numbers))
        yield Progress(done, "looking for copies")
    return index


def _two_least(values: Array) -> tuple[Array, Array]:
    """Where each row of values (N, T) is least and second least, and both values: (N, 2) each.

    Ten times as fast as sorting them apart. The second is infinite where T is 1.
    """
    every, first = np.arange(len(values)), values.argmin(1)
    others = values.copy()
    others[every, first] = np.inf
    second = others.argmin(1)
    return np.stack([first, second], 1), np.stack([values[every, first], others[every, second]], 1)


def _squared(variants: list[Array], part: Array) -> Array:
    """The least squared distance of any view to each row, (N, T), up to rounding"""
    norms, least = (part * part).sum(1), np.full((len(variants[0]), len(part)), np.inf)
    for view in variants:
        squared = (-2 * view) @ part.T
        squared += (view * view).sum(1)[:, None]
        squared += norms
        np.minimum(least, squared, out=least)
    return least


def _exact(variants: list[Array], train: Array, index: Array) -> Array:
    """(N, 2) distances to the rows `index` (N, 2), so that a copy is at 0"""
    away = [np.linalg.norm(view[:, None] - train[index], axis=2) for view in variants]
    least: Array = np.minimum.reduce(away)
    return least


def _compared(ours: tuple[Array, Array], theirs: tuple[Array, Array]) -> Memorisation:
    (nearest, away), (_, others) = ours, theirs
    limit = float(np.quantile(others[:, 0], RARE))
    ratio, copy = _copies(away, limit)
    _, flagged_by_chance = _copies(others, limit)
    flagged = np.flatnonzero(copy)
    from scipy.stats import mannwhitneyu  # a third of a second that no start has to wait for

    test = mannwhitneyu(away[:, 0], others[:, 0], alternative="less")
    chance = 1 - float(test.statistic) / (len(away) * len(others))
    return Memorisation(
        nearest=nearest,
        distance=away[:, 0],
        ratio=ratio,
        held_out=others[:, 0],
        flagged=flagged[ratio[flagged].argsort(kind="stable")],
        by_chance=_share(float(flagged_by_chance.mean()), len(others)),
        nearer=_share(chance, min(len(away), len(others))),
        p=float(test.pvalue),
    )


def _copies(away: Array, limit: float) -> tuple[Array, Array]:
    """The ratio of both distances (N, 2), 0 of exact copies, and whether it is a copy, (N,)"""
    ratio = np.divide(away[:, 0], away[:, 1], out=np.zeros(len(away)), where=away[:, 1] > 0)
    return ratio, (ratio < HALF) | (away[:, 0] < limit)


def _share(value: float, n: int) -> Estimate:
    low, high = wilson(np.asarray(value * n), n)
    return Estimate(value, float(low), float(high))
