"""A filmstrip: the decoded images along a path, and a marker on a place of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from ..look import theme
from ..look.pixels import Bytes, bytes_of, wrapped
from .canvas import Canvas, Colours, class_colour, focus_ring, tinted, write
from .path_gestures import MARGIN, PathGestures

TOP, BAR, GAP = 4, 5, 2


class Filmstrip(Canvas):
    """As many of the T frames as fit at full height, each centred on its place on the path.

    A place on the path is a fraction of it: 0 at A, 1 at B.
    """

    def __init__(self, empty: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hands = PathGestures(self)
        self.hovered, self.pressed = self._hands.hovered, self._hands.pressed
        self.scrubbed, self.released = self._hands.scrubbed, self._hands.released
        self._frames: list[QImage] = []
        self._labels: NDArray[Any] | None = None
        self._colours: Colours = np.full((1, 3), 128, np.uint8)
        self._t: NDArray[np.floating] = np.zeros(0)
        self._window = 0.0, 1.0
        self._position: float | None = None
        self._lit: float | None = None
        self._crossings: tuple[float, ...] = ()
        self._empty = empty
        self.setMinimumHeight(40)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # ---- what is shown ----

    def set_frames(
        self,
        images: NDArray[Any] | None,
        labels: NDArray[np.integer[Any]] | None = None,
        colours: Colours | None = None,
        t: NDArray[np.floating] | None = None,
    ) -> None:
        """images: (T, C, H, W); labels: (T,); t: (T,) rising fractions, even where not given."""
        pixels: Iterable[Bytes] = () if images is None else bytes_of(images)
        self._frames = [wrapped(p).convertToFormat(QImage.Format.Format_RGB32) for p in pixels]
        self._labels = labels
        self._t = np.linspace(0, 1, len(self._frames)) if t is None else np.asarray(t)
        if colours is not None:
            self._colours = colours
        self.update()

    def set_position(self, fraction: float | None) -> None:
        if fraction != self._position:
            self._position = fraction
            self.update()

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

    # ---- places ----

    def x_of(self, fraction: float) -> float:
        (left, right), (first, last) = self._span(), self._window
        return left + (fraction - first) / (last - first) * (right - left)

    def fraction_at(self, x: float) -> float:
        (left, right), (first, last) = self._span(), self._window
        return first + min(max((x - left) / (right - left), 0.0), 1.0) * (last - first)

    def slots(self) -> list[tuple[float, int]]:
        """(fraction, frame) of what is on screen, left to right."""
        if not self._frames:
            return []
        left, right = self._span()
        fits = int((right - left) // (self._side() + GAP)) + 1
        places = np.linspace(*self._window, max(min(fits, len(self._frames)), 2))
        return [(float(f), int(np.abs(self._t - f).argmin())) for f in places]

    def frame_rect(self, fraction: float) -> QRectF:
        side = self._side()
        return QRectF(round(self.x_of(fraction) - side / 2), TOP, side, side)

    def sizeHint(self) -> QSize:
        return QSize(480, 72)

    def _span(self) -> tuple[float, float]:
        """x of the two ends of what is seen of the path."""
        margin = theme.current().px(MARGIN)
        return float(margin), float(max(self.width() - margin, margin + 1))

    def _is_seen(self, fraction: float | None) -> bool:
        """Whether a place of the path is in the window."""
        first, last = self._window
        return fraction is not None and first - 1e-9 <= fraction <= last + 1e-9

    def _side(self) -> int:
        return max(min(self.height() - TOP - BAR - GAP - 1, 2 * theme.current().px(MARGIN) - 8), 8)

    # ---- painting ----

    def _paint(self, painter: QPainter) -> None:
        if not self._frames:
            everything = QRectF(self.rect()).adjusted(8, 0, -8, 0)
            write(painter, everything, self._empty, "secondary", Qt.AlignmentFlag.AlignHCenter)
            return
        for fraction, index in self.slots():
            rect = self.frame_rect(fraction)
            painter.drawImage(rect, self._frames[index])
            if self._labels is not None:
                bar = QRectF(rect.left(), rect.bottom() + GAP, rect.width(), BAR)
                painter.fillRect(bar, class_colour(self._colours, int(self._labels[index])))
        bottom = TOP + self._side() + GAP + BAR
        self._paint_crossings(painter, bottom)
        self._paint_markers(painter, 1, bottom)

    def _paint_crossings(self, painter: QPainter, bottom: float) -> None:
        for crossing in filter(self._is_seen, self._crossings):
            x = round(self.x_of(crossing)) + 0.5
            for token, width in (("panel", 3.0), ("text", 1.0)):
                painter.setPen(QPen(tinted(token), width))
                painter.drawLine(QPointF(x, bottom - BAR - 6), QPointF(x, bottom))

    def _paint_markers(self, painter: QPainter, top: float, bottom: float) -> None:
        if self._lit is not None and self._is_seen(self._lit):
            painter.setPen(QPen(tinted("secondary"), 1))
            x = round(self.x_of(self._lit)) + 0.5
            painter.drawLine(QPointF(x, top), QPointF(x, bottom))
        if self._position is not None and self._is_seen(self._position):
            self._paint_position(painter, round(self.x_of(self._position)), top, bottom)
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()))

    def _paint_position(self, painter: QPainter, x: float, top: float, bottom: float) -> None:
        """A line with a knob."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tinted("panel"))
        painter.drawRect(QRectF(x - 2, top, 4, bottom - top))
        painter.setBrush(tinted("accent"))
        painter.drawRect(QRectF(x - 1, top, 2, bottom - top))
        painter.setPen(QPen(tinted("panel"), 1.5))
        painter.drawEllipse(QPointF(x, top + 4), 5, 5)

    # ---- hands ----

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._mouse(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._mouse(event)

    def _mouse(self, event: QMouseEvent) -> None:
        if self._frames:
            self._hands.mouse(event, self.fraction_at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hands.leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not (self._frames and self._hands.key(event, self._position)):
            super().keyPressEvent(event)
