"""Crossings of a path: where along it the class changes, by bisection (theory: C6)."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ...figures.array import Array

Labels = Callable[[Array], Array]  # times (N,) in [0, 1] -> labels (N,)

TOLERANCE = 1e-6  # of the whole curve
MOST = 256  # crossings; a judge that changes its mind more often than that is not told apart


@dataclass(frozen=True, eq=False)
class Crossing:
    """The class `before` gives way to the class `after`."""

    t: float  # fraction of the curve's latent length
    z: Array  # (L,) float32
    before: int
    after: int


class Bracket(NamedTuple):
    """The class changes from `before` to `after` between two times."""

    left: float
    right: float
    before: int
    after: int


def bisect_crossings(labels: Labels, t: Array, known: Array) -> Generator[None, Any, list[Bracket]]:
    """Every change of class between the nodes t (T,), where the labels are `known` (T,).

    A bracket whose middle shows a third class is split in two. Changes that come and go between
    two nodes of the same class are not found: see `revisit_times`.
    """
    open_ = [
        Bracket(float(t[k]), float(t[k + 1]), int(known[k]), int(known[k + 1]))
        for k in np.flatnonzero(known[1:] != known[:-1])
    ]
    while any(bracket.right - bracket.left > TOLERANCE for bracket in open_):
        middles = np.array([(bracket.left + bracket.right) / 2 for bracket in open_])
        classes, full = labels(middles), len(open_) >= MOST
        halves = (_halved(*pair, full) for pair in zip(open_, middles, classes, strict=True))
        open_ = [half for pair in halves for half in pair]
        yield None
    return open_


def revisit_times(t: Array, labels: Array, lead: Array) -> Array:
    """Times at which to look for another class between two nodes of the same.

    lead: (T,) of the first class over the second. Where it is smaller than its own change over one
    node, it may have fallen to zero and risen again in between.
    """
    change = np.abs(np.diff(lead))
    swing = np.maximum(change, np.maximum(np.append(change[1:], 0), np.append(0, change[:-1])))
    risky = (labels[1:] == labels[:-1]) & (np.minimum(lead[1:], lead[:-1]) < swing)
    left, width = t[:-1][risky], np.diff(t)[risky]
    return np.sort((left[:, None] + width[:, None] * np.array([0.25, 0.5, 0.75])).ravel())


def _halved(bracket: Bracket, middle: float, label: int, full: bool) -> list[Bracket]:
    left, right, before, after = bracket
    if label == before:
        return [Bracket(middle, right, before, after)]
    if label == after or full:
        return [Bracket(left, middle, before, after)]
    return [Bracket(left, middle, before, int(label)), Bracket(middle, right, int(label), after)]
