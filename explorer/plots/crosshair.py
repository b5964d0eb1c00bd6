"""The crosshair of a chart: a line at the place that is read off, and a dot on each curve."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtGui import QBrush, QColor

from . import options  # noqa: F401
from .ink import token_pen

DOT = 7.0  # pixels across


class Crosshair:
    """Two lines and dots; `level` says whether there is a line across as well."""

    def __init__(self, box: pg.ViewBox, level: bool = False) -> None:
        self._upright = pg.InfiniteLine(angle=90)
        self._lines = [self._upright, *([pg.InfiniteLine(angle=0)] if level else [])]
        self._dots = pg.ScatterPlotItem(size=DOT)
        for item in self._items():
            item.setZValue(20)
            item.hide()
            box.addItem(item, ignoreBounds=True)
        self.dress()

    def _items(self) -> list[pg.GraphicsObject]:
        return [*self._lines, self._dots]

    def dress(self) -> None:
        """Wear the colours of the theme."""
        for line in self._lines:
            line.setPen(token_pen("secondary"))
        self._dots.setPen(token_pen("panel", 1.5))

    def show(self, x: float, y: float, dots: Sequence[tuple[float, float, QColor]] = ()) -> None:
        """At a place of the axes as they are shown; dots: places and colours."""
        for line in self._lines:
            line.setPos(x if line is self._upright else y)
        brushes = [QBrush(colour) for *_, colour in dots]
        self._dots.setData([x for x, *_ in dots], [y for _, y, _ in dots], brush=brushes)
        for item in self._items():
            item.show()

    def hide(self) -> None:
        for item in self._items():
            item.hide()
