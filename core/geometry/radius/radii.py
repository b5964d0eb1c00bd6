"""Class radii at weighted points of the prior: their mean, their spread, each class's own.

theory: A2. The radius of z is its distance to the nearest point that is drawn as another class. It
is infinite where there is no other class, and infinities are passed on: a mean is infinite as soon
as any part of it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from ...figures.array import Array
from ...figures.estimate import Estimate
from ...figures.intervals import NORMAL
from .border import Borders


class AdversaryPairs(NamedTuple):
    """Points and the nearest adversaries that are known."""

    z: Array  # (N, L)
    adversary: Array  # (N, L); z itself where there is none
    distance: Array  # (N,) in units of z; infinite where there is none


@dataclass(frozen=True, eq=False)
class RadiusSample:
    """Radii of N points that stand for the prior, in deviations of the prior."""

    radius: Array  # (N,) float64; infinite where there is no other class
    label: Array  # (N,) int64, the class drawn there
    weight: Array  # (N,) shares of the prior, summing to 1
    classes: int  # K
    kind: Literal["exact", "searched"]  # searched: each radius is an upper bound
    certified: Array | None = None  # (N,) lower bounds, where the layers are known
    to_class: Array | None = None  # (N, K) distance to each class, 0 to its own; None: not measured
    change: float | None = None  # of the mean when the grid is made twice as fine; exact only
    unsure: float = 0.0  # share of the prior whose nearest border may lie outside the grid
    sampled: bool = True  # the points are a random sample, so that a mean has a sampling error
    step: int = 0  # of the scene
    borders: Borders | None = None  # that the exact radii are distances to
    pairs: AdversaryPairs | None = None  # where the radii were searched

    @property
    def shares(self) -> Array:
        """(K,) of the prior."""
        return np.bincount(self.label, self.weight, self.classes)

    def mean(self, of: int | None = None) -> Estimate:
        """The mean radius, of one class or of all, and its 95 % interval.

        From a grid the interval is that of the numerical error, as far as the change to a finer
        grid and the share `unsure` tell; from a sample that of the sampling.
        """
        return self._mean(self.radius, of)

    @cached_property
    def by_class(self) -> tuple[tuple[float, float, float], ...]:
        """Of each class its mean radius and those that a tenth and nine tenths do not exceed."""
        return tuple(
            (self.mean(k).value, self.quantile(0.1, k), self.quantile(0.9, k))
            for k in range(self.classes)
        )

    @cached_property
    def between(self) -> Array | None:
        """(K, K) the mean distance from the points of each class to each other one.

        Not a number for a class that is not drawn; None where it was not measured.
        """
        if self.to_class is None:
            return None
        mean = np.full((self.classes, self.classes), np.nan)
        for k in range(self.classes):
            mine = self.label == k
            if weight := self.weight[mine].sum():
                mean[k] = self.weight[mine] @ self.to_class[mine] / weight
        return mean

    def certified_mean(self, of: int | None = None) -> Estimate | None:
        """The mean of the lower bounds."""
        return None if self.certified is None else self._mean(self.certified, of)

    def quantile(self, share: float, of: int | None = None) -> float:
        """The radius that `share` of the prior's points do not exceed."""
        radius, weight = self._of(self.radius, of)
        if not len(radius):
            return math.nan
        order = np.argsort(radius)
        reached = np.searchsorted(weight[order].cumsum(), share * weight.sum() - 1e-12)
        return float(radius[order[min(reached, len(order) - 1)]])

    def quantile_estimate(self, share: float, of: int | None = None) -> Estimate:
        """`quantile` and its 95 % interval: of the draws by their ranks, or of the grid's error.

        By ranks it holds whatever the law is (Thompson 1936, "On confidence ranges for the
        median").
        """
        value = self.quantile(share, of)
        if not self.sampled or not math.isfinite(value):
            error = abs(self.change or 0.0)
            return Estimate(value, max(0.0, value - error), value + error)
        count = len(self._of(self.radius, of)[0])
        half = (NORMAL * math.sqrt(count * share * (1 - share)) + 1) / count
        low, high = max(0.0, share - half), min(1.0, share + half)
        return Estimate(value, self.quantile(low, of), self.quantile(high, of))

    def survival(self, lengths: Array) -> Array:
        """lengths: (T,) -> (T,) the share of the prior whose radius is greater."""
        order = np.argsort(self.radius)
        below = np.concatenate([[0.0], self.weight[order].cumsum()])
        return 1 - below[np.searchsorted(self.radius[order], lengths, side="right")]

    def _of(self, values: Array, of: int | None) -> tuple[Array, Array]:
        mine = slice(None) if of is None else self.label == of
        return values[mine], self.weight[mine]

    def _mean(self, values: Array, of: int | None) -> Estimate:
        values, weight = self._of(values, of)
        if not weight.sum():
            return Estimate(math.nan, math.nan, math.nan)
        weight = weight / weight.sum()
        mean = float(weight @ values)
        if not math.isfinite(mean):
            return Estimate(mean, mean, mean)
        if self.sampled:
            variance = float(weight @ (values - mean) ** 2)
            half = NORMAL * math.sqrt(variance * float(weight @ weight))
        else:
            half = abs(self.change or 0.0) + self.unsure * mean
        return Estimate(mean, mean - half, mean + half)
