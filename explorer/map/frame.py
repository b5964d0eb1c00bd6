"""Where things are: latent space, its plane, and the pixels of the widget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from lacuna.core.geometry.map.plane import Plane, whole_plane
from lacuna.core.session.state import Point

Window = tuple[float, float, float, float]  # left, right, bottom, top in prior sigmas
Array = NDArray[np.floating[Any]]

NEAREST, FARTHEST = 1e-3, 1e3  # half of the shorter side of what is shown


@dataclass(frozen=True)
class Frame:
    """What of the plane is shown. y grows upwards on the plane and downwards on the screen."""

    window: Window
    width: int  # of the widget
    height: int

    @property
    def scale(self) -> float:
        """Pixels to one prior sigma, the same in x and y."""
        return self.width / (self.window[1] - self.window[0])

    @property
    def centre(self) -> tuple[float, float]:
        left, right, bottom, top = self.window
        return (left + right) / 2, (bottom + top) / 2

    def to_screen(self, xy: Array) -> Array:
        """(..., 2) -> (..., 2)"""
        return (xy - (self.window[0], self.window[3])) * (self.scale, -self.scale)

    def point(self, x: float, y: float) -> QPointF:
        return QPointF((x - self.window[0]) * self.scale, (self.window[3] - y) * self.scale)

    def to_plane(self, at: QPointF) -> tuple[float, float]:
        return self.window[0] + at.x() / self.scale, self.window[3] - at.y() / self.scale

    def rect(self, on_plane: QRectF) -> QRectF:
        """Of a rectangle of the plane whose top() is its lower edge there."""
        corner = self.point(on_plane.left(), on_plane.bottom())
        size = on_plane.size() * self.scale
        return QRectF(corner, size)

    def moved(self, by: QPointF) -> Window:
        """The window after the plane was dragged by so many pixels."""
        x, y = by.x() / self.scale, by.y() / self.scale
        left, right, bottom, top = self.window
        return left - x, right - x, bottom + y, top + y

    def zoomed(self, factor: float, at: QPointF) -> Window:
        """The window seen `factor` times larger, with the place under `at` where it was."""
        left, right, bottom, top = self.window
        half = min(right - left, top - bottom) / 2
        factor = min(max(factor, half / FARTHEST), half / NEAREST)
        x, y = self.to_plane(at)
        return (
            x + (left - x) / factor, x + (right - x) / factor,
            y + (bottom - y) / factor, y + (top - y) / factor,
        )  # fmt: skip


def framed(window: Window, width: int, height: int) -> Frame:
    """The frame of a widget of that size: the middle square of `window`, widened to its shape.

    By the square alone, so that no sequence of resizes changes what is in the middle.
    """
    left, right, bottom, top = window
    half = max(min(right - left, top - bottom) / 2, NEAREST)
    width, height = max(width, 1), max(height, 1)
    across, up = half * max(width / height, 1), half * max(height / width, 1)
    x, y = (left + right) / 2, (bottom + top) / 2
    shaped = (x - across, x + across, y - up, y + up)
    alike = np.allclose(window, shaped, rtol=0, atol=half * 1e-6)
    return Frame(window if alike else shaped, width, height)


class Chart:
    """The plane in plain numbers: what the window's thread reckons with."""

    def __init__(self, plane: Plane) -> None:
        self.origin = plane.origin.double().cpu().numpy()
        self.axes = plane.axes.double().cpu().numpy()
        self.latent, self.is_slice = plane.latent, plane.is_slice

    def to_plane(self, z: Array) -> Array:
        """(..., L) -> (..., 2), the nearest points of the plane"""
        return (np.asarray(z, np.float64) - self.origin) @ self.axes.T

    def to_latent(self, x: float, y: float) -> Point:
        return tuple((self.origin + np.array([x, y]) @ self.axes).tolist())

    def place(self, z: Point | None) -> tuple[float, float] | None:
        """Where z is drawn; None where it is not of this space."""
        if z is None or len(z) != self.latent:
            return None
        x, y = self.to_plane(np.array(z)).tolist()
        return x, y

    def height(self, z: Point) -> float:
        """How far z is from the plane, in prior sigmas."""
        away = np.array(z) - self.to_latent(*self.to_plane(np.array(z)).tolist())
        return float(np.linalg.norm(away))

    def nudged(self, z: Point, x: float, y: float) -> Point:
        """z, moved along the plane."""
        return tuple((np.array(z) + np.array([x, y]) @ self.axes).tolist())


def identity(latent: int) -> Chart | None:
    """The chart of a space that is all shown, before there is a model."""
    return Chart(whole_plane(latent)) if latent <= 2 else None
