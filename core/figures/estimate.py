"""A measured number and how sure it is."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .array import Array
from .intervals import NORMAL


@dataclass(frozen=True)
class Estimate:
    """A value and its 95 % interval, in the same unit; infinite where the quantity is."""

    value: float
    low: float
    high: float

    @classmethod
    def exact(cls, value: float) -> Estimate:
        """One without doubt."""
        return cls(value, value, value)


def mean_of(values: Array) -> Estimate:
    """The mean of a sample (N,) and 1.96 standard errors to each side; infinite for one value.

    As soon as one of the values is infinite, so are the mean and both ends.
    """
    mean, count = float(values.mean()), len(values)
    if not math.isfinite(mean):
        return Estimate(mean, mean, mean)
    half = NORMAL * float(values.std(ddof=1)) / math.sqrt(count) if count > 1 else math.inf
    return Estimate(mean, mean - half, mean + half)


def scaled(estimate: Estimate, factor: float) -> Estimate:
    """In another unit; factor > 0."""
    return Estimate(factor * estimate.value, factor * estimate.low, factor * estimate.high)


def percent(estimate: Estimate) -> Estimate:
    """A share in [0, 1] in percent."""
    return scaled(estimate, 100)
