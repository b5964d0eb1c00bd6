"""Text with a halo, rendered once to an image and copied from then on.

Outlining text takes a dozen calls, and every call may wait for a busy lane: a copy takes one.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil

from PySide6.QtCore import QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from ..look import theme

KEPT = 256  # images


def paint_text(
    painter: QPainter, at: QPointF, text: str, font: QFont, halo: tuple[float, float]
) -> None:
    """Paint text from `at` on the base line, on whole pixels. halo: width in pixels and opacity."""
    look = theme.current()
    ratio = painter.device().devicePixelRatioF()
    rim = look.colour("window", halo[1])
    image = _rendered(text, font, look.colour("text").rgba(), rim.rgba(), halo[0], ratio)
    corner = at - _origin(font, halo[0])
    painter.drawImage(QPointF(round(corner.x()), round(corner.y())), image)


@lru_cache(maxsize=KEPT)
def _rendered(text: str, font: QFont, ink: int, rim: int, width: float, ratio: float) -> QImage:
    metrics, origin = QFontMetricsF(font), _origin(font, width)
    size = QSizeF(metrics.horizontalAdvance(text), metrics.descent() + width)
    size += QSizeF(2 * origin.x(), origin.y())
    image = QImage(
        ceil(size.width() * ratio),
        ceil(size.height() * ratio),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    path = QPainterPath()
    path.addText(origin, font, text)
    pen = QPen(QColor.fromRgba(rim), width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.strokePath(path, pen)
    painter.fillPath(path, QColor.fromRgba(ink))
    painter.end()
    return image


def _origin(font: QFont, width: float) -> QPointF:
    """The base line on the image: room for the halo and for letters that lean out."""
    metrics = QFontMetricsF(font)
    return QPointF(ceil(width + metrics.height() / 8), ceil(metrics.ascent() + width))
