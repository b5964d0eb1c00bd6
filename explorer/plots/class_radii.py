"""The radius of each class, as bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from lacuna.core.figures.finding import number

from ..widgets.canvas import NOTHING, Colours, class_colour, tinted, write
from ..widgets.row_list import RowList


@dataclass(frozen=True)
class ClassRadius:
    """In deviations of the prior; infinite where there is no other class."""

    mean: float
    low: float  # a tenth of the class's points are nearer to its border
    high: float  # nine tenths are
    known: bool = True  # the model draws the class at all
    nearest: tuple[tuple[int, float], ...] = ()  # other classes and how far they are on average


class ClassRadii(RowList):
    """Each class's mean as a bar, with a line over what most of its points have."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._colours: Colours = np.full((1, 3), 128, np.uint8)
        self._radii: tuple[ClassRadius, ...] = ()

    def set_radii(
        self, names: Sequence[str], colours: Colours, radii: Sequence[ClassRadius]
    ) -> None:
        """One of each class, in their order."""
        self._names, self._colours, self._radii = tuple(names), colours, tuple(radii)
        self._set_indices(list(range(len(radii))))

    def longest(self) -> float:
        """What the whole width stands for."""
        ends = [part for radius in self._radii for part in (radius.mean, radius.high)]
        return max((end for end in ends if np.isfinite(end)), default=1.0) or 1.0

    def _paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        radius = self._radii[index]
        metrics = painter.fontMetrics()
        names = min(max(metrics.horizontalAdvance(n) for n in self._names) + 1, rect.width() * 0.4)
        write(painter, QRectF(rect.left(), rect.top(), names, rect.height()), self._names[index])
        text = f"{number(radius.mean, 2)} σ" if radius.known else NOTHING
        token = "text" if radius.known else "secondary"
        write(painter, rect, text, token, Qt.AlignmentFlag.AlignRight)
        numbers = metrics.horizontalAdvance("infinite σ")
        self._paint_bar(painter, rect.adjusted(names + 8, 0, -numbers - 8, 0), index)

    def _paint_bar(self, painter: QPainter, track: QRectF, index: int) -> None:
        radius, middle = self._radii[index], round(track.center().y())
        if not radius.known:
            return
        scale = track.width() / self.longest()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(class_colour(self._colours, index))
        wide = min(radius.mean * scale, track.width())
        painter.drawRoundedRect(QRectF(track.left(), middle - 4, wide, 8), 2, 2)
        low, high = (
            track.left() + min(e * scale, track.width()) for e in (radius.low, radius.high)
        )
        painter.setPen(QPen(tinted("text"), 1.2))
        ends = [QLineF(x, middle - 3, x, middle + 3) for x in (low, high)]
        painter.drawLines([QLineF(low, middle, high, middle), *ends])

    def _others(self, radius: ClassRadius) -> str:
        """How far it is to the classes that are nearest"""
        if not radius.nearest:
            return ""
        far = ", ".join(f"{number(away, 2)} σ to {self._names[k]}" for k, away in radius.nearest)
        return f" To a chosen class it is farther: {escape(far)} on average."

    def tip_of(self, index: int) -> str:
        if index < 0:
            return ""
        name, radius = escape(self._names[index]), self._radii[index]
        if not radius.known:
            return f"<qt>The model never draws {name} here.</qt>"
        return (
            f"<qt>From a point drawn as {name} it is {number(radius.mean, 3)} σ on average to the "
            f"nearest point drawn as something else; for most points (four in five) between "
            f"{number(radius.low, 3)} and {number(radius.high, 3)} σ.{self._others(radius)}</qt>"
        )
