"""The square that points of the plane lie in, as a chart: x to the right and y upwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QBrush, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from lacuna.core.data.toy import HALF
from lacuna.core.geometry.map.grid import Window

from ..look import theme
from ..widgets.canvas import tinted
from . import export
from .axis import dress_axis, number
from .chart import Chart
from .crosshair import Crosshair
from .ink import token_pen

Array: TypeAlias = NDArray[np.floating]
Paint = Callable[[QPainter, QPointF], None]  # a mark with its middle there

WINDOW: Window = (-HALF, HALF, -HALF, HALF)
LEFT, BELOW, END = 26, 18, 10  # pixels of the design: for the numbers, and for half of the last
FARTHEST, NEAREST = 4.0, 0.02  # times the square: how far the zoom goes


class Plane(Chart):
    """As wide as it is high; beside the mouse stands what is there."""

    def __init__(
        self, side: int, name: str, empty: str = "", *, about: str = "", numbers: bool = True
    ) -> None:
        """side: in pixels; numbers: whether they stand beside the square."""
        super().__init__(name, empty, about=about)
        self._side, self._numbers = side, numbers
        self._cross = Crosshair(self.box, level=True)
        self._read = pg.TextItem(anchor=(0, 0))
        self._middles = [pg.InfiniteLine(0.0, angle=angle) for angle in (0, 90)]
        for item, z in ((self._read, 21), *((line, -10) for line in self._middles)):
            item.setZValue(z)
            self.box.addItem(item, ignoreBounds=True)
        self._read.hide()
        self._arrange()
        self.set_empty(False)
        self.set_home(WINDOW)

    def _arrange(self) -> None:
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.box.setAspectLocked(True)
        most = FARTHEST * HALF
        self.box.setLimits(xMin=-most, xMax=most, yMin=-most, yMax=most, minXRange=NEAREST * HALF)
        self._layout.setRowSpacing(0, 0)
        if not self._numbers:
            for axis in (self.left, self.bottom):
                pg.AxisItem.hide(axis)

    # ---- room ----

    def sizeHint(self) -> QSize:
        return QSize(self._side, self.heightForWidth(self._side))

    def minimumSizeHint(self) -> QSize:
        return QSize(96, 96)

    def heightForWidth(self, width: int) -> int:
        left, right, above, below = self._margins()
        return min(width, self._side) - left - right + above + below

    def _margins(self) -> tuple[int, int, int, int]:
        """Pixels beside the square: left, right, above, below."""
        px = theme.current().px
        if not self._numbers:
            return 0, 0, 0, 0
        return px(LEFT), px(END), px(END), px(BELOW)

    # ---- what is read off ----

    def reading(self, x: float, y: float) -> str:
        """What is there, in words."""
        return f"{number(round(x, 2))}, {number(round(y, 2))}"

    def point_at(self, at: QPointF | None) -> None:
        self._read.setVisible(at is not None)
        if at is None:
            self._cross.hide()
            return
        x, y = self.to_axes(at)
        self._cross.show(x, y)
        self._read.setText(self.reading(x, y))
        rect = self.plot_rect()
        right, low = at.x() > rect.center().x(), at.y() > rect.center().y()
        self._read.setAnchor((1.0 if right else 0.0, 1.0 if low else 0.0))
        self._read.setPos(x, y)

    # ---- looks ----

    def dress(self) -> None:
        super().dress()
        left, right, above, below = self._margins()
        self.box.setBackgroundColor(tinted("window"))
        self.box.setBorder(token_pen("hairline"))
        for axis in (self.left, self.bottom):
            dress_axis(axis, grid=False)
        if self._numbers:
            self.left.setWidth(left)
            self.bottom.setHeight(below)
        self._layout.setContentsMargins(0, above, right, 0)
        for line in self._middles:
            line.setPen(token_pen("hairline"))
        self._cross.dress()
        self._read.setFont(theme.ui_font(12))
        self._read.setColor(tinted("text"))
        self._read.fill = QBrush(tinted("raised", 0.9))


class Mark(QGraphicsItem):
    """A mark of the map's in a chart: as large at every zoom."""

    def __init__(self, paint: Paint, reach: float) -> None:
        """reach: pixels from its middle that it may touch."""
        super().__init__()
        self._paint, self._reach = paint, reach
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)

    def boundingRect(self) -> QRectF:
        return QRectF(-self._reach, -self._reach, 2 * self._reach, 2 * self._reach)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        self._paint(painter, QPointF(0, 0))


def padded(columns: Sequence[tuple[str, Array]]) -> list[export.Column]:
    """Columns of one length: nothing below those that are shorter."""
    rows = max((len(numbers) for _, numbers in columns), default=0)
    return [
        (head, np.concatenate([numbers, np.full(rows - len(numbers), np.nan)]))
        for head, numbers in columns
    ]
