"""Table of two detectors of holes: where the encoder never looks, and where drawing fails."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ...engine.jobs import Job
from ...figures.array import Array
from ...figures.estimate import Estimate
from ...figures.intervals import wilson
from ...scene.scene import Scene
from ..evaluation import CHUNK
from .detectors.calibration import evaluate_score
from .detectors.detector import FittedDetector

FIRST = 256  # points before the first report; then whenever their number has doubled

NAMES = {  # {(hole of the first detector, hole of the second): name and meaning}
    (False, False): ("known", "The encoder visits here and the drawing is as among the data."),
    (False, True): ("decoder failure", "The encoder visits here, yet the drawing is not real."),
    (True, False): ("generalisation", "The encoder never looks here, yet the drawing is real."),
    (True, True): ("hole", "The encoder never looks here and the drawing is not real."),
}


@dataclass(frozen=True)
class Cell:
    """One cell of the table: how much of the prior it takes up, and what that means."""

    unvisited: bool
    unreal: bool
    share: Estimate  # of the prior, in [0, 1]
    name: str
    meaning: str


@dataclass(frozen=True)
class HoleTable:
    """The four cells, their shares summing to 1."""

    cells: tuple[Cell, ...]
    n: int  # points of the prior judged so far
    step: int  # of the scene


def hole_table(
    scene: Scene, unvisited: FittedDetector, unreal: FittedDetector, n: int = 4096, seed: int = 0
) -> Job[HoleTable]:
    """How the holes of an encoder's detector and of a decoder's overlap on `n` prior samples.

    Shares with Wilson's 95 % intervals, better and better (theory: B0).
    """
    sample = scene.prior.sample(n, scene.latent, torch.Generator().manual_seed(seed))
    chunk = min(unvisited.chunk or CHUNK, unreal.chunk or CHUNK)
    hits, judged, due = np.zeros((2, 2), np.int64), 0, min(FIRST, n)
    for points in sample.split(chunk):
        np.add.at(hits, (_inside(unvisited, points), _inside(unreal, points)), 1)
        judged += len(points)
        if judged < due and judged < n:
            yield None
            continue
        due = 2 * judged
        yield HoleTable(tuple(_cell(place, hits, judged) for place in NAMES), judged, scene.step)


def _inside(fitted: FittedDetector, z: Tensor) -> Array:
    """(N,) 1 in a hole, 0 elsewhere"""
    inside: Array = (fitted.excess(evaluate_score(fitted.score, z)) > 0).long().numpy()
    return inside


def _cell(place: tuple[bool, bool], hits: Array, n: int) -> Cell:
    count = int(hits[int(place[0]), int(place[1])])
    low, high = wilson(count, n)
    return Cell(*place, Estimate(count / n, float(low), float(high)), *NAMES[place])
