"""Arrays: their type, and the bands of rows that a big one is worked on by."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

PIXELS = 2**14  # in one step of a job: a millisecond or two


def bands(side: int) -> list[slice]:
    """The rows of a square array, so many at a time as one step takes."""
    rows = max(1, PIXELS // side)
    return [slice(first, min(first + rows, side)) for first in range(0, side, rows)]
