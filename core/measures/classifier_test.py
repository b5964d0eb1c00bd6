"""Classifier two-sample test: can a small network tell two samples apart? (theory: E7)"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import bdtrc, ndtr
from torch import Tensor

from ..engine.jobs import Job, Progress
from ..engine.worker import ReportProgress, in_thread
from ..figures.array import Array
from ..figures.estimate import Estimate
from ..figures.intervals import wilson
from .sample_pairs import pooled

FEWEST = 8  # points of each sample that a classifier needs
EXACT = 200  # answers, below which their number is not taken for normal
HIDDEN, PASSES, RATE = 20, 100, 0.01


@dataclass(frozen=True)
class Distinction:
    """How well a classifier tells two samples apart."""

    accuracy: Estimate  # on points it never saw; 1/2 where the laws are one
    p: float  # of one at least as great where the laws are one
    tested: int  # points it never saw, as many of either sample


def classifier_test(x: Tensor, y: Tensor, seed: int = 0) -> Job[Distinction | Progress]:
    """Trains a small network to tell x (N, ...) from y (M, ...), and tries it on the other half.

    Of the larger sample only as many points are taken as the smaller has: at least 8 (Problem
    otherwise). The points must be independent: none twice, none that a generator was trained on.
    Lopez-Paz & Oquab 2017, "Revisiting classifier two-sample tests", arXiv:1610.06545.
    """
    points, n = pooled(x, y, least=FEWEST).numpy(), len(x)
    right = yield from in_thread(lambda report: _trial(points, n, seed, report))
    hits, tested = int(right.sum()), len(right)
    low, high = wilson(hits, tested)
    yield Distinction(
        Estimate(hits / tested, float(low), float(high)), guessing_probability(hits, tested), tested
    )


def guessing_probability(hits: int, tested: int) -> float:
    """Probability of at least `hits` right answers of `tested` by guessing.

    Exact below 200 answers, the normal approximation from there on.
    """
    if tested < EXACT:
        return float(bdtrc(hits - 1, tested, 0.5))
    return float(ndtr((0.5 - hits / tested) * 2 * math.sqrt(tested)))


def _trial(points: Array, n: int, seed: int, report: ReportProgress) -> Array:
    """Whether it was right about each point it never saw; the first `n` points are of x"""
    from sklearn.model_selection import train_test_split  # a second to import, so only here
    from sklearn.neural_network import MLPClassifier
    from sklearn.preprocessing import StandardScaler

    random = np.random.default_rng(seed)
    size = min(n, len(points) - n)
    mine, others = random.permutation(n)[:size], n + random.permutation(len(points) - n)[:size]
    learnt, tried, learnt_of, tried_of = train_test_split(
        points[np.concatenate([mine, others])],
        np.repeat([0, 1], size),
        test_size=2 * (size // 2),
        stratify=np.repeat([0, 1], size),
        random_state=seed,
    )
    scale = StandardScaler().fit(learnt)
    network = MLPClassifier((HIDDEN,), learning_rate_init=RATE, random_state=seed)
    for done in range(PASSES):
        network.partial_fit(scale.transform(learnt), learnt_of, classes=[0, 1])
        report(done / PASSES, "learning to tell the samples apart")
    right: Array = network.predict(scale.transform(tried)) == tried_of
    return right
