"""Exposure of a path to holes: how much of it lies where a detector sees one."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...figures.array import Array
from ...scene.codes import Score
from ..holes.detectors.detector import FittedDetector
from .crossings import bisect_crossings, revisit_times
from .path import Path
from .polyline import arc_fractions, interpolate


@dataclass(frozen=True, eq=False)
class HoleExposure:
    """How much of a path lies in holes, as one detector scores them."""

    score: Array  # (T,) at the nodes
    inside: Array  # (T,) which nodes lie in a hole
    threshold: float
    latent: float  # share of the latent length that lies in holes, in [0, 1]
    image: float  # the same of the image length

    @property
    def highest(self) -> float:
        """The greatest score of a node."""
        return float(self.score.max())


def hole_exposure(path: Path, fitted: FittedDetector) -> Generator[None, Any, HoleExposure]:
    """The path's parts in holes, their ends bisected on the curve."""

    def excess(scores: Array) -> Array:
        return np.asarray(fitted.excess(torch.from_numpy(scores)).numpy())

    def inside(times: Array) -> Array:
        points = torch.from_numpy(interpolate(path.t, path.z, times)).float()
        return (excess(evaluate_exactly(fitted.score, points)) > 0).astype(int)

    score = evaluate_exactly(fitted.score, torch.from_numpy(path.z))
    beyond = excess(score)
    in_hole = (beyond > 0).astype(int)
    yield None
    extra = revisit_times(path.t, in_hole, np.abs(beyond))
    times = np.concatenate([path.t, extra])
    states = np.concatenate([in_hole, inside(extra)])
    order = np.argsort(times, kind="stable")
    yield None
    brackets = yield from bisect_crossings(inside, times[order], states[order])
    ends = np.array([(bracket.left + bracket.right) / 2 for bracket in brackets])
    parts = [int(in_hole[0]), *(bracket.after for bracket in brackets)]
    in_images = np.interp(ends, path.t, _image_fractions(path))
    latent, image = (float(state_shares(cuts, parts, 2)[1]) for cuts in (ends, in_images))
    return HoleExposure(score, in_hole > 0, fitted.threshold, latent, image)


def state_shares(times: Array, states: list[int], number: int) -> Array:
    """(number,) shares of [0, 1] in each state, which change at the sorted `times`."""
    lengths = np.diff(np.concatenate([[0.0], times, [1.0]]))
    return np.bincount(states, lengths, number)


@torch.no_grad()
def evaluate_exactly(function: Score, z: Tensor) -> Array:
    """(N, L) -> (N,) float64, infinities and all."""
    return np.asarray(function(z).cpu().numpy(), np.float64)


def _image_fractions(path: Path) -> Array:
    """(T,) the part of the image length up to each frame"""
    return arc_fractions(torch.from_numpy(path.images.reshape(len(path.images), -1)))
