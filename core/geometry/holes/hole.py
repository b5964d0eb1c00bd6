"""A hole as a thing that can be listed, ranked and visited (theory: B1)."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...figures.array import Array
from ...figures.estimate import Estimate
from ...scene.scene import Logits
from ..evaluation import evaluate_in_chunks
from .persistence import Loop

BORDER = 200  # places at most that the classes around a hole are read off

ClassShares = tuple[tuple[int, float], ...]  # classes and their shares, the greatest first


@dataclass(frozen=True, eq=False)
class Hole:
    """One hole. Lengths are in deviations of the prior, masses shares of it in [0, 1]."""

    mass: Estimate  # in two dimensions the interval is the grid's, in others the sampling's
    exterior: bool  # all that reaches the edge of the square, as one: beyond the data
    area: float | None  # None: unbounded, or not in two dimensions
    depth: float | None  # distance from its deepest point to the nearest code; None: unbounded
    centre: tuple[float, ...] | None  # that point (L,), in z; None: unbounded
    loop: Loop | None  # the longest lived that is filled inside it, in deviations
    classes: ClassShares  # of its border
    cells: Array | None  # (S, S) bool over the square; None: not in two dimensions


def heaviest_first(holes: Iterable[Hole]) -> tuple[Hole, ...]:
    """By falling mass, and last what lies beyond the data."""
    return tuple(sorted(holes, key=lambda hole: (hole.exterior, -hole.mass.value)))


def border_classes(logits: Logits | None, border: Tensor) -> Generator[None, Any, ClassShares]:
    """The classes drawn at some of these points (N, L); empty where there are none."""
    if logits is None or not len(border):
        return ()
    order = torch.randperm(len(border), generator=torch.Generator().manual_seed(0))
    some = border[order[:BORDER]]  # not every second: a row's two ends would alternate
    scores = yield from evaluate_in_chunks(logits, some)
    counts = np.bincount(scores.argmax(1).numpy())
    falling = np.argsort(-counts, kind="stable")
    return tuple((int(k), float(counts[k] / len(some))) for k in falling if counts[k])
