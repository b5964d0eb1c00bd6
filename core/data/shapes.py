"""Drawn shapes: every image is a choice of five independent factors. Needs no files.

A square, an ellipse or an equilateral triangle, of one of 5 sizes and 8 orientations, at one of
16 x 16 places. No image is drawn twice, so that none that is held out was seen before.
"""

from __future__ import annotations

import math
from collections.abc import Generator

import torch
from torch import Tensor

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress, Word
from ..figures.finding import grouped
from .dataset import SIDE, SMALLEST_MADE, Batch, DataConfig, Dataset

CLASSES = ("square", "ellipse", "triangle")

FACTORS = {
    "shape": torch.arange(float(len(CLASSES))),  # the row of CLASSES
    "scale": torch.linspace(5, 9, 5),  # pixels: the side of a square of the same area
    "orientation": torch.arange(8) * (90 / 8),  # degrees, clockwise
    "x": torch.linspace(-6, 6, 16),  # pixels: the middle of the shape, to the right
    "y": torch.linspace(-6, 6, 16),  # pixels, downwards
}

_LONG = 2  # how much longer an ellipse is than wide
_BATCH = 256  # images drawn in one step


def load(config: DataConfig) -> Job[Dataset | Progress]:
    """`config.count` different shapes, chosen by `config.seed`; a sixth of them is held out."""
    every = torch.cartesian_prod(*FACTORS.values())  # (30720, 5)
    if not SMALLEST_MADE <= config.count <= len(every):
        raise Problem(
            f"There are {len(every):,} different shapes: {config.count:,} cannot be drawn, "
            f"choose a count from {SMALLEST_MADE} on."
        )
    generator = torch.Generator().manual_seed(config.seed)
    chosen = every[torch.randperm(len(every), generator=generator)[: config.count]]
    images = yield from _images(chosen)
    labels = chosen[:, 0].long()
    kept = config.count - config.count // 6
    train, test = (Batch(images[part], labels[part]) for part in (slice(kept), slice(kept, None)))
    factors = dict(zip(FACTORS, chosen[:kept].T.contiguous(), strict=True))
    yield Dataset(config, train, test, CLASSES, factors)


def _images(chosen: Tensor) -> Generator[Progress, Word | None, Tensor]:
    """Images (N, 1, 28, 28) of what was chosen (N, 5), a batch at a time."""
    images = torch.empty(len(chosen), 1, SIDE, SIDE)
    for start in range(0, len(chosen), _BATCH):
        part = chosen[start : start + _BATCH]
        images[start : start + _BATCH] = draw(*part.T)
        done = start + len(part)
        of = len(chosen)
        yield Progress(done / of, f"drawing shapes: {grouped(done)} of {grouped(of)}")
    return images


def draw(shape: Tensor, scale: Tensor, orientation: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Images (N, 1, 28, 28) in [0, 1]; each factor (N,), in the units of `FACTORS`.

    A pixel's ink falls from 1 to 0 within half a pixel of the edge, as its covered part does.
    """
    axis = torch.arange(SIDE) - (SIDE - 1) / 2
    right = axis - x[:, None, None]  # (N, 1, 28)
    down = axis[:, None] - y[:, None, None]  # (N, 28, 1)
    cos, sin = orientation.deg2rad().cos(), orientation.deg2rad().sin()
    along = right * cos[:, None, None] + down * sin[:, None, None]
    across = down * cos[:, None, None] - right * sin[:, None, None]
    size = scale[:, None, None]
    distances = (
        _polygon(along, across, size, 4),
        _ellipse(along, across, size),
        _polygon(along, across, size, 3),
    )
    distance = torch.stack(distances)[shape.long(), torch.arange(len(shape))]
    return (0.5 - distance).clamp(0, 1)[:, None]


def _polygon(along: Tensor, across: Tensor, size: Tensor, corners: int) -> Tensor:
    """How far each point lies outside a regular polygon of area size², to its farthest edge."""
    inradius = size / math.sqrt(corners * math.tan(math.pi / corners))
    angles = torch.arange(corners) * (math.tau / corners)
    edges = [along * angle.cos() + across * angle.sin() for angle in angles]
    return torch.stack(edges).amax(0) - inradius


def _ellipse(along: Tensor, across: Tensor, size: Tensor) -> Tensor:
    """How far each point lies outside an ellipse of area size², to first order."""
    short = size / math.sqrt(math.pi * _LONG)
    level = (along / _LONG).hypot(across) / short  # 1 on the edge
    slope = (along / _LONG**2).hypot(across) / (level * short**2).clamp(min=1e-6)
    return (level - 1) / slope.clamp(min=1e-6)
