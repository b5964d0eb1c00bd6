"""Ellipses and arrows on the map: how the decoder stretches, and where to."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QTransform

from lacuna.core.figures.array import Array
from lacuna.core.geometry.layers.glyphs import Glyphs

from ..look import theme
from .viewport import Viewport

LARGEST = 0.9  # of the distance to the next glyph: an axis, or an arrow
TYPICAL = 0.5  # the same of the median one
HEAD = 5.0  # pixels of an arrow's head


class GlyphLayer:
    """The glyphs that are requested, if any."""

    def __init__(self) -> None:
        self.glyphs: Glyphs | None = None

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """All of them in one path and one stroke, on a casing of the background."""
        if self.glyphs is None:
            return
        path, look = _path(self.glyphs, viewport), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((look.colour("window", 0.6), 3.2), (look.colour("text"), 1.2)):
            painter.strokePath(path, QPen(colour, width))


def scaled(glyphs: Glyphs) -> Array:
    """The vectors in units of the plane, so that the median glyph fills half of its cell.

    One that would leave its cell is made smaller as a whole and keeps its form. One that is
    infinite, or nothing, becomes zero.
    """
    cell = glyphs.pitch / (2 if glyphs.kind == "ellipses" else 1)  # vectors are half of an axis
    longest = np.linalg.norm(glyphs.vectors, axis=-1, keepdims=True).max(1, keepdims=True)
    visible = np.isfinite(longest) & (longest > 0)
    unit = TYPICAL * cell / (np.median(longest[visible]) if visible.any() else 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = np.minimum(unit, LARGEST * cell / longest)
        return np.where(visible, glyphs.vectors * scale, 0.0)


def _path(glyphs: Glyphs, viewport: Viewport) -> QPainterPath:
    vectors = scaled(glyphs) * viewport.scale * (1, -1)
    points = viewport.to_screen(glyphs.at)
    if glyphs.kind == "ellipses":
        return _ellipses(points, vectors)
    return _arrows(points, vectors[:, 0])


def _ellipses(points: Array, axes: Array) -> QPainterPath:
    path, circle = QPainterPath(), QPainterPath()
    circle.addEllipse(QPointF(0, 0), 1.0, 1.0)
    for (x, y), ((a, b), (c, d)) in zip(points.tolist(), axes.tolist(), strict=True):
        path.addPath(QTransform(a, b, c, d, x, y).map(circle))
    return path


def _arrows(points: Array, vectors: Array) -> QPainterPath:
    path = QPainterPath()
    for (x, y), (across, down) in zip(points.tolist(), vectors.tolist(), strict=True):
        line = QLineF(x - across / 2, y - down / 2, x + across / 2, y + down / 2)
        if line.length() < 2:
            continue
        path.moveTo(line.p1())
        path.lineTo(line.p2())
        for turn in (150, -150):
            barb = QLineF(line.p2(), line.p2() + (line.p2() - line.p1()))
            barb.setLength(min(HEAD, line.length() / 2))
            barb.setAngle(line.angle() + turn)
            path.moveTo(line.p2())
            path.lineTo(barb.p2())
    return path
