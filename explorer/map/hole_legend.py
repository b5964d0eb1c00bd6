"""The legend of the holes: how they look, and how much of the prior they take."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from ..widgets.canvas import Canvas, percent, plate, tinted, write
from ..widgets.tip import tip

WIDEST = "in holes 100 %"  # a row


class HoleLegend(Canvas):
    """A row like those of the classes."""

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
        wide = QFontMetricsF(self.font()).horizontalAdvance(WIDEST)
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
