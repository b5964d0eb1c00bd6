"""Coordinates: grid lines, circles of the prior, and the scale bar."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from ..look import theme
from .frame import Frame
from .stamp import stamp

APART = 90  # pixels between grid lines, at least
BAR = 160  # pixels of the scale bar, at most
CORNER = 72  # pixels of the lower left that are left to the scale bar
HALO = 3.0, 0.7  # of the figures: pixels wide, opacity
EDGE = 12  # pixels from the widget's border


def round_length(most: float) -> float:
    """The greatest of 1, 2, 5 times a power of ten that is not above `most`."""
    power = 10.0 ** math.floor(math.log10(most))
    return next((part * power for part in (5, 2) if part * power <= most * 1.000001), power)


def spoken(number: float, step: float) -> str:
    """With the decimals that `step` asks for and a true minus sign."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{number + 0.0:.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def paint_grid(painter: QPainter, frame: Frame, foot: int) -> None:
    """foot: pixels at the lower edge that something lies over"""
    step = 2 * round_length(APART / frame.scale) if frame.scale else 1.0
    step = round_length(step)
    left, right, bottom, top = frame.window
    ink, font = theme.current().colour("text", 0.22), theme.ui_font(12)
    painter.setPen(QPen(ink, 1))
    across = np.arange(math.ceil(left / step), math.floor(right / step) + 1) * step
    up = np.arange(math.ceil(bottom / step), math.floor(top / step) + 1) * step
    lines = [round(frame.point(x, 0).x()) + 0.5 for x in across]
    painter.drawLines([QLineF(x, 0, x, frame.height) for x in lines])
    rows = [round(frame.point(0, y).y()) + 0.5 for y in up]
    painter.drawLines([QLineF(0, y, frame.width, y) for y in rows])
    for x, at in zip(across, lines, strict=True):
        if at > CORNER:
            stamp(painter, QPointF(at + 4, frame.height - 52 - foot), spoken(x, step), font, HALO)
    for y, at in zip(up, rows, strict=True):
        if 12 < at < frame.height - CORNER - foot:
            stamp(painter, QPointF(4, at - 4), spoken(y, step), font, HALO)
    _paint_circles(painter, frame, font)


def _paint_circles(painter: QPainter, frame: Frame, font: QFont) -> None:
    """1, 2 and 3 prior sigmas from the prior's middle."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    centre = frame.point(0, 0)
    for radius in (1, 2, 3):
        pixels = radius * frame.scale
        if 8 < pixels < 2e4:
            painter.setPen(QPen(theme.current().colour("text", 0.5), 1.2, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, pixels, pixels)
            at = centre + QPointF(0.707, -0.707) * pixels + QPointF(4, -4)
            stamp(painter, at, f"{radius} σ", font, HALO)


def bar_height() -> int:
    """Of the scale bar's plate, in pixels."""
    return round(QFontMetricsF(theme.ui_font(12)).height()) + 18


def paint_scale_bar(painter: QPainter, frame: Frame, foot: int) -> None:
    """A round length in prior sigmas, on a small plate at the lower left. foot: as above"""
    look = theme.current()
    font = theme.ui_font(12)
    length = round_length(BAR / frame.scale)
    text, metrics = f"{length:g} σ", QFontMetricsF(font)
    wide = length * frame.scale
    plate = QRectF(0, 0, max(wide, metrics.horizontalAdvance(text)) + 20, bar_height())
    plate.moveBottomLeft(QPointF(EDGE, frame.height - EDGE - foot))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(look.colour("hairline"))
    painter.setBrush(look.colour("panel", 0.88))
    painter.drawRoundedRect(plate.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    painter.setFont(font)
    painter.setPen(look.colour("text"))
    painter.drawText(plate.adjusted(0, 5, 0, 0), Qt.AlignmentFlag.AlignHCenter, text)
    y, x = round(plate.bottom() - 8) + 0.5, round(plate.center().x() - wide / 2) + 0.5
    ends = (x, x + round(wide))
    painter.setPen(QPen(look.colour("text"), 1))
    painter.drawLine(QLineF(ends[0], y, ends[1], y))
    painter.drawLines([QLineF(end, y - 3, end, y + 3) for end in ends])
