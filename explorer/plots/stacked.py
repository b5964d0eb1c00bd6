"""Class probabilities along a path, stacked to one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from ..look import theme
from ..widgets.canvas import Colours, class_colour, ink_on, tinted, write
from ..widgets.path_track import PathTrack

EDGE, CLEAR = 4, 4  # pixels: above and below; beside a name


class StackedProbabilities(PathTrack):
    """t: (T,) fractions of the path, p: (T, K); lies under a filmstrip, aligned with it."""

    def __init__(self, empty: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._t: NDArray[np.floating] = np.zeros(0)
        self._sums: NDArray[np.floating] = np.zeros((0, 1))
        self._colours: Colours = np.full((1, 3), 128, np.uint8)
        self._names: Sequence[str] = ()
        self._empty = empty
        self._kept: QPixmap | None = None
        self.setMinimumHeight(32)

    def set_probabilities(
        self,
        t: NDArray[np.floating] | None,
        p: NDArray[np.floating] | None,
        colours: Colours | None = None,
        names: Sequence[str] = (),
    ) -> None:
        if t is None or p is None:
            t, p = np.zeros(0), np.zeros((0, 1))
        self._t = np.asarray(t, float)
        sums = np.cumsum(np.asarray(p, float), axis=1)  # (T, K)
        self._sums = np.concatenate([np.zeros((len(sums), 1)), sums], axis=1)  # (T, K + 1)
        self._names, self._kept = names, None
        if colours is not None:
            self._colours = colours
        self.update()

    def set_crossings(self, fractions: Iterable[float]) -> None:
        super().set_crossings(fractions)
        self._kept = None  # names keep clear of them

    def plot_rect(self) -> QRectF:
        left, right = self.span()
        return QRectF(left, EDGE, right - left, max(self.height() - 2 * EDGE, 1))

    def sizeHint(self) -> QSize:
        return QSize(480, 56)

    def _has_path(self) -> bool:
        return len(self._t) > 1

    def _paint(self, painter: QPainter) -> None:
        if not self._has_path():
            everything = QRectF(self.rect()).adjusted(8, 0, -8, 0)
            write(painter, everything, self._empty, "secondary", Qt.AlignmentFlag.AlignHCenter)
            return
        painter.drawPixmap(0, 0, self._areas())
        self._paint_axis(painter)
        self._paint_markers(painter, EDGE, EDGE + self.plot_rect().height())

    def _areas(self) -> QPixmap:
        """Kept while only the markers move."""
        ratio = self.devicePixelRatioF()
        if self._kept is None or self._kept.size() != self.size() * ratio:
            self._kept = QPixmap(self.size() * ratio)
            self._kept.setDevicePixelRatio(ratio)
            self._kept.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._kept)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(self.font())
            for index in range(self._sums.shape[1] - 1):
                self._paint_area(painter, index)
            self._paint_names(painter)
            painter.end()
        return self._kept

    def _restyle(self) -> None:
        self._kept = None
        super()._restyle()

    def _edge(self, index: int) -> list[QPointF]:
        rect = self.plot_rect()
        x, y = (
            rect.left() + self._t * rect.width(),
            rect.bottom() - self._sums[:, index] * rect.height(),
        )
        return [QPointF(*point) for point in zip(x.tolist(), y.tolist(), strict=True)]

    def _paint_area(self, painter: QPainter, index: int) -> None:
        if np.ptp(self._sums[:, index : index + 2], axis=1).max() * self.height() < 0.25:
            return
        path = QPainterPath()
        path.addPolygon(QPolygonF(self._edge(index) + self._edge(index + 1)[::-1]))
        painter.setPen(QPen(tinted("panel", 0.6), 0.75))
        painter.setBrush(class_colour(self._colours, index))
        painter.drawPath(path)

    def _paint_names(self, painter: QPainter) -> None:
        """Each class's name in the longest stretch where its area is tall, if there is room."""
        for index in range(min(len(self._names), self._sums.shape[1] - 1)):
            width = painter.fontMetrics().horizontalAdvance(self._names[index]) + 2 * CLEAR
            box = self._place_of(index, width, painter.fontMetrics().height())
            if box is not None:
                painter.setPen(ink_on(class_colour(self._colours, index)))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._names[index])

    def _place_of(self, index: int, width: float, line: float) -> QRectF | None:
        """For a name so wide, clear of the chart's ends and of where the class changes."""
        rect = self.plot_rect()
        x = np.arange(np.ceil(rect.left()), rect.right() + 1)
        below, above = (
            np.interp((x - rect.left()) / rect.width(), self._t, self._sums[:, edge])
            for edge in (index, index + 1)
        )
        clear = (above - below) * rect.height() >= line
        for edge in (rect.left(), rect.right(), *map(self.x_of, self._crossings)):
            clear &= np.abs(x - edge) >= width / 2
        at = _middle_of_longest(clear)
        if at < 0:
            return None
        middle = rect.bottom() - (below[at] + above[at]) / 2 * rect.height()
        return QRectF(x[at] - width / 2, middle - line / 2, width, line)

    def _paint_axis(self, painter: QPainter) -> None:
        painter.setFont(theme.ui_font(11))
        rect, line = self.plot_rect(), painter.fontMetrics().height()
        right = Qt.AlignmentFlag.AlignRight
        column = QRectF(0, rect.top() - 3, rect.left() - 5, line)
        write(painter, column, "100 %", "secondary", right)
        column.moveBottom(rect.bottom() + 3)
        write(painter, column, "0 %", "secondary", right)
        for crossing in self._crossings:
            x = round(self.x_of(crossing)) + 0.5
            painter.setPen(QPen(tinted("text"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))


def _middle_of_longest(flags: NDArray[np.bool_]) -> int:
    """The middle of the longest run of True, -1 where there is none."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    if not len(edges):
        return -1
    starts, ends = edges[::2], edges[1::2]
    longest = int((ends - starts).argmax())
    return int((starts[longest] + ends[longest] - 1) // 2)
