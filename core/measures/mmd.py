"""Maximum mean discrepancy of two samples, with a permutation test (theory: E6)."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from scipy.spatial.distance import squareform
from torch import Tensor

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress
from .sample_pairs import pooled

MOST = 5000  # points of both samples: memory and time grow with the square
MEDIAN = 1000  # points at most that the median distance is taken of
SCALES = (0.25, 0.5, 1.0, 2.0, 4.0)  # widths of the kernels, in medians of the distance
WORK = 100_000_000  # products in one step: some 10 ms on one core
DISTANCE = 200  # products that take as long as a distance, whatever the dimension
EXPONENTIAL = 20  # and as long as an exponential
ROUNDING = 1e-12  # of a squared distance, relative to the points'
TIE = 1e-12  # squared discrepancies as close as this differ by rounding


@dataclass(frozen=True)
class Discrepancy:
    """How far apart the means of two samples are, seen through a kernel."""

    squared: float  # unbiased, so negative about half of the time where the laws are one
    p: float  # in (0, 1], of one at least as great where the laws are one
    widths: tuple[float, ...]  # of the kernels; values compare only at the same ones


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
    points, n = pooled(x, y, least=2), len(x)
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
    discrepancies = yield from _discrepancies(squares, first, widths)
    p = float(
        (discrepancies >= discrepancies[0] - TIE).double().mean()
    )  # the first is the labelling as it is
    yield Discrepancy(discrepancies[0].item(), p, tuple(widths))


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
    squared: Tensor = sums[0] / (n * (n - 1)) + sums[1] / (m * (m - 1)) - 2 * sums[2] / (n * m)
    return squared


def _kernel(squares: Tensor, widths: Sequence[float]) -> Tensor:
    return torch.stack([(squares / (-2 * width**2)).exp() for width in widths]).mean(0)


def _rows(points: int, products: int) -> list[slice]:
    """The rows of a square matrix, so many at a time as a step may take"""
    count = max(1, WORK // (points * products))
    return [slice(first, min(first + count, points)) for first in range(0, points, count)]
