"""Hole list of a model: its holes by falling mass, in two dimensions or in any other."""

from __future__ import annotations

from dataclasses import dataclass

from ...engine.jobs import Job, Progress
from ...scene.codes import Codes
from ...scene.scene import Scene
from .detectors.detector import FittedDetector
from .grid_holes import SIDE, grid_holes
from .hole import Hole
from .sample_holes import sample_holes


@dataclass(frozen=True)
class HoleListConfig:
    """How closely holes are looked for."""

    side: int = SIDE  # of the grid, where there are two dimensions
    samples: int = 2048  # of the prior, where there are not
    seed: int = 0  # of these


def hole_list(
    scene: Scene,
    codes: Codes,
    fitted: FittedDetector,
    config: HoleListConfig = HoleListConfig(),
) -> Job[tuple[Hole, ...] | Progress]:
    """The holes that `fitted` sees, the heaviest first, and last what lies beyond the data."""
    if scene.latent == 2:
        yield from grid_holes(scene, codes, fitted, config.side)
    else:
        yield from sample_holes(scene, codes, fitted, config.samples, config.seed)
