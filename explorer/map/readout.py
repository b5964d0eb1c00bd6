"""The readout: the coordinates of the place under the mouse."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from ..plots.axis import tick_text
from ..widgets.canvas import Canvas, plate, write
from .coordinates import Place
from .grid import EDGE

WIDEST = "\N{MINUS SIGN}88.88"  # a coordinate


class Readout(Canvas):
    """The place under the mouse, in prior sigmas."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.at: Place | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_place(self, at: Place | None) -> None:
        if at != self.at:
            self.at = at
            self.setVisible(at is not None)
            self.update()

    def place(self, area: QRect, foot: int) -> None:
        """Go to the lower right, above the foot; as wide as the widest digits, so none moves."""
        metrics = QFontMetricsF(self.font())
        wide = metrics.horizontalAdvance(f"x {WIDEST} σ, y {WIDEST} σ") + 20
        self.resize(round(wide), round(metrics.height()) + 10)
        self.move(area.width() - self.width() - EDGE, area.height() - self.height() - EDGE - foot)

    def _paint(self, painter: QPainter) -> None:
        plate(painter, QRectF(self.rect()))
        if self.at is None:
            return
        half = QRectF(self.rect()).adjusted(10, 0, -10, 0)
        half.setWidth(half.width() / 2)
        for name, value in zip("xy", self.at, strict=True):
            write(painter, half, name, "secondary")
            number = f"{tick_text(value, 0.01)} σ"
            write(painter, half.adjusted(0, 0, -4, 0), number, "text", Qt.AlignmentFlag.AlignRight)
            half.translate(half.width() + 4, 0)
