"""Marks on the map: the cursor, the anchors A and B, the picked code, a place pointed at."""

from __future__ import annotations

from math import hypot
from typing import Literal

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen

from ..look import theme
from .coordinates import Place
from .viewport import Viewport

MarkName = Literal["cursor", "start", "end", "picked", "pointed"]
Handle = Literal["cursor", "start", "end"]

HANDLES: tuple[Handle, ...] = ("cursor", "start", "end")  # can be dragged; the uppermost first
GRIP = 14.0  # pixels around a mark within which it is grabbed
RADIUS, DISC = 10.0, 10.5  # of the cursor's ring, of an anchor
ROOM = 20  # pixels around a mark that painting it may touch


class MarkLayer:
    """Places by the name of their setting, and what the mouse could grab."""

    def __init__(self) -> None:
        self.places: dict[MarkName, Place] = {}
        self.off: set[MarkName] = set()  # marks that lie beside the slice
        self.hot: Handle | None = None  # under the mouse

    def put(self, name: MarkName, place: Place | None, off: bool) -> bool:
        """Set a mark, None takes it away. Whether anything changed."""
        if place == self.places.get(name) and off == (name in self.off):
            return False
        self.off = self.off | {name} if off else self.off - {name}
        if place is None:
            self.places.pop(name, None)
        else:
            self.places[name] = place
        return True

    def point(self, viewport: Viewport, name: MarkName) -> QPointF | None:
        """Where a mark is on the widget."""
        place = self.places.get(name)
        return None if place is None else viewport.point(*place)

    def area(self, viewport: Viewport, name: MarkName) -> QRect:
        """What has to be painted again when a mark changes; empty where it has no place."""
        at = self.point(viewport, name)
        if at is None:
            return QRect()
        middle = at.toPoint()
        return QRect(middle.x() - ROOM, middle.y() - ROOM, 2 * ROOM, 2 * ROOM)

    def nearest(self, viewport: Viewport, at: QPointF) -> Handle | None:
        """The handle within reach of the mouse, the uppermost of the nearest."""
        reach, nearest = GRIP, None
        for name in HANDLES:
            point = self.point(viewport, name)
            if point is not None:
                away = hypot(point.x() - at.x(), point.y() - at.y())
                if away < reach:
                    reach, nearest = away, name
        return nearest

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        if (at := self.point(viewport, "picked")) is not None:
            _paint_ring(painter, at, 7.0, "text")
        if (at := self.point(viewport, "pointed")) is not None:
            _paint_ring(painter, at, 10.0, "accent")
        if (at := self.point(viewport, "end")) is not None:
            _paint_anchor(painter, at, "B", self.hot == "end", "end" in self.off)
        if (at := self.point(viewport, "start")) is not None:
            _paint_anchor(painter, at, "A", self.hot == "start", "start" in self.off)
        if (at := self.point(viewport, "cursor")) is not None:
            paint_cursor(painter, at, self.hot == "cursor")


def paint_cursor(painter: QPainter, at: QPointF, hot: bool) -> None:
    """A ring with four ticks and a dot: it stands out from any class, and the place is seen."""
    look, reach = theme.current(), RADIUS + (1.5 if hot else 0)
    ticks = [
        QLineF(at + QPointF(x, y) * (reach - 3), at + QPointF(x, y) * (reach + 5))
        for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1))
    ]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for token, wide in (("window", 5.5), ("text", 2.2)):
        pen = QPen(look.colour(token), wide)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawEllipse(at, reach, reach)
        painter.drawLines(ticks)
    painter.setPen(QPen(look.colour("window"), 1.5))
    painter.setBrush(look.colour("accent"))
    painter.drawEllipse(at, 3.8, 3.8)


def _paint_anchor(painter: QPainter, at: QPointF, letter: str, hot: bool, off: bool) -> None:
    """A disc with its letter; hollow where it is only the shadow of a place off the slice."""
    look, reach = theme.current(), DISC + (1.5 if hot else 0)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.colour("window"), 2))
    painter.setBrush(look.colour("panel" if off else "text"))
    painter.drawEllipse(at, reach, reach)
    if off:
        painter.setPen(QPen(look.colour("text"), 1.5, Qt.PenStyle.DotLine))
        painter.drawEllipse(at, reach - 2, reach - 2)
    painter.setFont(theme.ui_font(13, QFont.Weight.Bold))
    painter.setPen(look.colour("text" if off else "window"))
    box = QRectF(at.x() - DISC, at.y() - DISC, 2 * DISC, 2 * DISC)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)


def _paint_ring(painter: QPainter, at: QPointF, radius: float, token: str) -> None:
    look = theme.current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for name, wide in (("window", 5.0), (token, 2.0)):
        painter.setPen(QPen(look.colour(name), wide))
        painter.drawEllipse(at, radius, radius)
