"""Paths on the map: a line of its own dashes for each family, its crossings, and the traveller."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap, QPolygonF

from lacuna.core.figures.array import Array
from lacuna.core.geometry.paths.path import Family, Path

from ..look import theme
from ..look.pixels import clear_pixmap
from ..widgets.canvas import Colours, class_colour
from ..widgets.lateness import FAINT as LATE
from .coordinates import Coordinates, Place
from .viewport import Viewport

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

    def __init__(self, path: Path, coordinates: Coordinates, late: bool = False) -> None:
        """late: it is of a step that is shown no more."""
        self.path, self.late = path, late
        self.xy = coordinates.to_plane(path.z)  # (T, 2)
        crossings = np.array([crossing.z for crossing in path.crossings])
        self.crossings = coordinates.to_plane(crossings.reshape(-1, coordinates.latent))  # (., 2)

    def at(self, t: float) -> Place:
        """The place at the fraction t of the path."""
        x, y = (float(np.interp(t, self.path.t, part)) for part in self.xy.T)
        return x, y

    def nearest(self, viewport: Viewport, at: QPointF) -> float | None:
        """The fraction t of the path under `at`; None where that is not on it."""
        points, mouse = viewport.to_screen(self.xy), np.array([at.x(), at.y()])
        start, step = points[:-1], np.diff(points, axis=0)
        along = ((mouse - start) * step).sum(1) / np.maximum((step**2).sum(1), 1e-12)
        along = along.clip(0, 1)
        away = np.linalg.norm(start + along[:, None] * step - mouse, axis=1)
        best = int(away.argmin())
        if away[best] > REACH:
            return None
        t = self.path.t
        return float(t[best] + along[best] * (t[best + 1] - t[best]))

    def crossing_at(self, viewport: Viewport, at: QPointF) -> int | None:
        """Which crossing is under `at`; None where there is none."""
        if not len(self.crossings):
            return None
        away = np.linalg.norm(viewport.to_screen(self.crossings) - (at.x(), at.y()), axis=1)
        return int(away.argmin()) if away.min() <= REACH else None

    def letter(self, viewport: Viewport) -> QPointF | None:
        """Where the letter of its family is; None where there would be nothing else to see."""
        if self.length(viewport) <= SHORTEST:
            return None
        return viewport.point(*self.at(LOOKS[self.path.family].place))

    def length(self, viewport: Viewport) -> float:
        """In pixels."""
        steps = np.diff(viewport.to_screen(self.xy), axis=0)
        return float(np.linalg.norm(steps, axis=1).sum())


class PathLayer:
    """The lines of all families; the chosen one lies on top, with the traveller."""

    def __init__(self) -> None:
        self.lines: dict[Family, Line] = {}
        self.chosen: Family = "adversarial"
        self.travel = 0.0  # where the traveller is, as a fraction of the chosen path
        self.colours: Colours = np.zeros((1, 3), np.uint8)  # of the classes

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        for family in sorted(self.lines, key=lambda name: name == self.chosen):
            self._paint_line(painter, viewport, self.lines[family])
        if self.chosen in self.lines:
            place = self.lines[self.chosen].at(self.travel)
            _paint_traveller(painter, viewport.point(*place))

    def _paint_line(self, painter: QPainter, viewport: Viewport, line: Line) -> None:
        """The line in a casing of the background, its crossings, and the letter of its family."""
        family = line.path.family
        chosen = family == self.chosen
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        faint = (1 if chosen else FAINT) * (LATE if line.late else 1)
        painter.setOpacity(painter.opacity() * faint)
        _stroke(painter, _polygon(viewport.to_screen(line.xy)), family, chosen)
        for place, crossing in zip(line.crossings, line.path.crossings, strict=True):
            colour = class_colour(self.colours, crossing.after)
            _paint_crossing(painter, viewport.point(*place), colour)
        if (at := line.letter(viewport)) is not None:
            _paint_letter(painter, at, LOOKS[family].letter, chosen)
        painter.restore()


def swatch(family: Family, chosen: bool, ratio: float) -> QPixmap:
    """A piece of the line and its letter, as on the map. ratio: device pixels to one of Qt's."""
    width, height = (theme.current().px(side) for side in SWATCH.toTuple())
    pixmap = clear_pixmap(QSize(width, height), ratio)
    painter, middle = QPainter(pixmap), height / 2
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ends = [QPointF(2, middle), QPointF(width - 2 * TAG - 4, middle)]
    _stroke(painter, QPolygonF(ends), family, chosen)
    _paint_letter(painter, QPointF(width - TAG - 1, middle), LOOKS[family].letter, chosen)
    painter.end()
    return pixmap


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


def _paint_crossing(painter: QPainter, at: QPointF, colour: QColor) -> None:
    """A ring of the class that is entered."""
    look = theme.current()
    painter.setBrush(colour)
    painter.setPen(QPen(look.colour("window"), 4.5))
    painter.drawEllipse(at, 4.5, 4.5)
    painter.setPen(QPen(look.colour("text"), 1.6))
    painter.drawEllipse(at, 4.5, 4.5)


def _paint_traveller(painter: QPainter, at: QPointF) -> None:
    """Where the slider of the path stands."""
    look = theme.current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(look.colour("accent"))
    painter.setPen(QPen(look.colour("window"), 2))
    painter.drawEllipse(at, 6, 6)


def _polygon(points: Array) -> QPolygonF:
    """Clipped to what the painter can take."""
    points = points.clip(-1e5, 1e5)
    return QPolygonF([QPointF(x, y) for x, y in points.tolist()])
