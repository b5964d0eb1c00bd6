"""The encoded images as a raster of small points, made anew only where it has to be."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

from lacuna.core.figures.array import Array
from lacuna.core.geometry.map.grid import Window
from lacuna.core.session.jobs.images import Cloud
from lacuna.core.session.settings import Point

from ..look import theme
from ..look.pixels import cloud_rgba, rgba_image
from ..widgets.canvas import Colours
from .viewport import Viewport

MARGIN = 0.25  # of each side, beyond what is visible while the map is dragged
REACH = 6.0  # pixels from a point within which a click is meant for it


class CloudLayer:
    """The codes as points in the colours of their classes."""

    def __init__(self) -> None:
        self._cloud: Cloud | None = None
        self._colours: Colours = np.zeros((1, 3), np.uint8)
        self._image: QImage | None = None
        self._window: Window = (0.0, 0.0, 0.0, 0.0)  # of the raster
        self._scale = 0.0
        self._highlighted = -1

    def show(self, cloud: Cloud | None) -> None:
        self._cloud, self._image = cloud, None

    def set_colours(self, colours: Colours) -> None:
        self._colours, self._image = colours, None

    def highlight(self, index: int) -> None:
        """Show the points of one class only; -1 shows all."""
        self._highlighted, self._image = index, None

    def restyle(self) -> None:
        """Take the colours of a new theme."""
        self._image = None

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        if self._cloud is None or not len(self._cloud.points):
            return
        if self._image is None or not self._covers(viewport):
            self._image = self._raster(self._cloud, viewport)
        corner = viewport.point(self._window[0], self._window[3])
        painter.drawImage(QPointF(round(corner.x()), round(corner.y())), self._image)

    def nearest(self, viewport: Viewport, at: QPointF) -> Point | None:
        """The code whose point is under `at`; None where there is none."""
        if self._cloud is None or not len(self._cloud.points):
            return None
        place = np.array(viewport.to_plane(at), np.float32)
        away = ((self._cloud.points - place) ** 2).sum(1)
        row = int(away.argmin())
        if away[row] > (REACH / viewport.scale) ** 2:
            return None
        return tuple(float(part) for part in self._cloud.means[row])

    def _covers(self, viewport: Viewport) -> bool:
        left, right, bottom, top = self._window
        inner, slack = viewport.window, 1e-3 / viewport.scale
        across = left - slack <= inner[0] and inner[1] <= right + slack
        up = bottom - slack <= inner[2] and inner[3] <= top + slack
        return self._has_scale(viewport) and across and up

    def _has_scale(self, viewport: Viewport) -> bool:
        return bool(np.isclose(self._scale, viewport.scale, rtol=1e-9))

    def _raster(self, cloud: Cloud, viewport: Viewport) -> QImage:
        """With a margin where the map has moved at the same scale, for it will move on."""
        moved = self._image is not None and self._has_scale(viewport)
        beyond = MARGIN if moved else 0.0
        x, y = round(beyond * viewport.width), round(beyond * viewport.height)
        left, right, bottom, top = viewport.window
        across, up = x / viewport.scale, y / viewport.scale
        self._window = (left - across, right + across, bottom - up, top + up)
        self._scale = viewport.scale
        size = viewport.width + 2 * x, viewport.height + 2 * y
        labels = self._labels(cloud)
        return rgba_image(
            cloud_rgba(cloud.points, labels, self._colours, self._window, *size, _rim())
        )

    def _labels(self, cloud: Cloud) -> Array | None:
        if cloud.labels is None or self._highlighted < 0:
            return cloud.labels
        return np.where(cloud.labels == self._highlighted, cloud.labels, -1)


def _rim() -> tuple[int, int, int]:
    """The colour around the points: a light one would drown on a light class."""
    look = theme.current()
    return look.rgb("window" if look.name == "dark" else "secondary")
