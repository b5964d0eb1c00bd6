"""Fréchet distance of two samples: of the Gaussians with their features' moments (theory: E10).

Heusel et al. 2017, arXiv:1706.08500; biased at every sample size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress
from ..engine.worker import ReportProgress, in_thread
from ..figures.array import Array
from ..figures.estimate import Estimate
from .sample_pairs import matched_features

GROUPS = 20  # of rows that a jackknife leaves out in turn


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


def frechet(a: Array, b: Array, seed: int = 0) -> Job[Frechet | Progress]:
    """The Fréchet distance of a (N, D) and b (M, D); Problem where either has no more than D rows.

    `seed` draws the groups that the jackknife leaves out.
    """
    a, b = matched_features(a, b)
    rows, dimensions = min(len(a), len(b)), a.shape[1]
    if rows <= dimensions:
        raise Problem(
            f"The Fréchet distance needs more samples than features: there are {rows} samples of "
            f"{dimensions} features. Draw more, or use the kernel distance."
        )
    yield (yield from in_thread(lambda report: _frechet(a, b, seed, report)))


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


def _frechet(a: Array, b: Array, seed: int, report: ReportProgress) -> Frechet:
    centre = (a.mean(0) + b.mean(0)) / 2
    random = np.random.default_rng(seed)
    sides = [_grouped(side - centre, random) for side in (a, b)]
    whole = [_moments(*(part.sum(0) for part in side)) for side in sides]
    value = gaussian_distance(*whole[0], *whole[1])
    without = []
    for group in range(GROUPS):
        report(group / GROUPS, "comparing the features")
        rest = [_moments(*(part.sum(0) - part[group] for part in side)) for side in sides]
        without.append(gaussian_distance(*rest[0], *rest[1]))
    means = float(((whole[0][0] - whole[1][0]) ** 2).sum())
    pooled = (whole[0][1] + whole[1][1]) / 2
    n, m = len(a), len(b)
    by_chance = chance(pooled, n, m)
    return Frechet(value, means, by_chance, jackknife(value, without), n, m, a.shape[1])


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


def jackknife(value: float, without: list[float]) -> Estimate:
    """Quenouille 1956, "Notes on bias in estimation"; Student's t of G - 1 degrees for 95 %"""
    mean, groups = float(np.mean(without)), len(without)
    error = math.sqrt((groups - 1) * float(np.var(without)))
    corrected, half = groups * value - (groups - 1) * mean, float(stdtrit(groups - 1, 0.975))
    return Estimate(corrected, corrected - half * error, corrected + half * error)


def _root(covariance: Array) -> Array:
    spectrum, axes = np.linalg.eigh(covariance)
    root: Array = (axes * np.sqrt(spectrum.clip(min=0))) @ axes.T
    return root
