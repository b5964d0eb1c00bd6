"""Density ratio of prior and aggregated posterior: does the encoder visit here? (theory: H1)

The score is log p(z) - log q(z) in nats, q the aggregated posterior (Makhzani et al. 2015,
arXiv:1511.05644; Hoffman & Johnson 2016, "ELBO surgery"). Whatever the model, a hole H above a
threshold has q(H) <= exp(-threshold) p(H).
"""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

from ....engine.jobs import Progress
from ....scene.codes import Codes, density_ratio, points_per_step
from ....scene.prior import Prior
from .detector import Detector, DetectorInputs, FittedDetector, Uncalibrated, on_samples


def density_ratio_detector(codes: Codes, prior: Prior, threshold: float) -> FittedDetector:
    """Where the prior samples exp(`threshold`) times more often than the encoder visits."""
    score, chunk = density_ratio(codes, prior), points_per_step(codes)
    return FittedDetector("density", score, threshold, chunk=chunk, step=codes.step)


def _fit(inputs: DetectorInputs) -> Generator[Progress | None, Any, Uncalibrated]:
    score = density_ratio(inputs.codes, inputs.scene.prior)
    yield None
    note = "The encoder visits here less than 1/20 as often as the prior samples here."
    return on_samples(score, inputs, points_per_step(inputs.codes), note)


DENSITY_RATIO = Detector(
    key="density",
    name="Rarely visited",
    side="encoder",
    meaning="The prior draws from here far more often than the encoder sends anything here.",
    unit="nats",
    cost="one Gaussian for each code",
    blind="Posteriors are as wide as they are: holes are drawn too small by some two of their "
    "deviations, and small ones are missed.",
    formula="log p(z) - log q(z), q the mean of all posteriors",
    source="Makhzani et al. 2015, arXiv:1511.05644; Hoffman & Johnson 2016",
    theory="H1",
    fit=_fit,
    threshold=math.log(20),
)
