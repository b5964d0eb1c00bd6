"""A painted widget of items with hover, highlight and tooltips: lists, bars, legends, grids."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip, QWidget

from .canvas import Canvas


class ItemCanvas(Canvas):
    """Items by index; `hovered` carries the one under the mouse or chosen by the keys."""

    hovered = Signal(int)  # an index, -1 for none

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hover = self._lit = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def highlight(self, index: int) -> None:
        """Marks an item, -1 for none, and emits nothing."""
        if index != self._lit:
            self._lit = index
            self.update()

    def highlighted(self) -> int:
        return self._hover if self._hover >= 0 else self._lit

    def _index_at(self, place: QPointF) -> int:
        """The item that is painted there, -1 for none."""
        raise NotImplementedError

    def tip_of(self, index: int) -> str:
        return ""

    def _hover_at(self, index: int) -> None:
        if index != self._hover:
            self._hover = index
            self.update()
            self.hovered.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover_at(self._index_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover_at(-1)

    def focusOutEvent(self, event: QEvent) -> None:
        self._hover_at(-1)
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self.tip_of(self._index_at(QPointF(event.pos())))
            QToolTip.showText(event.globalPos(), text or self.toolTip(), self)
            return True
        return super().event(event)
