"""The widgets over the map's corners: coordinates, the kind of map, legend and its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from PySide6.QtCore import QLineF, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen, QResizeEvent
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from lacuna.core.geometry.classes.masses import Masses

from ..look import preferences
from ..widgets.canvas import Canvas, Colours, percent, plate, tinted, write
from ..widgets.legend import Legend
from ..widgets.tip import tip
from .coordinates import Place
from .grid import decimal_text
from .relief import ScaleRow

EDGE = 12  # from the map's border
FOLDED = "legend_folded"  # of the preferences
WIDEST = "\N{MINUS SIGN}88.88"  # a coordinate
LEFT, ENTERED = 20, 48  # pixels from a mark: a corner is left at, and gone to from on


class Readout(Canvas):
    """The place under the mouse, in prior sigmas."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._at: Place | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_place(self, at: Place | None) -> None:
        if at != self._at:
            self._at = at
            self.setVisible(at is not None)
            self.update()

    def text(self) -> str:
        if self._at is None:
            return ""
        x, y = (decimal_text(round(part, 2), 0.01) for part in self._at)
        return f"x {x} σ, y {y} σ"

    def place(self, area: QRect, foot: int) -> None:
        """Go to the lower right, above the foot; as wide as the widest digits, so none moves."""
        metrics = QFontMetricsF(self.font())
        wide = metrics.horizontalAdvance(f"x {WIDEST} σ, y {WIDEST} σ") + 20
        self.resize(round(wide), round(metrics.height()) + 10)
        self.move(area.width() - self.width() - EDGE, area.height() - self.height() - EDGE - foot)

    def _paint(self, painter: QPainter) -> None:
        plate(painter, QRectF(self.rect()))
        if self._at is None:
            return
        half = QRectF(self.rect()).adjusted(10, 0, -10, 0)
        half.setWidth(half.width() / 2)
        for name, value in zip("xy", self._at, strict=True):
            write(painter, half, name, "secondary")
            number = f"{decimal_text(round(value, 2), 0.01)} σ"
            write(painter, half.adjusted(0, 0, -4, 0), number, "text", Qt.AlignmentFlag.AlignRight)
            half.translate(half.width() + 4, 0)


class Badge(Canvas):
    """The kind of map, where it needs words."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = ""
        self.hide()

    def show_text(self, text: str, tooltip: str = "") -> None:
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
        plate(painter, QRectF(self.rect()))
        write(painter, QRectF(self.rect()).adjusted(10, 0, -10, 0), self._text)


class HoleRow(Canvas):
    """How much of the prior lies in holes: a row like the legend's."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share: float | None = None
        self._late = False

    def show_share(self, hole: tuple[float, float, float] | None, late: bool = False) -> None:
        """hole: a share of the prior and the ends of its interval. late: it is of another step."""
        self._share, self._late = None if hole is None else hole[0], late
        self.setVisible(hole is not None)
        if hole is not None:
            text = tip(
                "Share of the prior that lies in holes: where the model is asked to draw but "
                "hardly any image is encoded.",
                interval=f"{100 * hole[1]:.1f} to {100 * hole[2]:.1f} % at 95 %",
                formula="log p(z) - log q(z) above the threshold",
                source="Makhzani et al. 2015",
            )
            self.setToolTip(text)
        self.update()

    def sizeHint(self) -> QSize:
        wide = QFontMetricsF(self.font()).horizontalAdvance("in holes 100 %")
        return QSize(round(wide) + 46, self._line_height() + 14)

    def _paint(self, painter: QPainter) -> None:
        plate(painter, QRectF(self.rect()))
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
    strokes = [QLineF(x, chip.bottom(), x + 10, chip.top()) for x in (-8, -4, 0, 4, 8)]
    painter.drawLines([stroke.translated(chip.left(), 0) for stroke in strokes])
    painter.restore()


class Key(QWidget):
    """The legend and its rows of holes and heights: in the upper right, or where no mark is."""

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
        """Show shares of the prior, unless they are of other classes. late: of another step."""
        self.hole.show_share(None if masses is None else masses.hole, late)
        if masses is None or not self.legend.rows.fits(masses.share):
            self.legend.set_masses(None)
        else:
            ends = np.stack([masses.low, masses.high], axis=1)
            self.legend.set_masses(masses.share, ends, late)

    def place(self, area: QRect, marks: Iterable[QPointF], above: int, below: int) -> None:
        """Go to the first corner of `area` that is clear of the marks.

        above, below: pixels of what else is at the upper left, and at the lower edge.
        """
        right = area.width() - self.width() - EDGE
        low = max(EDGE, area.height() - self.height() - EDGE - below)
        corners = ((right, EDGE), (right, low), (EDGE, low), (EDGE, EDGE + above))
        places = [QRectF(QRect(QPoint(*corner), self.size())) for corner in corners]
        self._corner = free_corner(places, marks, self._corner)
        corner = QPoint(*corners[self._corner])
        if self.pos() != corner:
            self.move(corner)
            self.moved.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.resized.emit()


def _remember(folded: bool) -> None:
    preferences.preferences().setValue(FOLDED, "true" if folded else "false")


def free_corner(places: Sequence[QRectF], marks: Iterable[QPointF], present: int) -> int:
    """The first of the places that no mark is near; 0 where there is none.

    The present one is left later than another is gone to: nothing flickers.
    """
    marks = list(marks)
    for index, place in enumerate(places):
        room = LEFT if index == present else ENTERED
        around = place.adjusted(-room, -room, room, room)
        if not any(around.contains(mark) for mark in marks):
            return index
    return 0
