"""A row of bars for each class, with its interval; its name on the left, its value on the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QPen, QResizeEvent
from PySide6.QtWidgets import QGraphicsRectItem

from ..look import theme
from ..widgets.canvas import Colours, class_colour, tinted
from . import export
from .axis import dress_axis, new_axis
from .chart import Chart
from .ink import pen, token_pen
from .legend import Entry

Numbers = NDArray[np.floating]

ROW, THICK = 22, 8  # pixels of the design: of a row, of its bar
MORE = 6  # pixels of the design that each further bar adds to both
BELOW = 36  # pixels of the design: the numbers under the bars
NAMES = 0.4  # of the width, at most
CAP = 0.15  # of a row, half the cross-stroke at the end of an interval
FAINT = 0.45  # opacity of the second of two bars
WIDER = 1.03  # times the longest bar: what the whole width stands for


@dataclass(frozen=True)
class Bars:
    """A value of each class and the interval around it; nan where there is none."""

    name: str
    values: Numbers  # (K,)
    low: Numbers  # (K,)
    high: Numbers  # (K,)


class ClassBars(Chart):
    """One row a class, from the top down; bars of several models lie under one another in it."""

    hovered = Signal(int)  # a class, -1 for none

    def __init__(self, name: str, unit: str, about: str = "", ground: str = "panel") -> None:
        """unit: stands under the horizontal axis; ground: the token of what lies behind."""
        super().__init__(name, about=about, ground=ground)
        self._names: tuple[str, ...] = ()
        self._colours: Colours = np.full((1, 3), 128, np.uint8)
        self._groups: tuple[Bars, ...] = ()
        self._texts: tuple[str, ...] = ()
        self._hidden: frozenset[str] = frozenset()
        self._bars: list[pg.BarGraphItem] = []
        self._ends: list[pg.PlotCurveItem] = []
        self._hover = self._lit = -1
        self._unit = unit
        self.right = new_axis("right", self.box)
        self._row = QGraphicsRectItem()
        self._row.setPen(QPen(Qt.PenStyle.NoPen))
        self._row.setZValue(-5)
        self._arrange()
        self.dress()

    def _arrange(self) -> None:
        self._layout.addItem(self.right, 1, 2)
        self.box.invertY(True)
        self.box.addItem(self._row, ignoreBounds=True)
        self.box.setMouseEnabled(x=True, y=False)
        self.box.setLimits(xMin=0)
        self.bottom.setLabel(self._unit)

    # ---- what is shown ----

    def set_bars(
        self,
        names: Sequence[str],
        colours: Colours,
        groups: Sequence[Bars],
        texts: Sequence[str],
    ) -> None:
        """names: of the K classes; colours: (K, 3) bytes; texts: what stands beside each row."""
        resized = len(names) != len(self._names)
        self._names, self._colours = tuple(names), colours
        self._groups, self._texts = tuple(groups), tuple(texts)
        while len(self._bars) < len(groups):
            nothing = np.zeros(0)
            self._bars.append(pg.BarGraphItem(x0=nothing, y=nothing, height=1, width=nothing))
            self._ends.append(pg.PlotCurveItem())
            for item in (self._bars[-1], self._ends[-1]):
                self.box.addItem(item, ignoreBounds=True)
        self.set_empty(not names)
        self._put()
        if resized:
            self._hover_at(-1)
            self.updateGeometry()

    def _row_height(self) -> int:
        return ROW + MORE * (max(len(self._groups), 1) - 1)

    def longest(self) -> float:
        """The farthest end of a bar or of an interval."""
        shown = [group for group in self._groups if group.name not in self._hidden]
        ends = [np.concatenate([group.values, group.high]) for group in shown] or [np.zeros(1)]
        finite = np.concatenate(ends)
        finite = finite[np.isfinite(finite)]
        return float(finite.max(initial=0.0)) or 1.0

    def _put(self) -> None:
        """Bars and intervals in the items that are there, and what stands beside them."""
        for index, (bars, ends) in enumerate(zip(self._bars, self._ends, strict=True)):
            shown = index < len(self._groups) and self._groups[index].name not in self._hidden
            for item in (bars, ends):
                item.setVisible(shown)
            if shown:
                self._put_group(index)
        self.set_home((0.0, WIDER * self.longest(), -0.5, max(len(self._names), 1) - 0.5))
        self._label()

    def _put_group(self, index: int) -> None:
        """The bars of one model, below those of the models before it."""
        group, count = self._groups[index], len(self._groups)
        thick = (THICK + MORE * (count - 1)) / self._row_height() / count  # of a row
        rows = np.arange(len(self._names)) + (index - (count - 1) / 2) * thick * 1.15
        self._bars[index].setOpts(
            x0=0 * rows,
            y=rows,
            height=thick,
            width=np.minimum(np.nan_to_num(group.values, posinf=np.inf), self.longest()),
            pen=QPen(Qt.PenStyle.NoPen),
            brushes=[QBrush(self._colour(k, index)) for k in range(len(self._names))],
        )
        ends = _whiskers(rows, group.low, group.high, CAP / count)
        self._ends[index].setData(*ends, connect="pairs")

    def _colour(self, k: int, index: int) -> QColor:
        colour = class_colour(self._colours, k)
        if index:
            colour.setAlphaF(FAINT)
        return colour

    def _label(self) -> None:
        metrics, room = self.fontMetrics(), int(NAMES * self.width())
        elide = Qt.TextElideMode.ElideRight
        names = [metrics.elidedText(name, elide, room) for name in self._names]
        self.left.setTicks([list(enumerate(names))])
        self.right.setTicks([list(enumerate(self._texts))])
        inks = [tinted("text", FAINT if index else 1) for index in range(len(self._groups))]
        pairs = zip(self._groups, inks, strict=True)
        entries = [Entry(group.name, pen(ink, 6)) for group, ink in pairs]
        self.legend.set_entries(entries if len(entries) > 1 else ())

    def sizeHint(self) -> QSize:
        high = len(self._names) * self._row_height() + BELOW
        high += ROW if len(self._groups) > 1 else 0
        return QSize(228, theme.current().px(high))

    def minimumSizeHint(self) -> QSize:
        return QSize(96, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._label()  # names have another room

    # ---- the legend and the file ----

    def is_hidden(self, name: str) -> bool:
        return name in self._hidden

    def toggle(self, name: str) -> None:
        self._hidden ^= {name}
        self.legend.set_hidden(self._hidden)
        self._put()

    def columns(self) -> list[export.Column]:
        columns: list[export.Column] = [("class", self._names)]
        for group in self._groups:
            of = f" {group.name}".rstrip()
            columns += [(f"value{of}", group.values), (f"low{of}", group.low)]
            columns += [(f"high{of}", group.high)]
        return columns

    # ---- what is pointed at ----

    def highlight(self, index: int) -> None:
        """Marks a row, -1 for none, and emits nothing."""
        if index != self._lit:
            self._lit = index
            self._mark()

    def highlighted(self) -> int:
        return self._hover if self._hover >= 0 else self._lit

    def tip_of(self, index: int) -> str:
        """What is said of a class."""
        return ""

    def tip_at(self, at: QPointF) -> str:
        index = self._index_at(at)
        return self.tip_of(index) if index >= 0 else self.toolTip()

    def point_at(self, at: QPointF | None) -> None:
        self._hover_at(-1 if at is None else self._index_at(at))

    def step_along(self, steps: int) -> bool:
        start = self._hover if self._hover >= 0 else (-1 if steps > 0 else len(self._names))
        self._hover_at(min(max(start + steps, 0), len(self._names) - 1))
        return bool(self._names)

    def _index_at(self, at: QPointF) -> int:
        index = round(self.to_axes(at)[1])
        return index if 0 <= index < len(self._names) else -1

    def _hover_at(self, index: int) -> None:
        if index != self._hover:
            self._hover = index
            self._mark()
            self.hovered.emit(index)

    def _mark(self) -> None:
        index = self.highlighted()
        self._row.setVisible(index >= 0)
        self._row.setRect(QRectF(0, index - 0.5, WIDER * self.longest(), 1))

    # ---- looks ----

    def dress(self) -> None:
        super().dress()
        dress_axis(self.left, grid=False)
        dress_axis(self.right, grid=False)
        for axis in (self.left, self.right):
            pg.AxisItem.setStyle(axis, tickFont=theme.ui_font())
            pg.AxisItem.setTextPen(axis, tinted("text"))
        self._row.setBrush(QBrush(tinted("hover")))
        for ends in self._ends:
            ends.setPen(token_pen("text", 1.2))
        if self._names:
            self._put()


def _whiskers(rows: Numbers, low: Numbers, high: Numbers, cap: float) -> tuple[Numbers, Numbers]:
    """A line over each interval with a stroke at either end: pairs of ends, (6 K,) each"""
    x = np.stack([low, high, low, low, high, high], axis=1).ravel()
    y = np.stack([rows, rows, rows - cap, rows + cap, rows - cap, rows + cap], axis=1).ravel()
    known = np.repeat(np.isfinite(low) & np.isfinite(high), 6)
    return x[known], y[known]
