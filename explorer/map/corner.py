"""What lies over the map's corners: legend, coordinates, and what kind of map it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QLineF, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen, QResizeEvent
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from lacuna.core.geometry.classes.masses import Masses

from ..look import preferences
from ..widgets.canvas import Canvas, Colours, percent, tinted, write
from ..widgets.legend import Legend
from ..widgets.tip import tip
from .grid import spoken
from .relief import ScaleRow
from .room import free_corner

EDGE = 12  # from the map's border
FOLDED = "legend_folded"  # of the preferences
WIDEST = "\N{MINUS SIGN}88.88"


def plate(painter: QPainter, widget: QWidget) -> None:
    painter.setPen(tinted("hairline"))
    painter.setBrush(tinted("panel", 0.88))
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


class Readout(Canvas):
    """The place under the mouse, in prior sigmas."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._at: tuple[float, float] | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_place(self, at: tuple[float, float] | None) -> None:
        if at != self._at:
            self._at = at
            self.setVisible(at is not None)
            self.update()

    def text(self) -> str:
        if self._at is None:
            return ""
        x, y = (spoken(round(part, 2), 0.01) for part in self._at)
        return f"x {x} σ, y {y} σ"

    def place(self, foot: int) -> None:
        """In the lower right, over the foot; the digits stand still while the mouse moves."""
        metrics = QFontMetricsF(self.font())
        wide = metrics.horizontalAdvance(f"x {WIDEST} σ, y {WIDEST} σ") + 20
        self.resize(round(wide), round(metrics.height()) + 10)
        area = self.parentWidget().rect()
        self.move(area.width() - self.width() - EDGE, area.height() - self.height() - EDGE - foot)

    def _paint(self, painter: QPainter) -> None:
        plate(painter, self)
        if self._at is None:
            return
        half = QRectF(self.rect()).adjusted(10, 0, -10, 0)
        half.setWidth(half.width() / 2)
        for name, value in zip("xy", self._at, strict=True):
            write(painter, half, name, "secondary")
            number = f"{spoken(round(value, 2), 0.01)} σ"
            write(painter, half.adjusted(0, 0, -4, 0), number, "text", Qt.AlignmentFlag.AlignRight)
            half.translate(half.width() + 4, 0)


class Badge(Canvas):
    """What kind of map this is, where that needs saying."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = ""
        self.hide()

    def say(self, text: str, tooltip: str = "") -> None:
        self._text = text
        self.setToolTip(tooltip)
        self.setAccessibleName(text)
        metrics = QFontMetricsF(self.font())
        self.resize(round(metrics.horizontalAdvance(text)) + 20, round(metrics.height()) + 10)
        self.move(EDGE, EDGE)
        self.setVisible(bool(text))
        self.update()

    def text(self) -> str:
        return self._text

    def _paint(self, painter: QPainter) -> None:
        plate(painter, self)
        write(painter, QRectF(self.rect()).adjusted(10, 0, -10, 0), self._text)


class HoleRow(Canvas):
    """How much of the prior lies in holes: a row like the legend's."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share: float | None = None
        self._late = False

    def show_share(self, hole: tuple[float, float, float] | None, late: bool = False) -> None:
        """late: it is of a model that is shown no more"""
        self._share, self._late = None if hole is None else hole[0], late
        self.setVisible(hole is not None)
        if hole is not None:
            meaning = "Share of the prior that lies in holes: where the model is asked to draw but"
            interval = f"{100 * hole[1]:.1f} to {100 * hole[2]:.1f} % at 95 %"
            formula = "log p(z) - log q(z) above the threshold"
            self.setToolTip(tip(f"{meaning} hardly any image is encoded.", interval=interval,
                                formula=formula, source="Makhzani et al. 2015"))  # fmt: skip
        self.update()

    def sizeHint(self) -> QSize:
        wide = QFontMetricsF(self.font()).horizontalAdvance("in holes 100 %")
        return QSize(round(wide) + 46, self._line_height() + 14)

    def _paint(self, painter: QPainter) -> None:
        plate(painter, self)
        if self._share is None:
            return
        row = QRectF(self.rect()).adjusted(10, 0, -10, 0)
        chip = QRectF(row.left(), round(row.center().y()) - 5, 10, 10)
        _paint_hatch(painter, chip)
        write(painter, row.adjusted(18, 0, 0, 0), "in holes")
        ink = "disabled" if self._late else "secondary"
        write(painter, row, percent(self._share), ink, Qt.AlignmentFlag.AlignRight)


def _paint_hatch(painter: QPainter, chip: QRectF) -> None:
    outline = QPainterPath()
    outline.addRoundedRect(chip, 3, 3)
    painter.save()
    painter.setClipPath(outline)
    painter.fillRect(chip, tinted("disabled", 0.5))
    painter.setPen(QPen(tinted("text", 0.8), 1))
    painter.drawLines(
        [QLineF(chip.left() + x, chip.bottom(), chip.left() + x + 10, chip.top())
         for x in (-8, -4, 0, 4, 8)]
    )  # fmt: skip
    painter.restore()


class Key(QWidget):
    """The legend and the row of holes: in the upper right, or where they hide no mark."""

    hovered = Signal(int)  # a class, -1 for none
    resized = Signal()
    moved = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.legend, self.hole, self.scale = Legend(), HoleRow(), ScaleRow()
        self._corner = 0
        self.legend.hovered.connect(self.hovered)
        self.legend.set_folded(preferences.preferences().value(FOLDED, "false") == "true")
        self.legend.folded.connect(_remember)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.legend)
        layout.addWidget(self.hole)
        layout.addWidget(self.scale)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        self.legend.hide()
        self.hole.hide()

    def show_classes(self, names: tuple[str, ...], colours: Colours) -> None:
        self.legend.set_classes(names, colours)
        self.legend.setVisible(bool(names))

    def show_masses(self, masses: Masses | None, late: bool) -> None:
        """late: they are of a model that is shown no more; the numbers fade

        There are none where they are of other classes than those shown.
        """
        self.hole.show_share(None if masses is None else masses.hole, late)
        if masses is None or not self.legend.rows.fits(masses.share):
            self.legend.set_masses(None)
        else:
            ends = np.stack([masses.low, masses.high], axis=1)
            self.legend.set_masses(masses.share, ends, late)

    def place(self, marks: Sequence[QPointF], above: int, below: int) -> None:
        """In the first corner that is clear of the marks.

        above, below: pixels of what else is at the upper left, and at the lower edge.
        """
        area = self.parentWidget().rect()
        right = area.width() - self.width() - EDGE
        low = max(EDGE, area.height() - self.height() - EDGE - below)
        corners = [QPoint(right, EDGE), QPoint(right, low), QPoint(EDGE, low),
                   QPoint(EDGE, EDGE + above)]  # fmt: skip
        places = [QRectF(QRect(corner, self.size())) for corner in corners]
        self._corner = free_corner(places, marks, self._corner)
        if self.pos() != corners[self._corner]:
            self.move(corners[self._corner])
            self.moved.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.resized.emit()


def _remember(folded: bool) -> None:
    preferences.preferences().setValue(FOLDED, "true" if folded else "false")
