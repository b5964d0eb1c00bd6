"""Holes on the map: a veil with an edge, under a hatch as fine as the screen.

The hatch belongs to the screen and not to the map's pixels: so it is never stretched.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QPixmap

from lacuna.core.figures.array import Array
from lacuna.core.geometry.holes.hole_map import HoleMap
from lacuna.core.render.picture import (
    EDGE_OPACITY,
    FINEST,
    HATCH_DARK,
    HATCH_LIGHT,
    VEIL,
    VEIL_OPACITY,
)

from ..look.pixels import clear_pixmap, rgba_image
from .image_layer import LevelImage
from .viewport import Viewport

TILE = 9  # pixels from stroke to stroke, across and up


class HoleImage(LevelImage):
    """One level of the holes."""

    def __init__(self, level: HoleMap, source: Hashable) -> None:
        inside = _inside(level.score, level.threshold)
        super().__init__(_veil(inside), level.window, source)
        within = np.zeros((*inside.shape, 4), np.uint8)
        within[..., 3] = np.rint(255 * (inside + 0.5).clip(0, 1))
        self._mask = rgba_image(within)

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        super().paint(painter, viewport)
        extent = viewport.rect(self.rect)
        visible = extent.intersected(QRectF(0, 0, viewport.width, viewport.height))
        if visible.isEmpty():
            return
        ratio = painter.device().devicePixelRatioF()
        sheet = _sheet(QSize(viewport.width, viewport.height), ratio)
        sheet.fill(Qt.GlobalColor.transparent)
        hatching = QPainter(sheet)
        if painter.hasClipping():
            hatching.setClipRegion(painter.clipRegion())
        origin = viewport.point(0, 0)
        hatching.setBrushOrigin(QPointF(round(origin.x()) % TILE, round(origin.y()) % TILE))
        hatching.fillRect(visible, QBrush(_tile(ratio)))
        hatching.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        hatching.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
        hatching.drawImage(extent, self._mask)
        hatching.end()
        painter.drawImage(0, 0, sheet)


@lru_cache(maxsize=1)
def _sheet(size: QSize, ratio: float) -> QImage:
    """An image for the hatch, used again for as long as the map keeps its size."""
    sheet = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    sheet.setDevicePixelRatio(ratio)
    return sheet


@lru_cache(maxsize=4)
def _tile(ratio: float) -> QPixmap:
    """A tile of the hatch: a dark and a light stroke, one of which shows on any colour."""
    tile = clear_pixmap(QSize(TILE, TILE), ratio)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, shift in ((QColor(20, 22, 28), 0.0), (QColor(255, 255, 255), 1.5)):
        colour.setAlphaF(1.3 * (HATCH_LIGHT if shift else HATCH_DARK))
        painter.setPen(QPen(colour, 1.1))
        strokes = [QLineF(x, TILE + 2, x + TILE + 4, -2) for x in (-TILE - 2, -2, TILE - 2)]
        painter.drawLines([stroke.translated(shift, 0) for stroke in strokes])
    painter.end()
    return tile


def _inside(score: Array, threshold: float) -> Array:
    """Pixels from each centre into the hole, negative outside, by the slope of the score."""
    padded = np.pad(score.astype(np.float32), 1, mode="edge")
    across = padded[1:-1, 2:] - padded[1:-1, :-2]
    slope = np.abs(across)
    np.maximum(slope, np.abs(padded[2:, 1:-1] - padded[:-2, 1:-1]), out=slope)
    return np.asarray(2 * (score - np.float32(threshold)) / np.maximum(slope, 1e-9))


def _veil(inside: Array) -> Array:
    """The RGBA of a grey that takes some colour away, under a thin light edge."""
    veil = VEIL_OPACITY * (inside + 0.5).clip(0, 1)
    # a coarse map is shown enlarged: its edge would be a bar
    strength = EDGE_OPACITY * min(1.0, 4 * len(inside) / FINEST)
    edge = strength * (1.1 - np.abs(inside)).clip(0, 1)
    alpha = veil + edge - veil * edge
    grey = (VEIL * veil * (1 - edge) + 255 * edge) / np.maximum(alpha, 1e-6)
    rgba = np.empty((*inside.shape, 4), np.uint8)
    rgba[..., :3], rgba[..., 3] = grey[..., None], 255 * alpha
    return rgba
