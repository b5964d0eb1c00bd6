"""A grid of images, painted in one go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from ..look.pixels import Bytes, bytes_of, wrapped
from .canvas import Colours, class_colour, focus_ring, tinted
from .item_canvas import ItemCanvas

GAP, UNDERLINE = 4, 3


class SampleGrid(ItemCanvas):
    """Images (N, C, H, W) in rows of `columns`, a line in the class's colour under each."""

    clicked = Signal(int)

    def __init__(self, columns: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = columns
        self.images: list[QImage] = []
        self._labels: NDArray[Any] | None = None
        self._colours: Colours = np.full((1, 3), 128, np.uint8)
        self._tips: Sequence[str] = ()
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_images(
        self,
        images: NDArray[Any] | None,
        labels: NDArray[np.integer[Any]] | None = None,
        colours: Colours | None = None,
        tips: Sequence[str] = (),
    ) -> None:
        """labels: (N,) classes; colours: (K, 3); tips: a tooltip for each image."""
        resized = len(self.images) != (0 if images is None else len(images))
        pixels: Iterable[Bytes] = () if images is None else bytes_of(images)
        self.images = [wrapped(p).convertToFormat(QImage.Format.Format_RGB32) for p in pixels]
        self._labels, self._tips = labels, tips
        if colours is not None:
            self._colours = colours
        if resized:
            self._hover_at(-1)
            self.updateGeometry()
        self.update()

    def cell_rect(self, index: int) -> QRect:
        """The image's square and its underline."""
        side, row, column = self._side(), index // self.columns, index % self.columns
        left = (self.width() - self.columns * (side + GAP) + GAP) // 2
        return QRect(
            left + column * (side + GAP), row * (side + UNDERLINE + GAP), side, side + UNDERLINE
        )

    def heightForWidth(self, width: int) -> int:
        rows = -(-len(self.images) // self.columns)
        return max(rows * (self._side(width) + UNDERLINE + GAP) - GAP, 0)

    def sizeHint(self) -> QSize:
        return QSize(232, self.heightForWidth(232))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.columns * 16, 16)

    def _side(self, width: int | None = None) -> int:
        width = self.width() if width is None else width
        return max((width + GAP) // self.columns - GAP, 4)

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        side, lit = self._side(), self.highlighted()
        for index, image in enumerate(self.images):
            cell = self.cell_rect(index)
            painter.drawImage(QRect(cell.topLeft(), QSize(side, side)), image)
            if self._labels is not None:
                line = QRect(cell.left(), cell.top() + side, side, UNDERLINE)
                painter.fillRect(line, class_colour(self._colours, int(self._labels[index])))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if 0 <= lit < len(self.images):
            painter.setPen(QPen(tinted("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.cell_rect(lit).adjusted(0, 0, 0, 0))
        if self.hasFocus() and self._hover < 0:
            focus_ring(painter, QRectF(self.rect()))

    def _index_at(self, place: QPointF) -> int:
        side = self._side()
        left = self.cell_rect(0).left() if self.images else 0
        column = int((place.x() - left) // (side + GAP))
        index = int(place.y() // (side + UNDERLINE + GAP)) * self.columns + column
        return index if 0 <= column < self.columns and 0 <= index < len(self.images) else -1

    def tip_of(self, index: int) -> str:
        return self._tips[index] if 0 <= index < len(self._tips) else ""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self.clicked.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, columns = Qt.Key(event.key()), self.columns
        steps = {
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: columns,
            Qt.Key.Key_Up: -columns,
        }
        if key in steps and self.images:
            to = self._hover + steps[key] if self._hover >= 0 else 0
            self._hover_at(to if 0 <= to < len(self.images) else self._hover)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._hover >= 0:
            self.clicked.emit(self._hover)
        else:
            super().keyPressEvent(event)
