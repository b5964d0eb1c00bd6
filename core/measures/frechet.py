"""How far two samples are apart as a whole, from their features (theory: E10).

Two distances: of the Gaussians with the samples' moments (Heusel et al. 2017, arXiv:1706.08500),
biased at every sample size, and of means in the space of a cubic kernel, without bias (Bińkowski
et al. 2018, arXiv:1801.01401).
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import t as student

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress
from ..engine.worker import ReportProgress, in_thread
from ..figures.array import Array
from ..figures.estimate import Estimate
from ..figures.intervals import NORMAL

GROUPS = 20  # of rows that a jackknife leaves out in turn
PRODUCTS = 10_000_000  # in one step: some 5 ms on one core


@dataclass(frozen=True)
class Frechet:
    """The squared Fréchet distance of two samples, in squared units of the features."""

    value: float  # of the samples' own moments: compare it only at the same n and m
    means: float  # the part of it by which the means are apart
    chance: float  # what two samples of one Gaussian law come to, on average
    corrected: Estimate  # free of the bias of order 1 / n; interval by the jackknife
    n: int
    m: int
    dimensions: int


@dataclass(frozen=True)
class KernelDistance:
    """The squared distance of two samples' means in the space of a cubic kernel, without bias."""

    squared: Estimate  # negative by chance; interval by the jackknife, too wide for equal laws
    n: int
    m: int
    dimensions: int


def frechet(a: Array, b: Array, seed: int = 0) -> Job[Frechet | Progress]:
    """The Fréchet distance of a (N, D) and b (M, D); Problem where either has no more than D rows.

    `seed` draws the groups that the jackknife leaves out.
    """
    a, b = _points(a, b)
    rows, dimensions = min(len(a), len(b)), a.shape[1]
    if rows <= dimensions:
        raise Problem(
            f"The Fréchet distance needs more samples than features: there are {rows} samples of "
            f"{dimensions} features. Draw more, or use the kernel distance."
        )
    yield (yield from in_thread(lambda tell: _frechet(a, b, seed, tell)))


def gaussian_distance(
    mean_a: Array, covariance_a: Array, mean_b: Array, covariance_b: Array
) -> float:
    """|m1 - m2|^2 + Tr(S1 + S2 - 2 (S1^1/2 S2 S1^1/2)^1/2), means (D,) and covariances (D, D).

    The squared 2-Wasserstein distance of two Gaussians (Dowson & Landau 1982). The last trace is
    the sum of the singular values of S1^1/2 S2^1/2: nothing is squared, so nothing is lost where a
    covariance is singular.
    """
    roots = _root(covariance_a) @ _root(covariance_b)
    shared = np.linalg.svd(roots, compute_uv=False).sum()
    spread = float(np.trace(covariance_a) + np.trace(covariance_b) - 2 * shared)
    return float(((mean_a - mean_b) ** 2).sum()) + max(0.0, spread)


def chance(covariance: Array, n: int, m: int) -> float:
    """What the distance of n and m samples of one Gaussian law comes to, to first order.

    (1/n + 1/m) (sum_i l_i + sum_ij l_i l_j (1 + [i = j]) / (2 (l_i + l_j))) with l the eigenvalues
    of `covariance` (D, D): the expected squares of the deviations of both moments, in the metric
    |dS_ij|^2 / (2 (l_i + l_j)) of the distance (Bhatia, Jain & Lim 2019, arXiv:1712.01504). Of
    whitened features and n = m it is (D (D + 1) / 2 + 2 D) / n.
    """
    spectrum = np.linalg.eigvalsh(covariance).clip(min=0)
    product, total = np.multiply.outer(spectrum, spectrum), np.add.outer(spectrum, spectrum)
    pairs = np.divide(product, 2 * total, out=np.zeros_like(total), where=total > 0)
    return float((1 / n + 1 / m) * (spectrum.sum() + pairs.sum() + np.trace(pairs)))


def kernel_distance(a: Array, b: Array) -> Job[KernelDistance | Progress]:
    """The unbiased squared distance of a (N, D) and b (M, D) under (x.y / D + 1)^3.

    The mean of the kernel over pairs within each sample less twice that across. The interval is
    1.96 deviations of the delete-one jackknife to either side; where both laws are equal its
    variance is twice the true one. Problem where a sample has fewer than three rows.
    """
    a, b = _points(a, b)
    if min(len(a), len(b)) < 3:
        raise Problem("The kernel distance needs three samples of each kind: draw more.")
    yield None
    within_a = (yield from _kernel_sums(a, a, 0.0))[0] - _kernel((a * a).sum(1), a.shape[1])
    within_b = (yield from _kernel_sums(b, b, 1 / 3))[0] - _kernel((b * b).sum(1), b.shape[1])
    across_a, across_b = yield from _kernel_sums(a, b, 2 / 3)
    yield KernelDistance(
        _unbiased(within_a, within_b, across_a, across_b), len(a), len(b), a.shape[1]
    )


def _points(a: Array, b: Array) -> tuple[Array, Array]:
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1]:
        raise Problem(
            f"Only samples with the same features can be compared, not {a.shape} with {b.shape}."
        )
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise Problem("A sample has a feature that is no number: the model may have diverged.")
    return a, b


# ---- Fréchet ----


def _frechet(a: Array, b: Array, seed: int, tell: ReportProgress) -> Frechet:
    centre = (a.mean(0) + b.mean(0)) / 2
    random = np.random.default_rng(seed)
    sides = [_grouped(side - centre, random) for side in (a, b)]
    whole = [_moments(*(part.sum(0) for part in side)) for side in sides]
    value = gaussian_distance(*whole[0], *whole[1])
    without = []
    for group in range(GROUPS):
        tell(group / GROUPS, "comparing the features")
        rest = [_moments(*(part.sum(0) - part[group] for part in side)) for side in sides]
        without.append(gaussian_distance(*rest[0], *rest[1]))
    means = float(((whole[0][0] - whole[1][0]) ** 2).sum())
    pooled = (whole[0][1] + whole[1][1]) / 2
    n, m = len(a), len(b)
    by_chance = chance(pooled, n, m)
    return Frechet(value, means, by_chance, _jackknife(value, without), n, m, a.shape[1])


def _grouped(x: Array, random: np.random.Generator) -> tuple[Array, Array, Array]:
    """Of each of G random groups of rows: how many, their sum (G, D) and products (G, D, D)"""
    groups = np.array_split(random.permutation(len(x)), GROUPS)
    sums = np.stack([x[rows].sum(0) for rows in groups])
    return (
        np.array([len(rows) for rows in groups]),
        sums,
        np.stack([x[rows].T @ x[rows] for rows in groups]),
    )


def _moments(n: Array, total: Array, products: Array) -> tuple[Array, Array]:
    mean = total / n
    return mean, (products - n * np.outer(mean, mean)) / (n - 1)


def _jackknife(value: float, without: list[float]) -> Estimate:
    """Quenouille 1956, "Notes on bias in estimation"; Student's t of G - 1 degrees for 95 %"""
    mean, groups = float(np.mean(without)), len(without)
    error = math.sqrt((groups - 1) * float(np.var(without)))
    corrected, half = groups * value - (groups - 1) * mean, float(student.ppf(0.975, groups - 1))
    return Estimate(corrected, corrected - half * error, corrected + half * error)


def _root(covariance: Array) -> Array:
    spectrum, axes = np.linalg.eigh(covariance)
    root: Array = (axes * np.sqrt(spectrum.clip(min=0))) @ axes.T
    return root


# ---- the kernel ----


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
