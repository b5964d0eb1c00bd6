"""Intervals of 95 %: the normal law's, and Wilson's of a share."""

from __future__ import annotations

import numpy as np

from .array import Array

NORMAL = 1.96  # deviations to either side of a normal law's mean that hold 95 % of it
NEVER = 0.05  # a share is at its limit when what was observed has this probability


def wilson(hits: Array | float, n: float, z: float = NORMAL) -> tuple[Array, Array]:
    """The interval of a share of which `hits` of `n` were observed; z = 1.96 for 95 %.

    Wilson 1927, "Probable inference, the law of succession, and statistical inference".
    """
    share = np.asarray(hits) / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    low, high = centre - half, centre + half
    return np.clip(low, 0.0, share), np.clip(high, share, 1.0)  # exactly 0 and 1 at the ends
