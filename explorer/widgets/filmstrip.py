"""A filmstrip: the decoded images along a path."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QWidget

from ..look import theme
from ..look.pixels import Bytes, bytes_of, wrapped
from .canvas import Colours, class_colour, tinted, write
from .path_track import MARGIN, PathTrack

TOP, BAR, GAP = 4, 5, 2


class Filmstrip(PathTrack):
    """As many of the T frames as fit at full height, each centred on its place on the path."""

    _has_knob = True

    def __init__(self, empty: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frames: list[QImage] = []
        self._labels: NDArray[Any] | None = None
        self._colours: Colours = np.full((1, 3), 128, np.uint8)
        self._t: NDArray[np.floating] = np.zeros(0)
        self._empty = empty
        self.setMinimumHeight(40)

    def set_frames(
        self,
        images: NDArray[Any] | None,
        labels: NDArray[np.integer[Any]] | None = None,
        colours: Colours | None = None,
        t: NDArray[np.floating] | None = None,
    ) -> None:
        """images: (T, C, H, W); labels: (T,); t: (T,) rising fractions, even where not given."""
        pixels: Iterable[Bytes] = () if images is None else bytes_of(images)
        self._frames = [wrapped(p).convertToFormat(QImage.Format.Format_RGB32) for p in pixels]
        self._labels = labels
        self._t = np.linspace(0, 1, len(self._frames)) if t is None else np.asarray(t)
        if colours is not None:
            self._colours = colours
        self.update()

    def slots(self) -> list[tuple[float, int]]:
        """(fraction, frame) of what is on screen, left to right."""
        if not self._frames:
            return []
        left, right = self.span()
        fits = int((right - left) // (self._side() + GAP)) + 1
        places = np.linspace(*self._window, max(min(fits, len(self._frames)), 2))
        return [(float(f), int(np.abs(self._t - f).argmin())) for f in places]

    def frame_rect(self, fraction: float) -> QRectF:
        side = self._side()
        return QRectF(round(self.x_of(fraction) - side / 2), TOP, side, side)

    def sizeHint(self) -> QSize:
        return QSize(480, 72)

    def _side(self) -> int:
        return max(min(self.height() - TOP - BAR - GAP - 1, 2 * theme.current().px(MARGIN) - 8), 8)

    def _has_path(self) -> bool:
        return bool(self._frames)

    def _paint(self, painter: QPainter) -> None:
        if not self._frames:
            everything = QRectF(self.rect()).adjusted(8, 0, -8, 0)
            write(painter, everything, self._empty, "secondary", Qt.AlignmentFlag.AlignHCenter)
            return
        for fraction, index in self.slots():
            rect = self.frame_rect(fraction)
            painter.drawImage(rect, self._frames[index])
            if self._labels is not None:
                bar = QRectF(rect.left(), rect.bottom() + GAP, rect.width(), BAR)
                painter.fillRect(bar, class_colour(self._colours, int(self._labels[index])))
        bottom = TOP + self._side() + GAP + BAR
        self._paint_crossings(painter, bottom)
        self._paint_markers(painter, 1, bottom)

    def _paint_crossings(self, painter: QPainter, bottom: float) -> None:
        for crossing in filter(self.is_seen, self._crossings):
            x = round(self.x_of(crossing)) + 0.5
            for token, width in (("panel", 3.0), ("text", 1.0)):
                painter.setPen(QPen(tinted(token), width))
                painter.drawLine(QPointF(x, bottom - BAR - 6), QPointF(x, bottom))
