"""The legend of the heights: what their colours mean."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QWidget

from lacuna.core.render.colours import ramp

from ..look.pixels import wrapped
from ..plots.axis import number
from ..widgets.canvas import Canvas, plate, write
from ..widgets.tip import tip
from .heights import SCALES, HeightImage
from .hole_legend import WIDEST

SIDES = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)


class HeightLegend(Canvas):
    """The colours from low to high, with the heights at their ends and in the middle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: HeightImage | None = None
        self.hide()

    def show_image(self, image: HeightImage | None) -> None:
        self._image = image
        self.setVisible(image is not None)
        if image is not None:
            scale = SCALES[image.kind]
            self.setToolTip(tip(scale.meaning, unit=scale.unit, formula=scale.formula))
            low, _, high = self.heights()
            self.setAccessibleName(f"{scale.title}, {low} to {high} {scale.unit}".rstrip())
        self.update()

    def heights(self) -> tuple[str, str, str]:
        """Of the left end, the middle and the right end of the colours."""
        image = self._image
        assert image is not None, "there is a scale where there are heights"
        low, middle, high = (
            f"{height:.2g}" if abs(height) < 100 else number(round(height))
            for height in (image.low, image.middle, image.high)
        )
        return _signed(low), _signed(middle), _signed(high)

    def sizeHint(self) -> QSize:
        wide = QFontMetricsF(self.font()).horizontalAdvance(WIDEST)
        return QSize(round(wide) + 46, 2 * self._line_height() + 24)

    def _paint(self, painter: QPainter) -> None:
        if self._image is None:
            return
        line, row = self._line_height(), QRectF(self.rect()).adjusted(10, 6, -10, -6)
        plate(painter, QRectF(self.rect()))
        top = QRectF(row.left(), row.top(), row.width(), line)
        scale = SCALES[self._image.kind]
        write(painter, top, scale.title)
        write(painter, top, scale.unit, "secondary", Qt.AlignmentFlag.AlignRight)
        colours = np.ascontiguousarray(ramp(64)[None])
        bar = QRectF(row.left(), top.bottom() + 2, row.width(), 6)
        painter.drawImage(bar, wrapped(colours).convertToFormat(QImage.Format.Format_RGB32))
        below = QRectF(row.left(), bar.bottom() + 2, row.width(), line)
        for height, side in zip(self.heights(), SIDES, strict=True):
            write(painter, below, height, "secondary", side)


def _signed(height: str) -> str:
    return height.replace("-", "\N{MINUS SIGN}")
