"""A chart as a file: a picture in pixels, a drawing, or its numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QRectF
from PySide6.QtGui import QImage, QPaintDevice, QPainter
from PySide6.QtSvg import QSvgGenerator

Numbers = NDArray[np.floating]
Column = tuple[str, Numbers | Sequence[str]]  # its head, and N numbers or names; nan: none

FINER = 2  # pixels of a picture for one on screen
FILTERS = {
    ".png": "Picture (*.png)",
    ".svg": "Drawing (*.svg)",
    ".csv": "Numbers (*.csv)",
}


def write_png(view: pg.GraphicsView, path: Path) -> None:
    """Twice as fine as on screen. path: ends in .png. Raises OSError."""
    image = QImage(view.size() * FINER, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(FINER)
    _paint(view, image)
    if not image.save(str(path)):
        raise OSError(f"Nothing can be written to {path}.")


def write_svg(view: pg.GraphicsView, path: Path) -> None:
    """Lines stay lines and text stays text. Raises OSError."""
    buffer = QBuffer()
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # 1.2 Tiny knows no clipping
    generator.setOutputDevice(buffer)
    generator.setSize(view.size())
    generator.setViewBox(view.rect())
    _paint(view, generator)
    path.write_bytes(bytes(buffer.data().data()))


def _paint(view: pg.GraphicsView, device: QPaintDevice) -> None:
    painter = QPainter(device)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    area = QRectF(view.rect())
    painter.fillRect(area, view.backgroundBrush())
    view.scene().render(painter, area, area)
    painter.end()


def write_csv(columns: Sequence[Column], path: Path) -> None:
    """Raises OSError."""
    path.write_text(as_csv(columns), encoding="utf-8", newline="")


def as_csv(columns: Sequence[Column]) -> str:
    """A head, then a line for each row; numbers exactly as they are, none as nothing."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([head for head, _ in columns])
    for row in zip(*(numbers for _, numbers in columns), strict=True):
        writer.writerow([_cell(value) for value in row])
    return file.getvalue()


def _cell(value: float | str) -> str:
    if isinstance(value, str):
        return value
    return "" if np.isnan(value) else repr(float(value))


def table(across: str, series: dict[str, tuple[Numbers, Numbers]]) -> list[Column]:
    """Curves of different places side by side, over all places in order."""
    places = np.unique(np.concatenate([x for x, _ in series.values()] or [np.zeros(0)]))
    columns: list[Column] = [(across, places)]
    for name, (x, y) in series.items():
        values = np.full(len(places), np.nan)
        values[np.searchsorted(places, x)] = y
        columns.append((name, values))
    return columns
