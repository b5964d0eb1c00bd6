"""The classes' names, written where their regions are widest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from scipy.ndimage import distance_transform_edt

from ..look import theme
from .frame import Frame, Window
from .stamp import stamp

MOST = 129  # side of the label map that is looked at
LEAST = 9.0  # pixels from the name to its region's border, else the region is too small for it
HALO = 3.5, 0.8  # of the names: pixels wide, opacity
STAYS = 0.8  # a name keeps its place while that is this deep, of the deepest place there is


class Spot(NamedTuple):
    """A place inside a region, and how far it is from the border there; in prior sigmas."""

    x: float
    y: float
    depth: float


def spots(
    label: NDArray[np.integer[Any]],
    window: Window,
    before: dict[int, Spot] | None = None,
    covered: Sequence[Window] = (),
    crowded: Sequence[Window] = (),
    least: float = 0.0,
) -> dict[int, Spot]:
    """The centre of the largest circle within each class's regions on the map label (S, S).

    Where a name of `before` is still nearly as good, it stays: names should not jump. None is
    written where the map is `covered`, and none where it is `crowded` unless its region has no
    other place as deep as `least`, in prior sigmas.
    """
    every = max(1, (len(label) - 1) // (MOST - 1))
    label = label[::every, ::every]
    left, right, bottom, top = window
    across, up = np.linspace(left, right, label.shape[1]), np.linspace(bottom, top, label.shape[0])
    depth = _depth(label, (across[1] - across[0], up[1] - up[0]))
    depth[_within(covered, across, up)] = 0
    clear = np.where(_within(crowded, across, up), 0, depth)
    found = {}
    for name in np.unique(label):
        inside = np.where(label == name, clear, 0)
        if inside.max() < least:
            inside = np.where(label == name, depth, 0)
        row, column = np.unravel_index(inside.argmax(), inside.shape)
        spot = Spot(float(across[column]), float(up[row]), float(inside[row, column]))
        old = (before or {}).get(int(name))
        if old is not None:
            at = np.abs(up - old.y).argmin(), np.abs(across - old.x).argmin()
            within = left <= old.x <= right and bottom <= old.y <= top
            if within and inside[at] >= STAYS * spot.depth:
                spot = Spot(old.x, old.y, float(inside[at]))
        found[int(name)] = spot
    return found


def _within(windows: Sequence[Window], across: NDArray[Any], up: NDArray[Any]) -> NDArray[np.bool_]:
    """(rows, columns) whether a place is in one of the windows"""
    inside = np.zeros((len(up), len(across)), bool)
    for left, right, bottom, top in windows:
        columns = (across >= left) & (across <= right)
        inside |= ((up >= bottom) & (up <= top))[:, None] & columns
    return inside


def _depth(label: NDArray[Any], pitch: tuple[float, float]) -> NDArray[Any]:
    """(S, S) -> distance of each pixel from the border of its region; the map's edge is one"""
    inside = np.ones(label.shape, bool)
    inside[:, 1:] &= label[:, 1:] == label[:, :-1]
    inside[:, :-1] &= label[:, 1:] == label[:, :-1]
    inside[1:] &= label[1:] == label[:-1]
    inside[:-1] &= label[1:] == label[:-1]
    padded = np.pad(inside, 1)
    return distance_transform_edt(padded, sampling=(pitch[1], pitch[0]))[1:-1, 1:-1]


def fits(spot: Spot, frame: Frame) -> bool:
    """Whether its region has room for a name."""
    return spot.depth * frame.scale >= LEAST


def paint_names(
    painter: QPainter, frame: Frame, found: dict[int, Spot], names: Sequence[str], lit: int
) -> None:
    """lit: the class whose name stands out, -1 for none."""
    font, opacity = theme.ui_font(15, QFont.Weight.DemiBold), painter.opacity()
    metrics = QFontMetricsF(font)
    for index, spot in found.items():
        if index >= len(names) or not fits(spot, frame):
            continue
        painter.setOpacity(opacity if lit in (-1, index) else 0.35 * opacity)
        half = QPointF(-metrics.horizontalAdvance(names[index]), metrics.capHeight()) / 2
        stamp(painter, frame.point(spot.x, spot.y) + half, names[index], font, HALO)
