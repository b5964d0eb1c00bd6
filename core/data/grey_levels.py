"""What the numbers of images mean: which of them is black, which is white.

Nothing is taken for white that would leave all images nearly black, and it is said what is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.errors import Problem
from ..figures.finding import grouped

BITS = {255: 8, 1023: 10, 4095: 12, 16383: 14, 65535: 16}  # white, of so many bits
DIM = 0.5  # of white: images that reach no further are stretched

_ROWS = 128  # images in one step: what is made on the way stays small


@dataclass(frozen=True)
class GreyLevels:
    """The least and the greatest number of all images, and those that count as black and white."""

    low: float
    high: float
    black: float
    white: float
    decimal: bool  # whether they are no whole numbers

    def shares(self, numbers: NDArray[Any]) -> NDArray[np.float32]:
        """0 where they are black, 1 where they are white."""
        shares = (numbers.astype(np.float32) - self.black) / (self.white - self.black)
        return shares.clip(0, 1)

    def __str__(self) -> str:
        """ "values 0-16 stretched"."""
        dash = "-" if self.low >= 0 else " to "
        found = f"values {_short(self.low)}{dash}{_short(self.high)}"
        if self.low < 0 and self.white != self.high:
            return f"{found}, taken as {_short(self.black)} to {_short(self.white)}"
        if self.white in BITS:
            bits = BITS[int(self.white)]
            return found if bits == 8 else f"{found} of {bits} bits"
        return found if self.decimal and self.white == 1 else f"{found} stretched"


def grey_levels(low: float, high: float, decimal: bool, where: str) -> GreyLevels:
    """For images whose numbers, decimal ones or whole, run from `low` to `high`.

    White is the least that some number of bits can mean, or the highest number where that is less
    than half of it. Negative numbers are taken as from -1 to 1, or stretched. Raises Problem,
    which begins with `where`, where there is nothing to see.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        raise Problem(f"{where} hold infinite values: replace them, or leave these images out.")
    if low == high:
        raise Problem(f"{where} are {_short(low)} everywhere, so there is nothing to see.")
    if low < 0:
        black, white = (-1.0, 1.0) if -1 <= low < -0.5 and high <= 1 else (low, high)
        return GreyLevels(low, high, black, white, decimal)
    white = next((white for white in (1, *BITS) if high <= white), high)
    return GreyLevels(low, high, 0.0, float(white if high >= DIM * white else high), decimal)


def range_of(images: NDArray[Any], where: str) -> tuple[float, float]:
    """The least and the greatest number; raises Problem where some are none."""
    parts = [images[first : first + _ROWS] for first in range(0, len(images), _ROWS)]
    low, high = min(map(np.min, parts)), max(map(np.max, parts))
    if math.isnan(low) or math.isnan(high):
        bad = np.concatenate([np.isnan(part).reshape(len(part), -1).any(1) for part in parts])
        raise Problem(
            f"{where} hold values that are no numbers (NaN), in {bad.sum():,} of {len(bad):,}, "
            f"first in image {bad.argmax()}: replace these values, or leave these images out."
        )
    return float(low), float(high)


def to_pixels(images: NDArray[Any], levels: GreyLevels) -> NDArray[Any]:
    """As a `Batch` keeps them: bytes, but for decimal numbers, which stay what they are.

    (N, ...) -> the same, uint8 or float32 in [0, 1].
    """
    plain = levels.black == 0
    if images.dtype == np.uint8 and plain and levels.white == 255:
        return images
    decimal = images.dtype.kind == "f" and not (plain and levels.white == 255 and _whole(images))
    if decimal and plain and levels.white == 1:
        return np.ascontiguousarray(images, np.float32)
    pixels = np.empty(images.shape, np.float32 if decimal else np.uint8)
    for first in range(0, len(images), _ROWS):
        rows = slice(first, first + _ROWS)
        shares = levels.shares(images[rows])
        pixels[rows] = shares if decimal else np.rint(255 * shares)
    return pixels


def _whole(images: NDArray[Any]) -> bool:
    steps = range(0, len(images), _ROWS)
    return all((part == np.rint(part)).all() for part in (images[i : i + _ROWS] for i in steps))


def _short(value: float) -> str:
    return grouped(int(value)) if value == int(value) else f"{value:.3g}"
