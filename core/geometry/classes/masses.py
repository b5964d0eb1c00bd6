"""Masses of the prior: how much of it each class and the holes take up.

Measured on one fixed sample of the prior, never on the visible window (theory: A1, B0).
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...engine.jobs import Job
from ...figures.array import Array
from ...figures.intervals import NEVER, wilson
from ...scene.codes import Codes, Density, density_ratio
from ...scene.prior import Prior
from ...scene.scene import Scene
from ..evaluation import evaluate

CHUNK = 16  # decodes in one step: a map may be refined at the same time
NODES = 2048  # whose densities are taken in one step
FIRST = 256  # points before the first report; then whenever their number has doubled


@dataclass(frozen=True, eq=False)
class PriorMasses:
    """Shares of the prior in [0, 1], with 95 % intervals."""

    share: Array  # (K,) of each class; empty where the data has no classes
    low: Array  # (K,)
    high: Array  # (K,)
    counts: Array  # (K,) points of the sample drawn as each class
    clear: Array  # (K,) those of them outside of holes
    hole: tuple[float, float, float] | None  # share, low, high; None without codes
    n: int  # points of the sample judged so far
    step: int  # of the scene


def prior_masses(
    scene: Scene, codes: Codes | None, threshold: float, n: int = 4096, seed: int = 0
) -> Job[PriorMasses]:
    """The shares of classes and holes among `n` points of the prior, better and better.

    A hole is where log p - log q > `threshold` (nats).
    """
    sample = scene.prior.sample(n, scene.latent, torch.Generator().manual_seed(seed))
    score = density_ratio(codes, scene.prior) if codes else None
    hits = clear = np.zeros(0, np.int64)
    empty, judged, due = 0, 0, min(FIRST, n)
    for chunk in sample.split(CHUNK):
        inside = _in_holes(score, chunk, threshold)
        here, outside = _counts(scene, chunk, ~inside)
        hits, clear = _added(hits, here), _added(clear, outside)
        empty += int(inside.sum())
        judged += len(chunk)
        if judged < due and judged < n:
            yield None
            continue
        due = 2 * judged
        share, low, high = _intervals(hits, judged)
        hole = [float(part[0]) for part in _intervals(np.array([empty]), judged)]
        share_of_holes = (hole[0], hole[1], hole[2]) if score else None
        yield PriorMasses(share, low, high, hits, clear, share_of_holes, judged, scene.step)


def grid_shares(nodes: Array, prior: Prior) -> Generator[None, Any, Array]:
    """(N,) of the prior, of each of nodes (N, L) of an even grid; they sum to 1.

    By its density there: right where the grid is finer than the prior's narrowest part.
    """
    parts = []
    for some in torch.from_numpy(nodes).float().split(NODES):
        parts.append(prior.log_density(some).detach())
        yield None
    share: Array = torch.cat(parts).double().softmax(0).numpy()
    return share


def _intervals(hits: Array, n: int) -> tuple[Array, Array, Array]:
    """Share, low, high; the upper limit of what never occurred is the rule of three's"""
    low, high = wilson(hits, n)
    return hits / n, low, np.where(hits == 0, min(1.0, -math.log(NEVER) / n), high)


def _counts(scene: Scene, z: Tensor, clear: Array) -> tuple[Array, Array]:
    """How many of these points decode to each class, (K,), and how many of the `clear` (N,) ones"""
    if scene.logits is None:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    logits = evaluate(scene.logits, z)
    label, classes = logits.argmax(1).numpy(), logits.shape[1]
    return np.bincount(label, minlength=classes), np.bincount(label[clear], minlength=classes)


def _added(hits: Array, more: Array) -> Array:
    return more if len(hits) == 0 else hits + more


@torch.no_grad()
def _in_holes(score: Density | None, z: Tensor, threshold: float) -> Array:
    return (score(z) > threshold).numpy() if score else np.zeros(len(z), bool)
