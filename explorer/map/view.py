"""The map under the user's hands."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)  # fmt: skip
from PySide6.QtWidgets import QToolTip, QWidget

from lacuna.core.geometry.holes.hole import Hole
from lacuna.core.session.session import Session
from lacuna.core.session.state import Point

from . import tips
from .binding import DrawnMap
from .flight import Flight
from .frame import Window, framed
from .menu import menu_at
from .tools import Hands

BY_KEYS = (
    Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)  # fmt: skip
SURROUNDINGS = 2.5  # times as wide as a hole is what is shown around it, to each side
LEAST = 0.6  # prior sigmas from a hole that are shown at least
MANY = 14  # times as wide as that the map may be, and a hole is still well seen
REACH = 3.5  # prior sigmas from the middle that are shown at first


class MapView(DrawnMap):
    hovered_class = Signal(int)  # under the mouse, on the map or in its legend; -1 for none
    hovered_travel = Signal(float)  # the fraction of the chosen path under the mouse; -1 for none

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._class, self._fraction, self._telling = -1, -1.0, False
        self.hands = Hands(session, self)
        self._flight = Flight(self)
        self._flight.moved.connect(lambda window, moving: session.set(moving=moving, window=window))
        self.setMinimumSize(320, 240)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Map of the latent plane")
        self.key.hovered.connect(self._did_point)
        self.empty.pressed.connect(lambda: session.train())

    # ---- verbs ----

    def fit(self) -> None:
        """The whole prior, and the codes where they reach beyond it."""
        reach, cloud = REACH, self._session.results.cloud
        if cloud is not None and len(cloud.points):
            farthest = np.quantile(np.abs(cloud.points).max(1), 0.995)
            reach = max(reach, 1.05 * float(farthest))
        window = framed((-reach, reach, -reach, reach), self.width(), self.height()).window
        self._session.set(window=window)

    def fly_to(self, hole: Hole | None) -> None:
        """The cursor into the middle of a hole, and the map there where it is not well seen."""
        if hole is None or hole.centre is None or self.chart is None:
            return
        self._session.look_at(hole.centre, moving=True)
        x, y = self.chart.to_plane(np.array(hole.centre))
        half = SURROUNDINGS * math.sqrt(hole.area or 0.0) * self._deviation()
        half = min(max(half, LEAST), REACH)
        window = framed(
            (x - half, x + half, y - half, y + half), self.width(), self.height()
        ).window
        self._flight.go(self.frame.window, self._clear_view(x, y, half) or window)

    def _clear_view(self, x: float, y: float, half: float) -> Window | None:
        """The window of now, where the place and what is around it are well inside of it."""
        left, right, bottom, top = self.frame.window
        inside = left < x - half / 2 and x + half / 2 < right
        inside = inside and bottom < y - half / 2 and y + half / 2 < top
        return self.frame.window if inside and right - left < MANY * half else None

    def _deviation(self) -> float:
        scene = self._session.results.scene
        return 1.0 if scene is None else scene.prior.deviation

    def zoom(self, factor: float) -> None:
        """About the middle: for commands and buttons."""
        middle = QPointF(self.width() / 2, self.height() / 2)
        self._session.set(window=self.frame.zoomed(factor, middle))

    def highlight(self, index: int) -> None:
        """The class that the mouse is on in another view; -1 for none."""
        if self._telling:  # our own word, come back to us
            return
        self.light(index)
        self.key.legend.highlight(index)

    def point_at(self, z: Point | None) -> None:
        """The place that the mouse is on in another view; None for none."""
        self.place_mark("pointed", self.chart.place(z) if self.chart else None)

    # ---- what the mouse is on ----

    def _did_point(self, index: int) -> None:
        """In the legend"""
        self.light(index)
        self._tell_class(index)

    def _look(self, at: QPointF | None) -> None:
        """Says what is under the mouse, to the corner and to the other views."""
        place = None if at is None else self.frame.to_plane(at)
        self.readout.show_place(place)
        index = -1 if place is None else self.classes.class_at(*place)
        self.key.legend.highlight(index)
        self._tell_class(index)
        line = self.lines.get(self.chosen)
        found = None if at is None or line is None else line.nearest(self.frame, at)
        self._tell_travel(-1.0 if found is None else found)

    def _tell_class(self, index: int) -> None:
        if index != self._class:
            self._class, self._telling = index, True
            self.hovered_class.emit(index)
            self._telling = False

    def _tell_travel(self, fraction: float) -> None:
        if fraction != self._fraction:
            self._fraction = fraction
            self.hovered_travel.emit(fraction)

    # ---- events ----

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.hands.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.hands.move(event)
        self._look(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.hands.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.hands.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.hands.wheel(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.hands.key(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self.hands.key_up(event)
        super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.by_keys = event.reason() in BY_KEYS
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if not self.hands.busy:
            self.hands.settle()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.heat("")
        self._look(None)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.chart is not None and not self.hands.busy:
            place = self.frame.to_plane(QPointF(event.pos()))
            menu = menu_at(self, self._session, self.chart, *place)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(event.globalPos())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = QPointF(event.pos())
            said = tips.tip_at(self, at, self._session.settings, self.chart)
            QToolTip.showText(event.globalPos(), said, self)
            return True
        return super().event(event)
