"""A picture of numbers over the square that points lie in."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QPainter

from lacuna.core.data.toy import HALF
from lacuna.core.render.colours import heights_rgba

from ..look.pixels import pixel_rect
from ..widgets.canvas import tinted
from . import export
from .axis import number
from .plane import WINDOW, Array, Plane


class HeatPlot(Plane):
    """A picture of numbers over the square, from dark to light."""

    def __init__(self, side: int, name: str, empty: str = "") -> None:
        """empty: stands there while there is no picture"""
        super().__init__(side, name, empty, numbers=False)
        self._values: Array | None = None
        self._image = pg.ImageItem()
        self._image.setZValue(0)
        self.box.addItem(self._image, ignoreBounds=True)
        self.view.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.set_empty(True)
        self.dress()

    def set_picture(self, values: Array | None, low: float, high: float) -> None:
        """values: (S, S), row 0 at the bottom; nan is clear"""
        self._values = values
        self.set_empty(values is None)
        if values is not None:
            self._image.setImage(heights_rgba(values, low, high), autoLevels=False)
            rows, columns = values.shape
            self._image.setRect(pixel_rect(columns, rows, WINDOW))

    def value_at(self, x: float, y: float) -> float | None:
        """What the picture says of a place of the plane."""
        if self._values is None:
            return None
        last = len(self._values) - 1
        column, row = (round((part + HALF) / (2 * HALF) * last) for part in (x, y))
        inside = min(column, row) >= 0 and max(column, row) <= last
        return float(self._values[row, column]) if inside else None

    def reading(self, x: float, y: float) -> str:
        value = self.value_at(x, y)
        known = value is not None and not np.isnan(value)
        text = number(float(f"{value:.3g}")) if known else "nobody knows"
        return f"{text} at {super().reading(x, y)}"

    def columns(self) -> list[export.Column]:
        values = np.zeros((0, 0)) if self._values is None else self._values.astype(float)
        places = np.linspace(-HALF, HALF, len(values))
        y, x = np.meshgrid(places, places, indexing="ij")
        return [("x", x.ravel()), ("y", y.ravel()), ("value", values.ravel())]

    def dress(self) -> None:
        super().dress()
        self.box.setBackgroundColor(tinted("disabled", 0.6))  # neither end of the colours
