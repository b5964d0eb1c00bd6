"""A painted list of classes: hover, highlight and arrow keys, shared by bars and legend."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QToolTip, QWidget

from explorer.pieces.canvas import Canvas, focus_ring, tinted


class Rows(Canvas):
    """Rows that stand for indices; `hovered` says which one is under the mouse or the keys."""

    hovered = Signal(int)  # an index, -1 for none

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: list[int] = []  # index of each row; -1 where a row stands for none
        self._hover = self._lit = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def highlight(self, index: int) -> None:
        """Marks a row, -1 for none; says nothing."""
        if index != self._lit:
            self._lit = index
            self.update()

    def highlighted(self) -> int:
        return self._hover if self._hover >= 0 else self._lit

    def row_height(self) -> int:
        return self._line_height() + 6

    def row_rect(self, row: int) -> QRectF:
        return QRectF(0, row * self.row_height(), self.width(), self.row_height())

    def rect_of(self, index: int) -> QRectF:
        return self.row_rect(self._shown.index(index))

    def sizeHint(self) -> QSize:
        return QSize(228, len(self._shown) * self.row_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(96, len(self._shown) * self.row_height())

    def _set_shown(self, indices: list[int]) -> None:
        resized = len(indices) != len(self._shown)
        self._shown = indices
        if self._hover not in indices:
            self._hover_at(-1)
        if resized:
            self.updateGeometry()
        self.update()

    def _paint(self, painter: QPainter) -> None:
        for row, index in enumerate(self._shown):
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

    def _tip_of(self, index: int) -> str:
        return ""

    def _hover_at(self, index: int) -> None:
        if index != self._hover:
            self._hover = index
            self.update()
            self.hovered.emit(index)

    def _index_at(self, y: float) -> int:
        row = int(y // self.row_height())
        return self._shown[row] if 0 <= row < len(self._shown) else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover_at(self._index_at(event.position().y()))

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hover_at(self._index_at(event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover_at(-1)

    def focusOutEvent(self, event: QEvent) -> None:
        self._hover_at(-1)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        real = [index for index in self._shown if index >= 0]
        if step is None or not real:
            super().keyPressEvent(event)
            return
        start = -1 if step > 0 else len(real)
        row = real.index(self._hover) if self._hover in real else start
        self._hover_at(real[min(max(row + step, 0), len(real) - 1)])

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self._tip_of(self._index_at(event.pos().y()))
            QToolTip.showText(event.globalPos(), text or self.toolTip(), self)
            return True
        return super().event(event)
