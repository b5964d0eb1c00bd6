"""The classes' names, written in their regions."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from ..look import theme
from .halo import paint_text
from .viewport import Viewport

LEAST = 9.0  # pixels from the name to its region's border, else the region is too small for it
HALO = 3.5, 0.8  # of the names: pixels wide, opacity
FAINT = 0.35  # opacity of the other names while a class is highlighted


class Spot(NamedTuple):
    """A place inside a region, and how far it is from the border there; in prior sigmas."""

    x: float
    y: float
    depth: float

    def fits(self, viewport: Viewport) -> bool:
        """Whether its region has room for a name."""
        return self.depth * viewport.scale >= LEAST


class NameLayer:
    """The names at the spots where they have been placed."""

    def __init__(self) -> None:
        self.names: tuple[str, ...] = ()
        self.spots: dict[int, Spot] = {}  # by class
        self.highlighted = -1

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        font, opacity = theme.ui_font(15, QFont.Weight.DemiBold), painter.opacity()
        metrics = QFontMetricsF(font)
        for index, spot in self.spots.items():
            if index >= len(self.names) or not spot.fits(viewport):
                continue
            bright = self.highlighted in (-1, index)
            painter.setOpacity(opacity if bright else FAINT * opacity)
            name = self.names[index]
            half = QPointF(-metrics.horizontalAdvance(name), metrics.capHeight()) / 2
            paint_text(painter, viewport.point(spot.x, spot.y) + half, name, font, HALO)
