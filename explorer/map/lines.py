"""The paths from A: straight and adversarial, with their crossings and the traveller."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from core.geometry.paths import Path
from explorer import theme
from explorer.map.frame import Chart, Frame
from explorer.pieces.canvas import Colours, class_colour

REACH = 9.0  # pixels within which the mouse is on a path or on a crossing
FAINT = 0.6  # opacity of the family that is not in the filmstrip


class Line:
    """A path as it lies on the plane."""

    def __init__(self, path: Path, chart: Chart) -> None:
        self.path = path
        self.xy = chart.to_plane(path.z)  # (T, 2)
        places = np.array([crossing.z for crossing in path.crossings]).reshape(-1, chart.latent)
        self.crossings = chart.to_plane(places)  # (crossings, 2)

    def at(self, t: float) -> tuple[float, float]:
        x, y = (float(np.interp(t, self.path.t, part)) for part in self.xy.T)
        return x, y

    def nearest(self, frame: Frame, at: QPointF) -> float | None:
        """The fraction t of the path under `at`; None where that is not on it."""
        points, mouse = frame.to_screen(self.xy), np.array([at.x(), at.y()])
        start, step = points[:-1], np.diff(points, axis=0)
        along = ((mouse - start) * step).sum(1) / np.maximum((step**2).sum(1), 1e-12)
        along = along.clip(0, 1)
        away = np.linalg.norm(start + along[:, None] * step - mouse, axis=1)
        best = int(away.argmin())
        if away[best] > REACH:
            return None
        t = self.path.t
        return float(t[best] + along[best] * (t[best + 1] - t[best]))

    def crossing_at(self, frame: Frame, at: QPointF) -> int | None:
        if not len(self.crossings):
            return None
        away = np.linalg.norm(frame.to_screen(self.crossings) - (at.x(), at.y()), axis=1)
        return int(away.argmin()) if away.min() <= REACH else None


def paint_line(painter: QPainter, frame: Frame, line: Line, colours: Colours, chosen: bool) -> None:
    """Straight: thin and dashed; adversarial: 2 px; both in a casing of the background."""
    look = theme.current()
    straight = line.path.family == "straight"
    width = (1.6 if straight else 2.2) + (0.6 if chosen else 0)
    points = _polygon(frame.to_screen(line.xy))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(painter.opacity() * (1 if chosen else FAINT))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    casing = QPen(look.colour("window", 0.75), width + 2.5)
    casing.setCapStyle(Qt.PenCapStyle.RoundCap)
    casing.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(casing)
    painter.drawPolyline(points)
    pen = QPen(look.colour("text"), width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if straight:
        pen.setDashPattern([4, 2.5])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.drawPolyline(points)
    for place, crossing in zip(line.crossings, line.path.crossings, strict=True):
        _paint_crossing(painter, frame.point(*place), class_colour(colours, crossing.after))
    painter.restore()


def _paint_crossing(painter: QPainter, at: QPointF, colour: Any) -> None:
    """A ring of the class that is entered"""
    look = theme.current()
    painter.setBrush(colour)
    painter.setPen(QPen(look.colour("window"), 4.5))
    painter.drawEllipse(at, 4.5, 4.5)
    painter.setPen(QPen(look.colour("text"), 1.6))
    painter.drawEllipse(at, 4.5, 4.5)


def paint_traveller(painter: QPainter, at: QPointF) -> None:
    """Where the slider of the path stands"""
    look = theme.current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(look.colour("accent"))
    painter.setPen(QPen(look.colour("window"), 2))
    painter.drawEllipse(at, 6, 6)


def _polygon(points: NDArray[Any]) -> QPolygonF:
    """Clipped to what the painter can hold"""
    points = points.clip(-1e5, 1e5)
    return QPolygonF([QPointF(x, y) for x, y in points.tolist()])
