"""Placement of the classes' names: where their regions are widest, clear of all else."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
from PySide6.QtCore import QObject, QTimer
from scipy.ndimage import distance_transform_edt

from lacuna.core.figures.array import Array
from lacuna.core.geometry.map.class_map import ClassMap
from lacuna.core.geometry.map.grid import Window

from .canvas import MapCanvas
from .names import LEAST, Spot
from .obstacles import mark_obstacles, path_obstacles
from .overlays import Overlays

FINE = 33  # side from which a map's regions are named anew
REST = 150  # ms without a mark moving, after which names go out from under it
MOST = 129  # side of the label map that is looked at
STAYS = 0.8  # a name keeps its place while that is this deep, of the deepest place there is


class NamePlacement(QObject):
    """Places the names on the canvas anew when the map, its overlays or its marks change."""

    def __init__(self, canvas: MapCanvas, overlays: Overlays) -> None:
        super().__init__(canvas)
        self._canvas, self._overlays = canvas, overlays
        self._map: ClassMap | None = None
        self._source: Hashable = None  # what the map shows
        self._rested = QTimer(self, singleShot=True, interval=REST)  # looking for room takes time
        self._rested.timeout.connect(self._leave_obstacles)
        overlays.changed.connect(self._place)

    def name(self, level: ClassMap | None, source: Hashable = None) -> None:
        """Name the regions of a level. Coarse levels of a source bring names only at first."""
        if level is not None and len(level.label) < FINE and source == self._source:
            return
        if self._map is None or level is None or len(self._map.label) < FINE:
            self._canvas.layers.names.spots = {}  # where a coarse map has put them is no guide
        self._map, self._source = level, source
        self._place()

    def schedule(self) -> None:
        """Marks or paths have moved: names make room once they rest."""
        self._rested.start()

    def _leave_obstacles(self) -> None:
        layers, viewport = self._canvas.layers, self._canvas.viewport
        written = [spot for spot in layers.names.spots.values() if spot.fits(viewport)]
        places = [viewport.point(spot.x, spot.y) for spot in written]
        obstacles = mark_obstacles(layers, viewport)
        if any(part.contains(place) for part in obstacles for place in places):
            self._place()

    def _place(self) -> None:
        if self._map is None:
            return
        layers, viewport = self._canvas.layers, self._canvas.viewport
        obstacles = (*mark_obstacles(layers, viewport), *path_obstacles(layers, viewport))
        spots = name_spots(
            self._map.label,
            self._map.window,
            before=layers.names.spots,
            covered=[viewport.window_of(part) for part in self._overlays.covered()],
            crowded=[viewport.window_of(part) for part in obstacles],
            least=LEAST / viewport.scale,
        )
        if spots != layers.names.spots:
            layers.names.spots = spots
            self._canvas.redraw()


def name_spots(
    label: Array,
    window: Window,
    *,
    before: Mapping[int, Spot] | None = None,
    covered: Sequence[Window] = (),
    crowded: Sequence[Window] = (),
    least: float = 0.0,
) -> dict[int, Spot]:
    """The centre of the largest circle within each class's regions on the map label (S, S).

    Where a name of `before` is nearly as good now, it stays: names should not jump. None is
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
    spots = {}
    for index in np.unique(label).tolist():
        inside = np.where(label == index, clear, 0)
        if inside.max() < least:
            inside = np.where(label == index, depth, 0)
        spots[index] = _deepest(inside, across, up, (before or {}).get(index))
    return spots


def _deepest(depth: Array, across: Array, up: Array, before: Spot | None) -> Spot:
    """The deepest place of a region, or the one before where that is nearly as deep."""
    row, column = np.unravel_index(depth.argmax(), depth.shape)
    spot = Spot(float(across[column]), float(up[row]), float(depth[row, column]))
    if before is None or not (across[0] <= before.x <= across[-1] and up[0] <= before.y <= up[-1]):
        return spot
    at = np.abs(up - before.y).argmin(), np.abs(across - before.x).argmin()
    return before._replace(depth=float(depth[at])) if depth[at] >= STAYS * spot.depth else spot


def _within(windows: Sequence[Window], across: Array, up: Array) -> Array:
    """Whether a place is in one of the windows: (rows, columns)."""
    inside = np.zeros((len(up), len(across)), bool)
    for left, right, bottom, top in windows:
        columns = (across >= left) & (across <= right)
        inside |= ((up >= bottom) & (up <= top))[:, None] & columns
    return inside


def _depth(label: Array, pitch: tuple[float, float]) -> Array:
    """The distance of each pixel (S, S) from the border of its region; the map's edge is one."""
    inside = np.ones(label.shape, bool)
    inside[:, 1:] &= label[:, 1:] == label[:, :-1]
    inside[:, :-1] &= label[:, 1:] == label[:, :-1]
    inside[1:] &= label[1:] == label[:-1]
    inside[:-1] &= label[1:] == label[:-1]
    padded = np.pad(inside, 1)
    depth = distance_transform_edt(padded, sampling=(pitch[1], pitch[0]))
    return np.asarray(depth[1:-1, 1:-1])
