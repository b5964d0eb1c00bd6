"""The holes of a model as things that can be listed, ranked and visited (THEORY.md, B1).

In two dimensions the components of a fixed square, five deviations of the prior to each side,
whatever the window on screen; in others those of a graph of prior samples.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from scipy.ndimage import binary_dilation, binary_erosion, label
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.special import ndtr
from torch import Tensor

from ...engine.jobs import Job, Progress
from ...figures.array import Array
from ...figures.estimate import Estimate
from ...scene.codes import Codes
from ...scene.prior import Gaussian
from ...scene.scene import Logits, Scene
from ..classes.masses import shares_at, wilson
from ..evaluation import evaluate
from ..map.plane import whole_plane
from ..map.refinement import Grain, Window
from .detectors.base import CHUNK, scores
from .detectors.encoded import neighbour_distance
from .hole_map import Fitted, HoleMap, detector_map
from .persistence import Loop, axes, distances, loops_of

REACH = 5.0  # deviations of the prior to each side: all of it but a millionth
SQUARE: Window = (-REACH, REACH, -REACH, REACH)
SIDE = 257
BORDER = 200  # places at most that the classes around a hole are read off
NEIGHBOURS = 10  # of a sample in the graph
ROWS = 64  # of distances between samples in one step
AROUND = np.ones((3, 3), bool)  # pixels that touch at a corner are one hole

Classes = tuple[tuple[int, float], ...]


@dataclass(frozen=True, eq=False)
class Void:
    """One hole. Lengths are in deviations of the prior, masses shares of it in [0, 1]."""

    mass: Estimate  # in two dimensions the interval is the grid's, in others the sampling's
    exterior: bool  # all that reaches the edge of the square, as one: beyond the data
    area: float | None  # None: unbounded, or not in two dimensions
    depth: float | None  # distance from its deepest point to the nearest code; None: unbounded
    centre: tuple[float, ...] | None  # that point (L,), in z; None: unbounded
    loop: Loop | None  # the longest lived that is filled inside it, in deviations
    classes: Classes  # those drawn on its border and their shares, the greatest first
    cells: Array | None  # (S, S) bool over the square; None: not in two dimensions


def voids(
    scene: Scene, codes: Codes, fitted: Fitted, samples: int = 2048, seed: int = 0
) -> Job[tuple[Void, ...] | Progress]:
    """The holes that `fitted` sees, the heaviest first, and last what lies beyond the data.

    `samples` and `seed` are those of the prior where there are not two dimensions.
    """
    if scene.latent == 2:
        yield from _on_grid(scene, codes, fitted)
    else:
        yield from _among_samples(scene, codes, fitted, samples, seed)


# ---- on a grid ----


def _on_grid(scene: Scene, codes: Codes, fitted: Fitted) -> Job[tuple[Void, ...] | Progress]:
    prior, found = scene.prior, None
    low, high = (prior.mean + side * REACH * prior.deviation for side in (-1, 1))
    grain = Grain(finest=SIDE)
    for level in detector_map(fitted, whole_plane(), (low, high, low, high), grain):
        found = level or found
        yield Progress(len(level.score) / (2 * SIDE), "looking for holes") if level else None
    assert isinstance(found, HoleMap)
    places, bounded = components(found.score > found.threshold)
    points = (codes.mean.double().cpu().numpy() - prior.mean) / prior.deviation
    distance = yield from distances(points, SQUARE, SIDE)
    loops = yield from loops_of(distance, SQUARE)
    masses, listed = (yield from _prior_masses(scene)), []
    for place in range(bounded + 1):
        cells = places == (place or -1)
        if not cells.any():
            continue
        classes = yield from _classes(scene.logits, _ring(scene, cells))
        listed.append(_void(scene, cells, place == 0, masses, distance, loops, classes))
        yield Progress(0.5 + 0.5 * place / (bounded + 1), "measuring holes")
    yield tuple(sorted(listed, key=lambda void: (void.exterior, -void.mass.value)))


def components(inside: Array) -> tuple[Array, int]:
    """(S, S) bool -> the number of each pixel's hole from 1, 0 outside; and how many there are.

    Pixels are 8-connected. Holes that touch the edge of the grid are one, of number -1.
    """
    numbers, count = label(inside, AROUND)
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
    for coordinates in axes(window, side):
        ends = (coordinates[1:] + coordinates[:-1]) / 2
        shares.append(np.diff(ndtr(np.concatenate([[-np.inf], ends, [np.inf]]))))
    return np.outer(shares[1], shares[0])


def _prior_masses(scene: Scene) -> Generator[None, Any, Array]:
    """The prior's around each pixel of the square, (S, S), summing to 1"""
    if isinstance(scene.prior, Gaussian):
        return cell_masses(SQUARE, SIDE)
    pixels = np.indices((SIDE, SIDE)).reshape(2, -1).T
    shares = yield from shares_at(_places(scene, pixels).numpy(), scene.prior)
    return shares.reshape(SIDE, SIDE)


