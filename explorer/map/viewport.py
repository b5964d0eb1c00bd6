"""The visible window of the plane, and where its places are on the widget."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from lacuna.core.figures.array import Array
from lacuna.core.geometry.map.grid import Window

NEAREST, FARTHEST = 1e-3, 1e3  # prior sigmas: half of the shorter side of what is shown


@dataclass(frozen=True)
class Viewport:
    """A window of the plane on a widget. y grows upwards on the plane, downwards on the screen."""

    window: Window
    width: int  # of the widget, in pixels
    height: int

    @property
    def scale(self) -> float:
        """Pixels to one prior sigma, the same in x and y."""
        return self.width / (self.window[1] - self.window[0])

    def to_screen(self, xy: Array) -> Array:
        """Places of the plane in pixels: (..., 2) -> (..., 2)."""
        return np.asarray((xy - (self.window[0], self.window[3])) * (self.scale, -self.scale))

    def point(self, x: float, y: float) -> QPointF:
        return QPointF((x - self.window[0]) * self.scale, (self.window[3] - y) * self.scale)

    def to_plane(self, at: QPointF) -> tuple[float, float]:
        return self.window[0] + at.x() / self.scale, self.window[3] - at.y() / self.scale

    def rect(self, on_plane: QRectF) -> QRectF:
        """A rectangle of the plane, whose top() is its lower edge there, in pixels."""
        corner = self.point(on_plane.left(), on_plane.bottom())
        size = on_plane.size() * self.scale
        return QRectF(corner, size)

    def window_of(self, rect: QRectF) -> Window:
        """A rectangle in pixels as a window of the plane."""
        left, top = self.to_plane(rect.topLeft())
        right, bottom = self.to_plane(rect.bottomRight())
        return left, right, bottom, top

    def panned(self, by: QPointF) -> Window:
        """The window after the plane was dragged by so many pixels."""
        x, y = by.x() / self.scale, by.y() / self.scale
        left, right, bottom, top = self.window
        return left - x, right - x, bottom + y, top + y

    def zoomed(self, factor: float, at: QPointF) -> Window:
        """The window magnified by `factor`, with the place under `at` where it was."""
        left, right, bottom, top = self.window
        half = min(right - left, top - bottom) / 2
        factor = min(max(factor, half / FARTHEST), half / NEAREST)
        x, y = self.to_plane(at)
        left, right = x + (left - x) / factor, x + (right - x) / factor
        return left, right, y + (bottom - y) / factor, y + (top - y) / factor


def fitted(window: Window, width: int, height: int) -> Viewport:
    """The viewport of a widget of that size: the middle square of `window`, widened to its shape.

    By the square alone, so that no sequence of resizes changes what is in the middle.
    """
    left, right, bottom, top = window
    half = max(min(right - left, top - bottom) / 2, NEAREST)
    width, height = max(width, 1), max(height, 1)
    across, up = half * max(width / height, 1), half * max(height / width, 1)
    x, y = (left + right) / 2, (bottom + top) / 2
    shaped = (x - across, x + across, y - up, y + up)
    alike = np.allclose(window, shaped, rtol=0, atol=half * 1e-6)
    return Viewport(window if alike else shaped, width, height)
