"""What lies over the map and where, so that names and legend keep clear of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from .canvas import HANDLES, MapCanvas
from .frame import Frame, Window
from .lines import TAG
from .marks import GRIP

NAME = 8.0  # half of a short name, in pixels
APART, MOST = 12, 80  # pixels between the places of a line that are looked at, and how many
LEFT, ENTERED = 20, 48  # pixels from a mark: a corner is left at, and gone to from on


def crowd(canvas: MapCanvas) -> list[QRectF]:
    """Where a name would lie under a mark or under the letter of a path."""
    marks = [(canvas.screen(name), GRIP) for name in HANDLES]
    letters = [(line.letter(canvas.frame), TAG) for line in canvas.lines.values()]
    if not canvas.layers.paths.visible:
        letters = []
    return [_about(at, reach + NAME) for at, reach in (*marks, *letters) if at is not None]


def along_lines(canvas: MapCanvas) -> list[QRectF]:
    """Where a name would lie on a path."""
    found = []
    for line in canvas.lines.values() if canvas.layers.paths.visible else ():
        count = max(2, round(line.on_screen(canvas.frame) / APART))
        places = (canvas.frame.point(*line.at(t)) for t in np.linspace(0, 1, min(count, MOST)))
        found += [_about(at, NAME) for at in places]
    return found


def on_plane(frame: Frame, place: QRectF) -> Window:
    """A rectangle of the screen as one of the plane."""
    left, top = frame.to_plane(place.topLeft())
    right, bottom = frame.to_plane(place.bottomRight())
    return left, right, bottom, top


def free_corner(places: Sequence[QRectF], marks: Iterable[QPointF], now: int) -> int:
    """The first of the places that no mark is near; 0 where there is none.

    The present one, `now`, is left later than another is gone to: nothing flickers.
    """
    marks = list(marks)
    for index, place in enumerate(places):
        room = LEFT if index == now else ENTERED
        around = place.adjusted(-room, -room, room, room)
        if not any(around.contains(mark) for mark in marks):
            return index
    return 0


def _about(at: QPointF, half: float) -> QRectF:
    return QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half)
