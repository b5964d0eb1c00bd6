"""Points of the plane as images: toys whose true density is known, small enough to see all of it.

A point is stored as an image of shape (1, 1, 2): its x and y, the square from (-3, -3) to (3, 3)
brought to [0, 1].
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress
from .dataset import Batch, DataConfig, Dataset

POINT = (1, 1, 2)  # C, H, W of an image that is a point
HALF = 3.0  # of the side of the square

_NOISE = 0.05  # deviation of a point from the middle of its arc
_SIXTH = 6  # one in so many is held out


def is_points(shape: Sequence[int]) -> bool:
    """Whether images of `shape` (..., C, H, W) are points of the plane."""
    return tuple(shape[-3:]) == POINT


def to_plane(images: Tensor) -> Tensor:
    """images: (N, 1, 1, 2) in [0, 1] -> points (N, 2) in [-3, 3]"""
    return (images.flatten(1) - 0.5) * (2 * HALF)


def to_images(points: Tensor) -> Tensor:
    """points: (N, 2) in [-3, 3] -> images (N, 1, 1, 2) in [0, 1]"""
    images: Tensor = (points / (2 * HALF) + 0.5).unflatten(0, (-1, 1, 1))
    return images


@dataclass(frozen=True, eq=False)
class Mixture:
    """Round Gaussians of the plane, each as likely as the others."""

    centres: Tensor  # (M, 2), the modes
    sigma: float

    def log_density(self, points: Tensor) -> Tensor:
        """points: (N, 2) -> (N,) in nats, per unit of area of the plane"""
        squares = (points[:, None] - self.centres.to(points)).square().sum(-1)  # (N, M)
        scale = math.log(len(self.centres) * math.tau * self.sigma**2)
        return (-0.5 * squares / self.sigma**2).logsumexp(-1) - scale

    def sample(self, n: int, random: Generator) -> Tensor:
        """(n, 2); the same `random` gives the same points."""
        modes = torch.randint(len(self.centres), (n,), generator=random)
        return self.around(modes, random)

    def around(self, modes: Tensor, random: Generator) -> Tensor:
        """A point (N, 2) of each of these modes (N,)."""
        return self.centres[modes] + self.sigma * torch.randn(len(modes), 2, generator=random)


def _ring(count: int, radius: float) -> Tensor:
    angle = torch.arange(count) * (math.tau / count)
    return radius * torch.stack([angle.cos(), angle.sin()], 1)


RING = Mixture(_ring(8, radius=2.0), sigma=0.05)
GRID = Mixture(torch.cartesian_prod(*[torch.arange(-2.0, 3.0)] * 2), sigma=0.05)
MIXTURES = {"ring": RING, "grid": GRID}


def moons(labels: Tensor, random: Generator) -> Tensor:
    """Two half circles that reach into each other: labels (N,) of 0 and 1 -> points (N, 2)."""
    angle = math.pi * torch.rand(len(labels), generator=random)
    turn = 1.0 - 2.0 * labels  # the second arc is the first, turned half around the origin
    x, y = angle.cos() - 0.5, angle.sin() - 0.25
    return _noisy(1.5 * torch.stack([turn * x, turn * y], 1), random)


def spiral(labels: Tensor, random: Generator) -> Tensor:
    """Two arms of one and a half turns: labels (N,) of 0 and 1 -> points (N, 2)."""
    share = (0.05 + 0.95 * torch.rand(len(labels), generator=random)).sqrt()  # even along the arm
    angle = 3 * math.pi * share + math.pi * labels
    return _noisy(2.5 * share[:, None] * torch.stack([angle.cos(), angle.sin()], 1), random)


def _noisy(points: Tensor, random: Generator) -> Tensor:
    return points + _NOISE * torch.randn(points.shape, generator=random)


@dataclass(frozen=True)
class Toy:
    """How many classes there are, and how points (N, 2) of labels (N,) are drawn."""

    classes: int
    draw: Callable[[Tensor, Generator], Tensor]


TOYS = {
    "ring": Toy(8, RING.around),
    "grid": Toy(25, GRID.around),
    "moons": Toy(2, moons),
    "spiral": Toy(2, spiral),
}


def load(config: DataConfig) -> Job[Dataset | Progress]:
    """`config.count` points of a toy, drawn from `config.seed`; a sixth of them is held out.

    The class of a point is its mode or arm.
    """
    toy = TOYS[config.name]
    fewest = _SIXTH * toy.classes  # each class is held out once
    if config.count < fewest:
        raise Problem(f"{config.count} points are too few to train on: ask for {fewest} or more.")
    random, held_out = Generator().manual_seed(config.seed), config.count // _SIXTH
    train = _batch(toy, config.count - held_out, random)
    test = _batch(toy, held_out, random)
    yield Dataset(config, train, test, tuple(str(1 + number) for number in range(toy.classes)))


def _batch(toy: Toy, count: int, random: Generator) -> Batch:
    labels = torch.randperm(count, generator=random) % toy.classes  # balanced
    return Batch(to_images(toy.draw(labels, random)), labels)
