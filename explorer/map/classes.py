"""The classes' regions on the map, and the line between them."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from PySide6.QtGui import QPainter

from lacuna.core.render.picture import line_rgba
from lacuna.core.session.jobs.map import PaintedMap

from ..look import theme
from ..look.pixels import rgba_image
from .image_layer import ImageLayer, LevelImage
from .viewport import Viewport

FADED = 4  # times fainter: the other classes while one is highlighted


class ClassImage(LevelImage):
    """One level of the classes. The line between them has a colour of the theme."""

    def __init__(self, level: PaintedMap, source: Hashable) -> None:
        super().__init__(level.painting.fills, level.window, source)
        self._label, self._border = level.label, level.painting.border
        self.restyle()

    def restyle(self) -> None:
        """Take the line's colour from the theme; the classes' own colours are no part of it."""
        self._line = rgba_image(line_rgba(self._border, theme.current().rgb("window")))

    def highlight(self, index: int) -> None:
        """Fade all classes but this one; -1 shows all as they are."""
        rgba = self.rgba
        if index >= 0:
            rgba = rgba.copy()
            rgba[..., 3] = np.where(self._label == index, rgba[..., 3], rgba[..., 3] // FADED)
        self.image = rgba_image(rgba)

    def class_at(self, x: float, y: float) -> int:
        """The class at a place of the plane; -1 beside the level's window."""
        left, right, bottom, top = self.window
        if not (left <= x <= right and bottom <= y <= top):
            return -1
        row = round((y - bottom) / (top - bottom) * (self.side - 1))
        column = round((x - left) / (right - left) * (self.side - 1))
        return int(self._label[row, column])

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        super().paint(painter, viewport)
        painter.drawImage(viewport.rect(self.rect), self._line)


class ClassLayer(ImageLayer[ClassImage]):
    """The levels of the class map, one class of which can be highlighted."""

    def __init__(self) -> None:
        super().__init__()
        self._highlighted = -1

    def add(self, new: ClassImage) -> None:
        if self._highlighted >= 0:
            new.highlight(self._highlighted)
        super().add(new)

    def highlight(self, index: int) -> None:
        """Let one class stand out from the others; -1 none."""
        self._highlighted = index
        for level in self.levels:
            level.highlight(index)

    def restyle(self) -> None:
        """Take the colours of a new theme."""
        for level in self.levels:
            level.restyle()

    def class_at(self, x: float, y: float) -> int:
        """The class at a place of the plane; -1 where none is known."""
        classes = (level.class_at(x, y) for level in reversed(self.levels))
        return next((index for index in classes if index >= 0), -1)
