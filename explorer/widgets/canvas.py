"""The base of painted widgets: repaint at a change of the theme, focus ring, class colours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ..look import theme
from .lateness import FAINT

Colours = NDArray[np.uint8]  # (K, 3)
NOTHING = "\N{EN DASH}"  # stands where there is no number


class Canvas(QWidget):
    """A widget that paints itself in `_paint` and repaints when the theme changes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.notice.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        painter.setOpacity(1 if self.isEnabled() else FAINT)
        self._paint(painter)
        painter.end()

    def _paint(self, painter: QPainter) -> None:
        raise NotImplementedError

    def _line_height(self) -> int:
        return QFontMetrics(self.font()).height()


def class_colour(colours: Colours, index: int) -> QColor:
    """The colour of a class from the rows (K, 3)."""
    return QColor(*(int(part) for part in colours[index % len(colours)]))


def tinted(token: str, alpha: float = 1.0) -> QColor:
    """A colour of the theme by its name, at an opacity."""
    return theme.current().colour(token, alpha)


def ink_on(colour: QColor) -> QColor:
    """Black or white, whichever is read more easily on a class's colour."""
    light = 0.299 * colour.redF() + 0.587 * colour.greenF() + 0.114 * colour.blueF()
    return QColor("#101216" if light > 0.5 else "#ffffff")


def write(
    painter: QPainter,
    rect: QRectF,
    text: str,
    token: str = "text",
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """One line of text, vertically centred, cut with an ellipsis where it does not fit."""
    metrics = painter.fontMetrics()
    elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width() + 1))
    painter.setPen(tinted(token))
    painter.drawText(rect, align | Qt.AlignmentFlag.AlignVCenter, elided)


def plate(painter: QPainter, rect: QRectF) -> None:
    """The translucent ground of what lies over a picture."""
    painter.setPen(tinted("hairline"))
    painter.setBrush(tinted("panel", 0.88))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


def focus_ring(painter: QPainter, rect: QRectF) -> None:
    """The outline of what the keyboard acts on."""
    painter.setPen(QPen(tinted("accent"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


def percent(share: float) -> str:
    """A probability as a person reads it; certain only where it is."""
    if 0 < share < 0.005:
        return "<1 %"
    if 0.995 <= share < 1:
        return ">99 %"
    return f"{100 * share:.0f} %"
