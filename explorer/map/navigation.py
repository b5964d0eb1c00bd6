"""Navigation: which window of the plane is visible, in the shape of the widget."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal

from lacuna.core.geometry.holes.hole import Hole
from lacuna.core.geometry.map.grid import Window
from lacuna.core.session.session import Session

from .canvas import MapCanvas
from .flight import Flight
from .viewport import fitted

SURROUNDINGS = 2.5  # times as wide as a hole is what is shown around it, to each side
LEAST = 0.6  # prior sigmas from a hole that are shown at least
MANY = 14  # times as wide as that the map may be, and a hole is well visible
REACH = 3.5  # prior sigmas from the middle that are shown at first


class Navigation(QObject):
    """The verbs that change the visible window, and its link with the canvas."""

    _misshapen = Signal()

    def __init__(self, session: Session, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._session, self._canvas = session, canvas
        self._shaping = False
        self.flight = Flight(canvas)
        self.flight.moved.connect(lambda window, moving: session.set(moving=moving, window=window))
        self._misshapen.connect(self._shape, Qt.ConnectionType.QueuedConnection)

    # ---- verbs ----

    def fit(self) -> None:
        """Show the whole prior, and the codes where they reach beyond it."""
        reach, cloud = REACH, self._session.results.cloud
        if cloud is not None and len(cloud.points):
            farthest = np.quantile(np.abs(cloud.points).max(1), 0.995)
            reach = max(reach, 1.05 * float(farthest))
        self._session.set(window=self._around(0, 0, reach))

    def fly_to(self, hole: Hole | None) -> None:
        """Put the cursor into the middle of a hole, and go there where it is not well visible."""
        coordinates = self._canvas.coordinates
        if hole is None or hole.centre is None or coordinates is None:
            return
        self._session.history.look_at(hole.centre, moving=True)
        x, y = coordinates.to_plane(np.array(hole.centre)).tolist()
        scene = self._session.results.scene
        deviation = 1.0 if scene is None else scene.prior.deviation
        half = SURROUNDINGS * math.sqrt(hole.area or 0.0) * deviation
        half = min(max(half, LEAST), REACH)
        window = self._canvas.viewport.window
        target = window if _shows(window, x, y, half) else self._around(x, y, half)
        self.flight.go(window, target)

    def _around(self, x: float, y: float, half: float) -> Window:
        canvas = self._canvas
        square = (x - half, x + half, y - half, y + half)
        return fitted(square, canvas.width(), canvas.height()).window

    # ---- the window has the widget's shape ----

    def follow(self) -> None:
        """Show the window of the settings, widened to the shape of the canvas."""
        canvas = self._canvas
        window = self._session.settings.window
        canvas.viewport = fitted(window, canvas.width(), canvas.height())
        canvas.redraw()

    def request_shape(self) -> None:
        """Widen the window of the settings, once after all that is going on now."""
        misshapen = self._canvas.viewport.window != self._session.settings.window
        if misshapen and self._canvas.isVisible() and not self._shaping:
            self._shaping = True
            self._misshapen.emit()

    def _shape(self) -> None:
        """The map is requested over all that is visible. No gesture: no step of undo."""
        self._shaping = False
        window = self._canvas.viewport.window
        if window != self._session.settings.window:
            self._session.history.adjust(window=window)


def _shows(window: Window, x: float, y: float, half: float) -> bool:
    """Whether a place and what is around it are well inside of a window."""
    left, right, bottom, top = window
    inside = left < x - half / 2 and x + half / 2 < right
    inside = inside and bottom < y - half / 2 and y + half / 2 < top
    return inside and right - left < MANY * half
