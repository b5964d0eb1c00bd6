"""A picture of numbers over the square that points lie in."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter

from lacuna.core.data.toy import HALF
from lacuna.core.render.colours import heights_rgba

from ..look.pixels import rgba_image
from ..widgets.canvas import tinted
from .square import ROUND, Square

Array = NDArray[Any]


class HeatPlot(Square):
    """A picture of numbers over the square, from dark to light."""

    def __init__(self, side: int, name: str, empty: str = "") -> None:
        """empty: what is said while there is no picture"""
        super().__init__(side)
        self._empty = empty
        self._image: QImage | None = None
        self._values: Array | None = None
        self.setMouseTracking(True)
        self.setAccessibleName(name)

    def set_picture(self, values: Array | None, low: float, high: float) -> None:
        """values: (S, S), row 0 at the bottom; nan is clear"""
        self._values = values
        self._image = None if values is None else rgba_image(heights_rgba(values, low, high))
        self.update()

    def value_at(self, x: float, y: float) -> float | None:
        """What the picture says of a place of the plane."""
        if self._values is None:
            return None
        last = len(self._values) - 1
        column, row = (round((part + HALF) / (2 * HALF) * last) for part in (x, y))
        inside = min(column, row) >= 0 and max(column, row) <= last
        return float(self._values[row, column]) if inside else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._values is None:
            self.setToolTip("")
            return
        x, y = self.to_plane(event.position())
        value = self.value_at(x, y)
        unknown = value is None or np.isnan(value)
        said = "nobody knows" if unknown else f"{value:.3g}"
        self.setToolTip(f"{said} at {x:.2f}, {y:.2f}")

    def _paint(self, painter: QPainter) -> None:
        if self._image is None:
            self._say_why(painter)
            return
        self._ground(painter, tinted("disabled", 0.6))  # neither end of the colours
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        half = 0.5 * self.area().width() / max(self._image.width() - 1, 1)
        painter.drawImage(self.area().adjusted(-half, -half, half, half), self._image)

    def _say_why(self, painter: QPainter) -> None:
        painter.setPen(tinted("hairline"))
        painter.setBrush(tinted("window"))
        painter.drawRoundedRect(self.area().adjusted(0.5, 0.5, -0.5, -0.5), ROUND, ROUND)
        painter.setPen(tinted("secondary"))
        align = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.area().adjusted(16, 8, -16, -8), align, self._empty)
