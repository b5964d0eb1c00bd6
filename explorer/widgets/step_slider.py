"""A slider over the steps of a training, with a tick for each that can be shown."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..look import theme
from .canvas import Canvas, focus_ring, tinted

KNOB = 6.0  # radius of the design
MARGIN = 10  # of the design, left and right: the knob stays inside
CROWDED = 3.0  # pixels between two ticks, below which single ones say nothing


class StepSlider(Canvas):
    """Ticks as far apart as their steps, and a knob on the step that is shown."""

    dragged = Signal(int)  # a tick, while the knob moves
    settled = Signal()  # the knob is let go
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[int, ...] = ()
        self._at, self._pressed, self._keyed = 0, False, False
        self._hover: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(24)
        self.setMouseTracking(True)
        self.setAccessibleName("Steps of the training")

    def set_steps(self, steps: tuple[int, ...], at: int) -> None:
        """steps: rising; at: which of them is shown."""
        if (steps, at) != (self._steps, self._at):
            self._steps, self._at = steps, at
            self.update()

    def x_of(self, index: int) -> float:
        """Steps are as far apart as they are in time."""
        first, last = self._steps[0], self._steps[-1]
        margin = theme.current().px(MARGIN)
        share = (self._steps[index] - first) / max(last - first, 1)
        return margin + share * max(self.width() - 2 * margin, 1)

    def index_at(self, x: float) -> int:
        """The tick nearest to a place on the screen."""
        return min(range(len(self._steps)), key=lambda index: abs(self.x_of(index) - x))

    # ---- painting ----

    def _paint(self, painter: QPainter) -> None:
        if not self._steps:
            return
        middle = round(self.height() / 2)
        places = [self.x_of(index) for index in range(len(self._steps))]
        painter.setPen(Qt.PenStyle.NoPen)
        for token, right in (("hover", places[-1]), ("accent", places[self._at])):
            painter.setBrush(tinted(token))
            painter.drawRoundedRect(QRectF(places[0], middle - 2, right - places[0], 4), 2, 2)
        self._paint_ticks(painter, places, middle)
        self._paint_knob(painter, QPointF(places[self._at], middle))
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()))

    def _paint_ticks(self, painter: QPainter, places: list[float], middle: int) -> None:
        """Those that have room; where they crowd, the line below stands for them."""
        last = -CROWDED
        for index, place in enumerate(places):
            if place - last >= CROWDED or index == len(places) - 1:
                painter.setPen(QPen(tinted("text" if index == self._hover else "secondary"), 1))
                x, last = round(place) + 0.5, place
                painter.drawLine(QPointF(x, middle + 5), QPointF(x, middle + 8))

    def _paint_knob(self, painter: QPainter, at: QPointF) -> None:
        lively = self._pressed or self._hover is not None or self.hasFocus()
        painter.setPen(QPen(tinted("accent" if lively else "secondary"), 1.5))
        painter.setBrush(tinted("panel"))
        painter.drawEllipse(at, KNOB, KNOB)

    # ---- hands ----

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._steps:
            self._pressed = True
            self.dragged.emit(self.index_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._steps:
            return
        index = self.index_at(event.position().x())
        if index != self._hover:
            self._hover = index
            self.setToolTip(f"Step {self._steps[index]:,}")
            self.update()
        if self._pressed:
            self.dragged.emit(index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._pressed:
            self._settle()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from tick to tick; held down, they are one gesture until they are let go."""
        last, key = len(self._steps) - 1, Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self._pressed:
            self._pressed = False
            self.cancelled.emit()
            return
        places = {
            Qt.Key.Key_Left: self._at - 1,
            Qt.Key.Key_Right: self._at + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if key not in places or not self._steps:
            super().keyPressEvent(event)
            return
        self._keyed = True
        self.dragged.emit(min(max(places[key], 0), last))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self._keyed and not event.isAutoRepeat():
            self._settle()
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self._keyed:
            self._settle()
        super().focusOutEvent(event)

    def _settle(self) -> None:
        self._pressed = self._keyed = False
        self.update()
        self.settled.emit()
