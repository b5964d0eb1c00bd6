"""Synthetic handwriting: digits of a pen whose every habit is known. Needs no files.

Each image takes one way of writing its digit (`skeletons`), moves the points that the pen passes,
and draws the curve through them with a soft round pen. What was drawn is recorded, so that a
latent space can be compared with what truly varies.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping

import torch
from torch import Tensor

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress, Word
from ..figures.finding import grouped
from .dataset import SIDE, SMALLEST_MADE, Batch, DataConfig, Dataset
from .pen import pens
from .skeletons import SKELETONS

CLASSES = tuple(SKELETONS)

_HEIGHT = 19.0  # pixels from the top to the bottom of a skeleton, at scale 1
_JITTER = 0.35  # pixels: how far the hand misses each point
_WAVES = 3  # of which the elastic deformation is the sum
_BATCH = 128  # images drawn in one step

# mean, spread and the two ends of each habit
_HABITS = {
    "slant": (0.15, 0.2, -0.4, 0.65),  # shear: pixels to the right per pixel up
    "thickness": (2.3, 0.55, 1.3, 3.8),  # pixels across the stroke
    "scale": (1.0, 0.08, 0.75, 1.15),  # height, of the usual
    "aspect": (1.08, 0.15, 0.7, 1.5),  # width per height, of the usual
    "shift_x": (0.0, 0.7, -2.0, 2.0),  # pixels: the middle of the ink, to the right
    "shift_y": (0.0, 0.7, -2.0, 2.0),  # pixels, downwards
    "wobble": (0.8, 0.3, 0.1, 1.7),  # pixels: amplitude of the elastic deformation
}


def load(config: DataConfig) -> Job[Dataset | Progress]:
    """`config.count` digits drawn by the hand `config.seed`; a sixth of them is held out."""
    if config.count < SMALLEST_MADE:
        raise Problem(
            f"{config.count} drawn digits are too few to train on: ask for {SMALLEST_MADE} or more."
        )
    generator = torch.Generator().manual_seed(config.seed)
    kept = config.count - config.count // 6
    train, factors = yield from _written(range(kept), config.count, generator)
    test, _ = yield from _written(range(kept, config.count), config.count, generator)
    yield Dataset(config, train, test, CLASSES, factors)


def _written(
    turns: range, of: int, generator: torch.Generator
) -> Generator[Progress, Word | None, tuple[Batch, dict[str, Tensor]]]:
    """The digits whose turn it is, in random order, and how they were written."""
    count = len(turns)
    labels = torch.randperm(count, generator=generator) % len(CLASSES)  # balanced
    habits = sample_habits(labels, generator)
    images = torch.empty(count, 1, SIDE, SIDE)
    for start in range(0, count, _BATCH):
        part = slice(start, start + _BATCH)
        chosen = {name: values[part] for name, values in habits.items()}
        images[part] = draw(labels[part], chosen, generator)
        done = turns[part][-1] + 1
        yield Progress(done / of, f"drawing digits: {grouped(done)} of {grouped(of)}")
    return Batch(images, labels), habits


def sample_habits(labels: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
    """How each digit of labels (N,) is to be written: (N,) float32 by name of the factor.

    "variant" is a whole number, the row in `SKELETONS` of the digit; units of the others are
    in `_HABITS`.
    """
    count = len(labels)
    ways = torch.tensor([len(SKELETONS[name]) for name in CLASSES])[labels]
    variant = (torch.rand(count, generator=generator) * ways).floor()
    normal = {name: torch.randn(count, generator=generator) for name in _HABITS}
    return {"variant": variant} | {
        name: (mean + spread * normal[name]).clamp(low, high)
        for name, (mean, spread, low, high) in _HABITS.items()
    }


def draw(labels: Tensor, habits: Mapping[str, Tensor], generator: torch.Generator) -> Tensor:
    """Images (N, 1, 28, 28) in [0, 1] of labels (N,), written as `habits` (N,) say.

    The generator moves the hand; the same one and the same habits draw the same images.
    """
    pen = pens()
    row = pen.first[labels] + habits["variant"].long()
    points = _wobbled(pen.points[row] * (_HEIGHT / 100), habits["wobble"], generator)
    points = _posed(points, habits)  # (N, K, 2) pixels
    middles = pen.middles[row] @ points  # (N, P, 2)
    lengths = (pen.steps[row] @ points).square().sum(-1).sqrt()  # (N, P)
    radius = 0.5 * habits["thickness"][:, None] * _pressure(pen.ends[row], generator)
    shift = torch.stack([habits["shift_x"], habits["shift_y"]], -1)
    middles = middles + (shift - _mean(middles, lengths * radius))[:, None]
    return _ink(middles, lengths, radius)[:, None]


def _wobbled(points: Tensor, wobble: Tensor, generator: torch.Generator) -> Tensor:
    """Points (N, K, 2), moved by jitter and by smooth waves of amplitude `wobble` (N,) pixels.

    The waves are a random field with wavelengths about the height of the digit, so that
    neighbours move together: bowls grow, necks lean, bars tilt.
    """
    count = len(points)
    wave = torch.randn(count, 2, 2 * _WAVES, generator=generator) * (4 / _HEIGHT)
    phase = torch.rand(count, 1, 2 * _WAVES, generator=generator) * math.tau
    field = (points @ wave + phase).sin().unflatten(-1, (2, _WAVES)).sum(-1)  # (N, K, 2)
    jitter = _JITTER * torch.randn(points.shape, generator=generator)
    moved: Tensor = points + jitter + field * (wobble * math.sqrt(2 / _WAVES))[:, None, None]
    return moved


def _posed(points: Tensor, habits: Mapping[str, Tensor]) -> Tensor:
    """Points (N, K, 2), sized by scale and aspect, then sheared by the slant."""
    size, slant = habits["scale"][:, None], habits["slant"][:, None]
    x, y = points.unbind(-1)
    y = y * size
    return torch.stack([x * size * habits["aspect"][:, None] - slant * y, y], -1)


def _mean(points: Tensor, weights: Tensor) -> Tensor:
    """(N, 2) of points (N, P, 2), weighted by (N, P)."""
    return (points * weights[..., None]).sum(1) / weights.sum(1, keepdim=True)


def _pressure(ends: Tensor, generator: torch.Generator) -> Tensor:
    """(N, P) about 1: the pen swells and thins on its way, and thins where it is lifted."""
    taper, phase, swell = torch.rand(3, len(ends), 1, generator=generator)
    along = torch.linspace(0, 2 * math.tau, ends.shape[1])
    width: Tensor = (1 + 0.25 * swell * (along + math.tau * phase).sin()) * (1 - 0.5 * taper * ends)
    return width


def _ink(middles: Tensor, lengths: Tensor, radius: Tensor) -> Tensor:
    """Images (N, 28, 28) of bits of line at middles (N, P, 2), in pixels from the centre.

    Each bit blurs into a Gaussian. Along a line they add up to exp(-distance²/2s²), a distance to
    the path whose minimum is soft, so that ink runs together where strokes meet. With
    s = radius/√(2 ln 2) it is a half at the edge of the stroke. There it falls by ln 2/radius per
    pixel; a gain makes that 1 per pixel, which is what anti-aliasing asks for. (Strokes so thin
    that it would be less than 1 keep it at 1, or else the paper would turn grey.)
    """
    spread = radius / math.sqrt(2 * math.log(2))  # (N, P)
    across, down = (_bells(middles[..., axis], spread) for axis in (0, 1))  # (N, 28, P)
    weight = lengths / (spread * math.sqrt(math.tau))
    field = down @ (across * weight[:, None]).mT  # (N, 28, 28)
    gain = (radius.mean(1) / math.log(2)).clamp(min=1)[:, None, None]
    return (0.5 + gain * (field - 0.5)).clamp(0, 1)


def _bells(places: Tensor, spread: Tensor) -> Tensor:
    """Gaussians about places (N, P) at the pixels of one axis: (N, 28, P)."""
    grid = torch.arange(SIDE) - (SIDE - 1) / 2
    offset = (grid[:, None] - places[:, None]) / spread[:, None]
    return (-0.5 * offset.square()).exp()
