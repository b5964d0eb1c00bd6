"""The ring that shows that a chart has the keyboard, in its scene: it takes no room."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from ..widgets.canvas import focus_ring


class FocusRing(QGraphicsItem):
    """Around the whole scene, over all that is in it."""

    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF()
        self.setZValue(100)
        self.hide()

    def fit(self, size: QSize) -> None:
        """size: of the scene, in pixels."""
        self.prepareGeometryChange()
        self._rect = QRectF(0, 0, size.width(), size.height())

    def boundingRect(self) -> QRectF:
        return self._rect

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus_ring(painter, self._rect)
