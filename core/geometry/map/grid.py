"""Pixels of a window of the plane: a square grid from corner to corner, row 0 at the bottom."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ...figures.array import Array

Window = tuple[float, float, float, float]  # left, right, bottom, top in plane coordinates


def grid_axes(window: Window, side: int) -> tuple[Array, Array]:
    """The coordinates of the columns and of the rows, (S,) float64 each."""
    left, right, bottom, top = window
    return np.linspace(left, right, side), np.linspace(bottom, top, side)


def pixel_axes(window: Window, side: int) -> tuple[Tensor, Tensor]:
    """The same in float32."""
    left, right, bottom, top = window
    return torch.linspace(left, right, side), torch.linspace(bottom, top, side)


def pixel_points(window: Window, side: int) -> Tensor:
    """The pixel centres (side * side, 2), row by row from the bottom left corner."""
    across, up = pixel_axes(window, side)
    return torch.stack(torch.meshgrid(across, up, indexing="xy"), dim=-1).reshape(-1, 2)


def points_of(window: Window, mask: Tensor) -> Tensor:
    """The pixel centres (N, 2) in `mask` (S, S)."""
    left, right, bottom, top = window
    row, column = mask.nonzero(as_tuple=True)
    last = len(mask) - 1
    return torch.stack(
        [left + (right - left) * column / last, bottom + (top - bottom) * row / last], dim=1
    )


def nearest_pixel(window: Window, side: int, xy: Tensor) -> int:
    """The pixel nearest to a point (2,), as an index of the ravelled grid."""
    left, right, bottom, top = window
    last = side - 1
    column = round((float(xy[0]) - left) / (right - left) * last)
    row = round((float(xy[1]) - bottom) / (top - bottom) * last)
    return min(max(row, 0), last) * side + min(max(column, 0), last)
