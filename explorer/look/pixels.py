"""Arrays to images that Qt paints; the one home of their orientation.

Two conventions meet: images (C, H, W) have row 0 at the *top*, as data sets have them; arrays of
the map (S, S, 4) have row 0 at the *bottom*, because y grows upwards on the map.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPixmap

from lacuna.core.geometry.map.grid import Window
from lacuna.core.render.points import as_pictures

Bytes = NDArray[np.uint8]
FINE = 65  # pixels of a point that is shown alone
MARGIN = 2  # pixels around the cloud's canvas, so that splats never wrap around
RIM = [(x, y) for x in range(-2, 3) for y in range(-2, 3) if x * x + y * y in (4, 5)]
SPLAT = (  # painted in this order: offsets, opacity, whether in the background's colour
    (RIM, 0.35, True),
    ([(-1, -1), (-1, 1), (1, -1), (1, 1)], 0.55, False),
    ([(-1, 0), (1, 0), (0, -1), (0, 1)], 0.85, False),
    ([(0, 0)], 1.0, False),
)


def bytes_of(images: NDArray[Any]) -> Bytes:
    """Images in [0, 1], (..., C, H, W) with C 1 or 3, to (..., H, W, C) bytes; bytes stay.

    Points become pictures of them.
    """
    images = as_pictures(images)
    if images.dtype != np.uint8:
        images = np.nan_to_num(images) * 255 + 0.5
        images = images.clip(0, 255).astype(np.uint8)
    return np.ascontiguousarray(np.moveaxis(images, -3, -1))


def image_of(image: NDArray[Any]) -> QImage:
    """(C, H, W) in [0, 1], grey or RGB, row 0 at the top -> an image that owns its pixels."""
    if image.ndim != 3 or image.shape[0] not in (1, 3):
        raise ValueError(f"an image is (1 or 3, H, W), not {image.shape}")
    return wrapped(bytes_of(as_pictures(image, FINE))).copy()


def wrapped(pixels: Bytes) -> QImage:
    """(H, W, C) bytes, C 1, 3 or 4, as an image that borrows them: keep `pixels` alive."""
    formats = {
        1: QImage.Format.Format_Grayscale8,
        3: QImage.Format.Format_RGB888,
        4: QImage.Format.Format_RGBA8888,
    }
    height, width, channels = pixels.shape
    return QImage(pixels.data, width, height, channels * width, formats[channels])


def clear_pixmap(size: QSize, ratio: float) -> QPixmap:
    """A transparent pixmap to paint on. ratio: device pixels to one of `size`."""
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap


def rgba_image(rgba: Bytes) -> QImage:
    """(H, W, 4), row 0 at the bottom -> an image that owns its pixels, in the fastest format."""
    pixels = np.ascontiguousarray(rgba[::-1])
    return wrapped(pixels).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def pixel_rect(columns: int, rows: int, window: Window) -> QRectF:
    """The rectangle covered by pixels whose centres span the window."""
    left, right, bottom, top = window
    x, y = (right - left) / max(columns - 1, 1), (top - bottom) / max(rows - 1, 1)
    rect = QRectF(left, bottom, right - left, top - bottom)
    return rect.adjusted(-x / 2, -y / 2, x / 2, y / 2)


def cloud_rgba(
    points: NDArray[np.float32],
    labels: NDArray[np.integer[Any]] | None,
    colours: Bytes,
    window: Window,
    width: int,
    height: int,
    background: tuple[int, int, int] = (22, 24, 29),
) -> Bytes:
    """Points (N, 2) as soft discs in the colours (K, 3) of their labels: (height, width, 4).

    Row 0 is at the bottom of the window, which it covers edge to edge. A rim of the background
    keeps each dot visible on a region of its own colour. Without labels all wear the first colour;
    a negative label hides its point. Where two points share a pixel, the later one shows.
    """
    at, label = _visible(points, labels, window, width, height)
    wide = width + 2 * MARGIN
    canvas = np.zeros((height + 2 * MARGIN) * wide, np.uint32)
    at, label = _distinct(at, label, len(canvas))
    for offsets, opacity, is_rim in SPLAT:
        ink = _packed(np.array([background]) if is_rim else colours, opacity)
        pixels = ink[0] if is_rim else ink[label]
        for x, y in offsets:
            canvas[at + (y * wide + x)] = pixels
    rgba = canvas.view(np.uint8).reshape(-1, wide, 4)
    return np.ascontiguousarray(rgba[MARGIN:-MARGIN, MARGIN:-MARGIN])


def _visible(
    points: NDArray[np.float32],
    labels: NDArray[np.integer[Any]] | None,
    window: Window,
    width: int,
    height: int,
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Place on the canvas and label of each point in the window."""
    left, right, bottom, top = window
    x = (np.ascontiguousarray(points[:, 0]) - left) * (width / (right - left))
    y = (np.ascontiguousarray(points[:, 1]) - bottom) * (height / (top - bottom))
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)  # false for NaN
    column, row = x[inside].astype(np.intp), y[inside].astype(np.intp)
    at = (row + MARGIN) * (width + 2 * MARGIN) + column + MARGIN
    label = np.zeros(len(at), np.intp) if labels is None else labels[inside].astype(np.intp)
    return at, label


def _distinct(
    at: NDArray[np.intp], label: NDArray[np.intp], size: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """One point per pixel, in the canvas' order, which is what makes the splats fast."""
    latest = np.zeros(size, np.intp)
    latest[at] = label + 1
    taken = np.flatnonzero(latest)
    return taken, latest[taken] - 1


def _packed(colours: NDArray[Any], opacity: float) -> NDArray[np.uint32]:
    """(K, 3) -> (K,) pixels of RGBA bytes in memory order."""
    rgba = np.full((len(colours), 4), round(255 * opacity), np.uint8)
    rgba[:, :3] = colours
    return rgba.view(np.uint32)[:, 0]
