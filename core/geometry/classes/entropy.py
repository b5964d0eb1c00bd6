"""Entropies of the classes' shares of the prior, in nats, and how sure they are (theory: A4).

What is counted on a sample of the prior is biased and uncertain; both follow from the first two
derivatives of a sum over the classes (the delta method, to second order).
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import logsumexp, ndtri

from ...engine.errors import Problem
from ...figures.array import Array
from ...figures.estimate import Estimate
from ...figures.intervals import NEVER, NORMAL, wilson

TAIL = 0.025  # beyond each end of an interval
UNREPEATED = 4.743865  # the x of (1 + x) exp(-x) = 0.05


def renyi_entropy(shares: Array, order: float) -> float:
    """The Rényi entropy of `order`, log(sum_i p_i^order) / (1 - order), over the shares above 0.

    shares: (K,), summing to 1. 0 counts the classes, 1 is Shannon's entropy, 2 the collision
    entropy, inf that of the largest share (and -inf of the smallest). Never increases with
    `order`; the uniform shares have the most for every order above 0, not for those below.
    Rényi 1961, "On measures of entropy and information".
    """
    shares = np.asarray(shares, np.float64)
    logs = np.log(shares[shares > 0])
    if math.isinf(order):
        return 0.0 - float(logs.max() if order > 0 else logs.min())
    if order == 1:
        return 0.0 - float(np.exp(logs) @ logs)
    if abs(order - 1) < 0.1:  # the sum is near 1: its distance from 1 must not cancel
        return float(np.log1p(np.exp(logs) @ np.expm1((order - 1) * logs)) / (1 - order))
    return float(logsumexp(order * logs) / (1 - order))


def collision_entropy(counts: Array) -> Estimate:
    """The collision entropy H_2 = -log sum_i p_i^2 of the classes; by chance just above log K.

    counts: (K,) points drawn of each class, at least two in all; Problem otherwise. The sum is
    estimated without bias from the pairs of points that share a class, U = sum_i n_i (n_i - 1) /
    (n (n - 1)); the interval is the delta method's on log U. Where no class was drawn twice the
    value and the upper end are infinite, and the lower end is the least entropy at which that has
    a probability of 5 % (one class and dust is the worst case). Where only one class was drawn
    the upper end allows for another that went unseen by a chance of 5 %.
    """
    counts, n, shares = _counted(counts)
    if n < 2:
        raise Problem("The collision entropy needs at least two points: draw more of the prior.")
    pairs = float(counts @ (counts - 1)) / (n * (n - 1))
    if pairs <= 0:
        return Estimate(math.inf, 2 * max(0.0, math.log(n / UNREPEATED)), math.inf)
    if len(counts) == 1:
        return Estimate(0.0, 0.0, -2 * math.log(NEVER) / n)
    _, variance = delta_method(shares, n, 2 * shares, 2 * np.ones_like(shares))
    value, half = -math.log(pairs), NORMAL * math.sqrt(variance) / pairs
    return Estimate(value, max(0.0, value - half), value + half)


def effective_classes(counts: Array) -> Estimate:
    """How many equally likely classes would collide as often: exp(H_2), the inverse Simpson index.

    counts: (K,) -> in [1, inf]. Simpson 1949, "Measurement of diversity"; Hill 1973.
    """
    entropy = collision_entropy(counts)
    return Estimate(math.exp(entropy.value), math.exp(entropy.low), math.exp(entropy.high))


def shannon_entropy(counts: Array) -> Estimate:
    """The Shannon entropy H_1 = -sum_i p_i log p_i of the classes; by chance just above log K.

    counts: (K,) points drawn of each class. The entropy of the counted shares plus
    (classes counted - 1) / (2 n) for its bias (Miller 1955, "Note on the bias of information
    estimates"). The interval is 1.96 deviations to either side, their square being the variance of
    log p over n plus (classes counted - 1) / (2 n^2) (Harris 1975), cut off at 0. Where only one
    class was drawn the upper end allows for others that went unseen by a chance of 5 %.
    """
    classes = len(counts)
    counts, n, shares = _counted(counts)
    if len(counts) == 1:
        return Estimate(0.0, 0.0, _unseen_entropy(n, classes))
    bias, variance = delta_method(shares, n, -1 - np.log(shares), -1 / shares)
    value, half = renyi_entropy(shares, 1) - bias, NORMAL * math.sqrt(variance)
    return Estimate(value, max(0.0, value - half), value + half)


def min_entropy(counts: Array) -> Estimate:
    """The min-entropy H_inf = -log max_i p_i of the classes.

    counts: (K,) points drawn of each class. The greatest of several counts is too great where
    their shares are alike: the upper end of its share is that of Wilson 1927 for it alone, the
    lower one is at a level divided by how many of the classes might be the commonest (Bonferroni).
    """
    counts, n, shares = _counted(counts)
    low, high = wilson(counts, n)
    rivals = int((high >= low.max()).sum())
    least = wilson(counts.max(), n, float(ndtri(1 - TAIL / rivals)))[0]
    ends = (0.0 - math.log(float(end)) for end in (high.max(), least))
    return Estimate(renyi_entropy(shares, math.inf), *ends)


def delta_method(shares: Array, n: float, slope: Array, curvature: Array) -> tuple[float, float]:
    """Bias and variance of sum_i f(share_i) where the shares were counted on `n` points.

    shares: (K,) above 0; slope, curvature: (K,) the f' and f'' there. With S = diag(p) - p p^T and
    D = diag(f''): bias = tr(D S) / 2n, variance = f'^T S f' / n + tr(D S D S) / 2n^2. The second
    term carries all where the first derivatives agree, as for equal shares.
    """
    weighted = shares * curvature
    bias = float(weighted @ (1 - shares)) / (2 * n)
    first = float(shares @ (slope - shares @ slope) ** 2) / n
    second = float(weighted**2 @ (1 - 2 * shares)) + float(weighted @ shares) ** 2
    return bias, first + second / (2 * n**2)


def _counted(counts: Array) -> tuple[Array, float, Array]:
    """Counts above 0, their sum and their shares."""
    counts = np.asarray(counts, np.float64)
    counts = counts[counts > 0]
    if not len(counts):
        raise Problem("No point of the prior has been drawn yet: there are no classes to compare.")
    n = float(counts.sum())
    return counts, n, counts / n


def _unseen_entropy(n: float, classes: int) -> float:
    """The entropy where one class has the share that is drawn `n` times of `n` in 5 %."""
    other = -math.expm1(math.log(NEVER) / n)
    if classes < 2:
        return 0.0
    shares = np.append(np.full(classes - 1, other / (classes - 1)), 1 - other)
    return min(renyi_entropy(shares, 1), math.log(classes))
