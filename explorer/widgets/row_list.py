"""A painted list of rows with hover, highlight and arrow keys: bars, legend, list of holes."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from .canvas import focus_ring, tinted
from .item_canvas import ItemCanvas


class RowList(ItemCanvas):
    """Rows of equal height, one an index."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.indices: list[int] = []  # index of each row; -1 where a row stands for none

    def row_height(self) -> int:
        return self._line_height() + 6

    def row_rect(self, row: int) -> QRectF:
        return QRectF(0, row * self.row_height(), self.width(), self.row_height())

    def sizeHint(self) -> QSize:
        return QSize(228, len(self.indices) * self.row_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(96, len(self.indices) * self.row_height())

    def _set_indices(self, indices: list[int]) -> None:
        resized = len(indices) != len(self.indices)
        self.indices = indices
        if self._hover not in indices:
            self._hover_at(-1)
        if resized:
            self.updateGeometry()
        self.update()

    def _paint(self, painter: QPainter) -> None:
        for row, index in enumerate(self.indices):
            rect = self.row_rect(row)
            if index >= 0 and index == self.highlighted():
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(tinted("hover"))
                painter.drawRoundedRect(rect, 4, 4)
            self._paint_row(painter, rect.adjusted(4, 0, -4, 0), index)
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()))

    def _paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        raise NotImplementedError

    def _index_at(self, place: QPointF) -> int:
        row = int(place.y() // self.row_height())
        return self.indices[row] if 0 <= row < len(self.indices) else -1

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hover_at(self._index_at(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        real = [index for index in self.indices if index >= 0]
        if step is None or not real:
            super().keyPressEvent(event)
            return
        start = -1 if step > 0 else len(real)
        row = real.index(self._hover) if self._hover in real else start
        self._hover_at(real[min(max(row + step, 0), len(real) - 1)])
