"""Where a name has room within a stacked area."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.floating]


def place_of_name(
    x: Numbers, below: Numbers, above: Numbers, edges: Iterable[float], width: float, height: float
) -> int:
    """Which of the places x (N,) is the middle of a name, -1 where it has no room.

    It is in the longest stretch in which the area is high enough and the edges are clear of it;
    below, above: (N,) edges of the area. All in pixels.
    """
    clear = above - below >= height
    for edge in edges:
        clear &= np.abs(x - edge) >= width / 2
    return middle_of_longest(clear)


def middle_of_longest(flags: NDArray[np.bool_]) -> int:
    """The middle of the longest run of True, -1 where there is none."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    if not len(edges):
        return -1
    starts, ends = edges[::2], edges[1::2]
    longest = int((ends - starts).argmax())
    return int((starts[longest] + ends[longest] - 1) // 2)
