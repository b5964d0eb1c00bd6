"""Hole map of a plane of the latent space: a detector's score, coarse to fine."""

from __future__ import annotations

from dataclasses import dataclass, replace

from torch import Tensor

from ...engine.jobs import Job
from ...figures.array import Array
from ..map.grid import Window
from ..map.plane import Plane
from ..map.refinement import Grain, refine
from .detectors.detector import FittedDetector


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
    fitted: FittedDetector, plane: Plane, window: Window, grain: Grain = Grain()
) -> Job[HoleMap]:
    """Where `fitted` sees holes in `window` of `plane`: refined where its score is near a limit."""

    def field(xy: Tensor) -> Tensor:
        return fitted.score(plane.to_latent(xy))[:, None]

    def margin(values: Tensor) -> Tensor:
        return fitted.excess(values[0]).abs()

    two_sided = fitted.low is not None
    threshold = 0.0 if two_sided else fitted.threshold
    pace = replace(grain, chunk=fitted.chunk or grain.chunk)
    for level in refine(field, margin, window, pace):
        if level is None:
            yield None
            continue
        score = fitted.excess(level.values[0]) if two_sided else level.values[0]
        yield HoleMap(score.numpy(), threshold, window, fitted.step, level.decodes, fitted.key)
