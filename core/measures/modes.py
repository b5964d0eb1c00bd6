"""Mode and class coverage: how much of the data a generator draws (theory: E8)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist
from scipy.special import xlogy
from torch import Tensor

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress
from ..figures.array import Array
from ..figures.estimate import Estimate
from ..figures.intervals import NEVER, NORMAL, wilson
from ..geometry.classes.entropy import delta_method, effective_classes
from .features import FeatureMap, evaluate_images

NEAR = 3.0  # deviations of a mode within which a sample belongs to it


@dataclass(frozen=True, eq=False)
class Modes:
    """How samples cover the known modes of a mixture."""

    captured: int  # modes with at least `least` samples
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
class ClassCoverage:
    """The classes of samples by a judge, against those of the data."""

    counts: Array  # (K,) samples of each
    divergence: Estimate  # nats, KL(drawn | data); interval by the delta method
    effective: Estimate  # exp(H_2): how many equally likely classes would collide as often
    missing: tuple[Missing, ...]
    by_chance: float  # classes that as many images of the data would miss, on average
    n: int


def modes(
    samples: Array,
    centres: Array,
    deviation: float,
    shares: Array | None = None,
    least: int = 1,
) -> Modes:
    """How `samples` (N, D) cover modes at `centres` (K, D) of one `deviation`.

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


def class_coverage(judge: FeatureMap, images: Tensor, data: Array) -> Job[ClassCoverage | Progress]:
    """The classes of `images` (N, C, H, W) by the logits of `judge`; `data`: (K,) counts."""
    for report in evaluate_images(judge, images):
        if isinstance(report, np.ndarray):
            counts = np.bincount(report.argmax(1), minlength=report.shape[1])
            yield compare_counts(counts, data)
        else:
            yield report


def compare_counts(counts: Array, data: Array) -> ClassCoverage:
    """From the counts (K,) of samples and of the data, whose shares are taken as they are.

    Problem where there are fewer than two samples, or no data.
    """
    counts, data = np.asarray(counts), np.asarray(data, np.float64)
    n = int(counts.sum())
    if n < 2 or data.sum() <= 0:
        raise Problem("Comparing classes takes two samples and an image of the data at least.")
    shares = data / data.sum()
    _, high = wilson(counts, n)
    missing = tuple(
        Missing(int(label), float(high[label]))
        for label in np.flatnonzero((counts == 0) & (shares > 0))
    )
    unseen = expected_unseen(shares, n)
    return ClassCoverage(
        counts, divergence(counts, shares), effective_classes(counts), missing, unseen, n
    )


def expected_unseen(shares: Array, n: int) -> float:
    """How many classes of these shares (K,) n draws miss on average: sum_i (1 - p_i)^n."""
    shares = np.asarray(shares, np.float64)
    return float(((1 - shares[shares > 0]) ** n).sum())


def divergence(counts: Array, law: Array) -> Estimate:
    """KL(q | p) in nats of the law q that `counts` (K,) were drawn from, given p: `law` (K,).

    The counted one less (classes present - 1) / (2 n) for its bias, at least 0; 1.96 deviations of
    the delta method to either side. Where one class was drawn the lower end allows for others
    that went unseen by a chance of 5 %. Infinite where p lacks a class that was drawn, or where
    nothing was drawn.
    """
    counts, law = np.asarray(counts, np.float64), np.asarray(law, np.float64)
    present, n = counts > 0, float(counts.sum())
    if n == 0 or (law[present] <= 0).any():
        return Estimate(math.inf, math.inf if n else 0.0, math.inf)
    shares, logs = counts[present] / n, np.log(counts[present] / n / law[present])
    if len(shares) == 1:
        return Estimate(float(logs[0]), _least(float(law[present][0]), n), float(logs[0]))
    bias, variance = delta_method(shares, n, logs + 1, 1 / shares)
    value, half = float(shares @ logs) - bias, NORMAL * math.sqrt(variance)
    return Estimate(max(0.0, value), max(0.0, value - half), max(0.0, value + half))


def _least(share: float, n: float) -> float:
    """The divergence where all other classes together have what is missed `n` times in 5 %"""
    other = -math.expm1(math.log(NEVER) / n)
    if share >= 1 or other >= 1 - share:
        return 0.0
    kept = (1 - other) * math.log((1 - other) / share)
    return float(kept + xlogy(other, other / (1 - share)))
