"""A layer of the map that arrives as images, coarse to fine."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

import numpy as np
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter, QRegion

from lacuna.core.geometry.map.grid import Window

from ..look.pixels import Bytes, pixel_rect, rgba_image
from .viewport import Viewport

CALM = 65  # side from which a level may replace the image of another step while a model trains


class LevelImage:
    """One level as an image: pixels (S, S, 4), row 0 at the bottom, over a window of the plane.

    source: what is shown (a step, a threshold, ...); levels of one source refine one another.
    """

    def __init__(self, rgba: Bytes, window: Window, source: Hashable) -> None:
        self.rgba, self.window, self.source = rgba, window, source
        self.side = len(rgba)
        self.rect = pixel_rect(rgba.shape[1], rgba.shape[0], window)
        self.pitch = (window[1] - window[0]) / max(rgba.shape[1] - 1, 1)
        self.image = rgba_image(rgba)

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        painter.drawImage(viewport.rect(self.rect), self.image)


Level = TypeVar("Level", bound=LevelImage)


class ImageLayer(Generic[Level]):
    """The newest level, under one of the same source before it for as long as that is finer.

    So a map that is dragged stays sharp where it was sharp, and fills up at its edges.
    """

    def __init__(self) -> None:
        self.below: Level | None = None
        self.above: Level | None = None

    @property
    def levels(self) -> list[Level]:
        """The one or two that are shown, the lower first."""
        return [level for level in (self.below, self.above) if level is not None]

    def clear(self) -> None:
        self.below = self.above = None

    def waits(self, side: int, source: Hashable) -> bool:
        """Whether a level of this side is too coarse to replace a fine image of another source."""
        finest = self.above or self.below
        return finest is not None and finest.source != source and side < min(finest.side, CALM)

    def add(self, new: Level) -> None:
        finest = self.above or self.below
        if finest is not None and finest.source != new.source:
            finest = None
        keep = finest is not None and finest.pitch < new.pitch and finest.side > new.side
        self.below, self.above = new, finest if keep else None

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        if self.below is None:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self.above is None:
            self.below.paint(painter, viewport)
            return
        everywhere = QRect(0, 0, viewport.width, viewport.height)
        inside = _inner(viewport.rect(self.above.rect)).intersected(everywhere)
        outside = QRegion(everywhere) - QRegion(inside)
        for level, region in ((self.below, outside), (self.above, QRegion(inside))):
            if not region.isEmpty():
                painter.save()
                painter.setClipRegion(region)
                level.paint(painter, viewport)
                painter.restore()


def _inner(rect: QRectF) -> QRect:
    """The whole pixels within `rect`, kept small enough for integers."""
    rect = rect.intersected(QRectF(-1e6, -1e6, 2e6, 2e6))
    left, top = int(np.ceil(rect.left())), int(np.ceil(rect.top()))
    right, bottom = int(np.floor(rect.right())), int(np.floor(rect.bottom()))
    return QRect(left, top, max(right - left, 0), max(bottom - top, 0))