def grid_mass(cells: Array, masses: Array) -> Estimate:
    """The mass of cells (S, S) of a finer shape: it may lack its outermost, or the next ones."""
    value, least, most = (
        float(masses[some].sum())
        for some in (
            cells,
            binary_erosion(cells, AROUND, border_value=1),
            binary_dilation(cells, AROUND),
        )
    )
    return Estimate(value, least, most)


def _void(
    scene: Scene, cells: Array, exterior: bool, masses: Array, distance: Array,
    loops: tuple[Loop, ...], classes: Classes,
) -> Void:  # fmt: skip
    mass = grid_mass(cells, masses)
    if exterior:
        return Void(mass, True, None, None, None, None, classes, cells)
    area = float(cells.sum() * (2 * REACH / (SIDE - 1)) ** 2)
    deepest = np.unravel_index(np.where(cells, distance, -1).argmax(), cells.shape)
    centre = tuple(_places(scene, np.array([deepest]))[0].tolist())
    loop = next((loop for loop in loops if cells[loop.pixel]), None)
    return Void(mass, False, area, float(distance[deepest]), centre, loop, classes, cells)


def _ring(scene: Scene, cells: Array) -> Tensor:
    """Places z (N, 2) just outside of these cells"""
    return _places(scene, np.argwhere(binary_dilation(cells, AROUND) & ~cells))


def _places(scene: Scene, pixels: Array) -> Tensor:
    """pixels: (N, 2) of row and column -> z (N, 2)"""
    across, up = axes(SQUARE, SIDE)
    places = np.stack([across[pixels[:, 1]], up[pixels[:, 0]]], -1)
    return torch.from_numpy(scene.prior.mean + scene.prior.deviation * places).float()


def _classes(logits: Logits | None, border: Tensor) -> Generator[Progress | None, Any, Classes]:
    """The classes drawn at some of these points (N, L) and their shares, the greatest first"""
    if logits is None or not len(border):
        return ()
    order = torch.randperm(len(border), generator=torch.Generator().manual_seed(0))
    some, drawn = border[order[:BORDER]], []  # not every second: a row's two ends would alternate
    for chunk in some.split(CHUNK):
        drawn.append(evaluate(logits, chunk).argmax(1))
        yield None
    counts = np.bincount(torch.cat(drawn).numpy())
    falling = np.argsort(-counts, kind="stable")
    return tuple((int(k), float(counts[k] / len(some))) for k in falling if counts[k])


# ---- among samples ----


def _among_samples(
    scene: Scene, codes: Codes, fitted: Fitted, samples: int, seed: int
) -> Job[tuple[Void, ...] | Progress]:
    sample = scene.prior.sample(samples, scene.latent, torch.Generator().manual_seed(seed))
    chunk = fitted.chunk or CHUNK
    score = yield from scores(fitted.score, sample, chunk, "looking for holes")
    inside = fitted.excess(torch.from_numpy(score)) > 0
    members, others = sample[inside], sample[~inside]
    if not len(members):
        yield ()
        return
    one, other = yield from _neighbours(members)
    middles = (members[one] + members[other]) / 2
    score = yield from scores(fitted.score, middles, chunk, "joining holes")
    joined = (fitted.excess(torch.from_numpy(score)) > 0).numpy()
    graph = coo_array((joined, (one.numpy(), other.numpy())), (len(members), len(members)))
    count, numbers = connected_components(graph, directed=False)
    depth = neighbour_distance(codes.mean)
    listed = []
    for number in range(count):
        part = members[torch.from_numpy(numbers == number)]
        distance = yield from scores(depth, part, CHUNK, "measuring holes")
        nearest = yield from _nearest(part, others)
        classes = yield from _classes(scene.logits, nearest)
        low, high = wilson(len(part), samples)
        mass = Estimate(len(part) / samples, float(low), float(high))
        centre = tuple(part[int(distance.argmax())].tolist())
        deepest = float(distance.max()) / scene.prior.deviation
        listed.append(Void(mass, False, None, deepest, centre, None, classes, None))
    yield tuple(sorted(listed, key=lambda void: -void.mass.value))


def _neighbours(points: Tensor) -> Generator[None, Any, tuple[Tensor, Tensor]]:
    """The edges (i, j) from each of points (M, L) to its nearest ones"""
    count = min(NEIGHBOURS, len(points) - 1)
    first, second = torch.zeros(0, dtype=torch.long), torch.zeros(0, dtype=torch.long)
    for rows in torch.arange(len(points)).split(ROWS):
        away = torch.cdist(points[rows].double(), points.double())
        away[torch.arange(len(rows)), rows] = torch.inf
        near = away.topk(count, largest=False).indices
        first = torch.cat([first, rows.repeat_interleave(count)])
        second = torch.cat([second, near.flatten()])
        yield None
    return first, second


def _nearest(points: Tensor, others: Tensor) -> Generator[None, Any, Tensor]:
    """The nearest of `others` (N, L) to each of points (M, L), each once"""
    if not len(others):
        return others
    found = []
    for some in points.split(ROWS):
        found.append(torch.cdist(some.double(), others.double()).argmin(1))
        yield None
    return others[torch.cat(found).unique()]
