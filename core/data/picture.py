"""One picture file, upright and square, as the numbers that are in it."""

from __future__ import annotations

import logging
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from ..engine.errors import Problem
from ..figures.finding import grouped
from .dataset import DataConfig

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "DIB", "WEBP", "TIFF", "PPM", "TGA", "JPEG2000", "AVIF")
SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".gif", ".webp", ".tif", ".tiff"),
    *(".ppm", ".pgm", ".pbm", ".pnm", ".tga"),
)

DECIMAL = "decimal numbers"  # a depth
_TELLING = tuple(name for name in FORMATS if name != "TGA")  # which begin with what they are
_TURNS = {  # by the number under which a camera notes how it was held (EXIF 2.32, tag 0x0112)
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_TINT = 16  # of 255 by which channels differ: less is the noise of a JPEG
_UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, struct.error, IndexError, OverflowError)


@dataclass(frozen=True, eq=False)
class Picture:
    """What a file shows."""

    values: NDArray[Any]  # (C, side, side): bytes, or float32 where it has more than eight bits
    alpha: NDArray[np.uint8] | None  # (side, side), 0 where it is clear; None where all is opaque
    depth: str  # of its numbers: those of one depth have one black and one white
    low: float  # of its numbers, before it was made smaller
    high: float
    size: tuple[int, int]  # width and height of the file, upright
    coloured: bool  # whether its channels differ


def quiet() -> None:
    """A broken note in a picture is no news: nothing of it goes to the terminal."""
    warnings.filterwarnings("ignore", module=r"PIL\.")
    logging.getLogger("PIL").addHandler(logging.NullHandler())


def is_picture(path: Path) -> bool:
    """Whether a file of no known ending begins as pictures do."""
    try:
        with Image.open(path, formats=_TELLING):
            return True
    except (*_UNREADABLE, Image.DecompressionBombError):
        return False


def read_picture(path: Path, config: DataConfig) -> Picture:
    """Of a moving picture the first frame; raises Problem where it cannot be read."""
    try:
        with Image.open(path, formats=FORMATS) as file:
            full = file.size
            file.draft("RGB", (2 * config.side, 2 * config.side))  # a JPEG decodes faster small
            file.load()
            return _picture(_upright(file), full, config)
    except Image.DecompressionBombError as error:
        most = grouped(2 * (Image.MAX_IMAGE_PIXELS or 0) // 10**6)
        raise Problem(
            f"{path} has more than {most} million pixels: make it smaller or remove it."
        ) from error
    except _UNREADABLE as error:
        raise Problem(
            f"{path} is not a picture that can be read ({error}): remove or replace it."
        ) from error


def _upright(picture: Image.Image) -> Image.Image:
    try:
        turn = _TURNS.get(picture.getexif().get(0x0112, 1))
    except (*_UNREADABLE, TypeError, KeyError):  # a broken note does not say how it was held
        turn = None
    return picture if turn is None else picture.transpose(turn)


def _picture(upright: Image.Image, full: tuple[int, int], config: DataConfig) -> Picture:
    size = full if (full[0] > full[1]) == (upright.width > upright.height) else full[::-1]
    if upright.mode.startswith(("I", "F")):
        return _deep(upright, size, config)
    clear = "A" in upright.getbands() or "transparency" in upright.info
    plain = upright.convert("RGBA" if clear else "RGB")
    small = _square(plain, config)
    alpha = np.asarray(small.getchannel("A")) if clear else None
    colours = small.convert("RGB")
    values = np.asarray(colours if config.colour else colours.convert("L"))
    there = np.flatnonzero(np.reshape(plain.convert("RGB").histogram(), (3, 256)).sum(0))
    opaque = alpha is None or alpha.min() == 255
    return Picture(
        values=np.moveaxis(np.atleast_3d(values), -1, 0),
        alpha=None if opaque else alpha,
        depth="8 bits",
        low=float(there[0]) if opaque else 0.0,  # else there is paper too
        high=float(there[-1]) if opaque else 255.0,
        size=size,
        coloured=bool(np.ptp(np.asarray(colours), axis=-1).max() > _TINT),
    )


def _deep(upright: Image.Image, size: tuple[int, int], config: DataConfig) -> Picture:
    """Of grey with more than eight bits"""
    numbers = np.asarray(upright).astype(np.float32)
    low, high = float(numbers.min()), float(numbers.max())
    grey = np.asarray(_square(Image.fromarray(numbers), config)).clip(low, high)
    depth = upright.mode.partition(";")[0] + upright.mode.partition(";")[2][:2]
    return Picture(
        values=np.repeat(grey[None], 3 if config.colour else 1, axis=0),
        alpha=None,
        depth={"I16": "16 bits", "I": "32 bits"}.get(depth, DECIMAL),
        low=low,
        high=high,
        size=size,
        coloured=False,
    )


def _square(picture: Image.Image, config: DataConfig) -> Image.Image:
    """Its middle, or all of it on a ground like its edge"""
    side = (config.side, config.side)
    if config.fit == "crop" or picture.width == picture.height:
        return ImageOps.fit(picture, side)
    whole = ImageOps.contain(picture, side)
    edge = _edge(np.atleast_3d(np.asarray(whole)))
    ground = Image.new(whole.mode, side, edge if len(edge) > 1 else edge[0])
    ground.paste(whole, ((side[0] - whole.width) // 2, (side[1] - whole.height) // 2))
    return ground


def _edge(image: NDArray[Any]) -> tuple[Any, ...]:
    """The middle value of each channel along the edge of an image (H, W, C)"""
    sides = (image[0], image[-1], image[:, 0], image[:, -1])
    middle = np.median(np.concatenate(sides), axis=0).astype(image.dtype)
    return tuple(middle.tolist())
