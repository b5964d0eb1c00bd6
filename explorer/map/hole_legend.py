"""The legend of the holes: how they look, and how much of the prior they take."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from lacuna.core.figures.finding import share
from lacuna.core.geometry.classes.masses import HoleMass
from lacuna.core.geometry.holes.wording import HOLE

from ..widgets.canvas import NOTHING, Canvas, percent, plate, tinted, write
from ..widgets.tip import tip

WIDEST = "in holes 100 %"  # a row


class HoleLegend(Canvas):
    """A row like those of the classes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share: float | None = None
        self._late = False

    def show_mass(self, holes: HoleMass | None, late: bool = False) -> None:
        """Hidden without codes; a dash where these say nothing. late: it is of another step."""
        self._share, self._late = None if holes is None or not holes.share else holes.share[0], late
        self.setVisible(holes is not None)
        if holes is not None:
            self.setToolTip(_tip(holes))
        self.update()

    def sizeHint(self) -> QSize:
        wide = QFontMetricsF(self.font()).horizontalAdvance(WIDEST)
        return QSize(round(wide) + 46, self._line_height() + 14)

    def _paint(self, painter: QPainter) -> None:
        plate(painter, QRectF(self.rect()))
        row = QRectF(self.rect()).adjusted(10, 0, -10, 0)
        chip = QRectF(row.left(), round(row.center().y()) - 5, 10, 10)
        _paint_hatch(painter, chip)
        write(painter, row.adjusted(18, 0, 0, 0), "in holes")
        ink = "disabled" if self._late else "secondary"
        text = NOTHING if self._share is None else percent(self._share)
        write(painter, row, text, ink, Qt.AlignmentFlag.AlignRight)


def _tip(holes: HoleMass) -> str:
    sentences = [f"Share of the prior that lies in holes. {HOLE}", holes.refusal]
    if holes.part:
        sentences.append(f"By the codes of {holes.part}.")
    if holes.left_out is not None:
        sentences.append(f"Of images left out {share(holes.left_out)} would lie there.")
    low, high = holes.share[1:] if holes.share else (0.0, 0.0)
    return tip(
        " ".join(sentence for sentence in sentences if sentence),
        interval=f"{100 * low:.1f} to {100 * high:.1f} % at 95 %" if holes.share else "",
        formula="log p(z) - log q(z) above the limit",
        source="Makhzani et al. 2015",
    )


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
