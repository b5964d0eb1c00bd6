"""The square that points of the plane lie in, painted with what is in it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QPolygonF,
)

from lacuna.core.data.toy import HALF
from lacuna.core.session.jobs.data_space import Contest, Warp
from lacuna.core.session.settings import SpaceLayers

from ..look.pixels import cloud_rgba, rgba_image
from ..map.marks import paint_cursor
from ..widgets.canvas import Canvas, Colours, tinted

Array = NDArray[Any]

WINDOW = (-HALF, HALF, -HALF, HALF)
INNER = 2.0  # prior sigmas: lines farther out are fainter, for little is drawn there
ARROW = 0.16  # length of the longest, in units of the plane
ROUND = 6


class Square(Canvas):
    """As wide as it is high, x to the right and y upwards."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self._side = side
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumSize(96, 96)

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def heightForWidth(self, width: int) -> int:
        return min(width, self._side)

    def area(self) -> QRectF:
        """Where the square is on the widget."""
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) / 2, 0, side, side)

    def to_screen(self, points: Array) -> Array:
        """(..., 2) -> (..., 2)"""
        area = self.area()
        scale = area.width() / (2 * HALF)
        return (points - (-HALF, HALF)) * (scale, -scale) + (area.left(), area.top())

    def to_plane(self, at: QPointF) -> tuple[float, float]:
        area = self.area()
        scale = 2 * HALF / area.width()
        return (at.x() - area.left()) * scale - HALF, HALF - (at.y() - area.top()) * scale

    def _ground(self, painter: QPainter, colour: QColor | None = None) -> None:
        """A sheet with the axes; what is painted after it stays within."""
        area, clip = self.area(), QPainterPath()
        clip.addRoundedRect(area, ROUND, ROUND)
        painter.fillPath(clip, colour or tinted("window"))
        painter.setPen(QPen(tinted("hairline"), 1))
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), ROUND, ROUND)
        painter.setClipPath(clip)
        middle = area.center()
        painter.drawLine(QPointF(area.left(), middle.y()), QPointF(area.right(), middle.y()))
        painter.drawLine(QPointF(middle.x(), area.top()), QPointF(middle.x(), area.bottom()))


class DataPlot(Square):
    """Training points, what the generator draws and bends the latent grid to, and the cursor."""

    picked = Signal(int, bool)  # which of what was drawn is nearest to the mouse, and if it drags

    def __init__(self, side: int) -> None:
        super().__init__(side)
        self.layers = SpaceLayers()
        self.points, self.labels = np.zeros((0, 2), np.float32), None
        self.colours: Colours = np.full((1, 3), 128, np.uint8)
        self.warp: Warp | None = None
        self.contest: Contest | None = None
        self.cursor: tuple[float, float] | None = None
        self._still, self._stale = QPixmap(), True
        self.setAccessibleName("The plane that the data lie in")

    # ---- what changes ----

    def set_data(self, points: Array, labels: Array | None, colours: Colours) -> None:
        """points: (N, 2); labels: (N,), rows of the colours (K, 3)"""
        self.points, self.labels, self.colours = points.astype(np.float32), labels, colours
        self.redraw()

    def set_cursor(self, at: tuple[float, float] | None) -> None:
        if at != self.cursor:
            self.cursor = at
            self.update()

    def redraw(self) -> None:
        """What stands still has changed."""
        self._stale = True
        self.update()

    def resizeEvent(self, event: Any) -> None:
        self.redraw()

    def _restyle(self) -> None:
        self.redraw()

    # ---- the mouse ----

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._drag(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._drag(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit(self._nearest(event.position()), False)

    def _drag(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.picked.emit(self._nearest(event.position()), True)

    def _nearest(self, at: QPointF) -> int:
        """-1 where nothing was drawn"""
        if self.warp is None or not len(self.warp.drawn):
            return -1
        away = ((self.warp.drawn - self.to_plane(at)) ** 2).sum(1)
        return int(away.argmin())

    # ---- painting ----

    def _paint(self, painter: QPainter) -> None:
        ratio = self.devicePixelRatioF()
        if self._stale or self._still.size() != self.size() * ratio:
            self._draw_still(ratio)
        painter.drawPixmap(0, 0, self._still)
        if self.cursor is not None:
            painter.setClipRect(self.area())
            paint_cursor(painter, QPointF(*self._held(self.cursor)), False)

    def _held(self, place: tuple[float, float]) -> Array:
        """At the border where it lies beyond."""
        return self.to_screen(np.clip(place, -HALF, HALF))

    def _draw_still(self, ratio: float) -> None:
        self._still = QPixmap(self.size() * ratio)
        self._still.setDevicePixelRatio(ratio)
        self._still.fill(Qt.GlobalColor.transparent)
        self._stale = False
        painter = QPainter(self._still)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter)
        if self.contest is not None and self.layers.slopes:
            paint_arrows(painter, self, self.contest, "secondary")
        if self.layers.data and len(self.points):
            painter.setOpacity(0.75)
            painter.drawImage(self.area(), self._cloud(ratio))
            painter.setOpacity(1)
        if self.warp is not None and self.layers.grid:
            self._paint_lines(painter, self.warp)
        if self.warp is not None and self.layers.drawn:
            self._paint_drawn(painter, self.warp.drawn)
        painter.end()

    def _cloud(self, ratio: float) -> QImage:
        rim, side = tinted("window"), round(self.area().width() * ratio)
        rgba = cloud_rgba(
            self.points, self.labels, self.colours, WINDOW, side, side,
            (rim.red(), rim.green(), rim.blue()),
        )  # fmt: skip
        return rgba_image(rgba)

    def _paint_lines(self, painter: QPainter, warp: Warp) -> None:
        for line, away in zip(self.to_screen(warp.lines), warp.away, strict=True):
            painter.setPen(QPen(tinted("accent", 0.75 if away <= INNER else 0.3), 1.1))
            painter.drawPolyline(_polygon(line))

    def _paint_drawn(self, painter: QPainter, drawn: Array) -> None:
        painter.setPen(QPen(tinted("window", 0.8), 0.6))
        painter.setBrush(tinted("text", 0.9))
        for x, y in self.to_screen(drawn).clip(-1e5, 1e5).tolist():
            painter.drawEllipse(QPointF(x, y), 1.7, 1.7)


def paint_arrows(painter: QPainter, square: Square, contest: Contest, token: str) -> None:
    """The gradient of the critic's number, the longest ARROW: where it would have points go."""
    sizes = np.linalg.norm(contest.slopes, axis=1)
    longest = float(sizes.max(initial=0))
    if longest == 0 or not np.isfinite(longest):
        return
    # the root: between the steepest and the flattest there are orders of magnitude
    ways = contest.slopes / np.maximum(sizes, 1e-12)[:, None] * np.sqrt(sizes / longest)[:, None]
    starts, ends = (
        square.to_screen(contest.places + share * ARROW * ways) for share in (-1.0, 1.0)
    )
    pen = QPen(tinted(token, 0.8), 1.1)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    for start, end in zip(starts, ends, strict=True):
        painter.drawPolyline(_arrow(start, end))


def _arrow(start: Array, end: Array) -> QPolygonF:
    """A line with a head of two strokes."""
    back = 0.35 * (start - end)
    across = np.array([-back[1], back[0]]) * 0.6
    return _polygon(np.stack([start, end, end + back + across, end, end + back - across]))


def _polygon(points: Array) -> QPolygonF:
    """Clipped to what the painter can hold"""
    return QPolygonF([QPointF(x, y) for x, y in points.clip(-1e5, 1e5).tolist()])
