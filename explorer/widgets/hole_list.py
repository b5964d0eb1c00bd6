"""The list of holes: share of the prior, depth, and the classes around each."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from lacuna.core.figures.finding import between, number, share
from lacuna.core.geometry.holes.hole import Hole

from .canvas import Colours, class_colour, tinted, write
from .row_list import RowList
from .tip import tip

MOST = 12  # holes that are listed
CHIP, GAP = 10.0, 3  # pixels of a class's colour, and between two
BORDERING = 0.05  # share of the border from which a class is named


class HoleList(RowList):
    """One hole a row; a click goes to it."""

    clicked = Signal(int)  # a hole

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._holes: tuple[Hole, ...] = ()
        self._names: tuple[str, ...] = ()
        self._colours: Colours = np.full((1, 3), 128, np.uint8)

    def set_holes(self, holes: Sequence[Hole], names: Sequence[str], colours: Colours) -> None:
        """The heaviest first; what lies beyond the data last."""
        inner = [hole for hole in holes if not hole.exterior][:MOST]
        self._holes = (*inner, *(hole for hole in holes if hole.exterior))
        self._names, self._colours = tuple(names), colours
        self._set_indices(list(range(len(self._holes))))

    def count(self) -> int:
        """Holes that are listed."""
        return len(self._holes)

    def hole(self, index: int) -> Hole | None:
        return self._holes[index] if 0 <= index < len(self._holes) else None

    def _paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        hole = self._holes[index]
        wide = painter.fontMetrics().horizontalAdvance("<0.1 %")
        write(painter, rect.adjusted(0, 0, wide - rect.width(), 0), share(hole.mass.value))
        text = "beyond the data" if hole.exterior else _depth(hole)
        place = rect.adjusted(wide + 12, 0, 0, 0)
        write(painter, place, text, "secondary")
        right = rect.right()
        room = place.width() - painter.fontMetrics().horizontalAdvance(text) - GAP
        for name, _ in reversed(_around(hole)[: max(0, int(room // (CHIP + GAP)))]):
            right -= CHIP
            chip = QRectF(right, round(rect.center().y()) - CHIP / 2, CHIP, CHIP)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(class_colour(self._colours, name))
            painter.drawRoundedRect(chip, 3, 3)
            right -= GAP
        painter.setPen(tinted("text"))

    def tip_of(self, index: int) -> str:
        hole = self.hole(index)
        if hole is None:
            return ""
        around = ", ".join(
            f"{escape(self._names[k])} {100 * part:.0f} %"
            for k, part in _around(hole)
            if k < len(self._names)
        )
        if hole.exterior:
            text = "All of the prior outside of where the codes lie."
        else:
            text = "Click to go there and see why it is a hole."
            if hole.loop is not None:
                text += (
                    f" Balls around the codes close it at {number(hole.loop.birth, 2)} σ and fill "
                    f"it at {number(hole.loop.death, 2)} σ."
                )
        text += f" On its border: {around}." if around else ""
        area = "" if hole.area is None else f"{number(hole.area, 2)} σ²"
        interval = between(hole.mass, 4)
        return tip(
            text,
            unit=f"share of the prior; area {area}" if area else "share of the prior",
            interval=interval,
            source="grid, or prior samples above two dimensions",
            formula="connected part of {score > threshold}",
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self.clicked.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        chosen = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if chosen and self.highlighted() >= 0:
            self.clicked.emit(self.highlighted())
        else:
            super().keyPressEvent(event)


def _depth(hole: Hole) -> str:
    return "" if hole.depth is None else f"{number(hole.depth, 2)} σ deep"


def _around(hole: Hole) -> list[tuple[int, float]]:
    return [(name, part) for name, part in hole.classes if part >= BORDERING]
