"""A sheet that the mouse sprays points on."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QGraphicsEllipseItem

from lacuna.core.data.toy import HALF
from lacuna.core.render.colours import class_colours

from ..widgets.canvas import class_colour, tinted
from . import export
from .ink import pen, token_pen
from .plane import Array, Plane

Labels = NDArray[np.integer]

CLASSES = 9  # as many as there are keys
SPRAYED, WIDTH = 5, 0.12  # points at a time, and their deviation from the mouse
RUBBER = 0.25  # radius of what the right button erases
EVERY = 60  # milliseconds between two sprays of a mouse that is held
DOT = 5.4  # pixels of a point
HINT = "Hold the left mouse button and move."
ABOUT = "The left button sprays points, the right one erases; keys 1 to 9 choose the class."


class Sheet(Plane):
    """The left button sprays points of the chosen class, the right one erases."""

    changed = Signal()  # points, or what can be taken back
    chosen = Signal(int)  # a class, by its key
    _right_is_ours = True
    _usage = "Ctrl and the wheel zoom, the middle button moves, Home shows all."

    def __init__(self, side: int) -> None:
        name = "Sheet for points: spray with the left mouse button"
        super().__init__(side, name, about=ABOUT, numbers=False)
        self.points: Array = np.zeros((0, 2))
        self.labels: Labels = np.zeros(0, np.int64)  # (N,) from 1 on
        self.current = 1
        self._past: list[tuple[Array, Labels]] = []
        self._random = np.random.default_rng()
        self._at: QPointF | None = None  # where the mouse is
        self._spray = QTimer(self, interval=EVERY)
        self._spray.timeout.connect(self._add)
        self._colours = class_colours(CLASSES)
        self._dots = [pg.ScatterPlotItem(size=DOT) for _ in range(CLASSES)]
        self._brush, self._hint = QGraphicsEllipseItem(), pg.TextItem(HINT, anchor=(0.5, 0.5))
        for item in (*self._dots, self._brush, self._hint):
            self.box.addItem(item, ignoreBounds=True)
        self._brush.hide()
        self._hint.setPos(0, 0.85 * HALF)
        self.setMinimumSize(320, 320)
        self.view.viewport().setCursor(Qt.CursorShape.CrossCursor)
        self.dress()

    # ---- verbs ----

    def choose(self, label: int) -> None:
        """Spray points of this class, 1 to CLASSES."""
        if label != self.current:
            self.current = label
            self.chosen.emit(label)
            self._show_brush()

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

    def _put(self, points: Array, labels: Labels) -> None:
        self.points, self.labels = points, labels
        self._hint.setVisible(not len(points))
        for label, dots in enumerate(self._dots, 1):
            dots.setData(*points[labels == label].T)
        self.changed.emit()

    def _add(self) -> None:
        if self._at is None:
            return
        middle = np.array(self.to_axes(self._at))
        new = middle + WIDTH * self._random.standard_normal((SPRAYED, 2))
        points = np.concatenate([self.points, new.clip(-HALF, HALF)])
        self._put(points, np.concatenate([self.labels, np.full(SPRAYED, self.current)]))

    def _erase(self) -> None:
        if self._at is not None:
            away = ((self.points - self.to_axes(self._at)) ** 2).sum(1)
            kept = away > RUBBER**2
            if not kept.all():
                self._put(self.points[kept], self.labels[kept])

    # ---- hands ----

    def _mouse(self, event: QMouseEvent, at: QPointF) -> bool:
        middle = Qt.MouseButton.MiddleButton
        if event.buttons() & middle or event.button() == middle:
            return super()._mouse(event, at)
        self._at = at
        if event.type() == QMouseEvent.Type.MouseMove:
            self._move(event.buttons())
        elif event.type() == QMouseEvent.Type.MouseButtonRelease:
            self._end_stroke()
        else:
            self._begin_stroke(event.button())
        self._show_brush()
        return True

    def _begin_stroke(self, button: Qt.MouseButton) -> None:
        self._spray.stop()
        self._remember()
        if button == Qt.MouseButton.LeftButton:
            self._add()
            self._spray.start()
        else:
            self._erase()

    def _move(self, buttons: Qt.MouseButton) -> None:
        if buttons & Qt.MouseButton.RightButton:
            self._erase()
        elif self._spray.isActive():
            self._add()

    def _end_stroke(self) -> None:
        self._spray.stop()
        if self._past and self._past[-1][0] is self.points:
            self._past.pop()  # it erased nothing

    def point_at(self, at: QPointF | None) -> None:
        """The mouse has left."""
        if at is None and not self._spray.isActive():
            self._at = None
            self._show_brush()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key() - Qt.Key.Key_0
        if 1 <= key <= CLASSES:
            self.choose(key)
        else:
            super().keyPressEvent(event)

    # ---- looks ----

    def _show_brush(self) -> None:
        """What the buttons would touch, in the colour of the class."""
        self._brush.setVisible(self._at is not None)
        if self._at is not None:
            x, y = self.to_axes(self._at)
            self._brush.setRect(QRectF(x - 2 * WIDTH, y - 2 * WIDTH, 4 * WIDTH, 4 * WIDTH))
            self._brush.setPen(pen(class_colour(self._colours, self.current - 1), 2))

    def dress(self) -> None:
        super().dress()
        for index, dots in enumerate(self._dots):
            dots.setPen(token_pen("window", 0.8, 0.8))
            dots.setBrush(QBrush(class_colour(self._colours, index)))
        self._hint.setFont(self.font())
        self._hint.setColor(tinted("secondary"))
        self._hint.fill = QBrush(tinted("window"))

    # ---- files ----

    def columns(self) -> list[export.Column]:
        x, y = self.points.T
        return [("x", x), ("y", y), ("class", self.labels.astype(float))]
