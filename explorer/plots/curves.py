"""Curves: several named series over the steps of a training, or over a length."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from ..look import theme
from ..widgets.canvas import Canvas, tinted, write
from .axis import number, ticks

Series = tuple[NDArray[np.floating], NDArray[np.floating]]  # steps (N,), values (N,)


class Curves(Canvas):
    """Reads out all series at the step under the mouse; else their last values."""

    hovered = Signal(float)  # a step, -1 for none

    def __init__(
        self,
        unit: str = "nats",
        empty: str = "",
        across: tuple[str, str] = ("step {}", "{} steps"),
        parent: QWidget | None = None,
    ) -> None:
        """across: how a place on the horizontal axis is said, and its end."""
        super().__init__(parent)
        self._here, self._there = across
        self._series: dict[str, Series] = {}
        self._limits = limits(())
        self._unit, self._empty = unit, empty
        self._hover: float | None = None
        self._mark: float | None = None
        self.setMouseTracking(True)
        self.setMinimumHeight(120)

    def set_series(self, series: Mapping[str, tuple[ArrayLike, ArrayLike]]) -> None:
        """name -> (steps, values); values that are not finite are left out."""
        self._series = {}
        for name, (steps, values) in series.items():
            x, y = np.asarray(steps, float), np.asarray(values, float)
            keep = np.isfinite(y)
            self._series[name] = x[keep], y[keep]
        self._limits = limits(self._series.values())
        self.update()

    def set_unit(self, unit: str) -> None:
        """What the values are in."""
        self._unit = unit
        self.update()

    def mark(self, step: float | None) -> None:
        """A line at a step that is held."""
        self._mark = step
        self.update()

    def read_out(self) -> dict[str, float]:
        """The value of each series at the mouse, at the end where there is none."""
        return {
            name: float(y[-1] if self._hover is None else y[np.abs(x - self._hover).argmin()])
            for name, (x, y) in self._series.items()
            if len(x)
        }

    def sizeHint(self) -> QSize:
        return QSize(232, 184)

    def plot_rect(self) -> QRectF:
        line, rows = self._line_height(), self._legend_rows()
        numbers = [number(tick) for tick in ticks(*self._limits[2:], 4)]
        wide = max(self.fontMetrics().horizontalAdvance(text) for text in [*numbers, "0"])
        top = rows * (line + 2) + line + 6
        return QRectF(wide + 8, top, max(self.width() - wide - 16, 1),
                      max(self.height() - top - line - 6, 1))  # fmt: skip

    def _paint(self, painter: QPainter) -> None:
        if not any(len(x) for x, _ in self._series.values()):
            painter.setPen(tinted("secondary"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()).adjusted(16, 8, -16, -8), flags, self._empty)
            return
        rect = self.plot_rect()
        self._paint_axes(painter, rect)
        for index, (x, y) in enumerate(self._series.values()):
            painter.setPen(QPen(self._colour(index), 1.25))
            painter.drawLines(self._lines(rect, *thinned(x, y, int(rect.width()))))
        self._paint_legend(painter)
        self._paint_read_out(painter, rect)

    def _paint_axes(self, painter: QPainter, rect: QRectF) -> None:
        first, last, low, high = self._limits
        line, right = self._line_height(), Qt.AlignmentFlag.AlignRight
        unit = QRectF(0, rect.top() - line - 6, self.width(), line)
        write(painter, unit, self._unit, "secondary")
        for tick in ticks(low, high, 4):
            y = round(self._point(rect, first, tick).y()) + 0.5
            painter.setPen(QPen(tinted("hairline"), 1))
            painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
            box = QRectF(0, y - line / 2, rect.left() - 6, line)
            write(painter, box, number(tick), "secondary", right)
        below = QRectF(rect.left(), rect.bottom() + 4, rect.width(), line)
        here = first if self._hover is None else self._hover
        write(
            painter,
            below,
            self._here.format(number(here)) if self._hover is not None else number(here),
            "secondary",
        )
        write(painter, below, self._there.format(number(last)), "secondary", right)

    def _paint_legend(self, painter: QPainter) -> None:
        line = self._line_height()
        for row, x, name, text in self._legend():
            y = row * (line + 2)
            index = list(self._series).index(name)
            painter.setPen(QPen(self._colour(index), 2))
            painter.drawLine(QPointF(x, y + line / 2), QPointF(x + 12, y + line / 2))
            write(painter, QRectF(x + 18, y, self.width() - x - 18, line), text)

    def _legend(self) -> list[tuple[int, float, str, str]]:
        """Row, x, name and text of each entry, wrapped to the width."""
        entries, row, x = [], 0, 0.0
        widest = self.fontMetrics().horizontalAdvance("0000.0")
        values = self.read_out()
        for name in self._series:
            text = f"{name} {number(values[name])}" if name in values else name
            wide = 18 + self.fontMetrics().horizontalAdvance(name + " ") + widest + 12
            if x and x + wide > self.width():
                row, x = row + 1, 0.0
            entries.append((row, x, name, text))
            x += wide
        return entries

    def _legend_rows(self) -> int:
        return self._legend()[-1][0] + 1 if self._series else 0

    def _paint_read_out(self, painter: QPainter, rect: QRectF) -> None:
        for step, token in ((self._mark, "accent"), (self._hover, "secondary")):
            if step is not None:
                x = round(self._point(rect, step, 0).x()) + 0.5
                painter.setPen(QPen(tinted(token), 1))
                painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
        if self._hover is not None:
            for index, (name, value) in enumerate(self.read_out().items()):
                painter.setPen(QPen(tinted("panel"), 1.5))
                painter.setBrush(self._colour(list(self._series).index(name) if name else index))
                painter.drawEllipse(self._point(rect, self._hover, value), 3.5, 3.5)

    def _colour(self, index: int) -> QColor:
        inks = theme.current().series
        return QColor(inks[index % len(inks)])

    def _point(self, rect: QRectF, step: float, value: float) -> QPointF:
        first, last, low, high = self._limits
        x = rect.left() + (step - first) / (last - first) * rect.width()
        return QPointF(x, rect.bottom() - (value - low) / (high - low) * rect.height())

    def _lines(self, rect: QRectF, x: NDArray[Any], y: NDArray[Any]) -> list[QLineF]:
        """One by one: Qt needs 50 times as long for a jagged polyline."""
        first, last, low, high = self._limits
        across = rect.left() + (x - first) / (last - first) * rect.width()
        up = rect.bottom() - (y - low) / (high - low) * rect.height()
        points = list(zip(across.tolist(), up.tolist(), strict=True))
        return [QLineF(*start, *end) for start, end in pairwise(points)]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        rect, (first, last, *_) = self.plot_rect(), self._limits
        if not self.read_out():
            return
        share = min(max((event.position().x() - rect.left()) / rect.width(), 0.0), 1.0)
        longest = max((x for x, _ in self._series.values()), key=len)
        self._hover_at(float(longest[np.abs(longest - (first + share * (last - first))).argmin()]))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover_at(None)

    def _hover_at(self, step: float | None) -> None:
        if step != self._hover:
            self._hover = step
            self.update()
            self.hovered.emit(-1.0 if step is None else step)


def limits(drawn: Iterable[Series]) -> tuple[float, float, float, float]:
    """First and last step, lowest and highest value; zero is always among the values."""
    drawn = [pair for pair in drawn if len(pair[0])]
    if not drawn:
        return 0.0, 1.0, 0.0, 1.0
    x, y = (np.concatenate([pair[axis] for pair in drawn]) for axis in (0, 1))
    low, high = min(float(y.min()), 0.0), max(float(y.max()), 0.0)
    last = float(x.max()) if x.max() > x.min() else float(x.min()) + 1
    return float(x.min()), last, low, high if high > low else low + 1


def thinned(x: NDArray[Any], y: NDArray[Any], most: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """At most about `most` points that keep each stretch's lowest and highest value."""
    stretch = -(-2 * len(x) // max(most, 2))
    if stretch <= 2:
        return x, y
    starts = np.arange(0, len(x), stretch)
    lows, highs = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    return np.repeat(x[starts], 2), np.stack([lows, highs], 1).ravel()
