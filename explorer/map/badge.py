"""The badge: what kind of map it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from ..widgets.canvas import Canvas, plate, write
from .grid import EDGE


class Badge(Canvas):
    """In the upper left, where the kind of map needs words."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines: list[str] = []
        self.hide()

    def show_lines(self, lines: Sequence[tuple[str, str]]) -> None:
        """Lines of text, each with what it means; none hides the badge."""
        self._lines = [text for text, _ in lines]
        self.setToolTip("<br>".join(meaning for _, meaning in lines))
        self.setAccessibleName(self.text())
        self.move(EDGE, EDGE)
        self._fit()
        self.setVisible(bool(lines))
        self.update()

    def text(self) -> str:
        return "\n".join(self._lines)

    def _fit(self) -> None:
        metrics = QFontMetricsF(self.font())
        wide = max(map(metrics.horizontalAdvance, self._lines), default=0)
        self.resize(round(wide) + 20, round(metrics.height()) * len(self._lines) + 10)

    def _restyle(self) -> None:
        super()._restyle()
        self._fit()

    def _paint(self, painter: QPainter) -> None:
        plate(painter, QRectF(self.rect()))
        high = round(QFontMetricsF(self.font()).height())
        for row, text in enumerate(self._lines):
            write(painter, QRectF(10, 5 + row * high, self.width() - 20, high), text)
