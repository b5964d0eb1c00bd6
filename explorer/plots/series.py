"""Series of values over steps, and the range that holds them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .chart_frame import Range

Numbers = NDArray[np.floating]
Series = tuple[Numbers, Numbers]  # steps (N,), values (N,)


def limits(series: Sequence[Series], log_x: bool = False, log_y: bool = False) -> Range:
    """First and last step, least and greatest value; linear ones hold 0, as the axes show them."""
    x, y = (np.concatenate([pair[axis] for pair in series] or [np.zeros(0)]) for axis in (0, 1))
    shown = ((x > 0) | (not log_x)) & ((y > 0) | (not log_y))
    if not shown.any():
        return 0.0, 1.0, 0.0, 1.0
    x, y = (_scaled(part[shown], log) for part, log in ((x, log_x), (y, log_y)))
    if not log_y:
        y = np.append(y, 0.0)
    left, right, low, high = (float(part) for part in (x.min(), x.max(), y.min(), y.max()))
    return left, right if right > left else left + 1, low, high if high > low else low + 1


def _scaled(numbers: Numbers, log: bool) -> Numbers:
    return np.log10(numbers) if log else numbers


def finite(steps: ArrayLike, values: ArrayLike) -> Series:
    x, y = np.asarray(steps, float), np.asarray(values, float)
    keep = np.isfinite(y)
    return x[keep], y[keep]
