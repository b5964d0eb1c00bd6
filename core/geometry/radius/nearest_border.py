"""The border nearest to one point in one or two dimensions, from a grid about that point.

The border is found as that of the exact radius is (theory: A5), and the grid drawn closer until its
squares are small beside the distance: what lies nearer than any known point is not overlooked, but
for strips narrower than a square.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...figures.array import Array
from ...scene.scene import Logits
from ..adversarial.starting_points import LabelledPoints
from ..evaluation import evaluate, evaluate_in_chunks
from ..map.class_map import LEAST
from ..map.refinement import Field, Grain, lead, refine
from .border import Borders, ClassGrid, find_borders

SIDE = 33  # nodes along a side of the grid
CLOSE = 0.5  # of the reach: a border that is farther out needs no closer look
ROOM = 1.05  # of the distance to the nearest border, for the closer look
BEYOND = 1.01  # times the distance to a border, to be on its other side
FEW = 8  # points of each class


def beyond_nearest_border(
    logits: Logits, start: Tensor, reach: float, target: int | None = None
) -> Generator[None, Any, LabelledPoints]:
    """Points beyond the borders nearest to `start` (L,), L <= 2: of the target, or of any class.

    reach: how far to look, in units of z. None where no border is within it.
    """
    borders, nearest = None, np.inf
    while borders is None or nearest < CLOSE * reach:
        reach = reach if borders is None else ROOM * nearest
        found = yield from _borders_about(logits, start, reach)
        closer = found.of(target)
        if borders is not None and not len(closer.points):
            break
        borders, before = closer, nearest
        nearest = float(np.linalg.norm(closer.points, axis=1).min(initial=np.inf))
        if nearest >= before:
            break
    return (yield from _beyond(logits, start, borders, target))


def _borders_about(logits: Logits, start: Tensor, reach: float) -> Generator[None, Any, Borders]:
    """All within a square of 2 `reach` about `start`, which is at 0"""

    def field(offsets: Tensor) -> Tensor:
        return logits(start + offsets.to(start)).log_softmax(-1).clamp_min(LEAST)

    across = np.linspace(-reach, reach, SIDE)
    values = yield from _values(field, across, len(start))
    borders, _ = yield from find_borders(field, ClassGrid(across, values), 1.0)
    return borders


def _values(field: Field, across: Array, latent: int) -> Generator[None, Any, Array]:
    """Log-probabilities at the nodes, (K, S) or (K, S, S)"""
    if latent == 1:
        line = yield from evaluate_in_chunks(field, torch.from_numpy(across).float()[:, None])
        return line.mT.numpy()
    values, window = np.empty(0), (across[0], across[-1], across[0], across[-1])
    for level in refine(field, lead, window, Grain(dense=17, finest=SIDE)):
        values = values if level is None else level.values.numpy()
        yield None
    return values


def _beyond(
    logits: Logits, start: Tensor, borders: Borders, target: int | None
) -> Generator[None, Any, LabelledPoints]:
    own = int(evaluate(logits, start[None]).argmax())
    other = np.where(borders.after == own, borders.before, borders.after)
    order = np.argsort(np.linalg.norm(borders.points, axis=1))
    rows = [order[other[order] == k][:FEW] for k in np.unique(other)]
    offsets = borders.points[np.concatenate([np.zeros(0, np.int64), *rows])]
    z = start + torch.from_numpy(BEYOND * offsets).to(start)
    yield None
    if not len(z):
        return LabelledPoints(z, torch.empty(0, dtype=torch.int64))
    labels = evaluate(logits, z).argmax(1)
    good = labels != own if target is None else labels == target
    return LabelledPoints(z[good], labels[good])
