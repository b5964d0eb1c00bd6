"""The legend of the map: classes, their colours, and the share of the prior of each."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..look import icons
from .canvas import Canvas, Colours, class_colour, percent, plate, write
from .row_list import RowList

MOST = 10  # rows before it scrolls
EDGE = 6


class Legend(Canvas):
    """A translucent panel that fits over the map; a click on its head folds the classes away."""

    hovered = Signal(int)  # a class, -1 for none
    folded = Signal(bool)  # by hand

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head, self.rows = QToolButton(), ClassRows()
        self.head.setText("Classes")
        self.head.setProperty("role", "header")
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.head.clicked.connect(self._did_fold)
        self.rows.hovered.connect(self.hovered)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self.rows)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.viewport().setAutoFillBackground(False)
        self.rows.setAutoFillBackground(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(self._scroll)
        self.set_folded(False)

    def is_folded(self) -> bool:
        return self._scroll.isHidden()

    def set_folded(self, folded: bool) -> None:
        self._scroll.setHidden(folded)
        icons.set_icon(self.head, "right" if folded else "down")
        self.head.setToolTip("Show the classes" if folded else "Fold the classes away")
        self.head.setAccessibleDescription("Closed" if folded else "Open")
        self._fit()

    def _did_fold(self) -> None:
        self.set_folded(not self.is_folded())
        self.folded.emit(self.is_folded())

    def set_classes(self, names: Sequence[str], colours: Colours) -> None:
        self.rows.set_classes(names, colours)
        self._fit()

    def set_masses(
        self,
        masses: NDArray[np.floating] | None,
        intervals: NDArray[np.floating] | None = None,
        late: bool = False,
    ) -> None:
        """masses: (K,) shares of the prior; intervals: (K, 2) at 95 %, said in the tooltip.

        late: they are of a model that is shown no more
        """
        self.rows.set_masses(masses, intervals, late)
        self._fit()

    def highlight(self, index: int) -> None:
        self.rows.highlight(index)

    def sizeHint(self) -> QSize:
        inner, head = self.rows.sizeHint(), self.head.sizeHint()
        height = min(inner.height(), MOST * self.rows.row_height())
        bar = 10 if inner.height() > height else 0
        wide = max(inner.width() + bar, head.width())
        shown = 0 if self.is_folded() else height
        return QSize(wide + 2 * EDGE, head.height() + shown + 2 * EDGE)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _fit(self) -> None:
        self.updateGeometry()
        self.resize(self.sizeHint())

    def _restyle(self) -> None:
        super()._restyle()
        self._fit()

    def _paint(self, painter: QPainter) -> None:
        plate(painter, QRectF(self.rect()))


class ClassRows(RowList):
    """A colour chip, a name and a percentage a row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._colours: Colours = np.zeros((1, 3), np.uint8)
        self._masses: NDArray[np.floating] | None = None
        self._intervals: NDArray[np.floating] | None = None
        self._late = False

    def set_classes(self, names: Sequence[str], colours: Colours) -> None:
        self._names, self._colours = tuple(names), colours
        self._masses = self._intervals = None
        self._set_indices(list(range(len(self._names))))

    def fits(self, masses: NDArray[np.floating]) -> bool:
        """Whether there is one of these for each class."""
        return len(masses) == len(self._names) > 0

    def set_masses(
        self,
        masses: NDArray[np.floating] | None,
        intervals: NDArray[np.floating] | None,
        late: bool,
    ) -> None:
        self._masses, self._intervals, self._late = masses, intervals, late
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        names = max((metrics.horizontalAdvance(name) for name in self._names), default=0)
        numbers = metrics.horizontalAdvance("100 %") + 12 if self._masses is not None else 0
        return QSize(8 + 18 + min(names, 140) + 2 + numbers, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(class_colour(self._colours, index))
        painter.drawRoundedRect(QRectF(rect.left(), round(rect.center().y()) - 5, 10, 10), 3, 3)
        name, numbers = rect.adjusted(18, 0, 0, 0), 0
        if self._masses is not None:
            text = percent(float(self._masses[index]))
            ink = "disabled" if self._late else "secondary"
            write(painter, rect, text, ink, Qt.AlignmentFlag.AlignRight)
            numbers = painter.fontMetrics().horizontalAdvance(text) + 8
        write(painter, name.adjusted(0, 0, -numbers, 0), self._names[index])

    def tip_of(self, index: int) -> str:
        if index < 0 or self._masses is None:
            return ""
        name, mass = escape(self._names[index]), 100 * float(self._masses[index])
        sentence = f"The model draws {name} from {mass:.1f} % of the prior"
        if self._intervals is not None:
            low, high = (100 * float(end) for end in self._intervals[index])
            sentence += f" (95 % interval: {low:.1f} to {high:.1f} %)"
        then = " So it was before; it is being measured again." if self._late else ""
        return f"<qt>{sentence}.{then}</qt>"
