"""From a written path to the curve of a pen, as linear maps of the points that it passes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .skeletons import SKELETONS

SAMPLES = 88  # drawn bits of a path; the longest is about 80 pixels

_TAPER = 8.0  # hundredths of the height over which a lifted pen thins

Array: TypeAlias = NDArray[np.float64]
Strokes: TypeAlias = list[list[list[int]]]  # a stroke is pieces, a piece is rows of points


@dataclass(frozen=True, eq=False)
class Pens:
    """Every skeleton: the points that its pen passes, and linear maps from them to its curve.

    V skeletons, ordered by class, of K points at most (fewer are padded with zeros), P bits of
    curve each. The curve is a cubic spline with a parameter fixed by the skeleton. So it is
    linear in its points, and moved points draw a moved curve without solving anything.
    """

    first: Tensor  # (classes,) int64: the row where the skeletons of a class begin
    points: Tensor  # (V, K, 2) in hundredths of the height, their mean at 0
    middles: Tensor  # (V, P, K) maps points to the middle of each bit of curve
    steps: Tensor  # (V, P, K) maps points to the vector along each bit
    ends: Tensor  # (V, P) 1 where the pen is set down or lifted, falling to 0 between


@cache
def pens() -> Pens:
    """The skeletons of all classes; the same tensors every time, not to be changed."""
    ways = [_read(text) for texts in SKELETONS.values() for text in texts]
    maps = [_maps(points, pieces) for points, pieces in ways]
    counts = torch.tensor([len(texts) for texts in SKELETONS.values()])
    return Pens(
        first=counts.cumsum(0) - counts,
        points=_stack([points - points.mean(0) for points, _ in ways], axis=0),
        middles=_stack([middles for middles, _, _ in maps], axis=1),
        steps=_stack([steps for _, steps, _ in maps], axis=1),
        ends=_stack([ends for _, _, ends in maps], axis=0),
    )


def _read(text: str) -> tuple[Array, Strokes]:
    """The points (K, 2) of a path and its strokes: the smooth pieces, as rows of points.

    Equal points are one point, so that what is joined stays joined when the points move.
    """
    rows: dict[tuple[float, ...], int] = {}
    strokes: Strokes = []
    for stroke in text.split(";"):
        pieces: list[list[int]] = []
        for piece in stroke.split("/"):
            places = [tuple(float(part) for part in word.split(",")) for word in piece.split()]
            before = pieces[-1][-1:] if pieces else []
            pieces.append(before + [rows.setdefault(place, len(rows)) for place in places])
        strokes.append(pieces)
    return np.array(list(rows)), strokes


def _maps(points: Array, strokes: Strokes) -> tuple[Array, Array, Array]:
    """Middles (P, K), steps (P, K) and ends (P,) of the strokes; the bits are shared by length."""
    pieces = [piece for stroke in strokes for piece in stroke]
    lengths = np.array([_chords(points[piece])[-1] for piece in pieces])
    shares = np.diff(np.round(np.append(0, lengths.cumsum()) / lengths.sum() * SAMPLES).astype(int))
    curves = [_spline(points, piece, bits + 1) for piece, bits in zip(pieces, shares, strict=True)]
    middles = np.concatenate([(curve[1:] + curve[:-1]) / 2 for curve in curves])
    steps = np.concatenate([np.diff(curve, axis=0) for curve in curves])
    return middles, steps, np.concatenate(_ends(steps @ points, strokes, shares))


def _ends(steps: Array, strokes: Strokes, shares: NDArray[np.int64]) -> list[Array]:
    """For each stroke, how near its bits are to where the pen is lifted: 1 there, 0 far off."""
    bits = [int(part.sum()) for part in np.split(shares, np.cumsum([len(s) for s in strokes])[:-1])]
    nearness = []
    for part in np.split(np.linalg.norm(steps, axis=1), np.cumsum(bits)[:-1]):
        along = part.cumsum() - part / 2
        nearness.append(np.exp(-np.minimum(along, part.sum() - along) / _TAPER))
    return nearness


def _spline(points: Array, piece: list[int], count: int) -> Array:
    """(count, K): maps points to a natural cubic spline through those of `piece`."""
    from scipy.interpolate import CubicSpline  # a third of a second that no start waits for

    place = _chords(points[piece])
    basis = np.eye(len(points))[piece]
    spline = CubicSpline(place, basis, bc_type="natural")
    return np.asarray(spline(np.linspace(0, place[-1], count)))


def _chords(points: Array) -> Array:
    """(K,) lengths of the polyline up to each of its points (K, 2)."""
    return np.append(0.0, np.linalg.norm(np.diff(points, axis=0), axis=1).cumsum())


def _stack(arrays: list[Array], axis: int) -> Tensor:
    """(V, ...) with zeros added along `axis` to make all equally long."""
    longest = max(array.shape[axis] for array in arrays)
    stacked = []
    for array in arrays:
        pads = [(0, 0)] * array.ndim
        pads[axis] = (0, longest - array.shape[axis])
        stacked.append(np.pad(array, pads))
    return torch.from_numpy(np.stack(stacked)).float()
