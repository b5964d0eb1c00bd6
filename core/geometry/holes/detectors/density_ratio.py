"""Density ratio of prior and aggregated posterior: does the encoder visit here? (theory: H1)

The score is log p(z) - log q(z) in nats, q the aggregated posterior (Makhzani et al. 2015,
arXiv:1511.05644; Hoffman & Johnson 2016, "ELBO surgery"). Whatever the model, a hole H above a
threshold has q(H) <= exp(-threshold) p(H).
"""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

import torch

from ....engine.jobs import Progress
from ....figures.finding import grouped
from ....scene.codes import Codes, density_ratio, points_per_step
from ....scene.prior import Prior
from .detector import Detector, DetectorInputs, FittedDetector, Uncalibrated, on_samples


def density_ratio_detector(codes: Codes, prior: Prior, threshold: float) -> FittedDetector:
    """Where the prior samples exp(`threshold`) times more often than the encoder visits.

    Or more often still, as far as the codes of few images demand it.
    """
    score, chunk, limit = (
        density_ratio(codes, prior),
        points_per_step(codes),
        codes.limit(threshold),
    )
    return FittedDetector("density", score, limit, chunk=chunk, step=codes.step)


def _fit(inputs: DetectorInputs) -> Generator[Progress | None, Any, Uncalibrated]:
    codes, chunk = inputs.codes, points_per_step(inputs.codes)
    score, note = density_ratio(codes, inputs.scene.prior), ""
    yield None
    if codes.part_text:
        note = f"By the codes of {codes.part_text}, spread so that they tell of the others best."
    if codes.held_out is None:
        return on_samples(score, inputs, chunk, note)
    known = torch.from_numpy(codes.held_out.scores)
    whose = f"{grouped(len(known))} training images, each judged by the codes of the others,"
    return Uncalibrated(score, known, lambda scored: scored, whose, chunk, note)


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
