"""The badge: what kind of map it is."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from ..widgets.canvas import Canvas, plate, write
from .grid import EDGE


class Badge(Canvas):
    """In the upper left, where the kind of map needs words."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = ""
        self.hide()

    def show_text(self, text: str, tooltip: str = "") -> None:
        self._text = text
        self.setToolTip(tooltip)
        self.setAccessibleName(text)
        metrics = QFontMetricsF(self.font())
        self.resize(round(metrics.horizontalAdvance(text)) + 20, round(metrics.height()) + 10)
        self.move(EDGE, EDGE)
        self.setVisible(bool(text))
        self.update()

    def text(self) -> str:
        return self._text

    def _paint(self, painter: QPainter) -> None:
        plate(painter, QRectF(self.rect()))
        write(painter, QRectF(self.rect()).adjusted(10, 0, -10, 0), self._text)
