"""Pictures and layers of the map: what the window paints and the command line writes.

An RGBA is (..., 4) uint8 with straight alpha. Layers have row 0 at the bottom, as maps do; pictures
have it on top, as image files do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..figures.array import Array
from .colours import DARK, Colour
from .points import as_pictures

FAINT, FULL = 0.10, 0.86  # opacity of a region where two classes tie, and where one is sure
LINE_WIDTH, LINE_OPACITY = 1.3, 0.92  # of a border: in pixels of the finest map, and at its middle
FINEST = 513  # the side for which widths are meant
LIGHT_LINE, DARK_LINE = (255, 255, 255), (0x4A, 0x50, 0x5C)
PERIOD, HATCH_WIDTH = 6.0, 1.2  # of the hatch, in pixels of the finest map
VEIL, VEIL_OPACITY = 128, 0.36  # a grey that takes some colour away
HATCH_DARK, HATCH_LIGHT = 0.40, 0.24  # opacities of the two strokes
EDGE_OPACITY = 0.55


def fills_rgba(label: Array, margin: Array, colours: Array, rows: slice = slice(None)) -> Array:
    """The rows `rows` of a map: the class's colour, fainter where the margin is small.

    label; margin, of probabilities: (S, S). colours: (K, 3).
    """
    return _stacked([(colours[label[rows]], FAINT + (FULL - FAINT) * margin[rows])])


def border_opacity(label: Array, lead: Array, rows: slice = slice(None)) -> Array:
    """The rows `rows` of the thin line where the class changes, uint8; see `line_rgba`.

    label; lead, of log-probabilities (nats): (S, S).
    """
    away = _border_distance(label, lead, rows)
    # a coarse map is shown enlarged: its line would be a bar
    strength = LINE_OPACITY * min(1.0, (len(label) / FINEST) * 4)
    line = strength * np.clip(LINE_WIDTH / 2 + 0.5 - away, 0, 1)
    return np.rint(255 * line).astype(np.uint8)


def line_rgba(opacity: Array, background: Colour) -> Array:
    """The line (S, S) in a colour that stands out from the background that classes fade to."""
    colour = LIGHT_LINE if sum(background) < 3 * 128 else DARK_LINE
    rgba = np.empty((*opacity.shape, 4), np.uint8)
    rgba[..., :3], rgba[..., 3] = colour, opacity
    return rgba


def holes_rgba(score: Array, threshold: float, rows: slice = slice(None)) -> Array:
    """The rows `rows` of the holes' layer: a grey veil under a fine diagonal hatch, and an edge.

    A dark and a light stroke side by side, so that one of them shows on any colour and background.
    """
    inside = _inside_distance(score, threshold, rows)
    within, edge = np.clip(inside + 0.5, 0, 1), np.clip(1.1 - np.abs(inside), 0, 1)
    zoom = FINEST / len(score)  # finest pixels to one of this level
    column = np.arange(len(score), dtype=np.float32)
    along = (column[rows, None] + column) * np.float32(zoom / math.sqrt(2))
    dark, light = _stroke(along, zoom), _stroke(along + HATCH_WIDTH, zoom)
    edge = edge * (EDGE_OPACITY * min(1.0, 4 / zoom))
    return _stacked(
        [
            (np.array([VEIL] * 3), VEIL_OPACITY * within),
            (np.array([20, 22, 28]), HATCH_DARK * within * dark),
            (np.array([255, 255, 255]), np.maximum(HATCH_LIGHT * within * light, edge)),
        ]
    )


def over(layers: Sequence[Array], background: Colour, scale: int = 1) -> Array:
    """Layers (S, S, 4), the lowest first, on a background -> a picture (S scale, S scale, 3)."""
    side = layers[0].shape[:2]
    rgb: Array = np.broadcast_to(np.array(background, np.float32), (*side, 3))
    for layer in layers:
        alpha = layer[..., 3:].astype(np.float32) / 255
        rgb = rgb + alpha * (layer[..., :3] - rgb)
    return enlarged(np.rint(rgb[::-1]).astype(np.uint8), scale)


def strip(
    images: Array,
    bars: Array | None,
    t: Array,
    ticks: Sequence[float],
    background: Colour,
    scale: int = 4,
) -> Array:
    """A film strip: frames (T, C, H, W) in [0, 1], under each a bar of its class's colour.

    bars: (T, 3) uint8 or None. Between the frames at t (T,) a light tick marks each of `ticks`.
    """
    gap, bar = scale, 2 * scale
    frames = [enlarged(rgb_of(image), scale) for image in images]
    height, width = frames[0].shape[:2]
    picture = np.empty((height + 2 * gap + gap + bar, len(t) * (width + gap) + gap, 3), np.uint8)
    picture[:] = background
    lefts = gap + (width + gap) * np.arange(len(t))
    below = slice(height + 2 * gap, height + 2 * gap + bar)
    for index, (left, frame) in enumerate(zip(lefts, frames, strict=True)):
        picture[gap : gap + height, left : left + width] = frame
        if bars is not None:
            picture[below, left : left + width] = bars[index]
    contrast = 255 if sum(background) < 3 * 128 else 20
    for at in np.interp(ticks, t, lefts + width / 2):
        middle = round(at)
        picture[below.start - gap // 2 : below.stop + gap // 2, middle - 1 : middle + 1] = contrast
    return picture


def contact_sheet(
    images: Array, columns: int, background: Colour = DARK, scale: int = 1, gap: int = 2
) -> Array:
    """Images (N, C, H, W) in [0, 1] in rows of `columns` -> a picture (., ., 3)."""
    tiles = [enlarged(rgb_of(image), scale) for image in images]
    height, width = tiles[0].shape[:2]
    rows = -(-len(tiles) // columns)
    picture = np.empty((rows * (height + gap) + gap, columns * (width + gap) + gap, 3), np.uint8)
    picture[:] = background
    for index, tile in enumerate(tiles):
        top, left = (np.array(divmod(index, columns)) * (height + gap, width + gap) + gap).tolist()
        picture[top : top + height, left : left + width] = tile
    return picture


def rgb_of(image: Array) -> Array:
    """(C, H, W) in [0, 1] -> (H, W, 3) uint8; one channel is grey, a point becomes a picture."""
    image = as_pictures(image)
    channels = image if len(image) == 3 else np.repeat(image[:1], 3, axis=0)
    pixels: Array = np.rint(np.clip(channels, 0, 1) * 255).astype(np.uint8).transpose(1, 2, 0)
    return pixels


def enlarged(picture: Array, scale: int) -> Array:
    """(H, W, 3) -> (H scale, W scale, 3), crisp"""
    return picture.repeat(scale, axis=0).repeat(scale, axis=1)


def _border_distance(label: Array, lead: Array, rows: slice) -> Array:
    """Pixels from each centre to the border, by the slope of the lead: lead / |gradient lead|.

    Across the border the other class leads: there the lead counts as negative, which makes it
    smooth where it would have a fold.
    """
    last = len(label) - 1
    first, stop, _ = rows.indices(len(label))
    band = np.clip(np.arange(first - 1, stop + 1), 0, last)
    lead, label = np.minimum(lead[band], 1e4), label[band]  # a lone class leads by infinity
    lead = np.pad(lead, ((0, 0), (1, 1)), mode="edge")
    label = np.pad(label, ((0, 0), (1, 1)), mode="edge")
    here, own = lead[1:-1, 1:-1], label[1:-1, 1:-1]

    def signed(down: slice, across: slice) -> Array:
        return np.where(label[down, across] == own, lead[down, across], -lead[down, across])

    middle, before, after = slice(1, -1), slice(0, -2), slice(2, None)
    across = signed(middle, after) - signed(middle, before)
    upward = signed(after, middle) - signed(before, middle)
    depth: Array = 2 * here / np.maximum(np.hypot(across, upward), 1e-12)
    return depth


def _inside_distance(score: Array, threshold: float, rows: slice) -> Array:
    """Pixels from each centre into the hole, negative outside, by the slope of the score"""
    first, stop, _ = rows.indices(len(score))
    band = score[np.clip(np.arange(first - 1, stop + 1), 0, len(score) - 1)]
    band = np.pad(band, ((0, 0), (1, 1)), mode="edge")
    across, upward = band[1:-1, 2:] - band[1:-1, :-2], band[2:, 1:-1] - band[:-2, 1:-1]
    slope = np.maximum(np.hypot(across, upward) / 2, 1e-12)
    return np.asarray((band[1:-1, 1:-1] - threshold) / slope)


def _stroke(along: Array, zoom: float) -> Array:
    """How much of each pixel a stroke of the hatch covers; its mean where pixels are too coarse"""
    if zoom > PERIOD / 2:
        return np.full_like(along, HATCH_WIDTH / PERIOD)
    away = np.abs(along % PERIOD - PERIOD / 2)
    return np.clip((HATCH_WIDTH / 2 - away) / zoom + 0.5, 0, min(1.0, HATCH_WIDTH / zoom))


def _stacked(layers: Sequence[tuple[Array, Array]]) -> Array:
    """Colours (S, S, 3) or (3,) with their opacities (S, S), the lowest first -> RGBA"""
    shape = layers[0][1].shape
    rgb, alpha = np.zeros((*shape, 3), np.float32), np.zeros(shape, np.float32)
    for colour, opacity in layers:  # rgb is premultiplied
        rest = 1 - opacity
        rgb = rgb * rest[..., None] + opacity[..., None] * colour.astype(np.float32)
        alpha = alpha * rest + opacity
    rgba = np.empty((*shape, 4), np.uint8)
    rgba[..., :3] = np.rint(rgb / np.maximum(alpha, 1e-6)[..., None])
    rgba[..., 3] = np.rint(255 * alpha)
    return rgba
