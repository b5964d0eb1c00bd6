"""Images of any size as squares that models take, and what is said of it."""

from __future__ import annotations

from collections.abc import Generator, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from ..engine.jobs import Progress, Word
from ..figures.finding import grouped
from .dataset import SIDES, DataConfig, as_images

_BATCH = 256  # images resized in one step

Sizes = Mapping[tuple[int, int], int]  # how many images are of a width and height


def squared(
    pixels: Tensor, config: DataConfig
) -> Generator[Progress | None, Word | None, tuple[Tensor, tuple[str, ...]]]:
    """Pixels (N, C, H, W) as (N, C, S, S), and what was done.

    Of those that are no squares the middle is kept, or all of it on a ground like its edge, as
    `config.fit` says. S is `config.side` unless models take the side that they have.
    """
    count, _, height, width = pixels.shape
    notes = squaring_note({(width, height): count}, config)
    short, long = sorted((height, width))
    side = short if config.fit == "crop" else long
    if height != width:
        pixels = _middle(pixels, side) if config.fit == "crop" else _padded(pixels, side)
    if side in SIDES:
        return pixels, notes
    sized = torch.empty(count, pixels.shape[1], config.side, config.side, dtype=pixels.dtype)
    for start in range(0, count, _BATCH):
        rows = slice(start, start + _BATCH)
        sized[rows] = _resized(pixels[rows], config.side)
        yield Progress(min(1.0, (start + _BATCH) / count), "resizing the images")
    return sized, notes or (f"resized from {width}x{height}",)


def squaring_note(sizes: Sizes, config: DataConfig) -> tuple[str, ...]:
    """What is done to pictures of so many widths and heights that are no squares."""
    oblong = {size: count for size, count in sizes.items() if size[0] != size[1]}
    if not oblong:
        return ()
    if len(sizes) == 1:
        short, long = sorted(next(iter(sizes)))
        which = "{}x{}".format(*next(iter(sizes)))
        to = f" {short}x{short}" if config.fit == "crop" else f" to {long}x{long}"
    else:
        which, to = f"{grouped(sum(oblong.values()))} not square:", ""
    return (f"{which} {'cut to the middle' if config.fit == 'crop' else 'padded'}{to}",)


def _middle(pixels: Tensor, side: int) -> Tensor:
    top, left = (pixels.shape[-2] - side) // 2, (pixels.shape[-1] - side) // 2
    return pixels[..., top : top + side, left : left + side]


def _padded(pixels: Tensor, side: int) -> Tensor:
    """On the middle value of each image's own edge, by channel"""
    height, width = pixels.shape[-2:]
    edge = torch.cat(
        [pixels[..., 0, :], pixels[..., -1, :], pixels[..., :, 0], pixels[..., :, -1]], -1
    )
    ground = edge.median(-1).values[..., None, None]
    padded = ground.expand(*pixels.shape[:2], side, side).clone()
    top, left = (side - height) // 2, (side - width) // 2
    padded[..., top : top + height, left : left + width] = pixels
    return padded


def _resized(pixels: Tensor, side: int) -> Tensor:
    images = as_images(pixels)
    sized = F.interpolate(images, size=(side, side), mode="bilinear", antialias=True).clamp(0, 1)
    return sized if pixels.dtype != torch.uint8 else (255 * sized).round().to(torch.uint8)
