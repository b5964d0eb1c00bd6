"""Path around holes: a geodesic to which everything inside a hole is long (theory: C4)."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ...engine.errors import Problem
from ...engine.jobs import Job
from ...scene.codes import density_ratio
from ...scene.scene import Scene
from ..metric.pullback import conformal_factor
from .context import PathContext
from .geodesic_path import evaluate_density, shortest_paths
from .path import Path
from .straight import straight_first

SAMPLES = 256  # of the prior, by which the width of a hole's edge is set


def hole_avoiding_path(scene: Scene, start: Tensor, end: Tensor, context: PathContext) -> Job[Path]:
    """A geodesic to which what is inside a hole is 30 times as long.

    Raises Problem where there are no codes to tell what a hole is.
    """
    codes = context.codes
    if codes is None:
        raise Problem("Holes are where no image is encoded: encode the training images first.")
    yield from straight_first(scene, "avoiding", start, end, context.frames)
    score = density_ratio(codes, scene.prior)
    sample = scene.prior.sample(SAMPLES, scene.latent, torch.Generator().manual_seed(0))
    low, high = np.quantile(evaluate_density(score, sample), [0.25, 0.75])
    yield None
    factor = conformal_factor(score, codes.limit(context.threshold), float(high - low) / 10)
    yield from shortest_paths(scene, "avoiding", start, end, context, factor)
