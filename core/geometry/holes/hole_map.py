"""Holes: where the prior draws from and the encoder hardly ever sends anything.

The score drawn first is log p(z) - log q(z) in nats (THEORY.md, H1), q the aggregated posterior
(Makhzani et al. 2015, arXiv:1511.05644; Hoffman & Johnson 2016, "ELBO surgery"). A hole H is where
it is above a threshold; whatever the model, q(H) <= exp(-threshold) p(H). Other scores: detectors.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from torch import Tensor

from ...engine.jobs import Job
from ...figures.array import Array
from ...scene.codes import Codes, Score, density_ratio
from ...scene.prior import Prior
from ..map.plane import Plane
from ..map.refinement import Grain, Window, refine

STEP = 1_000_000  # pairs between two pauses: some 2-3 ms on one core


@dataclass(frozen=True, eq=False)
class Fitted:
    """A detector of holes made for one model: a score of points and where a hole begins."""

    key: str  # of core.geometry.holes.detectors.registry.DETECTORS
    score: Score
    threshold: float  # a hole is where the score is above it
    low: float | None = None  # or below this one, where both tails count
    calibration: str = ""  # where the threshold comes from, as read on screen
    known: Array = field(default_factory=lambda: np.zeros(0))  # (M,) scores held out, ascending
    whose: str = ""  # what was held out
    chunk: int | None = None  # points to score in one step; None: as many as one decodes
    step: int = 0  # of the scene

    def excess(self, values: Tensor) -> Tensor:
        """values: (...) scores -> how far beyond the nearer limit, (...); a hole where positive."""
        above = values - self.threshold
        return above if self.low is None else above.maximum(self.low - values)


@dataclass(frozen=True, eq=False)
class HoleMap:
    """Row 0 is the bottom of the window; pixel centres run from corner to corner."""

    score: Array  # (S, S) float32; of two limits the excess beyond the nearer, the threshold 0
    threshold: float  # a hole is where the score is above it
    window: Window
    step: int  # of the codes
    decodes: int  # points that were scored
    detector: str = "density"


def hole_map(
    codes: Codes,
    prior: Prior,
    plane: Plane,
    window: Window,
    threshold: float,
    grain: Grain = Grain(),
) -> Job[HoleMap]:
    """Where the prior samples exp(threshold) times more often than the encoder visits."""
    return detector_map(density(codes, prior, threshold), plane, window, grain)


def density(codes: Codes, prior: Prior, threshold: float) -> Fitted:
    """H1 as a detector. A score is cheaper than a decode: a step takes as many as `STEP` allows."""
    score, chunk = density_ratio(codes, prior), max(1, STEP // len(codes.mean))
    return Fitted("density", score, threshold, chunk=chunk, step=codes.step)


def detector_map(
    fitted: Fitted, plane: Plane, window: Window, grain: Grain = Grain()
) -> Job[HoleMap]:
    """Where `fitted` sees holes in `window` of `plane`: refined where its score is near a limit."""

    def values(xy: Tensor) -> Tensor:
        return fitted.score(plane.to_latent(xy))[:, None]

    def margin(found: Tensor) -> Tensor:
        return fitted.excess(found[0]).abs()

    two_sided = fitted.low is not None
    threshold = 0.0 if two_sided else fitted.threshold
    pace = replace(grain, chunk=fitted.chunk or grain.chunk)
    for level in refine(values, margin, window, pace):
        if level is None:
            yield None
            continue
        score = fitted.excess(level.values[0]) if two_sided else level.values[0]
        yield HoleMap(score.numpy(), threshold, window, fitted.step, level.decodes, fitted.key)
