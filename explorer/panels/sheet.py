"""A sheet that the mouse sprays points on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen

from lacuna.core.data.toy import HALF
from lacuna.core.render.colours import class_colours

from ..widgets.canvas import class_colour, focus_ring, tinted
from .square import Square

Array = NDArray[Any]

CLASSES = 9  # as many as there are keys
SPRAYED, WIDTH = 5, 0.12  # points at a time, and their deviation from the mouse
RUBBER = 0.25  # radius of what the right button erases
EVERY = 60  # milliseconds between two sprays of a mouse that is held


class Sheet(Square):
    """The left button sprays points of the chosen class, the right one erases."""

    changed = Signal()  # points, or what can be taken back
    chosen = Signal(int)  # a class, by its key

    def __init__(self, side: int) -> None:
        super().__init__(side)
        self.points = np.zeros((0, 2))
        self.labels = np.zeros(0, np.int64)  # (N,) from 1 on
        self.current = 1
        self._past: list[tuple[Array, Array]] = []
        self._random = np.random.default_rng()
        self._mouse: QPointF | None = None  # where it is
        self._spray = QTimer(self, interval=EVERY)
        self._spray.timeout.connect(self._add)
        self._colours = class_colours(CLASSES)
        self.setMinimumSize(320, 320)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Sheet for points: spray with the left mouse button")

    # ---- verbs ----

    def choose(self, label: int) -> None:
        """Spray points of this class, 1 to CLASSES."""
        if label != self.current:
            self.current = label
            self.chosen.emit(label)
            self.update()

    def undo(self) -> None:
        """Take the last stroke back, be it sprayed, erased or cleared."""
        self._spray.stop()
        if self._past:
            self._put(*self._past.pop())

    def clear(self) -> None:
        self._spray.stop()
        if len(self.points):
            self._remember()
            self._put(np.zeros((0, 2)), np.zeros(0, np.int64))

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    def _remember(self) -> None:
        self._past.append((self.points, self.labels))

    def _put(self, points: Array, labels: Array) -> None:
        self.points, self.labels = points, labels
        self.changed.emit()
        self.update()

    def _add(self) -> None:
        if self._mouse is None:
            return
        middle = self.to_plane(self._mouse)
        new = middle + WIDTH * self._random.standard_normal((SPRAYED, 2))
        points = np.concatenate([self.points, new.clip(-HALF, HALF)])
        self._put(points, np.concatenate([self.labels, np.full(SPRAYED, self.current)]))

    def _erase(self) -> None:
        if self._mouse is not None:
            away = ((self.points - self.to_plane(self._mouse)) ** 2).sum(1)
            kept = away > RUBBER**2
            if not kept.all():
                self._put(self.points[kept], self.labels[kept])

    # ---- events ----

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._mouse = event.position()
        if event.button() == Qt.MouseButton.LeftButton:
            self._remember()
            self._add()
            self._spray.start()
        elif event.button() == Qt.MouseButton.RightButton:
            self._spray.stop()
            self._remember()
            self._erase()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse = event.position()
        if event.buttons() & Qt.MouseButton.RightButton:
            self._erase()
        elif self._spray.isActive():
            self._add()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._spray.stop()
        if self._past and self._past[-1][0] is self.points:
            self._past.pop()  # it erased nothing
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key() - Qt.Key.Key_0
        if 1 <= key <= CLASSES:
            self.choose(key)
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: Any) -> None:
        if not self._spray.isActive():
            self._mouse = None
            self.update()

    # ---- painting ----

    def _paint(self, painter: QPainter) -> None:
        self._ground(painter)
        painter.setPen(QPen(tinted("window", 0.8), 0.8))
        for (x, y), label in zip(self.to_screen(self.points).tolist(), self.labels, strict=True):
            painter.setBrush(class_colour(self._colours, int(label) - 1))
            painter.drawEllipse(QPointF(x, y), 2.6, 2.6)
        if not len(self.points):
            self._say(painter, "Hold the left mouse button and move.")
        self._paint_brush(painter)
        if self.hasFocus():
            painter.setClipping(False)
            focus_ring(painter, self.area())

    def _say(self, painter: QPainter, hint: str) -> None:
        """At the top, on a ground of its own: the axis ends below it."""
        place = self.area().adjusted(24, 24, -24, -24)
        align = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        written = painter.boundingRect(place, align, hint)
        painter.fillRect(written.adjusted(-8, -4, 8, 4), tinted("window"))
        painter.setPen(tinted("secondary"))
        painter.drawText(place, align, hint)

    def _paint_brush(self, painter: QPainter) -> None:
        """What the buttons would touch: the spray in the colour of its class, and the rubber."""
        if self._mouse is None:
            return
        scale = self.area().width() / (2 * HALF)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(class_colour(self._colours, self.current - 1), 2))
        painter.drawEllipse(self._mouse, 2 * WIDTH * scale, 2 * WIDTH * scale)
