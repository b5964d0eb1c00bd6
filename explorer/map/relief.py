"""Heights laid over the map as colours, and the bar that explains the colours."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QWidget

from lacuna.core.figures.array import Array
from lacuna.core.geometry.layers.relief import Relief
from lacuna.core.render.colours import heights_rgba, ramp

from ..look.pixels import wrapped
from ..plots.axis import number
from ..widgets.canvas import Canvas, plate, write
from ..widgets.tip import tip
from .image_layer import LevelImage

Bend: TypeAlias = Callable[[Array], Array]


@dataclass(frozen=True)
class Scale:
    """How a kind of height is read and coloured."""

    title: str
    unit: str
    meaning: str
    formula: str
    bend: Bend  # heights -> evenly coloured, so that the crowded ones are told apart
    back: Bend  # its inverse


def _log(heights: Array) -> Array:
    logs: Array = np.log(np.maximum(heights, 1e-12))
    return logs


SCALES = {
    "radius": Scale(
        title="to the border",
        unit="σ",
        meaning="How far it is from here to the nearest point that is drawn as another class.",
        formula="r(z) = min |z - z'| with class(z') ≠ class(z)",
        bend=np.sqrt,
        back=np.square,
    ),
    "stretch": Scale(
        title="stretch",
        unit="px²/σ²",
        meaning="By how much the decoder enlarges a small piece of the map: bright where the image "
        "changes fast.",
        formula="√det JᵀJ, J the decoder's Jacobian (Bishop, Svensén & Williams 1997)",
        bend=_log,
        back=np.exp,
    ),
    "score": Scale(
        title="hole score",
        unit="",
        meaning="The score that decides what is a hole: holes are where it is above the threshold.",
        formula="as the chosen way of finding holes says",
        bend=np.arcsinh,
        back=np.sinh,
    ),
}


class ReliefImage(LevelImage):
    """One level of the heights, coloured from the 1st to the 99th percentile of what is shown."""

    def __init__(self, relief: Relief, source: Hashable) -> None:
        scale = SCALES[relief.kind]
        values = scale.bend(relief.values.astype(np.float64))
        finite = values[np.isfinite(values)]
        self.kind = relief.kind
        low, high = np.quantile(finite, (0.01, 0.99)) if len(finite) else (0.0, 1.0)
        super().__init__(heights_rgba(values, low, high), relief.window, source)
        shown = scale.back(np.array([low, (low + high) / 2, high]))
        self.low, self.middle, self.high = (float(height) for height in shown)


class ScaleRow(Canvas):
    """The colours from low to high, under the legend."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: ReliefImage | None = None
        self.hide()

    def show_image(self, image: ReliefImage | None) -> None:
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
        wide = QFontMetricsF(self.font()).horizontalAdvance("in holes 100 %")
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
        sides = (
            Qt.AlignmentFlag.AlignLeft,
            Qt.AlignmentFlag.AlignHCenter,
            Qt.AlignmentFlag.AlignRight,
        )
        for height, side in zip(self.heights(), sides, strict=True):
            write(painter, below, height, "secondary", side)


def _signed(height: str) -> str:
    return height.replace("-", "\N{MINUS SIGN}")
