"""Graph of nearest neighbours among latent points."""

from __future__ import annotations

import math

import numpy as np
from scipy.spatial import cKDTree
from torch import Tensor

from ...engine.jobs import Job
from ...scene.scene import Decode
from ..evaluation import CHUNK
from .graph import CHORDS, Graph, image_lengths


def neighbour_graph(
    decode: Decode, points: Tensor, neighbours: int = 10, chunk: int = CHUNK
) -> Job[Graph]:
    """`points` (N, L), each joined to its nearest ones; lengths by `CHORDS` chords.

    Where the points are codes, a way over the graph keeps to where the data is.
    """
    _, near = cKDTree(points.double().numpy()).query(points.double().numpy(), neighbours + 1)
    pairs = np.stack([np.repeat(near[:, 0], neighbours), near[:, 1:].ravel()], axis=1)
    ends = np.unique(np.sort(pairs, axis=1), axis=0)
    ends = ends[ends[:, 0] != ends[:, 1]]
    yield None
    lengths = []
    for part in np.array_split(ends, math.ceil(len(ends) * CHORDS / chunk)):
        lengths.append(image_lengths(decode, points[part[:, 0]], points[part[:, 1]]))
        yield None
    yield Graph(points, ends, np.concatenate(lengths))
