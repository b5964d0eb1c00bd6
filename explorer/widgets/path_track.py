"""The path laid out from left to right, with a marker on its position."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from ..look import theme
from .canvas import Canvas, focus_ring, tinted
from .path_gestures import PathGestures

MARGIN = 44  # of the design, left and right: the same in all tracks so that they stay aligned


class PathTrack(Canvas):
    """A place on the path is a fraction of it: 0 at A, 1 at B."""

    _has_knob = False  # on its position marker

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hands = PathGestures(self)
        self.hovered, self.pressed = self._hands.hovered, self._hands.pressed
        self.scrubbed, self.released = self._hands.scrubbed, self._hands.released
        self._window = 0.0, 1.0
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

    def set_window(self, first: float, last: float) -> None:
        """The stretch of the path that is seen, in fractions of it."""
        if (first, last) != self._window:
            self._window = first, last
            self.update()

    def span(self) -> tuple[float, float]:
        """x of the two ends of what is seen of the path."""
        margin = theme.current().px(MARGIN)
        return float(margin), float(max(self.width() - margin, margin + 1))

    def x_of(self, fraction: float) -> float:
        (left, right), (first, last) = self.span(), self._window
        return left + (fraction - first) / (last - first) * (right - left)

    def fraction_at(self, x: float) -> float:
        (left, right), (first, last) = self.span(), self._window
        return first + min(max((x - left) / (right - left), 0.0), 1.0) * (last - first)

    def is_seen(self, fraction: float) -> bool:
        """Whether a place of the path is in the window."""
        return self._window[0] - 1e-9 <= fraction <= self._window[1] + 1e-9

    def _has_path(self) -> bool:
        raise NotImplementedError

    def _paint_markers(self, painter: QPainter, top: float, bottom: float) -> None:
        if self._lit is not None and self.is_seen(self._lit):
            painter.setPen(QPen(tinted("secondary"), 1))
            x = round(self.x_of(self._lit)) + 0.5
            painter.drawLine(QPointF(x, top), QPointF(x, bottom))
        if self._position is not None and self.is_seen(self._position):
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
        self._mouse(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._mouse(event)

    def _mouse(self, event: QMouseEvent) -> None:
        if self._has_path():
            self._hands.mouse(event, self.fraction_at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hands.leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not (self._has_path() and self._hands.key(event, self._position)):
            super().keyPressEvent(event)
