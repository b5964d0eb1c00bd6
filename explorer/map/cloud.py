"""The encoded images as a raster of small dots, made anew only where it has to be."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter

from lacuna.core.session.jobs.images import Cloud

from ..look.pixels import Bytes, cloud_rgba
from .frame import Frame, Window
from .pictures import image_of

MARGIN = 0.25  # of each side, drawn beyond the frame while the map is dragged
REACH = 6.0  # pixels from a dot within which a click is meant for it


class CloudLayer:
    def __init__(self) -> None:
        self.cloud: Cloud | None = None
        self._colours: Bytes = np.zeros((1, 3), np.uint8)
        self._image: QImage | None = None
        self._window: Window = (0.0, 0.0, 0.0, 0.0)  # of the raster
        self._scale = 0.0
        self._shown: int | None = None  # the only class shown

    def show(self, cloud: Cloud | None, colours: Bytes) -> None:
        self.cloud, self._colours, self._image = cloud, colours, None

    def only(self, label: int | None) -> None:
        """The dots of one class; None shows all."""
        self._shown, self._image = label, None

    def refresh(self) -> None:
        self._image = None

    def paint(self, painter: QPainter, frame: Frame, rim: QColor) -> None:
        if self.cloud is None or not len(self.cloud.points):
            return
        if self._image is None or not self._covers(frame):
            self._draw(frame, rim)
        assert self._image is not None
        corner = frame.point(self._window[0], self._window[3])
        painter.drawImage(QPointF(round(corner.x()), round(corner.y())), self._image)

    def nearest(self, frame: Frame, at: QPointF) -> int | None:
        """The row of the dot under `at`."""
        if self.cloud is None or not len(self.cloud.points):
            return None
        x, y = frame.to_plane(at)
        away = ((self.cloud.points - np.array([x, y], np.float32)) ** 2).sum(1)
        row = int(away.argmin())
        return row if away[row] <= (REACH / frame.scale) ** 2 else None

    def _covers(self, frame: Frame) -> bool:
        left, right, bottom, top = self._window
        inner, slack = frame.window, 1e-3 / frame.scale
        return bool(
            np.isclose(self._scale, frame.scale, rtol=1e-9)
            and left - slack <= inner[0] and inner[1] <= right + slack
            and bottom - slack <= inner[2] and inner[3] <= top + slack
        )  # fmt: skip

    def _draw(self, frame: Frame, rim: QColor) -> None:
        """With a margin where the frame has moved at the same scale, for it will move on."""
        assert self.cloud is not None
        moved = self._image is not None and np.isclose(self._scale, frame.scale, rtol=1e-9)
        beyond = MARGIN if moved else 0.0
        x, y = round(beyond * frame.width), round(beyond * frame.height)
        left, right, bottom, top = frame.window
        across, up = x / frame.scale, y / frame.scale
        self._window = (left - across, right + across, bottom - up, top + up)
        self._scale = frame.scale
        rgba = cloud_rgba(
            self.cloud.points, self._labels(), self._colours, self._window,
            frame.width + 2 * x, frame.height + 2 * y,
            (rim.red(), rim.green(), rim.blue()),
        )  # fmt: skip
        self._image = image_of(rgba)

    def _labels(self) -> NDArray[Any] | None:
        assert self.cloud is not None
        labels = self.cloud.labels
        if labels is None or self._shown is None:
            return labels
        return np.where(labels == self._shown, labels, -1)
