"""Diversity of two generators compared: by the collision entropy of their classes.

Not by the class radius (theory: L10): the entropy bounds the mean radius from
above, and what is only known to be below something ranks nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from ...figures.array import Array
from ...figures.estimate import Estimate
from ...figures.finding import number
from .entropy import collision_entropy


@dataclass(frozen=True)
class DiversityComparison:
    """The collision entropies of two generators, in nats."""

    first: Estimate
    second: Estimate
    difference: Estimate  # of the first less the second

    @property
    def more_diverse(self) -> Literal["first", "second"] | None:
        """None: not told apart, for the interval of the difference holds 0."""
        if self.difference.low > 0:
            return "first"
        return "second" if self.difference.high < 0 else None

    def verdict(self, first: str, second: str) -> str:
        """One sentence, with the generators' names."""
        gap = self.difference
        value, low, high = (_signed(part) for part in (gap.value, gap.low, gap.high))
        interval = f"{value} nats (95 %: {low} to {high})"
        if self.more_diverse is None:
            return f"{first} and {second} are not told apart: their H₂ differ by {interval}."
        more, less = _ordered(self.more_diverse, first, second)
        return f"{more} is more diverse than {less}: H₂({first}) - H₂({second}) is {interval}."


def compare_entropies(counts_a: Array, counts_b: Array) -> DiversityComparison:
    """Ranks two generators by H_2.

    counts_a: (K,), counts_b: (K',) points drawn of each class, at least two of each generator
    (Problem otherwise). The interval of the difference comes from the intervals of both (Zou &
    Donner 2008, "Construction of confidence limits about effect measures"), so it may be lopsided
    as they are; it is everything where a generator never drew a class twice.
    """
    first, second = collision_entropy(counts_a), collision_entropy(counts_b)
    return DiversityComparison(first, second, _difference(first, second))


def verdict_on_radius(
    comparison: DiversityComparison, radius_a: float, radius_b: float, first: str, second: str
) -> str:
    """Why the larger mean class radius does not prove less diversity: one sentence.

    radius_a, radius_b: E[r] of the generators with these names, in deviations of the prior.
    """
    deeper, other = (first, second) if radius_a >= radius_b else (second, first)
    great, small = max(radius_a, radius_b), min(radius_a, radius_b)
    radii = f"{number(great)} > {number(small)}"
    text = f"The classes of {deeper} are deeper than those of {other} ({radii})"
    if great == small:
        text = f"The classes of {first} and {second} are equally deep ({number(great)})"
    if comparison.more_diverse and deeper == _ordered(comparison.more_diverse, first, second)[0]:
        text += f", and yet {deeper} is the more diverse by H₂"
    return (
        f"{text}; that proves nothing about diversity, because the entropy only limits E[r] from "
        "above, and below the limit it is the shape of the classes that decides."
    )


def _signed(value: float) -> str:
    return f"+{number(value)}" if value >= 0 else number(value)


def _ordered(more: Literal["first", "second"], first: str, second: str) -> tuple[str, str]:
    return (first, second) if more == "first" else (second, first)


def _difference(a: Estimate, b: Estimate) -> Estimate:
    if math.isinf(a.value) or math.isinf(b.value):
        return Estimate(math.nan, -math.inf, math.inf)
    value = a.value - b.value
    below = math.hypot(a.value - a.low, b.high - b.value)
    above = math.hypot(a.high - a.value, b.value - b.low)
    return Estimate(value, value - below, value + above)
