"""Holes in any dimension: the connected components of a graph of prior samples (theory: B1)."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import torch
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from torch import Tensor

from ...engine.jobs import Job, Progress
from ...figures.array import Array
from ...figures.estimate import Estimate
from ...figures.intervals import wilson
from ...scene.codes import Codes
from ...scene.scene import Scene
from ..evaluation import CHUNK
from .detectors.calibration import scores
from .detectors.detector import FittedDetector
from .detectors.nearest_code import neighbour_distance
from .hole import Hole, border_classes, heaviest_first

NEIGHBOURS = 10  # of a sample in the graph
ROWS = 64  # of distances between samples in one step


def sample_holes(
    scene: Scene, codes: Codes, fitted: FittedDetector, samples: int, seed: int
) -> Job[tuple[Hole, ...] | Progress]:
    """The holes among so many samples of the prior, the heaviest first.

    Two samples in holes are of one hole where the middle of the edge between them is in a hole too.
    """
    sample = scene.prior.sample(samples, scene.latent, torch.Generator().manual_seed(seed))
    chunk = fitted.chunk or CHUNK
    score = yield from scores(fitted.score, sample, chunk, "looking for holes")
    inside = fitted.excess(torch.from_numpy(score)) > 0
    members, others = sample[inside], sample[~inside]
    if not len(members):
        yield ()
        return
    count, numbers = yield from _components(fitted, members, chunk)
    depth, holes = neighbour_distance(codes.mean), []
    for number in range(count):
        part = members[torch.from_numpy(numbers == number)]
        distance = yield from scores(depth, part, CHUNK, "measuring holes")
        nearest = yield from _nearest(part, others)
        classes = yield from border_classes(scene.logits, nearest)
        low, high = wilson(len(part), samples)
        mass = Estimate(len(part) / samples, float(low), float(high))
        centre = tuple(part[int(distance.argmax())].tolist())
        deepest = float(distance.max()) / scene.prior.deviation
        holes.append(Hole(mass, False, None, deepest, centre, None, classes, None))
    yield heaviest_first(holes)


def _components(
    fitted: FittedDetector, members: Tensor, chunk: int
) -> Generator[Progress | None, Any, tuple[int, Array]]:
    """How many holes members (M, L) form, and of which each is, (M,)"""
    one, other = yield from _neighbours(members)
    middles = (members[one] + members[other]) / 2
    score = yield from scores(fitted.score, middles, chunk, "joining holes")
    joined = (fitted.excess(torch.from_numpy(score)) > 0).numpy()
    graph = coo_array((joined, (one.numpy(), other.numpy())), (len(members), len(members)))
    count, numbers = connected_components(graph, directed=False)
    return count, numbers


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
    rows = []
    for some in points.split(ROWS):
        rows.append(torch.cdist(some.double(), others.double()).argmin(1))
        yield None
    return others[torch.cat(rows).unique()]
