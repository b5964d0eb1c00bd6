"""Shortest ways over a graph of latent points: where a geodesic begins, and fewest classes crossed.

A grid keeps to its own directions, and its ways stay up to 1 / cos(half the angle between two of
them) too long however fine it is (THEORY.md, C4): they are good to begin with, not to measure by.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree
from torch import Tensor

from ...engine.jobs import Job
from ...figures.array import Array
from ...scene.scene import Decode
from ..evaluation import evaluate
from ..map.plane import Plane
from ..map.refinement import Window

PARTS = 4  # chords along an edge that is longer than a cell of a grid
LINKS = 8  # from a point that is put into a graph
NO_MOVE = 2**-40  # of the longest edge, for edges of no length: a stored zero is none to scipy


@dataclass(frozen=True, eq=False)
class Graph:
    """Points and the lengths of the undirected edges between them."""

    points: Tensor  # (N, L)
    ends: Array  # (E, 2) int64, each edge once
    lengths: Array  # (E,) float64, of the images unless said otherwise


def grid_graph(
    decode: Decode, plane: Plane, window: Window, side: int = 49, reach: int = 3, chunk: int = 32
) -> Job[Graph]:
    """The side x side points of `window`, each joined to those of `stencil(reach)`.

    Every point is decoded once, and only the images of `reach` rows are kept.
    """
    index = np.arange(side * side).reshape(side, side)
    rows: list[Tensor] = []
    ends, lengths = [], []
    points = grid_points(plane, window, side)
    for row, places in enumerate(points.split(side)):
        parts = []
        for part in places.split(chunk):
            parts.append(evaluate(decode, part).flatten(1))
            yield None
        rows = [torch.cat(parts), *rows[:reach]]
        for up, across in stencil(reach):
            if up <= row:
                here, there = _shifted(side, across)
                pairs = index[row - up, here], index[row, there]
                ends.append(np.stack(pairs, axis=1))
                lengths.append((rows[up][here] - rows[0][there]).norm(dim=1).double().numpy())
        yield None
    yield Graph(points, np.concatenate(ends), np.concatenate(lengths))


def neighbour_graph(
    decode: Decode, points: Tensor, neighbours: int = 10, chunk: int = 32
) -> Job[Graph]:
    """`points` (N, L), each joined to its nearest ones; lengths by `PARTS` chords.

    Where the points are codes, a way over the graph keeps to where the data is.
    """
    _, near = cKDTree(points.double().numpy()).query(points.double().numpy(), neighbours + 1)
    pairs = np.stack([np.repeat(near[:, 0], neighbours), near[:, 1:].ravel()], axis=1)
    ends = np.unique(np.sort(pairs, axis=1), axis=0)
    ends = ends[ends[:, 0] != ends[:, 1]]
    yield None
    lengths = []
    for part in np.array_split(ends, math.ceil(len(ends) * PARTS / chunk)):
        lengths.append(_chords(decode, points[part[:, 0]], points[part[:, 1]]))
        yield None
    yield Graph(points, ends, np.concatenate(lengths))


def attached(graph: Graph, decode: Decode, start: Tensor, end: Tensor) -> Graph:
    """`graph` with `start` and `end` (L,) as its points N and N + 1, joined to their nearest."""
    count = len(graph.points)
    ends, lengths = [graph.ends], [graph.lengths]
    for number, point in enumerate((start, end)):
        away = (graph.points - point).norm(dim=1)
        near = away.topk(min(LINKS, count), largest=False).indices
        lengths.append(_chords(decode, point.expand(len(near), -1), graph.points[near]))
        ends.append(np.stack([np.full(len(near), count + number), near.numpy()], axis=1))
    points = torch.cat([graph.points, torch.stack([start, end]).to(graph.points)])
    return Graph(points, np.concatenate(ends), np.concatenate(lengths))


def weighted(graph: Graph, factor: Array) -> Graph:
    """The lengths times the mean of `factor` (N,) at both ends"""
    return replace(graph, lengths=graph.lengths * factor[graph.ends].mean(axis=1))


def fewest_changes(graph: Graph, labels: Array) -> Graph:
    """Lengths by which the shortest way has the fewest changes of `labels` (N,), then is shortest.

    The pair (changes, length) as one number: a change costs more than any way without a loop.
    """
    change = labels[graph.ends[:, 0]] != labels[graph.ends[:, 1]]
    most = len(graph.points) * float(graph.lengths.max())
    return replace(graph, lengths=graph.lengths + most * change)


def route(graph: Graph, first: int, last: int) -> Array | None:
    """The points (P,) of the shortest way from `first` to `last`; None where there is none.

    Dijkstra 1959.
    """
    count, (left, right) = len(graph.points), graph.ends.T
    lengths = graph.lengths.clip(min=NO_MOVE * float(graph.lengths.max()) or NO_MOVE)
    edges = csr_matrix((lengths, (left, right)), shape=(count, count))
    away, before = dijkstra(edges, directed=False, indices=first, return_predecessors=True)
    if not np.isfinite(away[last]):
        return None
    way = [last]
    while way[-1] != first:
        way.append(int(before[way[-1]]))
    return np.array(way[::-1])


def cell_graph(label: Array, plane: Plane, window: Window, reach: int = 2) -> Graph:
    """The pixels of a map of classes `label` (S, S), with their latent distances.

    From one class to another only over an edge between two pixels: four classes that meet in a
    point are no way through for two of them. Diagonals only where all pixels around are one class.
    """
    side = len(label)
    index = np.arange(side * side).reshape(side, side)
    points = grid_points(plane, window, side)
    ends = []
    for up, across in stencil(reach):
        here, there = _shifted(side, across)
        low, high = slice(0, side - up), slice(up, side)
        pairs = np.stack([index[low, here], index[high, there]], axis=-1)
        ends.append(pairs[_free(label, up, across)])
    found = np.concatenate(ends)
    steps = (points[found[:, 0]] - points[found[:, 1]]).norm(dim=1)
    return Graph(points, found, steps.double().numpy())


def taut(zone: Array, way: Array) -> Generator[None, Any, Array]:
    """The bends (P,) of a way over pixels (index in the ravelled map), pulled straight.

    Each bend sees the next one over as many changes of `zone` (S, S) as the way makes between them.
    """
    cells = np.stack(np.unravel_index(way, zone.shape), axis=1)
    changes = np.concatenate([[0], (np.diff(zone.ravel()[way]) != 0).cumsum()])
    bends = [0]
    while bends[-1] < len(way) - 1:
        here = bends[-1]
        seen = (
            there
            for there in range(len(way) - 1, here, -1)
            if _changes(zone, cells[here], cells[there]) == changes[there] - changes[here]
        )
        bends.append(next(seen, here + 1))
        yield None
    pulled: Array = way[bends]
    return pulled


def grid_points(plane: Plane, window: Window, side: int) -> Tensor:
    """(side^2, L), row by row from the bottom left corner; the corners are the window's"""
    left, right, bottom, top = window
    up, across = torch.meshgrid(
        torch.linspace(bottom, top, side), torch.linspace(left, right, side), indexing="ij"
    )
    return plane.to_latent(torch.stack([across, up], -1).reshape(-1, 2))


