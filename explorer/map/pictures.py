"""A layer of the map that arrives coarse to fine."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter, QRegion

from lacuna.core.render.picture import line_rgba
from lacuna.core.session.jobs.map import PaintedMap

from ..look import theme
from ..look.pixels import Bytes, pixel_rect, wrapped
from .frame import Frame, Window

FADED = 4  # times fainter: the other classes while one is pointed at
CALM = 65  # side from which a level may replace the picture of another step while a model trains


class Picture:
    """One level: pixels (S, S, 4), row 0 at the bottom, and where they belong.

    `of` says what is pictured: levels with the same are levels of the same picture.
    """

    def __init__(
        self, rgba: Bytes, window: Window, of: Hashable, label: NDArray[Any] | None = None
    ) -> None:
        self.rgba, self.window, self.of, self.label = rgba, window, of, label
        self.side = len(rgba)
        self.rect = pixel_rect(rgba.shape[1], rgba.shape[0], window)
        self.pitch = (window[1] - window[0]) / max(rgba.shape[1] - 1, 1)
        self.image = image_of(rgba)

    def dress(self) -> None:
        """Wear the colours of the theme; the classes' own colours are no part of it."""

    def light(self, index: int) -> None:
        """Fades all classes but this one; -1 shows all as they are."""
        rgba = self.rgba
        if index >= 0 and self.label is not None:
            rgba = rgba.copy()
            rgba[..., 3] = np.where(self.label == index, rgba[..., 3], rgba[..., 3] // FADED)
        self.image = image_of(rgba)

    def class_at(self, x: float, y: float) -> int:
        """The class drawn there; -1 where none is known."""
        left, right, bottom, top = self.window
        if self.label is None or not (left <= x <= right and bottom <= y <= top):
            return -1
        row = round((y - bottom) / (top - bottom) * (self.side - 1))
        column = round((x - left) / (right - left) * (self.side - 1))
        return int(self.label[row, column])

    def paint(self, painter: QPainter, frame: Frame) -> None:
        painter.drawImage(frame.rect(self.rect), self.image)


class ClassPicture(Picture):
    """One level of the classes, and the line between them in a colour of the theme."""

    def __init__(self, found: PaintedMap, of: Hashable) -> None:
        super().__init__(found.painting.fills, found.window, of, found.label)
        self._border = found.painting.border
        self.dress()

    def dress(self) -> None:
        behind = theme.current().colour("window").getRgb()[:3]
        self._line = image_of(line_rgba(self._border, behind))

    def paint(self, painter: QPainter, frame: Frame) -> None:
        super().paint(painter, frame)
        painter.drawImage(frame.rect(self.rect), self._line)


class Levels:
    """The newest level, under one of the same picture before it as long as that is finer.

    So a map that is dragged stays sharp where it was sharp, and fills up at its edges.
    """

    def __init__(self) -> None:
        self.below: Picture | None = None
        self.above: Picture | None = None

    @property
    def pictures(self) -> list[Picture]:
        return [picture for picture in (self.below, self.above) if picture is not None]

    def dress(self) -> None:
        """Wear the colours of a new theme."""
        for picture in self.pictures:
            picture.dress()

    def clear(self) -> None:
        self.below = self.above = None

    def class_at(self, x: float, y: float) -> int:
        seen = (picture.class_at(x, y) for picture in reversed(self.pictures))
        return next((index for index in seen if index >= 0), -1)

    def awaits(self, side: int, of: Hashable) -> bool:
        """Whether a level is too coarse to give a fine picture of another step up for it."""
        finest = self.above or self.below
        return finest is not None and finest.of != of and side < min(finest.side, CALM)

    def take(self, new: Picture) -> None:
        finest = self.above or self.below
        if finest is not None and finest.of != new.of:
            finest = None
        keep = finest is not None and finest.pitch < new.pitch and finest.side > new.side
        self.below, self.above = new, finest if keep else None

    def paint(self, painter: QPainter, frame: Frame) -> None:
        if self.below is None:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self.above is None:
            self.below.paint(painter, frame)
            return
        everywhere = QRect(0, 0, frame.width, frame.height)
        inside = _inner(frame.rect(self.above.rect)).intersected(everywhere)
        for picture, where in (
            (self.below, QRegion(everywhere) - QRegion(inside)),
            (self.above, QRegion(inside)),
        ):
            if not where.isEmpty():
                painter.save()
                painter.setClipRegion(where)
                picture.paint(painter, frame)
                painter.restore()


def image_of(rgba: NDArray[Any]) -> QImage:
    """Row 0 at the bottom -> an image that owns its pixels, in the format that is painted fast"""
    pixels = np.ascontiguousarray(rgba[::-1])
    return wrapped(pixels).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _inner(rect: QRectF) -> QRect:
    """The whole pixels within `rect`, kept small enough for integers"""
    rect = rect.intersected(QRectF(-1e6, -1e6, 2e6, 2e6))
    left, top = int(np.ceil(rect.left())), int(np.ceil(rect.top()))
    right, bottom = int(np.floor(rect.right())), int(np.floor(rect.bottom()))
    return QRect(left, top, max(right - left, 0), max(bottom - top, 0))
