"""Training points, samples, what the generator bends the latent grid to, and the cursor."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QMouseEvent

from lacuna.core.data.toy import HALF
from lacuna.core.session.settings import SpaceLayers

from ..look.pixels import cloud_rgba
from ..widgets.canvas import Colours, tinted
from ..widgets.lateness import FAINT
from . import export
from .chart import HINT_WHERE_DRAGGED
from .ink import token_pen
from .plane import Array, Mark, Paint, Plane, padded

INNER = 2.0  # prior sigmas: lines farther out are fainter, for little is drawn there
ARROW = 0.16  # length of the longest, in units of the plane
SAMPLE = 3.6  # pixels across
LINE = 1.1  # pixels
ABOUT = (
    "Points of the data, what the generator makes of the latent grid and of draws of the prior. "
    "Drag to move the cursor to the nearest of the drawn points."
)


class DataPlot(Plane):
    """Layers of the plane; a press moves the cursor to the nearest sample."""

    _usage = HINT_WHERE_DRAGGED
    picked = Signal(int, bool)  # which sample is nearest to the mouse, -1 for none, and if it drags

    def __init__(self, side: int, cursor: Paint, reach: float) -> None:
        """cursor: how its mark is painted; reach: how far from its middle, in pixels."""
        super().__init__(side, "The plane that the data lie in", about=ABOUT)
        self.points = np.zeros((0, 2), np.float32)
        self.labels: NDArray[np.integer[Any]] | None = None
        self.samples: Array = np.zeros((0, 2))
        self.colours: Colours = np.full((1, 3), 128, np.uint8)
        self.cursor_place: tuple[float, float] | None = None
        self._cloud, self._dots = pg.ImageItem(), pg.ScatterPlotItem(size=SAMPLE)
        self._near, self._far, self._arrows = (pg.PlotCurveItem() for _ in range(3))
        self._mark = Mark(cursor, reach)
        self._mark.hide()
        items = (self._arrows, self._cloud, self._far, self._near, self._dots, self._mark)
        for z, item in enumerate(items):
            item.setZValue(z)
            self.box.addItem(item, ignoreBounds=True)
        self._cloud.setOpacity(0.75)
        self.box.sigRangeChanged.connect(lambda *_: self._rasterise())
        self.box.sigResized.connect(lambda _: self._rasterise())
        self.dress()

    # ---- what changes ----

    def fade_model(self, generator: bool, critic: bool) -> None:
        """Whether what the generator draws, and the critic's slopes, are of another step."""
        for item in (self._near, self._far, self._dots):
            item.setOpacity(FAINT if generator else 1)
        self._arrows.setOpacity(FAINT if critic else 1)

    def set_data(
        self, points: Array, labels: NDArray[np.integer[Any]] | None, colours: Colours
    ) -> None:
        """points: (N, 2); labels: (N,), rows of the colours (K, 3)"""
        self.points, self.labels, self.colours = points.astype(np.float32), labels, colours
        self._rasterise()

    def set_samples(self, samples: Array) -> None:
        """samples: (N, 2) draws of the prior as the generator places them"""
        self.samples = samples
        self._dots.setData(samples[:, 0], samples[:, 1])

    def set_grid(self, lines: Array, away: Array) -> None:
        """lines: (M, T, 2) images of lines; away: (M,) from the prior's middle, in its sigmas"""
        for item, shown in ((self._near, away <= INNER), (self._far, away > INNER)):
            item.setData(*_joined(lines[shown]), connect="finite")

    def set_slopes(self, places: Array, slopes: Array) -> None:
        """places: (A, 2); slopes: (A, 2) the gradient of the critic's number there"""
        x, y = _arrows(places, slopes).T
        self._arrows.setData(x, y, connect="pairs")

    def clear_model(self) -> None:
        """There is no generator."""
        self.set_grid(np.zeros((0, 0, 2)), np.zeros(0))
        self.set_samples(np.zeros((0, 2)))

    def clear_slopes(self) -> None:
        """There is no critic."""
        self.set_slopes(np.zeros((0, 2)), np.zeros((0, 2)))

    def set_layers(self, layers: SpaceLayers) -> None:
        """Which of them are seen."""
        self._cloud.setVisible(layers.data)
        self._dots.setVisible(layers.samples)
        self._arrows.setVisible(layers.slopes)
        for item in (self._near, self._far):
            item.setVisible(layers.grid)

    def set_cursor(self, at: tuple[float, float] | None) -> None:
        if at != self.cursor_place:
            self.cursor_place = at
            self._mark.setVisible(at is not None)
        if at is not None:
            x, y = np.clip(at, -HALF, HALF)  # at the border where it lies beyond
            self._mark.setPos(float(x), float(y))

    def _rasterise(self) -> None:
        """The data in the pixels of the screen: as fast for a million points."""
        left, right, bottom, top = window = self.shown_range()
        size = self.plot_rect().size() * self.devicePixelRatioF()
        wide, high = max(round(size.width()), 1), max(round(size.height()), 1)
        ink = tinted("window")
        rim = ink.red(), ink.green(), ink.blue()
        rgba = cloud_rgba(self.points, self.labels, self.colours, window, wide, high, rim)
        self._cloud.setImage(rgba, autoLevels=False)
        self._cloud.setRect(QRectF(left, bottom, right - left, top - bottom))

    # ---- looks ----

    def dress(self) -> None:
        super().dress()
        self._near.setPen(token_pen("accent", LINE, 0.75))
        self._far.setPen(token_pen("accent", LINE, 0.3))
        self._arrows.setPen(token_pen("secondary", LINE, 0.8))
        self._dots.setPen(token_pen("window", 0.6, 0.8))
        self._dots.setBrush(QBrush(tinted("text", 0.9)))
        self._rasterise()

    # ---- files ----

    def columns(self) -> list[export.Column]:
        labels = np.zeros(0) if self.labels is None else self.labels.astype(float)
        (data_x, data_y), (x, y) = self.points.astype(float).T, self.samples.T
        return padded(
            [
                ("data x", data_x),
                ("data y", data_y),
                ("data class", labels),
                ("drawn x", x),
                ("drawn y", y),
            ]
        )

    # ---- the mouse ----

    def _mouse(self, event: QMouseEvent, at: QPointF) -> bool:
        left, kind = Qt.MouseButton.LeftButton, event.type()
        if kind == QMouseEvent.Type.MouseButtonRelease and event.button() == left:
            self.picked.emit(self._nearest(at), False)
        elif event.buttons() & left and kind != QMouseEvent.Type.MouseButtonDblClick:
            self.point_at(None)
            self.picked.emit(self._nearest(at), True)
        else:
            return super()._mouse(event, at)
        return True

    def _nearest(self, at: QPointF) -> int:
        """-1 where nothing is drawn"""
        if not len(self.samples):
            return -1
        return int(((self.samples - self.to_axes(at)) ** 2).sum(1).argmin())


def _joined(lines: Array) -> tuple[Array, Array]:
    """(M, T, 2) -> x and y, (M (T + 1),), with a gap after each line"""
    gapped = np.concatenate([lines, np.full((len(lines), 1, 2), np.nan)], axis=1).reshape(-1, 2)
    return gapped[:, 0], gapped[:, 1]


def _arrows(places: Array, slopes: Array) -> Array:
    """The longest ARROW; a line with a head of two strokes each: (6 A, 2), in pairs of ends."""
    sizes = np.linalg.norm(slopes, axis=1)
    longest = float(sizes.max(initial=0))
    if longest == 0 or not np.isfinite(longest):
        return np.zeros((0, 2))
    # the root: between the steepest and the flattest there are orders of magnitude
    ways = slopes / np.maximum(sizes, 1e-12)[:, None] * np.sqrt(sizes / longest)[:, None]
    start, end = places - ARROW * ways, places + ARROW * ways
    back = 0.35 * (start - end)
    across = np.stack([-back[:, 1], back[:, 0]], axis=1) * 0.6
    ends = [start, end, end, end + back + across, end, end + back - across]
    return np.stack(ends, axis=1).reshape(-1, 2)
