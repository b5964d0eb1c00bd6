"""Comparison of paths: a row of figures for each (theory: C6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...figures.units import IMAGE, LATENT, STRETCH
from .path_measures import DENSITY, PathMeasures


@dataclass(frozen=True)
class ComparisonRow:
    """A path among others: one row of their comparison."""

    family: str
    outcome: str
    length: float
    image_length: float
    energy: float
    classes: int | None  # None where the data has no classes
    crossings: int
    variation: float | None
    hole_length: float | None  # None where no score says what a hole is
    hole_image_length: float | None
    highest_score: float | None
    stretch: float
    tear: float
    tears: int


COLUMNS = {  # of a ComparisonRow: title, unit; σ is the prior's deviation
    "family": ("family", ""),
    "outcome": ("outcome", ""),
    "length": ("latent length", LATENT),
    "image_length": ("image length", IMAGE),
    "energy": ("energy", f"squared {IMAGE}"),
    "classes": ("classes", "number"),
    "crossings": ("class changes", "number"),
    "variation": ("change of probability", "total variation"),
    "hole_length": ("in holes", "share of length"),
    "hole_image_length": ("in holes", "share of image length"),
    "highest_score": ("highest hole score", "nats"),
    "stretch": ("greatest stretch", STRETCH),
    "tear": ("greatest step", "times the median step"),
    "tears": ("steps that stand out", "number"),
}


def compare_paths(paths: Sequence[PathMeasures]) -> tuple[ComparisonRow, ...]:
    """One row for each path, in their order; the holes are those of the score `DENSITY`."""
    return tuple(_row(one) for one in paths)


def _row(one: PathMeasures) -> ComparisonRow:
    holes = one.holes.get(DENSITY)
    return ComparisonRow(
        family=one.path.family,
        outcome=one.path.outcome,
        length=one.path.length,
        image_length=float(one.image[-1]),
        energy=one.energy,
        classes=one.classes,
        crossings=len(one.path.crossings),
        variation=one.variation,
        hole_length=holes.latent if holes else None,
        hole_image_length=holes.image if holes else None,
        highest_score=holes.highest if holes else None,
        stretch=float(np.fmax.reduce(one.stretch)),
        tear=one.tear.ratio,
        tears=len(one.tear.times),
    )
