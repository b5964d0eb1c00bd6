"""Grid lines with coordinates, circles of the prior, and the scale bar."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from ..look import theme
from ..plots.axis import tick_text
from ..widgets.canvas import plate
from .halo import paint_text
from .viewport import Viewport

APART = 90  # pixels between grid lines, at least
BAR = 160  # pixels of the scale bar, at most
CORNER = 72  # pixels of the lower left that are left to the scale bar
HALO = 3.0, 0.7  # of the numbers: pixels wide, opacity
EDGE = 12  # pixels from the widget's border


def round_length(most: float) -> float:
    """The greatest of 1, 2, 5 times a power of ten that is not above `most`."""
    power = 10.0 ** math.floor(math.log10(most))
    return next((part * power for part in (5, 2) if part * power <= most * 1.000001), power)


class GridLayer:
    """Lines at round coordinates, and the prior's circles of 1, 2 and 3 sigmas."""

    def __init__(self) -> None:
        self.foot = 0  # pixels at the lower edge that something lies over

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        step = round_length(2 * round_length(APART / viewport.scale))
        left, right, bottom, top = viewport.window
        columns = np.arange(math.ceil(left / step), math.floor(right / step) + 1) * step
        rows = np.arange(math.ceil(bottom / step), math.floor(top / step) + 1) * step
        across = [round(viewport.point(x, 0).x()) + 0.5 for x in columns]
        down = [round(viewport.point(0, y).y()) + 0.5 for y in rows]
        painter.setPen(QPen(theme.current().colour("text", 0.22), 1))
        painter.drawLines([QLineF(x, 0, x, viewport.height) for x in across])
        painter.drawLines([QLineF(0, y, viewport.width, y) for y in down])
        font, low = theme.ui_font(12), viewport.height - self.foot
        for x, at in zip(columns, across, strict=True):
            if at > CORNER:
                paint_text(painter, QPointF(at + 4, low - 52), tick_text(x, step), font, HALO)
        for y, at in zip(rows, down, strict=True):
            if 12 < at < low - CORNER:
                paint_text(painter, QPointF(4, at - 4), tick_text(y, step), font, HALO)
        _paint_circles(painter, viewport, font)


def _paint_circles(painter: QPainter, viewport: Viewport, font: QFont) -> None:
    """1, 2 and 3 prior sigmas from the prior's middle."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    centre = viewport.point(0, 0)
    for radius in (1, 2, 3):
        pixels = radius * viewport.scale
        if 8 < pixels < 2e4:
            painter.setPen(QPen(theme.current().colour("text", 0.5), 1.2, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, pixels, pixels)
            at = centre + QPointF(0.707, -0.707) * pixels + QPointF(4, -4)
            paint_text(painter, at, f"{radius} σ", font, HALO)


def bar_height() -> int:
    """The height of the scale bar's plate, in pixels."""
    return round(QFontMetricsF(theme.ui_font(12)).height()) + 18


def paint_scale_bar(painter: QPainter, viewport: Viewport, foot: int) -> None:
    """A round length in prior sigmas, on a small plate at the lower left, above the foot."""
    look, font = theme.current(), theme.ui_font(12)
    length = round_length(BAR / viewport.scale)
    text, metrics = f"{length:g} σ", QFontMetricsF(font)
    wide = length * viewport.scale
    box = QRectF(0, 0, max(wide, metrics.horizontalAdvance(text)) + 20, bar_height())
    box.moveBottomLeft(QPointF(EDGE, viewport.height - EDGE - foot))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    plate(painter, box)
    painter.setFont(font)
    painter.setPen(look.colour("text"))
    painter.drawText(box.adjusted(0, 5, 0, 0), Qt.AlignmentFlag.AlignHCenter, text)
    y, x = round(box.bottom() - 8) + 0.5, round(box.center().x() - wide / 2) + 0.5
    ends = (x, x + round(wide))
    painter.setPen(QPen(look.colour("text"), 1))
    painter.drawLine(QLineF(ends[0], y, ends[1], y))
    painter.drawLines([QLineF(end, y - 3, end, y + 3) for end in ends])
