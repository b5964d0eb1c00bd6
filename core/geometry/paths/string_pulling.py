"""String pulling: a way over pixels made as straight as the classes between its ends allow."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from ...figures.array import Array


def pull_string(zone: Array, way: Array) -> Generator[None, Any, Array]:
    """The bends (P,) of a way over pixels (index in the ravelled map), pulled straight.

    A straight piece changes `zone` (S, S) as often as the way between its ends.
    """
    cells = np.stack(np.unravel_index(way, zone.shape), axis=1)
    changes = np.concatenate([[0], (np.diff(zone.ravel()[way]) != 0).cumsum()])
    bends = [0]
    while bends[-1] < len(way) - 1:
        here = bends[-1]
        visible = (
            there
            for there in range(len(way) - 1, here, -1)
            if _changes(zone, cells[here], cells[there]) == changes[there] - changes[here]
        )
        bends.append(next(visible, here + 1))
        yield None
    pulled: Array = way[bends]
    return pulled


def _changes(zone: Array, here: Array, there: Array) -> int:
    """Of zone on the straight line between the centres of two pixels"""
    times = np.linspace(0, 1, 4 * int(abs(there - here).max()) + 1)[:, None]
    row, column = np.rint(here + times * (there - here)).astype(int).T
    return int((np.diff(zone[row, column]) != 0).sum())
