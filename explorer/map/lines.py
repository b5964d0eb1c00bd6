"""The paths from A, each family in dashes of its own, with their crossings and the traveller."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPen, QPixmap, QPolygonF

from lacuna.core.geometry.paths.path import Family, Path

from ..look import theme
from ..widgets.canvas import Colours, class_colour
from .frame import Chart, Frame

REACH = 9.0  # pixels within which the mouse is on a path or on a crossing
FAINT = 0.7  # opacity of the families that are not in the filmstrip
TAG = 8.0  # half of the side of a line's letter, in pixels
SHORTEST = 6 * TAG  # a line with a letter: there is something of the line to see
SWATCH = QSize(50, 18)  # of the design, its letter included


class Look(NamedTuple):
    """How a family is told from the others without colour: the classes own the colours."""

    letter: str
    dashes: tuple[float, ...]  # in widths of the line; none: it is solid
    place: float  # of the letter: those of lines that run together must not meet


LOOKS: dict[Family, Look] = {
    "straight": Look("S", (4, 2.5), 0.5),
    "slerp": Look("O", (0.1, 2.4), 0.38),
    "adversarial": Look("V", (), 0.62),
    "nearest": Look("N", (1.5, 1.2), 0.5),
    "geodesic": Look("G", (9, 2.5), 0.26),
    "avoiding": Look("H", (7, 2.4, 0.1, 2.4), 0.74),
    "crossings": Look("C", (7, 2.4, 0.1, 2.4, 0.1, 2.4), 0.86),
}


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

    def letter(self, frame: Frame) -> QPointF | None:
        """Where the letter of its family is; None where there would be nothing else to see."""
        if self.on_screen(frame) <= SHORTEST:
            return None
        return frame.point(*self.at(LOOKS[self.path.family].place))

    def on_screen(self, frame: Frame) -> float:
        """Its length in pixels."""
        steps = np.diff(frame.to_screen(self.xy), axis=0)
        return float(np.linalg.norm(steps, axis=1).sum())


def paint_line(painter: QPainter, frame: Frame, line: Line, colours: Colours, chosen: bool) -> None:
    """The line in a casing of the background, its crossings, and the letter of its family."""
    family = line.path.family
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(painter.opacity() * (1 if chosen else FAINT))
    _stroke(painter, _polygon(frame.to_screen(line.xy)), family, chosen)
    for place, crossing in zip(line.crossings, line.path.crossings, strict=True):
        _paint_crossing(painter, frame.point(*place), class_colour(colours, crossing.after))
    if (at := line.letter(frame)) is not None:
        _paint_letter(painter, at, LOOKS[family].letter, chosen)
    painter.restore()


def swatch(family: Family, chosen: bool, ratio: float) -> QPixmap:
    """A piece of the line and its letter, as on the map. ratio: device pixels to one of these."""
    width, height = (theme.current().px(side) for side in SWATCH.toTuple())
    drawn = QPixmap(QSize(width, height) * ratio)
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    painter, middle = QPainter(drawn), height / 2
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ends = [QPointF(2, middle), QPointF(width - 2 * TAG - 4, middle)]
    _stroke(painter, QPolygonF(ends), family, chosen)
    _paint_letter(painter, QPointF(width - TAG - 1, middle), LOOKS[family].letter, chosen)
    painter.end()
    return drawn


def _stroke(painter: QPainter, points: QPolygonF, family: Family, chosen: bool) -> None:
    look, width = theme.current(), 2.8 if chosen else 1.8
    painter.setBrush(Qt.BrushStyle.NoBrush)
    casing = QPen(look.colour("window", 0.75), width + 2.5)
    casing.setCapStyle(Qt.PenCapStyle.RoundCap)
    casing.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(casing)
    painter.drawPolyline(points)
    pen, dashes = QPen(look.colour("text"), width), LOOKS[family].dashes
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashes:
        dotted = min(dashes) < 1  # with flat ends a dot would be nothing
        pen.setCapStyle(Qt.PenCapStyle.RoundCap if dotted else Qt.PenCapStyle.FlatCap)
        pen.setDashPattern(dashes)
    painter.setPen(pen)
    painter.drawPolyline(points)


def _paint_letter(painter: QPainter, at: QPointF, letter: str, chosen: bool) -> None:
    look = theme.current()
    ink, ground = ("window", "text") if chosen else ("text", "window")
    box = QRectF(at.x() - TAG, at.y() - TAG, 2 * TAG, 2 * TAG)
    painter.setBrush(look.colour(ground))
    painter.setPen(QPen(look.colour(ink), 1.2))
    painter.drawRoundedRect(box, 4, 4)
    painter.setFont(theme.ui_font(11, QFont.Weight.Bold))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)


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
