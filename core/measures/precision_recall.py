"""Precision, recall, density and coverage of samples, by balls to the k-th neighbour (theory: E11).

Precision and recall: Kynkäänniemi et al. 2019, arXiv:1904.06991. Density and coverage: Naeem et
al. 2020, arXiv:2002.09797. A ball is about a point of one sample and reaches to the k-th neighbour
within that sample; on its rim is outside.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy.spatial.distance import cdist

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress
from ..figures.array import Array
from ..figures.estimate import Estimate
from ..figures.intervals import NORMAL, wilson

PRODUCTS = 4_000_000  # coordinates compared in one step: some 5 ms on one core


@dataclass(frozen=True)
class PrecisionRecall:
    """Shares in [0, 1], but for the density. The intervals allow for chance in both samples.

    They are 1.96 deviations of the delete-one jackknife, of both samples, to either side: more
    than the true deviation on average (Efron & Stein 1981, "The jackknife estimate of variance").
    That of a share is never less than Wilson's.
    """

    precision: Estimate  # of fakes in a ball about a real
    recall: Estimate  # of reals in a ball about a fake
    density: Estimate  # balls about reals that hold a fake, over k; 1 for equal laws
    coverage: Estimate  # of balls about reals that hold a fake
    expected: float  # the coverage of equal laws, on average
    k: int
    n: int  # reals
    m: int  # fakes


def precision_recall(
    real: Array, fake: Array, k: int = 5, products: int = PRODUCTS
) -> Job[PrecisionRecall | Progress]:
    """The four of real (N, D) and fake (M, D); Problem where a sample has no more than k points.

    Takes (N + M)^2 distances, `products` coordinates in one step. Kynkäänniemi et al. have k = 3.
    """
    real, fake = np.asarray(real, np.float64), np.asarray(fake, np.float64)
    n, m = len(real), len(fake)
    if min(n, m) <= k:
        raise Problem(
            f"Neighbour {k} of a sample needs more than {k} samples, and there are {min(n, m)}: "
            "draw more."
        )
    yield None
    about_real = yield from _balls(real, k, products, 0.0)
    about_fake = yield from _balls(fake, k, products, 0.25)
    fakes = yield from _visits(fake, real, about_real, products, 0.5)
    reals = yield from _visits(real, fake, about_fake, products, 0.75)
    yield PrecisionRecall(
        precision=_within(fakes),
        recall=_within(reals),
        density=_density(fakes, about_real),
        coverage=_coverage(fakes, about_real),
        expected=expected_coverage(n, m, k),
        k=k,
        n=n,
        m=m,
    )


def expected_coverage(n: int, m: int, k: int) -> float:
    """The coverage of n reals by m fakes of the same law, on average, whatever the law.

    A ball is empty where the k nearest of the n + m - 1 others are all real:
    1 - C(n - 1, k) / C(n + m - 1, k).
    """
    return 1 - math.comb(n - 1, k) / math.comb(n + m - 1, k)


class _Balls(NamedTuple):
    near: Array  # (N, k) the neighbours within
    radius: Array  # (N,)
    grown: Array  # (N,) the radius if one of the neighbours were not there


class _Visits(NamedTuple):
    """Points (M,) that fall into balls (N,)"""

    balls: Array  # (M,) how many balls a point is in
    points: Array  # (N,) how many points are in a ball
    grown: Array  # (N,) and in the grown one
    one: Array  # (N,) a point in the ball; the only one where there is one
    less: Array  # (N,) how many fewer points are in any ball when this centre is not there


def _chunks(rows: int, other: Array, products: int) -> list[slice]:
    size = max(1, products // other.size)
    return [slice(first, min(first + size, rows)) for first in range(0, rows, size)]


def _balls(x: Array, k: int, products: int, done: float) -> Generator[Progress | None, Any, _Balls]:
    near, radii = np.empty((len(x), k), np.int64), np.empty((len(x), 2))
    for part in _chunks(len(x), x, products):
        away = cdist(x[part], x)
        away[np.arange(len(away)), np.arange(part.start, part.stop)] = np.inf
        order = np.argpartition(away, (k - 1, k), axis=1)[:, : k + 1]
        near[part] = order[:, :k]
        radii[part] = np.take_along_axis(away, order[:, k - 1 :], 1)
        yield Progress(done + part.stop / len(x) / 4, "finding neighbours")
    return _Balls(near, radii[:, 0], radii[:, 1])


def _visits(
    y: Array, x: Array, about: _Balls, products: int, done: float
) -> Generator[Progress | None, Any, _Visits]:
    balls, one = np.zeros(len(y), np.int64), np.zeros(len(x), np.int64)
    points, grown, less = (np.zeros(len(x), np.int64) for _ in range(3))
    for part in _chunks(len(y), x, products):
        away = cdist(y[part], x)
        inside, nearly = away < about.radius, away < about.grown
        balls[part] = inside.sum(1)
        some = inside.any(0)
        one[some] = part.start + inside[:, some].argmax(0)
        points, grown = points + inside.sum(0), grown + nearly.sum(0)
        less += _lost(inside, nearly & ~inside, about.near)
        yield Progress(done + part.stop / len(y) / 4, "comparing with neighbours")
    return _Visits(balls, points, grown, one, less)


def _lost(inside: Array, shell: Array, near: Array) -> Array:
    """How many fewer points are in any ball without each centre, (N,).

    inside, shell: (M, N) bool, whether a point is in the ball, or only in the grown one. A centre
    takes its own ball along, and the balls that it is in grow.
    """
    count, centres = inside.sum(1), inside.shape[1]
    point, ball = np.nonzero(shell & (count < 2)[:, None])
    saved = np.unique((point[:, None] * centres + near[ball]).ravel())
    lone = np.flatnonzero(count == 1)
    owner = inside[lone].argmax(1)
    lost = ~np.isin(lone * centres + owner, saved)
    gained = saved[count[saved // centres] == 0] % centres
    return np.bincount(owner[lost], minlength=centres) - np.bincount(gained, minlength=centres)


def _within(visits: _Visits) -> Estimate:
    inside = visits.balls > 0
    m = len(inside)
    return _share(inside, inside.var() / (m - 1) + _variance(visits.less / m))


def _density(visits: _Visits, about: _Balls) -> Estimate:
    m, k = len(visits.balls), about.near.shape[1]
    value = float(visits.balls.mean()) / k
    less: Array = visits.points - _touched(visits.grown - visits.points, about.near)
    variance = visits.balls.var() / (m - 1) / k**2 + _variance(less / (m * k))
    half = NORMAL * math.sqrt(variance)
    return Estimate(value, max(0.0, value - half), value + half)


def _coverage(visits: _Visits, about: _Balls) -> Estimate:
    covered, n, m = visits.points > 0, len(visits.points), len(visits.balls)
    less: Array = covered - _touched((visits.grown > 0) & ~covered, about.near)
    alone = np.bincount(visits.one[visits.points == 1], minlength=m)
    return _share(covered, _variance(less / (n - 1)) + _variance(alone / n))


def _touched(gain: Array, near: Array) -> Array:
    """The `gain` (N,) of all balls that each centre is in, summed: (N,)"""
    weights = np.repeat(gain.astype(np.float64), near.shape[1])
    total: Array = np.bincount(near.ravel(), weights, len(near))
    return total


def _variance(less: Array) -> float:
    """The jackknife's, of what leaving out each of (N,) in turn takes away"""
    return float((len(less) - 1) * less.var())


def _share(hits: Array, variance: float) -> Estimate:
    value, half = float(hits.mean()), NORMAL * math.sqrt(variance)
    low, high = wilson(int(hits.sum()), len(hits))
    return Estimate(
        value, max(0.0, min(float(low), value - half)), min(1.0, max(float(high), value + half))
    )
