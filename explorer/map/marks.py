"""What is touched on the map: the cursor, the anchors, the picked code."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen

from ..look import theme

GRIP = 14.0  # pixels around a mark within which it is grabbed
RADIUS, DISC = 10.0, 10.5  # of the cursor's ring, of an anchor
ROOM = 20  # pixels around a mark that painting it may touch


def room(at: QPointF) -> QRect:
    """What has to be painted again when a mark at `at` changes."""
    middle = at.toPoint()
    return QRect(middle.x() - ROOM, middle.y() - ROOM, 2 * ROOM, 2 * ROOM)


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


def paint_anchor(painter: QPainter, at: QPointF, letter: str, hot: bool, off: bool) -> None:
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


def paint_picked(painter: QPainter, at: QPointF) -> None:
    _ring(painter, at, 7.0, "text")


def paint_pointed(painter: QPainter, at: QPointF) -> None:
    """A place that the mouse is on in another view"""
    _ring(painter, at, 10.0, "accent")


def _ring(painter: QPainter, at: QPointF, radius: float, token: str) -> None:
    look = theme.current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for name, wide in (("window", 5.0), (token, 2.0)):
        painter.setPen(QPen(look.colour(name), wide))
        painter.drawEllipse(at, radius, radius)
