"""Half-spaces under N(0, I): how deep inside one its points are (theory: A3).

A half-space of share p is {x_1 < a}, a the normal quantile of p; the radius of a point is its
distance to the plane. Of all sets of a share, none keeps its points deeper (Sudakov & Tsirelson
1974; Borell 1975). Shares are float64 in [0, 1], lengths in deviations of the prior.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import erfcx, ndtr, ndtri_exp

from ...figures.array import Array


def normal_quantile(share: ArrayLike) -> Array:
    """The a at which the normal law has this much below; -inf at 0 and inf at 1."""
    with np.errstate(divide="ignore"):
        a: Array = ndtri_exp(np.log(share))
    return a


def normal_density(a: ArrayLike) -> Array:
    """The normal law's density."""
    height: Array = np.exp(-0.5 * np.square(a)) / np.sqrt(2 * np.pi)
    return height


def half_space_radius(share: ArrayLike) -> Array:
    """h(p), the mean radius of the points of a half-space of share p, and the most for any class.

    a + density(a) / p, computed as 1 / R(t) - t with t = -a and R the Mills ratio, which loses
    nothing for the smallest shares. Increasing from h(0) = 0 to h(1) = inf; near 0 it goes as
    1 / sqrt(2 log 1/p).
    """
    t = -normal_quantile(share)
    with np.errstate(invalid="ignore", divide="ignore"):  # only at share 0, replaced below
        radius = 1 / (np.sqrt(np.pi / 2) * erfcx(t / np.sqrt(2))) - t
    return np.where(np.asarray(share) > 0, radius, 0.0)


def half_space_part(share: ArrayLike) -> Array:
    """F(p) = p h(p), what a half-space of share p adds to E[r]; F(0) = 0 and F(1) = inf.

    Convex, with F' = p / density(a) and F'' = F / density(a)^2.
    """
    return np.asarray(share) * half_space_radius(share)


def slide_form(x: ArrayLike) -> Array:
    """g(x) = log(4 pi log 1/x) / sqrt(2 log 1/x), the form of the lecture; concave on (0, 1).

    Above h(x) only up to 0.844; it falls from 1.844 at x = 0.555 to -inf at 1, and is no length
    there.
    """
    depth = -np.log(x)
    with np.errstate(divide="ignore"):
        form: Array = np.log(4 * np.pi * depth) / np.sqrt(2 * depth)
    return form


def survival_bound(shares: ArrayLike, lengths: ArrayLike) -> Array:
    """At most this share of the prior has a radius above each length: sum_i Phi(a_i - t), capped.

    shares: (K,) of the prior, for classes that cover it; lengths: (T,) >= 0, in deviations of the
    prior -> (T,) in [0, 1].
    """
    below = ndtr(normal_quantile(shares)[:, None] - np.asarray(lengths))  # (K, T)
    share: Array = np.minimum(below.sum(0), 1.0)
    return share


def partial_cover_bound(shares: Array, hole: float) -> float:
    """The most that E[r] can be over classes of these shares (K,) beside a share without class."""
    deeper = normal_quantile(np.minimum(shares + hole, 1)) - normal_quantile(shares)
    return float((half_space_part(shares) + shares * deeper).sum() / shares.sum())


def partial_cover_variance(shares: Array, hole: float, n: int) -> float:
    """Of that bound where the shares were counted on n points, by the delta method."""
    deep, mass = normal_quantile(np.minimum(shares + hole, 1)), shares.sum()
    by_hole = shares / normal_density(deep)  # a class's part grows so with the hole
    slope = deep - normal_quantile(shares) - (by_hole.sum() - by_hole)
    slope = (slope - partial_cover_bound(shares, hole)) / mass
    return float(shares @ slope**2 - (shares @ slope) ** 2) / n
