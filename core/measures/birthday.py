"""Birthday paradox test: the size of a generator's support by the duplicates in a sample.

Arora, Risteski & Zhang 2018, arXiv:1706.08224; theory: E8.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist
from scipy.stats import chi2

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress
from ..figures.array import Array
from ..figures.estimate import Estimate
from ..figures.intervals import NEVER

PRODUCTS = 4_000_000  # coordinates compared in one step: some 5 ms on one core
SHOWN = 20  # pairs of near duplicates that are kept to be looked at


@dataclass(frozen=True, eq=False)
class Birthday:
    """How many images a generator can draw, by how often two of a sample are the same."""

    support: Estimate  # infinite where no two are; interval of the Poisson law of the pairs
    duplicates: int  # pairs that are nearer than the limit
    closest: Array  # (P, 2) the nearest of them, to be looked at
    n: int


def birthday(points: Array, limit: float, products: int = PRODUCTS) -> Job[Birthday | Progress]:
    """The size of the support by the pairs of points (N, D) nearer than `limit` to each other.

    Two draws from s equally likely images are the same with a chance of 1 / s, so s is the number
    of pairs over the number of duplicates: one duplicate among N says N^2 / 2. Of unequal ones it
    is exp(H_2). `limit` is best read off pairs of images of the data. Arora, Risteski & Zhang
    2018, arXiv:1706.08224; interval: Garwood 1936. Problem for fewer than two points.
    products: coordinates compared in one step.
    """
    points = np.asarray(points, np.float64)
    n = len(points)
    if n < 2:
        raise Problem("Looking for duplicates takes two samples at least: draw more.")
    chunk, nearest, duplicates = max(1, products // points.size), np.zeros((0, 3)), 0
    for first in range(0, n, chunk):
        pairs = _pairs(points, slice(first, first + chunk), limit)
        duplicates += len(pairs)
        nearest = np.concatenate([nearest, pairs])
        nearest = nearest[nearest[:, 0].argsort(kind="stable")[:SHOWN]]
        yield Progress(min(1.0, (first + chunk) / n), "looking for duplicates")
    support = _support(duplicates, n * (n - 1) // 2)
    yield Birthday(support, duplicates, nearest[:, 1:].astype(np.int64), n)


def _pairs(points: Array, part: slice, limit: float) -> Array:
    """(P, 3) distance and the two rows of each pair whose first is in `part`"""
    away = cdist(points[part], points[part.start :])
    first, second = np.nonzero(np.triu(away < limit, 1))
    return np.stack([away[first, second], first + part.start, second + part.start], 1)


def _support(duplicates: int, pairs: int) -> Estimate:
    if duplicates == 0:
        return Estimate(math.inf, pairs / -math.log(NEVER), math.inf)
    low, high = chi2.ppf(0.025, 2 * duplicates) / 2, chi2.ppf(0.975, 2 * duplicates + 2) / 2
    return Estimate(pairs / duplicates, max(1.0, pairs / float(high)), pairs / float(low))
