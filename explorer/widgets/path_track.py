"""The path laid out from left to right: what filmstrip and probabilities share."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from ..look import theme
from .canvas import Canvas, focus_ring, tinted

MARGIN = 44  # of the design, left and right: the same in all tracks so that they stay aligned


class PathTrack(Canvas):
    """A place on the path is a fraction of it: 0 at A, 1 at B."""

    _has_knob = False  # on its position marker
    hovered = Signal(float)  # -1 when the mouse leaves
    pressed = Signal(float)
    scrubbed = Signal(float)  # dragged, or moved by the arrow keys
    released = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._position: float | None = None
        self._lit: float | None = None
        self._crossings: tuple[float, ...] = ()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_position(self, fraction: float | None) -> None:
        if fraction != self._position:
            self._position = fraction
            self.update()

    def position(self) -> float | None:
        return self._position

    def set_crossings(self, fractions: Iterable[float]) -> None:
        """Where the class changes."""
        self._crossings = tuple(float(fraction) for fraction in fractions)
        self.update()

    def highlight(self, fraction: float | None) -> None:
        """A second, fainter marker: what the mouse is on elsewhere."""
        if fraction != self._lit:
            self._lit = fraction
            self.update()

    def span(self) -> tuple[float, float]:
        """x of the path's two ends."""
        margin = theme.current().px(MARGIN)
        return float(margin), float(max(self.width() - margin, margin + 1))

    def x_of(self, fraction: float) -> float:
        left, right = self.span()
        return left + fraction * (right - left)

    def fraction_at(self, x: float) -> float:
        left, right = self.span()
        return min(max((x - left) / (right - left), 0.0), 1.0)

    def _has_path(self) -> bool:
        raise NotImplementedError

    def _paint_markers(self, painter: QPainter, top: float, bottom: float) -> None:
        if self._lit is not None and self._lit >= 0:
            painter.setPen(QPen(tinted("secondary"), 1))
            x = round(self.x_of(self._lit)) + 0.5
            painter.drawLine(QPointF(x, top), QPointF(x, bottom))
        if self._position is not None:
            self._paint_position(painter, round(self.x_of(self._position)), top, bottom)
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()))

    def _paint_position(self, painter: QPainter, x: float, top: float, bottom: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tinted("panel"))
        painter.drawRect(QRectF(x - 2, top, 4, bottom - top))
        painter.setBrush(tinted("accent"))
        painter.drawRect(QRectF(x - 1, top, 2, bottom - top))
        if self._has_knob:
            painter.setPen(QPen(tinted("panel"), 1.5))
            painter.drawEllipse(QPointF(x, top + 4), 5, 5)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._has_path():
            self.pressed.emit(self.fraction_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._has_path():
            return
        fraction = self.fraction_at(event.position().x())
        held = event.buttons() & Qt.MouseButton.LeftButton
        (self.scrubbed if held else self.hovered).emit(fraction)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._has_path():
            self.released.emit(self.fraction_at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit(-1.0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0.01
        now = self._position or 0.0
        places = {
            Qt.Key.Key_Left: now - step,
            Qt.Key.Key_Right: now + step,
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: 1.0,
        }
        place = places.get(Qt.Key(event.key()))
        if place is None or not self._has_path():
            super().keyPressEvent(event)
        else:
            self.scrubbed.emit(min(max(place, 0.0), 1.0))
