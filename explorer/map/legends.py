"""The legends of the map: classes, holes and heights, in a corner that is clear of marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from lacuna.core.geometry.classes.masses import PriorMasses

from ..look import preferences
from ..widgets.canvas import Colours
from ..widgets.legend import Legend
from .grid import EDGE
from .height_legend import HeightLegend
from .hole_legend import HoleLegend

FOLDED = "legend_folded"  # of the preferences
LEFT, ENTERED = 20, 48  # pixels from a mark: a corner is left at, and gone to from on


class Legends(QWidget):
    """One below the other, in the upper right or where no mark is."""

    hovered = Signal(int)  # a class, -1 for none
    resized = Signal()
    moved = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.classes, self.holes, self.heights = Legend(), HoleLegend(), HeightLegend()
        self._corner = 0
        self.classes.hovered.connect(self.hovered)
        self.classes.set_folded(preferences.preferences().value(FOLDED, "false") == "true")
        self.classes.folded.connect(_remember)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for legend in (self.classes, self.holes, self.heights):
            layout.addWidget(legend)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        self.classes.hide()
        self.holes.hide()

    def show_classes(self, names: tuple[str, ...], colours: Colours) -> None:
        self.classes.set_classes(names, colours)
        self.classes.setVisible(bool(names))

    def show_masses(self, masses: PriorMasses | None, late: bool, holes_late: bool) -> None:
        """Show shares of the prior, unless they are of other classes. late: of another step."""
        self.holes.show_mass(None if masses is None else masses.holes, holes_late)
        if masses is None or not self.classes.rows.fits(masses.share):
            self.classes.set_masses(None)
        else:
            ends = np.stack([masses.low, masses.high], axis=1)
            self.classes.set_masses(masses.share, ends, late)

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
