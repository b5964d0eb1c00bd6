"""Graphs of a grid over a plane: its points with their images' distances, or its pixels' classes.

A grid keeps to its own directions, and its ways stay up to 1 / cos(half the angle between two of
them) too long however fine it is (theory: C4): they are good to begin with, not to measure by.
"""

from __future__ import annotations

import math

import numpy as np
from torch import Tensor

from ...engine.jobs import Job
from ...figures.array import Array
from ...scene.scene import Decode
from ..evaluation import CHUNK, evaluate_in_chunks
from ..map.grid import Window, pixel_points
from ..map.plane import Plane
from .graph import Graph


def grid_graph(
    decode: Decode, plane: Plane, window: Window, side: int = 49, reach: int = 3, chunk: int = CHUNK
) -> Job[Graph]:
    """The side x side points of `window`, each joined to those of `stencil(reach)`.

    Every point is decoded once, and only the images of `reach` rows are kept.
    """
    index = np.arange(side * side).reshape(side, side)
    rows: list[Tensor] = []
    ends, lengths = [], []
    points = plane.to_latent(pixel_points(window, side))
    for row, places in enumerate(points.split(side)):
        images = yield from evaluate_in_chunks(decode, places, chunk)
        rows = [images.flatten(1), *rows[:reach]]
        for up, across in stencil(reach):
            if up <= row:
                here, there = _shifted(side, across)
                pairs = index[row - up, here], index[row, there]
                ends.append(np.stack(pairs, axis=1))
                lengths.append((rows[up][here] - rows[0][there]).norm(dim=1).double().numpy())
        yield None
    yield Graph(points, np.concatenate(ends), np.concatenate(lengths))


def cell_graph(label: Array, plane: Plane, window: Window, reach: int = 2) -> Graph:
    """The pixels of a map of classes `label` (S, S), with their latent distances.

    From one class to another only over an edge between two pixels: four classes that meet in a
    point are no way through for two of them. Diagonals only where all pixels around are one class.
    """
    side = len(label)
    index = np.arange(side * side).reshape(side, side)
    points = plane.to_latent(pixel_points(window, side))
    ends = []
    for up, across in stencil(reach):
        here, there = _shifted(side, across)
        low, high = slice(0, side - up), slice(up, side)
        pairs = np.stack([index[low, here], index[high, there]], axis=-1)
        ends.append(pairs[_free(label, up, across)])
    edges = np.concatenate(ends)
    steps = (points[edges[:, 0]] - points[edges[:, 1]]).norm(dim=1)
    return Graph(points, edges, steps.double().numpy())


def stencil(reach: int) -> list[tuple[int, int]]:
    """Offsets (up, across) with no common divisor, one of each opposite pair: half of 8, 16, 32."""
    return [
        (up, across)
        for up in range(reach + 1)
        for across in range(-reach, reach + 1)
        if math.gcd(up, across) == 1 and (up > 0 or across > 0)
    ]


def _shifted(side: int, across: int) -> tuple[slice, slice]:
    """The columns that have one `across` from them, and those"""
    here = slice(max(0, -across), side - max(0, across))
    return here, slice(here.start + across, here.stop + across)


def _free(label: Array, up: int, across: int) -> Array:
    """Whether the step may be made from each pixel: (S - up, S - |across|)"""
    if up + abs(across) == 1:
        return np.ones((len(label) - up, len(label) - abs(across)), bool)
    box = np.lib.stride_tricks.sliding_window_view(label, (up + 1, abs(across) + 1))
    alike: Array = (box == box[:, :, :1, :1]).all(axis=(2, 3))
    return alike
