"""A measured number and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """A value and its 95 % interval, in the same unit; infinite where the quantity is."""

    value: float
    low: float
    high: float
