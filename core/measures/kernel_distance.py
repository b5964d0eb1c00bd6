"""Kernel distance of two samples: of their features' means in the space of a cubic kernel.

Without bias (Bińkowski et al. 2018, arXiv:1801.01401; theory: E10).
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress
from ..figures.array import Array
from ..figures.estimate import Estimate
from ..figures.intervals import NORMAL
from .sample_pairs import matched_features

PRODUCTS = 10_000_000  # in one step: some 5 ms on one core


@dataclass(frozen=True)
class KernelDistance:
    """The squared distance of two samples' means in the space of a cubic kernel, without bias."""

    squared: Estimate  # negative by chance; interval by the jackknife, too wide for equal laws
    n: int
    m: int
    dimensions: int


def kernel_distance(a: Array, b: Array) -> Job[KernelDistance | Progress]:
    """The unbiased squared distance of a (N, D) and b (M, D) under (x.y / D + 1)^3.

    The mean of the kernel over pairs within each sample less twice that across. The interval is
    1.96 deviations of the delete-one jackknife to either side; where both laws are equal its
    variance is twice the true one. Problem where a sample has fewer than three rows.
    """
    a, b = matched_features(a, b)
    if min(len(a), len(b)) < 3:
        raise Problem("The kernel distance needs three samples of each kind: draw more.")
    yield None
    within_a = (yield from _kernel_sums(a, a, 0.0))[0] - _kernel((a * a).sum(1), a.shape[1])
    within_b = (yield from _kernel_sums(b, b, 1 / 3))[0] - _kernel((b * b).sum(1), b.shape[1])
    across_a, across_b = yield from _kernel_sums(a, b, 2 / 3)
    yield KernelDistance(
        _unbiased(within_a, within_b, across_a, across_b), len(a), len(b), a.shape[1]
    )


def _kernel(products: Array, dimensions: int) -> Array:
    kernel: Array = (products / dimensions + 1) ** 3
    return kernel


def _kernel_sums(
    a: Array, b: Array, done: float
) -> Generator[Progress | None, Any, tuple[Array, Array]]:
    """The kernel of a and b summed over b, (N,), and over a, (M,)"""
    rows, columns = np.zeros(len(a)), np.zeros(len(b))
    chunk = max(1, PRODUCTS // b.size)
    for first in range(0, len(a), chunk):
        part = slice(first, first + chunk)
        kernel = _kernel(a[part] @ b.T, a.shape[1])
        rows[part] = kernel.sum(1)
        columns += kernel.sum(0)
        yield Progress(done + first / len(a) / 3, "comparing the features")
    return rows, columns


def _unbiased(within_a: Array, within_b: Array, across_a: Array, across_b: Array) -> Estimate:
    """From the sums over partners of each row; of a and b rows are left out one at a time"""
    n, m = len(within_a), len(within_b)
    inside_a, inside_b, across = within_a.sum(), within_b.sum(), across_a.sum()
    mean_a, mean_b = inside_a / (n * (n - 1)), inside_b / (m * (m - 1))
    value = float(mean_a + mean_b - 2 * across / (n * m))
    less_a = (inside_a - 2 * within_a) / ((n - 1) * (n - 2)) + mean_b
    less_a -= 2 * (across - across_a) / ((n - 1) * m)
    less_b = (inside_b - 2 * within_b) / ((m - 1) * (m - 2)) + mean_a
    less_b -= 2 * (across - across_b) / (n * (m - 1))
    half = NORMAL * math.sqrt((n - 1) * less_a.var() + (m - 1) * less_b.var())
    return Estimate(value, value - half, value + half)
