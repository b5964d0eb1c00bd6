"""The legend above a chart: an entry for each curve, a click on which hides it or shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import (
    QGraphicsSceneMouseEvent,
    QGraphicsSceneResizeEvent,
    QGraphicsWidget,
    QSizePolicy,
    QStyleOptionGraphicsItem,
    QWidget,
)

from ..look import theme
from ..widgets.canvas import tinted, write

LINE, GAP, APART = 14.0, 5.0, 12.0  # pixels: a sample of the line, to its name, between entries
NUMBER = "0000.0"  # room for a value beside a name


@dataclass(frozen=True)
class Entry:
    """A curve, or the curves of a run."""

    name: str
    pen: QPen


class Legend(QGraphicsWidget):
    """Entries wrapped to the width; below them the unit, and the place of the crosshair."""

    toggled = Signal(str)  # the entry that was clicked

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[Entry, ...] = ()
        self._values: Mapping[str, str] = {}
        self._hidden: frozenset[str] = frozenset()
        self._unit = self._place = ""
        self._reads = False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Click a name to hide its curve, and again to show it.")

    def set_entries(self, entries: Sequence[Entry], unit: str | None = None) -> None:
        """unit: of the values of all, which are read off; None where none are."""
        self._entries, self._reads, self._unit = tuple(entries), unit is not None, unit or ""
        self.fit()

    def set_values(self, values: Mapping[str, str], place: str) -> None:
        """name -> what stands beside it; place: where they are read off, empty for nowhere."""
        if (values, place) != (self._values, self._place):
            self._values, self._place = values, place
            self.update()

    def set_hidden(self, names: frozenset[str]) -> None:
        self._hidden = names
        self.update()

    def entries(self) -> tuple[Entry, ...]:
        return self._entries

    def fit(self) -> None:
        """As high as its lines need at this width."""
        rows = [rect.bottom() for _, rect in self.rects()]
        height = max(rows, default=0.0) + (self._line() + 2 if self._reads else 0)
        if height != self.preferredHeight():
            self.setPreferredHeight(height)
            self.setMinimumHeight(height)
            self.setMaximumHeight(height)
        self.update()

    def resizeEvent(self, event: QGraphicsSceneResizeEvent) -> None:
        self.fit()

    # ---- painting ----

    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(theme.ui_font())

    def _line(self) -> float:
        return self._metrics().height()

    def rects(self) -> list[tuple[str, QRectF]]:
        """Name and place of each entry, as many side by side as there is room for."""
        metrics, width = self._metrics(), max(self.size().width(), 1.0)
        line, places, x, y = metrics.height(), [], 0.0, 0.0
        for entry in self._entries:
            words = metrics.horizontalAdvance(f"{entry.name} {NUMBER}")
            wide = min(LINE + GAP + words, width)
            if x and x + wide > width:
                x, y = 0.0, y + line + 2
            places.append((entry.name, QRectF(x, y, wide, line)))
            x += wide + APART
        return places

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setFont(theme.ui_font())
        rects = self.rects()
        for entry, (_, rect) in zip(self._entries, rects, strict=True):
            self._paint_entry(painter, entry, rect)
        top = max((rect.bottom() for _, rect in rects), default=-2.0) + 2
        below = QRectF(0, top, self.size().width(), self._line())
        write(painter, below, self._unit, "secondary")
        write(painter, below, self._place, "secondary", Qt.AlignmentFlag.AlignRight)

    def _paint_entry(self, painter: QPainter, entry: Entry, rect: QRectF) -> None:
        hidden = entry.name in self._hidden
        painter.setPen(QPen(tinted("disabled"), 1) if hidden else entry.pen)
        middle = round(rect.center().y()) + 0.5
        painter.drawLine(QPointF(rect.left(), middle), QPointF(rect.left() + LINE, middle))
        words = rect.adjusted(LINE + GAP, 0, 0, 0)
        value = "" if hidden else self._values.get(entry.name, "")
        room = words.width() - painter.fontMetrics().horizontalAdvance(f" {value}")
        name = painter.fontMetrics().elidedText(entry.name, Qt.TextElideMode.ElideMiddle, int(room))
        write(painter, words, f"{name} {value}".rstrip(), "secondary" if hidden else "text")

    # ---- the mouse ----

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        for name, rect in self.rects():
            if event.button() == Qt.MouseButton.LeftButton and rect.contains(event.pos()):
                self.toggled.emit(name)
        event.accept()
