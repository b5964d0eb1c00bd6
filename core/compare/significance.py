"""Whether two estimates differ by more than chance (theory: D12)."""

from __future__ import annotations

import math
from typing import Literal

from ..figures.array import Array
from ..figures.estimate import Estimate, mean_of

Change = Literal["lower", "higher", "not told apart"]


def significant_change(one: Estimate, other: Estimate) -> Change:
    """Whether `other` is lower or higher than `one` by more than both intervals allow.

    The interval of the difference from those of its parts, as if they were independent (Newcombe
    1998, "Interval estimation for the difference between independent proportions"). Equal
    infinities do not differ.
    """
    if other.value > one.value:
        margin = math.hypot(_half(other, other.low), _half(one, one.high))
        return "higher" if other.value - one.value > margin else "not told apart"
    if other.value < one.value:
        return "lower" if significant_change(other, one) == "higher" else "not told apart"
    return "not told apart"


def paired_change(one: Array, other: Array) -> Change:
    """The same for what was measured at the very same points, (N,) each: by the differences there.

    What makes one point harder than another is in both, and drops out.
    """
    return significant_change(Estimate.exact(0.0), mean_of(other - one))


def _half(estimate: Estimate, end: float) -> float:
    return 0.0 if end == estimate.value else abs(end - estimate.value)
