"""Whether two samples come from one law, and how far apart they are (theory: E6 and E7)."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from scipy.spatial.distance import squareform
from scipy.stats import binom, norm
from torch import Tensor

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress
from ..engine.worker import ReportProgress, in_thread
from ..figures.array import Array
from ..figures.estimate import Estimate
from ..figures.intervals import wilson

MOST = 5000  # points of both samples: memory and time grow with the square
MEDIAN = 1000  # points at most that the median distance is taken of
SCALES = (0.25, 0.5, 1.0, 2.0, 4.0)  # widths of the kernels, in medians of the distance
WORK = 100_000_000  # products in one step: some 10 ms on one core
DISTANCE = 200  # products that take as long as a distance, whatever the dimension
EXPONENTIAL = 20  # and as long as an exponential
ROUNDING = 1e-12  # of a squared distance, relative to the points'
TIE = 1e-12  # squared discrepancies as close as this differ by rounding
FEWEST = 8  # points of each sample that a classifier needs
EXACT = 200  # answers, below which their number is not taken for normal
HIDDEN, PASSES, RATE = 20, 100, 0.01


@dataclass(frozen=True)
class Discrepancy:
    """How far apart the means of two samples are, seen through a kernel."""

    squared: float  # unbiased, so negative about half of the time where the laws are one
    p: float  # in (0, 1], of one at least as great where the laws are one
    widths: tuple[float, ...]  # of the kernels; values compare only at the same ones


@dataclass(frozen=True)
class Distinction:
    """How well a classifier tells two samples apart."""

    accuracy: Estimate  # on points it never saw; 1/2 where the laws are one
    p: float  # of one at least as great where the laws are one
    tested: int  # points it never saw, as many of either sample


def mmd(
    x: Tensor,
    y: Tensor,
    permutations: int = 500,
    widths: Sequence[float] | None = None,
    seed: int = 0,
) -> Job[Discrepancy | Progress]:
    """The squared maximum mean discrepancy of x (N, ...) and y (M, ...), and its p-value.

    Kernel: the mean of exp(-d² / 2w²) over `widths` w; by default multiples of the median distance
    of all points, or of 1000 of them. p: (1 + those of `permutations` relabellings that are at
    least as far apart) / (1 + permutations). At least 2 points each, at most 5000 together (Problem
    otherwise).
    Gretton et al. 2012, "A kernel two-sample test".
    """
    points, n = _pooled(x, y, least=2), len(x)
    if len(points) > MOST:
        raise Problem(f"There are {len(points)} points to compare: take {MOST} of them at most.")
    yield None
    random = torch.Generator().manual_seed(seed)
    squares = yield from _squares(points)
    if widths is None:
        some = torch.randperm(len(points), generator=random)[:MEDIAN]
        between = squares[some[:, None], some]
        yield None
        median = _median(between)
        yield None
        widths = [scale * median for scale in SCALES]
    first = yield from _relabelled(n, len(points), permutations, random)
    found = yield from _discrepancies(squares, first, widths)
    p = float((found >= found[0] - TIE).double().mean())  # the first is the labelling as it is
    yield Discrepancy(found[0].item(), p, tuple(widths))


def classifier_test(x: Tensor, y: Tensor, seed: int = 0) -> Job[Distinction | Progress]:
    """Trains a small network to tell x (N, ...) from y (M, ...), and tries it on the other half.

    Of the larger sample only as many points are taken as the smaller has: at least 8 (Problem
    otherwise). The points must be independent: none twice, none that a generator was trained on.
    Lopez-Paz & Oquab 2017, "Revisiting classifier two-sample tests", arXiv:1610.06545.
    """
    points, n = _pooled(x, y, least=FEWEST).numpy(), len(x)
    right = yield from in_thread(lambda tell: _trial(points, n, seed, tell))
    hits, tested = int(right.sum()), len(right)
    low, high = wilson(hits, tested)
    yield Distinction(
        Estimate(hits / tested, float(low), float(high)), chance(hits, tested), tested
    )


def chance(hits: int, tested: int) -> float:
    """Probability of at least `hits` right answers of `tested` by guessing.

    Exact below 200 answers, the normal approximation from there on.
    """
    if tested < EXACT:
        return float(binom.sf(hits - 1, tested, 0.5))
    return float(norm.sf((hits / tested - 0.5) * 2 * math.sqrt(tested)))


def _pooled(x: Tensor, y: Tensor, least: int) -> Tensor:
    """Both samples, (N + M, F) float64, centred: squares of small numbers cancel less"""
    if min(len(x), len(y)) < least:
        raise Problem(
            f"Samples of {len(x)} and {len(y)} points cannot be compared: take {least} of each "
            "at least."
        )
    points = torch.cat([x.flatten(1), y.flatten(1)]).detach().cpu().double()
    if not points.isfinite().all():
        raise Problem("One of the samples holds what is no number (NaN): take other points.")
    return points - points.mean(0)


# ---- the discrepancy ----


def _squares(points: Tensor) -> Generator[Progress | None, Any, Tensor]:
    """Squared distances of all pairs of points (n, F), (n, n)"""
    norms, squares = points.square().sum(1), points.new_empty(len(points), len(points))
    for rows in _rows(len(points), points.shape[1] + DISTANCE):
        size = norms[rows, None] + norms
        square = size - 2 * points[rows] @ points.mT
        squares[rows] = square.where(square > ROUNDING * size, 0.0)  # equal points are at 0
        yield Progress(rows.start / len(points), "measuring distances")
    return squares


def _median(squares: Tensor) -> float:
    """Median distance of two points; squares: (n, n), symmetric"""
    above = squareform(squares.numpy(), checks=False)
    median = float(np.median(np.sqrt(above)))
    if median == 0:
        raise Problem(
            "More than half of the pairs of points coincide, so that there is no distance to "
            "compare by: take samples that differ."
        )
    return median


def _relabelled(
    n: int, points: int, permutations: int, random: torch.Generator
) -> Generator[None, Any, Tensor]:
    """Which points are of the first sample, (points, 1 + permutations): as they are, then mixed"""
    first = torch.zeros(1 + permutations, points, dtype=torch.float64)
    first[0, :n] = 1
    for number, labels in enumerate(first[1:]):
        labels[torch.randperm(points, generator=random)[:n]] = 1
        if number % 32 == 0:
            yield None
    return first.mT


def _discrepancies(
    squares: Tensor, first: Tensor, widths: Sequence[float]
) -> Generator[Progress | None, Any, Tensor]:
    """The squared discrepancy of each labelling, (B,); squares: (n, n), first: (n, B) of 0 and 1

    Each row of the Gram matrix is made once, and serves all labellings.
    """
    sums = first.new_zeros(3, first.shape[1])
    for rows in _rows(len(first), first.shape[1] + EXPONENTIAL * len(widths)):
        gram = _kernel(squares[rows], widths)
        gram[torch.arange(len(gram)), torch.arange(rows.start, rows.stop)] = 0
        to_mine = gram @ first
        to_theirs = gram.sum(1, keepdim=True) - to_mine
        ours = first[rows]
        sums += torch.stack(
            [(ours * to_mine).sum(0), ((1 - ours) * to_theirs).sum(0), (ours * to_theirs).sum(0)]
        )
        yield Progress(rows.start / len(first), "comparing the samples")
    n = first.sum(0)
    m = len(first) - n
    found: Tensor = sums[0] / (n * (n - 1)) + sums[1] / (m * (m - 1)) - 2 * sums[2] / (n * m)
    return found


def _kernel(squares: Tensor, widths: Sequence[float]) -> Tensor:
    return torch.stack([(squares / (-2 * width**2)).exp() for width in widths]).mean(0)


def _rows(points: int, products: int) -> list[slice]:
    """The rows of a square matrix, so many at a time as a step may take"""
    count = max(1, WORK // (points * products))
    return [slice(first, min(first + count, points)) for first in range(0, points, count)]


# ---- the classifier ----


def _trial(points: Array, n: int, seed: int, tell: ReportProgress) -> Array:
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
        tell(done / PASSES, "learning to tell the samples apart")
    right: Array = network.predict(scale.transform(tried)) == tried_of
    return right
