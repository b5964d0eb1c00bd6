"""Exact class radius in one and two dimensions: how far from z another class is drawn.

On a grid, from border points found on its edges (theory: A5). The nearest border of any two
classes is a border of z's own: a segment that meets none stays in one class. So a radius is the
distance to the nearest border point, and the distance to class j that to the nearest one of j's.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from scipy.special import ndtr

from ...config.fields import check, setting
from ...engine.errors import Problem
from ...engine.jobs import Job
from ...figures.array import Array
from ...scene.prior import Gaussian, Prior
from ...scene.scene import Scene
from ..classes.masses import grid_shares
from ..evaluation import evaluate_in_chunks
from ..map.class_map import LEAST
from ..map.grid import Window, grid_axes
from ..map.refinement import Field, Grain, lead, refine
from .border import Borders, ClassGrid, find_borders, interpolate_borders, on_coarse_grid
from .border_segments import on_half_grid, with_segments
from .radii import RadiusSample

FIRST = 64  # squares along a side of the first grid that is reported
QUERIES = 8192  # distances in one step: some 3 ms


@dataclass(frozen=True)
class RadiusConfig:
    """The grid of an exact radius. Its error falls with the square of 2 reach / n."""

    n: int = setting(256, "squares along each side of the grid, a power of two", low=16, high=2048)
    reach: float = setting(5.0, "of the grid, from the prior's mean", unit="σ", low=1.0, high=8.0)
    targeted: bool = setting(False, "the distance to each class as well")


@dataclass(frozen=True, eq=False)
class RadiusMap:
    """Row 0 is the bottom of the window; pixel centres run from corner to corner."""

    radius: Array  # (S, S) float32, in deviations of the prior; infinite without any border
    window: Window


def exact_radii(scene: Scene, config: RadiusConfig = RadiusConfig()) -> Job[RadiusSample]:
    """The radius at every node of a grid over the prior, which is weighed by its exact masses.

    For L = 1 or 2, on finer and finer grids. On the last one borders are found by decoding; before
    it they are interpolated, and `to_class` is left out. Each radius is at most h = 2 reach / n too
    long, and too short by what a border bends within a square, h^2 / 8 times its curvature; their
    mean is less than h^2 off. A strip of a class narrower than a square may be
    missed: `change`, the mean less that of every second node alone, tells of it as far as the grid
    has seen any of it.

    Raises Problem where there are no classes, L > 2, or the model answers with no number.
    """
    field = _log_probabilities(scene)
    _checked(scene, config)
    for grid in _grids(field, scene, config):
        if grid is None:
            yield None
        elif len(grid.across) <= config.n:
            borders, edge = interpolate_borders(grid, scene.prior.deviation)
            yield (yield from _radii(scene, grid, borders, edge))
        else:
            borders, edge = yield from find_borders(field, grid, scene.prior.deviation)
            closed = with_segments(grid, borders, edge)
            to_class = (yield from _to_class(grid, closed)) if config.targeted else None
            yield (yield from _radii(scene, grid, borders, edge, to_class))


def radius_map(borders: Borders, window: Window, side: int) -> Job[RadiusMap]:
    """The radius over `window` (in the units of z) at side x side pixels.

    Right where the nearest border is one that the grid of `borders` has reached. On a line (L = 1)
    the vertical means nothing.
    """
    pixels = np.stack(np.meshgrid(*grid_axes(window, side)), axis=-1).reshape(-1, 2)
    radius = yield from _distances(borders, pixels[:, : borders.points.shape[1]])
    yield RadiusMap(radius.reshape(side, side).astype(np.float32), window)


def _log_probabilities(scene: Scene) -> Field:
    logits = scene.logits
    if logits is None:
        raise Problem("There is no class radius: no judge was trained for this model.")
    return lambda z: logits(z).log_softmax(-1).clamp_min(LEAST)


def _checked(scene: Scene, config: RadiusConfig) -> None:
    check(config)
    if scene.latent > 2:
        raise Problem(
            f"A class radius is exact only in 1 or 2 dimensions, and this model has {scene.latent}:"
            " search for it instead."
        )
    if config.n & (config.n - 1):
        raise Problem(f"n is {config.n}: it must be a power of two, such as 256.")


def _grids(field: Field, scene: Scene, config: RadiusConfig) -> Job[ClassGrid]:
    """Log-probabilities at the nodes, n / FIRST, ... n / 2, n squares along a side"""
    half, mean, side = config.reach * scene.prior.deviation, scene.prior.mean, config.n + 1
    if scene.latent == 1:
        across = np.linspace(mean - half, mean + half, side)
        values = yield from evaluate_in_chunks(field, torch.from_numpy(across).float()[:, None])
        yield ClassGrid(across, values.mT.numpy())
        return
    window = (mean - half, mean + half, mean - half, mean + half)
    for level in refine(field, lead, window, Grain(finest=side)):
        reached = 0 if level is None else level.values.shape[1]
        if level is None or reached < min(FIRST, config.n):
            yield None
        else:
            yield ClassGrid(np.linspace(mean - half, mean + half, reached), level.values.numpy())


def _radii(
    scene: Scene, grid: ClassGrid, borders: Borders, edge: Array, to_class: Array | None = None
) -> Generator[None, Any, RadiusSample]:
    points, half, crossings = grid.points, grid.halved(), borders
    borders = with_segments(grid, crossings, edge)
    yield None
    weight = yield from _masses(grid, scene.prior)
    coarse_weight = yield from _masses(half, scene.prior)
    radius = yield from _distances(borders, points)
    coarse = yield from _distances(_on_half(grid, crossings, edge), half.points)
    yield None
    means = float(weight @ radius), float(coarse_weight @ coarse)
    inside = grid.across[-1] - scene.prior.mean - np.abs(points - scene.prior.mean).max(1)
    return RadiusSample(
        radius=radius,
        label=grid.label.ravel(),
        weight=weight,
        classes=len(grid.values),
        kind="exact",
        to_class=to_class,
        change=0.0 if means[0] == means[1] else means[0] - means[1],  # infinite ones may be equal
        unsure=float(weight[radius > inside / scene.prior.deviation].sum()),
        sampled=False,
        step=scene.step,
        borders=borders,
    )


def _on_half(grid: ClassGrid, borders: Borders, edge: Array) -> Borders:
    """The borders as every second node alone shows them"""
    shown = on_coarse_grid(grid, edge)
    if grid.latent == 1:
        return borders.select(shown)
    return with_segments(grid.halved(), borders.select(shown), on_half_grid(grid, edge[shown]))


def _to_class(grid: ClassGrid, borders: Borders) -> Generator[None, Any, Array]:
    """(N, K) from each node to each class"""
    points, label = grid.points, grid.label.ravel()
    distance = np.zeros((len(points), len(grid.values)))
    for target in range(len(grid.values)):
        away = label != target
        distance[away, target] = yield from _distances(borders.of(target), points[away])
    return distance


def _distances(borders: Borders, z: Array) -> Generator[None, Any, Array]:
    distance = np.empty(len(z))
    for first in range(0, len(z), QUERIES):
        part = slice(first, first + QUERIES)
        distance[part] = borders.distance(z[part])
        yield None
    return distance


def _masses(grid: ClassGrid, prior: Prior) -> Generator[None, Any, Array]:
    """(S^L,) of the prior, of what is nearer to each node than to any other; they sum to 1"""
    if not isinstance(prior, Gaussian):
        return (yield from grid_shares(grid.points, prior))
    middles = (grid.across[1:] + grid.across[:-1]) / 2
    ends = np.concatenate([[-np.inf], middles, [np.inf]])
    along = np.diff(ndtr((ends - prior.mean) / prior.deviation))
    mass: Array = along if grid.latent == 1 else np.outer(along, along).ravel()
    return mass
