"""Graphs of latent points and the shortest routes over them: where a geodesic begins."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from torch import Tensor

from ...figures.array import Array
from ...scene.scene import Decode
from ..evaluation import evaluate

CHORDS = 4  # along an edge that is longer than a cell of a grid
LINKS = 8  # from a point that is put into a graph
NO_MOVE = 2**-40  # of the longest edge, for edges of no length: a stored zero is none to scipy


@dataclass(frozen=True, eq=False)
class Graph:
    """Points and the lengths of the undirected edges between them."""

    points: Tensor  # (N, L)
    ends: Array  # (E, 2) int64, each edge once
    lengths: Array  # (E,) float64, of the images unless they are latent


def attach_ends(graph: Graph, decode: Decode, start: Tensor, end: Tensor) -> Graph:
    """`graph` with `start` and `end` (L,) as its points N and N + 1, joined to their nearest."""
    count = len(graph.points)
    ends, lengths = [graph.ends], [graph.lengths]
    for number, point in enumerate((start, end)):
        away = (graph.points - point).norm(dim=1)
        near = away.topk(min(LINKS, count), largest=False).indices
        lengths.append(image_lengths(decode, point.expand(len(near), -1), graph.points[near]))
        ends.append(np.stack([np.full(len(near), count + number), near.numpy()], axis=1))
    points = torch.cat([graph.points, torch.stack([start, end]).to(graph.points)])
    return Graph(points, np.concatenate(ends), np.concatenate(lengths))


def weight_edges(graph: Graph, factor: Array) -> Graph:
    """The lengths times the mean of `factor` (N,) at both ends"""
    return replace(graph, lengths=graph.lengths * factor[graph.ends].mean(axis=1))


def fewest_changes(graph: Graph, labels: Array) -> Graph:
    """Lengths by which the shortest way has the fewest changes of `labels` (N,), then is shortest.

    The pair (changes, length) as one number: a change costs more than any way without a loop.
    """
    change = labels[graph.ends[:, 0]] != labels[graph.ends[:, 1]]
    most = len(graph.points) * float(graph.lengths.max())
    return replace(graph, lengths=graph.lengths + most * change)


def shortest_route(graph: Graph, first: int, last: int) -> Array | None:
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


@torch.no_grad()
def image_lengths(decode: Decode, starts: Tensor, ends: Tensor) -> Array:
    """How long the images of the segments (E, L) are, in `CHORDS` chords each: (E,)"""
    times = torch.linspace(0, 1, CHORDS + 1).to(starts)[:, None, None]
    images = evaluate(decode, torch.lerp(starts, ends, times).flatten(0, 1)).flatten(1)
    film = images.reshape(CHORDS + 1, len(starts), -1)
    lengths: Array = film.diff(dim=0).norm(dim=2).sum(0).double().numpy()
    return lengths
