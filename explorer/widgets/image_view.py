"""A view of one decoded image, in whole multiples of its pixels, on a neutral frame."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from ..look.pixels import image_of
from .canvas import Canvas, focus_ring, tinted, write

FRAME = 6  # pixels between the frame's edge and the image: 28 x 28 eightfold in 236


class ImageView(Canvas):
    """Shows one image (C, H, W) in [0, 1]; its sentence while there is none."""

    clicked = Signal()

    def __init__(self, empty: str = "", size: int = 240, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image: QImage | None = None
        self._empty, self._caption, self._side = empty, "", size
        self.setMinimumSize(56, 56)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(empty)

    def set_image(self, image: NDArray[Any] | None, caption: str | None = None) -> None:
        self.image = None if image is None else image_of(image)
        if caption is not None:
            self.set_caption(caption)
        self.update()

    def set_caption(self, caption: str) -> None:
        """A line below the image; an empty one takes no room."""
        if caption != self._caption:
            resized = bool(caption) != bool(self._caption)
            self._caption = caption
            self.setAccessibleName(caption or self._empty)
            self.update()
            if resized:
                self.updateGeometry()

    def set_clickable(self, clickable: bool = True) -> None:
        policy = Qt.FocusPolicy.TabFocus if clickable else Qt.FocusPolicy.NoFocus
        self.setFocusPolicy(policy)
        shape = Qt.CursorShape.PointingHandCursor if clickable else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)

    def sizeHint(self) -> QSize:
        return QSize(self._side, self.heightForWidth(self._side))

    def heightForWidth(self, width: int) -> int:
        return min(width, self._side) + self._caption_height()

    def image_rect(self) -> QRectF:
        """Where the image is: the largest whole multiple of its size that fits, if one does."""
        frame = self._frame_rect()
        if self.image is None:
            return frame
        inner = frame.adjusted(FRAME, FRAME, -FRAME, -FRAME)
        ratio, size = self.devicePixelRatioF(), self.image.size()
        fit = min(inner.width() / size.width(), inner.height() / size.height())
        scale = int(fit * ratio) / ratio or fit
        width, height = size.width() * scale, size.height() * scale
        left = round((frame.center().x() - width / 2) * ratio) / ratio
        top = round((frame.center().y() - height / 2) * ratio) / ratio
        return QRectF(left, top, width, height)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = self.rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and inside:
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def _caption_height(self) -> int:
        return self._line_height() + 8 if self._caption else 0

    def _frame_rect(self) -> QRectF:
        side = min(self.width(), self.height() - self._caption_height())
        return QRectF((self.width() - side) // 2, 0, side, side)

    def _paint(self, painter: QPainter) -> None:
        frame = self._frame_rect()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tinted("frame"))
        painter.drawRoundedRect(frame, 6, 6)
        if self.image is not None:
            painter.drawImage(self.image_rect(), self.image)
        elif self._empty:
            painter.setPen(tinted("secondary"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(frame.adjusted(16, 8, -16, -8), flags, self._empty)
        if self._caption:
            line = QRectF(0, frame.bottom() + 4, self.width(), self._line_height())
            write(painter, line, self._caption, "secondary", Qt.AlignmentFlag.AlignHCenter)
        if self.hasFocus():
            focus_ring(painter, frame)
