"""Marks, letters and paths as rectangles of the screen that names keep clear of."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from .layers import LayerStack
from .marks import GRIP, HANDLES
from .paths import TAG
from .viewport import Viewport

NAME = 8.0  # half of a short name, in pixels
APART, MOST = 12, 80  # pixels between the places of a path that are looked at, and how many


def mark_obstacles(layers: LayerStack, viewport: Viewport) -> list[QRectF]:
    """Where a name would lie under a mark or under the letter of a path."""
    marks = [(layers.marks.point(viewport, name), GRIP) for name in HANDLES]
    lines = layers.paths.lines.values() if layers.shown.paths.visible else ()
    letters = [(line.letter(viewport), TAG) for line in lines]
    return [_about(at, reach + NAME) for at, reach in (*marks, *letters) if at is not None]


def path_obstacles(layers: LayerStack, viewport: Viewport) -> list[QRectF]:
    """Where a name would lie on a path."""
    obstacles: list[QRectF] = []
    for line in layers.paths.lines.values() if layers.shown.paths.visible else ():
        count = max(2, round(line.length(viewport) / APART))
        places = (viewport.point(*line.at(t)) for t in np.linspace(0, 1, min(count, MOST)))
        obstacles += [_about(at, NAME) for at in places]
    return obstacles


def _about(at: QPointF, half: float) -> QRectF:
    return QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half)
