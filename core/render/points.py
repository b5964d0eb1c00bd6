"""Points of the plane as pictures: a soft dot on a dark ground with the axes."""

from __future__ import annotations

import numpy as np

from ..data.toy import is_points
from ..figures.array import Array

SIDE = 29  # pixels: an odd number has the axes in the middle of one

RADIUS = 0.055  # of a dot, as a share of the side: where it has faded to exp(-1/2)
GROUND, AXIS = 0.2, 0.34  # brightness: the ground stands out from the dark of window and report


def as_pictures(images: Array, side: int = SIDE) -> Array:
    """Images (..., C, H, W) as they are looked at: points become pictures of `side` pixels."""
    return point_pictures(images, side) if is_points(images.shape) else images


def point_pictures(points: Array, side: int = SIDE) -> Array:
    """points: (..., 1, 1, 2) in [0, 1] -> grey pictures (..., 1, side, side) in [0, 1].

    x grows to the right and y upwards, row 0 is at the top; 0 and 1 are the picture's edges.
    """
    middles = (np.arange(side) + 0.5) / side
    place = points.astype(np.float64)
    across, up = (_bell(middles - place[..., axis, None]) for axis in (0, 1))  # (..., 1, 1, side)
    dot = up[..., 0, ::-1, None] * across
    pictures: Array = np.maximum(dot, _axes(middles)).astype(np.float32)
    return pictures


def _bell(offset: Array) -> Array:
    bell: Array = np.exp(-0.5 * (offset / RADIUS) ** 2)
    return bell


def _axes(middles: Array) -> Array:
    """A cross (side, side), one pixel wide, on its ground."""
    line = np.clip(1 - np.abs(middles - 0.5) * len(middles), 0, 1)
    cross: Array = GROUND + (AXIS - GROUND) * np.maximum(line[:, None], line)
    return cross
