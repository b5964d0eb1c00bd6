"""Coordinates on the plane of latent space that the map shows, in numpy for the window's thread."""

from __future__ import annotations

import numpy as np

from lacuna.core.figures.array import Array
from lacuna.core.geometry.map.plane import Plane, whole_plane
from lacuna.core.session.settings import Point

Place = tuple[float, float]  # on the plane, in prior sigmas
BESIDE = 0.01  # prior sigmas from the slice: nearer is on it


class Coordinates:
    """From latent space to the plane and back."""

    def __init__(self, plane: Plane) -> None:
        self.origin = plane.origin.double().cpu().numpy()
        self.axes = plane.axes.double().cpu().numpy()
        self.latent, self.is_slice = plane.latent, plane.is_slice

    def to_plane(self, z: Array) -> Array:
        """The nearest places of the plane: (..., L) -> (..., 2)."""
        return np.asarray((np.asarray(z, np.float64) - self.origin) @ self.axes.T)

    def to_latent(self, x: float, y: float) -> Point:
        return tuple((self.origin + np.array([x, y]) @ self.axes).tolist())

    def place(self, z: Point | None) -> Place | None:
        """The place of the plane nearest to z; None where z is not of this space."""
        if z is None or len(z) != self.latent:
            return None
        x, y = self.to_plane(np.array(z)).tolist()
        return x, y

    def distance(self, z: Point) -> float:
        """How far z is from the plane, in prior sigmas."""
        away = np.array(z) - self.to_latent(*self.to_plane(np.array(z)).tolist())
        return float(np.linalg.norm(away))

    def is_beside(self, z: Point) -> bool:
        """Whether z lies off the slice that is shown, as far as is worth a word."""
        return self.is_slice and len(z) == self.latent and self.distance(z) > BESIDE

    def shifted(self, z: Point, x: float, y: float) -> Point:
        """z, moved along the plane by (x, y)."""
        return tuple((np.array(z) + np.array([x, y]) @ self.axes).tolist())


def whole_space(latent: int) -> Coordinates | None:
    """Coordinates before there is a model; None where the plane could only be a slice."""
    return Coordinates(whole_plane(latent)) if latent <= 2 else None
