"""Arrays of images in any usual order of their axes, as (N, C, H, W)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.errors import Problem

_CHANNELS = (1, 3, 4)  # grey, RGB, RGBA
_SMALLEST = 64  # numbers in a row that are an image: fewer are measurements


def planes(images: NDArray[Any], count: int | None, where: str) -> NDArray[Any]:
    """(N, C, H, W), C of 1, 3 or 4, of such images in other orders; a view, not a copy.

    (N, H, W), (N, H, W, C), (N, C, H, W), (N, H * H), or (H, W, C, N) where there are `count`
    labels. Raises Problem where they are no images.
    """
    shape = images.shape
    if images.ndim == 2 and math.isqrt(shape[1]) ** 2 == shape[1] >= _SMALLEST:
        images = images.reshape(len(images), math.isqrt(shape[1]), -1)
    if images.ndim == 4 and shape[2] in _CHANNELS and count == shape[3] != shape[0]:
        images = images.transpose(3, 2, 0, 1)
    elif images.ndim == 3:
        images = images[:, None]
    elif images.ndim == 4 and shape[1] not in _CHANNELS:
        images = np.moveaxis(images, -1, 1)
    if images.ndim != 4 or images.shape[1] not in _CHANNELS or 0 in shape:
        raise Problem(
            f"The images of {where} have the shape {shape}: make it (N, H, W), (N, H, W, C) or "
            "(N, C, H, W) with one channel C for grey, three for colours or four with alpha."
        )
    return images