def stencil(reach: int) -> list[tuple[int, int]]:
    """Offsets (up, across) with no common divisor, one of each opposite pair: half of 8, 16, 32."""
    return [
        (up, across)
        for up in range(reach + 1)
        for across in range(-reach, reach + 1)
        if math.gcd(up, across) == 1 and (up > 0 or across > 0)
    ]


def _shifted(side: int, across: int) -> tuple[slice, slice]:
    """The columns that have one `across` from them, and those"""
    here = slice(max(0, -across), side - max(0, across))
    return here, slice(here.start + across, here.stop + across)


def _free(label: Array, up: int, across: int) -> Array:
    """Whether the step may be made from each pixel: (S - up, S - |across|)"""
    if up + abs(across) == 1:
        return np.ones((len(label) - up, len(label) - abs(across)), bool)
    box = np.lib.stride_tricks.sliding_window_view(label, (up + 1, abs(across) + 1))
    alike: Array = (box == box[:, :, :1, :1]).all(axis=(2, 3))
    return alike


@torch.no_grad()
def _chords(decode: Decode, starts: Tensor, ends: Tensor) -> Array:
    """How long the images of the segments (E, L) are, in `PARTS` chords each: (E,)"""
    times = torch.linspace(0, 1, PARTS + 1).to(starts)[:, None, None]
    images = evaluate(decode, torch.lerp(starts, ends, times).flatten(0, 1)).flatten(1)
    film = images.reshape(PARTS + 1, len(starts), -1)
    lengths: Array = film.diff(dim=0).norm(dim=2).sum(0).double().numpy()
    return lengths


def _changes(zone: Array, here: Array, there: Array) -> int:
    """Of zone on the straight line between the centres of two pixels"""
    times = np.linspace(0, 1, 4 * int(abs(there - here).max()) + 1)[:, None]
    row, column = np.rint(here + times * (there - here)).astype(int).T
    return int((np.diff(zone[row, column]) != 0).sum())
