"""Pens in the colours of the theme, as wide on screen as they say, whatever the zoom."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from ..look import theme
from ..widgets.canvas import tinted

DASHES = ([5.0, 3.0], [1.0, 2.5], [7.0, 2.5, 1.0, 2.5], [2.5, 2.5])  # in widths of the pen


def pen(colour: QColor, width: float = 1.0) -> QPen:
    """A line of `width` pixels of the design."""
    line = QPen(colour, width)
    line.setCosmetic(True)
    return line


def token_pen(token: str, width: float = 1.0, alpha: float = 1.0) -> QPen:
    """A line in a colour of the theme."""
    return pen(tinted(token, alpha), width)


def dashed(colour: QColor, width: float, pattern: int = 0) -> QPen:
    """A broken line; pattern: which of the ways to break it."""
    line = pen(colour, width)
    line.setDashPattern(DASHES[pattern % len(DASHES)])
    line.setCapStyle(Qt.PenCapStyle.FlatCap)
    return line


def series_colour(index: int) -> QColor:
    """Of a curve that is no class."""
    inks = theme.current().series
    return QColor(inks[index % len(inks)])
