"""How much of the data a generator draws: modes, classes, duplicates (theory: E8)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist
from scipy.special import xlogy
from scipy.stats import chi2
from torch import Tensor

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress
from ..figures.array import Array
from ..figures.estimate import Estimate
from ..figures.intervals import NEVER, NORMAL, wilson
from ..geometry.classes.entropy import delta_method, effective_classes
from .features import Look, looked

NEAR = 3.0  # deviations of a mode within which a sample belongs to it
PRODUCTS = 4_000_000  # coordinates compared in one step: some 5 ms on one core
SHOWN = 20  # pairs of near duplicates that are kept to be looked at


@dataclass(frozen=True, eq=False)
class Modes:
    """What samples of a mixture with known modes have found."""

    captured: int  # modes with at least as many samples as was asked for
    counts: Array  # (K,) samples within three deviations of each mode, which is their nearest
    quality: Estimate  # share of samples that are near any mode, Wilson's interval
    reverse: Estimate  # nats, KL(drawn | modes) of those that are; interval by the delta method
    n: int


@dataclass(frozen=True)
class Missing:
    """A class that the data has and no sample shows."""

    label: int
    high: float  # share that it could have all the same: Wilson's upper limit of 95 %


@dataclass(frozen=True, eq=False)
class Classes:
    """The classes that a judge sees in samples, against those of the data."""

    counts: Array  # (K,) samples of each
    divergence: Estimate  # nats, KL(drawn | data); interval by the delta method
    effective: Estimate  # exp(H_2): how many equally likely classes would collide as often
    missing: tuple[Missing, ...]
    by_chance: float  # classes that as many images of the data would miss, on average
    n: int


@dataclass(frozen=True, eq=False)
class Birthday:
    """How many images a generator can draw, by how often two of a sample are the same."""

    support: Estimate  # infinite where no two are; interval of the Poisson law of the pairs
    duplicates: int  # pairs that are nearer than the limit
    closest: Array  # (P, 2) the nearest of them, to be looked at
    n: int


def modes(
    samples: Array,
    centres: Array,
    deviation: float,
    shares: Array | None = None,
    least: int = 1,
) -> Modes:
    """What `samples` (N, D) have found of modes at `centres` (K, D) of one `deviation`.

    shares: (K,) of the mixture, equal where None; least: samples that capture a mode. After
    Srivastava et al. 2017, arXiv:1705.07761 (VEEGAN), and Lin et al. 2018, arXiv:1712.04086.
    """
    samples, centres = np.asarray(samples, np.float64), np.asarray(centres, np.float64)
    if len(samples) == 0:
        raise Problem("There is no sample that could have found a mode: draw some.")
    away = cdist(samples, centres)
    near = away.min(1) <= NEAR * deviation
    counts = np.bincount(away.argmin(1)[near], minlength=len(centres))
    hits, n = int(near.sum()), len(samples)
    low, high = wilson(hits, n)
    quality = Estimate(hits / n, float(low), float(high))
    equal = np.full(len(centres), 1 / len(centres))
    law = equal if shares is None else np.asarray(shares, np.float64)
    return Modes(int((counts >= least).sum()), counts, quality, divergence(counts, law), n)


def classes(judge: Look, images: Tensor, data: Array) -> Job[Classes | Progress]:
    """The classes of `images` (N, C, H, W) by the logits of `judge`; `data`: (K,) counts."""
    for said in looked(judge, images):
        if isinstance(said, np.ndarray):
            counts = np.bincount(said.argmax(1), minlength=said.shape[1])
            yield compare_classes(counts, data)
        else:
            yield said


def compare_classes(drawn: Array, data: Array) -> Classes:
    """From the counts (K,) of samples and of the data, whose shares are taken as they are.

    Problem where there are fewer than two samples, or no data.
    """
    drawn, data = np.asarray(drawn), np.asarray(data, np.float64)
    n = int(drawn.sum())
    if n < 2 or data.sum() <= 0:
        raise Problem("Comparing classes takes two samples and an image of the data at least.")
    shares = data / data.sum()
    _, high = wilson(drawn, n)
    missing = tuple(
        Missing(int(label), float(high[label]))
        for label in np.flatnonzero((drawn == 0) & (shares > 0))
    )
    unseen = expected_unseen(shares, n)
    return Classes(drawn, divergence(drawn, shares), effective_classes(drawn), missing, unseen, n)


def expected_unseen(shares: Array, n: int) -> float:
    """How many classes of these shares (K,) n draws miss on average: sum_i (1 - p_i)^n."""
    shares = np.asarray(shares, np.float64)
    return float(((1 - shares[shares > 0]) ** n).sum())


def divergence(counts: Array, law: Array) -> Estimate:
    """KL(q | p) in nats of the law q that `counts` (K,) were drawn from, given p: `law` (K,).

    The counted one less (classes seen - 1) / (2 n) for its bias, at least 0; 1.96 deviations of
    the delta method to either side. Where one class was drawn the lower end allows for others
    that went unseen by a chance of 5 %. Infinite where p lacks a class that was drawn, or where
    nothing was drawn.
    """
    counts, law = np.asarray(counts, np.float64), np.asarray(law, np.float64)
    seen, n = counts > 0, float(counts.sum())
    if n == 0 or (law[seen] <= 0).any():
        return Estimate(math.inf, math.inf if n else 0.0, math.inf)
    shares, logs = counts[seen] / n, np.log(counts[seen] / n / law[seen])
    if len(shares) == 1:
        return Estimate(float(logs[0]), _least(float(law[seen][0]), n), float(logs[0]))
    bias, variance = delta_method(shares, n, logs + 1, 1 / shares)
    value, half = float(shares @ logs) - bias, NORMAL * math.sqrt(variance)
    return Estimate(max(0.0, value), max(0.0, value - half), max(0.0, value + half))


def birthday(points: Array, limit: float) -> Job[Birthday | Progress]:
    """The size of the support by the pairs of points (N, D) nearer than `limit` to each other.

    Two draws from s equally likely images are the same with a chance of 1 / s, so s is the number
    of pairs over the number of duplicates: one duplicate among N says N^2 / 2. Of unequal ones it
    is exp(H_2). `limit` is best read off pairs of images of the data. Arora, Risteski & Zhang
    2018, arXiv:1706.08224; interval: Garwood 1936. Problem for fewer than two points.
    """
    points = np.asarray(points, np.float64)
    n = len(points)
    if n < 2:
        raise Problem("Looking for duplicates takes two samples at least: draw more.")
    chunk, found, duplicates = max(1, PRODUCTS // points.size), np.zeros((0, 3)), 0
    for first in range(0, n, chunk):
        pairs = _pairs(points, slice(first, first + chunk), limit)
        duplicates += len(pairs)
        found = np.concatenate([found, pairs])
        found = found[found[:, 0].argsort(kind="stable")[:SHOWN]]
        yield Progress(min(1.0, (first + chunk) / n), "looking for duplicates")
    support = _support(duplicates, n * (n - 1) // 2)
    yield Birthday(support, duplicates, found[:, 1:].astype(np.int64), n)


def _least(share: float, n: float) -> float:
    """The divergence where all other classes together have what is missed `n` times in 5 %"""
    other = -math.expm1(math.log(NEVER) / n)
    if share >= 1 or other >= 1 - share:
        return 0.0
    kept = (1 - other) * math.log((1 - other) / share)
    return float(kept + xlogy(other, other / (1 - share)))


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
