"""Class probabilities as horizontal bars."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QWidget

from .canvas import NOTHING, Colours, class_colour, percent, tinted, write
from .row_list import RowList

MOST = 10  # classes shown; the rest become one row
OTHERS = -1


class ProbabilityBars(RowList):
    """One row a class, in the classes' order; the most probable one is emphasised."""

    def __init__(
        self,
        names: Sequence[str] = (),
        colours: Colours | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._shares: NDArray[np.floating] = np.zeros(0)
        self.set_classes(names, colours)

    def set_classes(self, names: Sequence[str], colours: Colours | None) -> None:
        """names: of the K classes; colours: (K, 3) bytes."""
        self._names = tuple(names)
        self._colours = np.full((1, 3), 128, np.uint8) if colours is None else colours
        self.set_shares(np.full(len(self._names), np.nan))

    def set_shares(self, shares: NDArray[np.floating] | None) -> None:
        """shares: (K,) probabilities, or None while there are none."""
        shares = np.full(len(self._names), np.nan) if shares is None else np.asarray(shares)
        if len(shares) != len(self._names):
            raise ValueError(f"{len(shares)} probabilities for {len(self._names)} classes")
        self._shares = shares
        self.top = -1 if not len(shares) or np.isnan(shares).any() else int(shares.argmax())
        self._set_indices(self._chosen())
        description = (
            f"{self._names[self.top]}, {percent(shares[self.top])}" if self.top >= 0 else ""
        )
        self.setAccessibleDescription(description)

    def _chosen(self) -> list[int]:
        count = len(self._names)
        if count <= MOST:
            return list(range(count))
        likely = np.argsort(-np.nan_to_num(self._shares), kind="stable")[: MOST - 1]
        return [*sorted(int(index) for index in likely), OTHERS]

    def share(self, index: int) -> float:
        if index == OTHERS:
            return float(1 - sum(self._shares[i] for i in self.indices if i >= 0))
        return float(self._shares[index])

    def _name(self, index: int) -> str:
        return f"{len(self._names) - MOST + 1} others" if index == OTHERS else self._names[index]

    def _paint_row(self, painter: QPainter, rect: QRectF, index: int) -> None:
        font = QFont(self.font())
        if index >= 0 and index == self.top:
            font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        known = not np.isnan(self.share(index))
        token = "text" if known and self.share(index) >= 0.005 else "secondary"
        names, numbers = self._columns(rect)
        write(
            painter, QRectF(rect.left(), rect.top(), names, rect.height()), self._name(index), token
        )
        text = percent(max(self.share(index), 0.0)) if known else NOTHING
        write(painter, rect, text, token, Qt.AlignmentFlag.AlignRight)
        track = rect.adjusted(names + 8, 0, -numbers - 8, 0)
        self._paint_bar(painter, track, index, self.share(index) if known else 0.0)

    def _paint_bar(self, painter: QPainter, track: QRectF, index: int, share: float) -> None:
        track = QRectF(track.left(), round(track.center().y()) - 4, track.width(), 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tinted("raised"))
        painter.drawRoundedRect(track, 2, 2)
        colour = tinted("secondary") if index == OTHERS else class_colour(self._colours, index)
        width = track.width() * min(max(share, 0.0), 1.0)
        if width >= 0.5:
            painter.setBrush(colour)
            painter.drawRoundedRect(
                QRectF(track.topLeft(), track.bottomLeft()).adjusted(0, 0, width, 0), 2, 2
            )

    def _columns(self, rect: QRectF) -> tuple[float, float]:
        """Widths of the names and of the numbers."""
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetrics(bold)
        names = max((metrics.horizontalAdvance(self._name(i)) for i in self.indices), default=0)
        return min(names + 1, rect.width() * 0.42), metrics.horizontalAdvance(">99 %") + 1

    def tip_of(self, index: int) -> str:
        if index < 0 or np.isnan(self.share(index)):
            return ""
        name, share = escape(self._names[index]), 100 * self.share(index)
        return f"<qt>The classifier gives {name} a probability of {share:.2f} % here.</qt>"
