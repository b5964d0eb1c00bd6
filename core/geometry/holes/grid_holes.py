"""Holes in two dimensions: the connected components of a hole map over most of the prior.

The map is of a fixed square, five deviations of the prior to each side, whatever the window on
screen (theory: B1).
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import torch
from scipy.ndimage import binary_dilation, binary_erosion, label
from scipy.special import ndtr
from torch import Tensor

from ...engine.jobs import Job, Progress
from ...figures.array import Array
from ...figures.estimate import Estimate
from ...scene.codes import Codes
from ...scene.prior import Gaussian
from ...scene.scene import Scene
from ..classes.masses import grid_shares
from ..map.grid import Window, grid_axes
from ..map.plane import whole_plane
from ..map.refinement import Grain
from .detectors.detector import FittedDetector
from .hole import ClassShares, Hole, border_classes, heaviest_first
from .hole_map import HoleMap, hole_map
from .persistence import Loop, distance_field, persistent_loops

REACH = 5.0  # deviations of the prior to each side: all of it but a millionth
SQUARE: Window = (-REACH, REACH, -REACH, REACH)
SIDE = 257  # of the grid over it
TOUCHING = np.ones((3, 3), bool)  # pixels that touch at a corner are one hole


def grid_holes(
    scene: Scene, codes: Codes, fitted: FittedDetector, side: int = SIDE
) -> Job[tuple[Hole, ...] | Progress]:
    """The holes of `scene` on a grid of side x side pixels, the heaviest first."""
    prior = scene.prior
    score = yield from _square_map(scene, fitted, side)
    places, bounded = components(score.score > score.threshold)
    points = (codes.mean.double().cpu().numpy() - prior.mean) / prior.deviation
    distance = yield from distance_field(points, SQUARE, side)
    loops = yield from persistent_loops(distance, SQUARE)
    masses, holes = (yield from _prior_masses(scene, side)), []
    for place in range(bounded + 1):
        cells = places == (place or -1)
        if not cells.any():
            continue
        classes = yield from border_classes(scene.logits, _ring(scene, cells))
        holes.append(_hole(scene, cells, place == 0, masses, distance, loops, classes))
        yield Progress(0.5 + 0.5 * place / (bounded + 1), "measuring holes")
    yield heaviest_first(holes)


def _square_map(
    scene: Scene, fitted: FittedDetector, side: int
) -> Generator[Progress | None, Any, HoleMap]:
    finest, prior = None, scene.prior
    low, high = (prior.mean + sign * REACH * prior.deviation for sign in (-1, 1))
    for level in hole_map(fitted, whole_plane(), (low, high, low, high), Grain(finest=side)):
        finest = level or finest
        yield Progress(len(level.score) / (2 * side), "looking for holes") if level else None
    assert finest is not None
    return finest


def components(inside: Array) -> tuple[Array, int]:
    """(S, S) bool -> the number of each pixel's hole from 1, 0 outside; and how many there are.

    Pixels are 8-connected. Holes that touch the edge of the grid are one, of number -1.
    """
    numbers, count = label(inside, TOUCHING)
    edges = np.concatenate([numbers[0], numbers[-1], numbers[:, 0], numbers[:, -1]])
    new = np.zeros(count + 1, np.int64)
    bounded = np.setdiff1d(np.arange(1, count + 1), edges)
    new[np.setdiff1d(edges, 0)], new[bounded] = -1, np.arange(1, len(bounded) + 1)
    return new[numbers], len(bounded)


def cell_masses(window: Window, side: int) -> Array:
    """The mass of N(0, 1)² around each pixel of a grid, (S, S), summing to 1.

    A cell ends half way to the next pixel; those at the edge have no end.
    """
    shares = []
    for coordinates in grid_axes(window, side):
        ends = (coordinates[1:] + coordinates[:-1]) / 2
        shares.append(np.diff(ndtr(np.concatenate([[-np.inf], ends, [np.inf]]))))
    return np.outer(shares[1], shares[0])


def _prior_masses(scene: Scene, side: int) -> Generator[None, Any, Array]:
    """The prior's around each pixel of the square, (S, S), summing to 1"""
    if isinstance(scene.prior, Gaussian):
        return cell_masses(SQUARE, side)
    pixels = np.indices((side, side)).reshape(2, -1).T
    shares = yield from grid_shares(_places(scene, pixels, side).numpy(), scene.prior)
    return shares.reshape(side, side)


def grid_mass(cells: Array, masses: Array) -> Estimate:
    """The mass of cells (S, S) of a finer shape: it may lack its outermost, or the next ones."""
    inner = binary_erosion(cells, TOUCHING, border_value=1)
    outer = binary_dilation(cells, TOUCHING)
    return Estimate(*(float(masses[some].sum()) for some in (cells, inner, outer)))


def _hole(
    scene: Scene,
    cells: Array,
    exterior: bool,
    masses: Array,
    distance: Array,
    loops: tuple[Loop, ...],
    classes: ClassShares,
) -> Hole:
    mass = grid_mass(cells, masses)
    if exterior:
        return Hole(mass, True, None, None, None, None, classes, cells)
    area = float(cells.sum() * (2 * REACH / (len(cells) - 1)) ** 2)
    deepest = np.unravel_index(np.where(cells, distance, -1).argmax(), cells.shape)
    centre = tuple(_places(scene, np.array([deepest]), len(cells))[0].tolist())
    loop = next((loop for loop in loops if cells[loop.pixel]), None)
    return Hole(mass, False, area, float(distance[deepest]), centre, loop, classes, cells)


def _ring(scene: Scene, cells: Array) -> Tensor:
    """Places z (N, 2) just outside of these cells"""
    pixels = np.argwhere(binary_dilation(cells, TOUCHING) & ~cells)
    return _places(scene, pixels, len(cells))


def _places(scene: Scene, pixels: Array, side: int) -> Tensor:
    """pixels: (N, 2) of row and column -> z (N, 2)"""
    across, up = grid_axes(SQUARE, side)
    places = np.stack([across[pixels[:, 1]], up[pixels[:, 0]]], -1)
    return torch.from_numpy(scene.prior.mean + scene.prior.deviation * places).float()
