"""Seven ways to see a hole, behind one interface (THEORY.md, B0).

A detector is a table entry that says what it is; `make` fits one to a model and finds its limit.
Adding one is an entry. The eighth, of the loops that codes form, is in
core.geometry.holes.persistence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from torch import Tensor

from ....engine.errors import Problem
from ....engine.jobs import Job, Progress
from ....figures.array import Array
from ....figures.finding import share
from ....scene.codes import Codes
from ....scene.scene import Scene
from ..hole_map import Fitted, detector_map
from . import cycle, decoded, encoded
from .base import (
    CHUNK,
    FALSE_ALARM,
    FEWEST,
    Detector,
    Held,
    evaluated,
    material,
    scores,
    upper_limit,
)
from .decoded import penultimate

__all__ = [
    "DETECTORS", "Detector", "Fitted", "Held", "Key", "Verdict", "detector_map", "make",
    "penultimate", "unavailable", "verdicts",
]  # fmt: skip

Key = Literal[
    "density", "nearest", "fifth", "cycle", "cycle in deviations", "entropy", "realism", "volume"
]
DETECTORS: dict[str, Detector] = {
    detector.key: detector
    for detector in (
        encoded.DENSITY, encoded.NEAREST, encoded.FIFTH, cycle.CYCLE, cycle.CYCLE_IN_DEVIATIONS,
        decoded.ENTROPY, decoded.REALISM, decoded.VOLUME,
    )
}  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """What one detector says of one point."""

    key: str  # of DETECTORS
    score: float
    threshold: float
    low: float | None
    hole: bool
    quantile: float  # share of what was held out that scores lower, in [0, 1]
    words: str  # the same, as read on screen


def unavailable(key: str, scene: Scene, codes: Codes | None, held: Held = Held()) -> str | None:
    """Why this detector cannot be made here, in a sentence; None where it can."""
    if codes is None:
        return "It needs the codes of images, and this model has none."
    if codes.mean.shape[1] != scene.latent:
        return "The codes are of another model: they have another number of dimensions."
    if any(some is not None and len(some.mean) < FEWEST for some in (codes, held.codes)):
        return f"It needs the codes of {FEWEST} images at least."
    return DETECTORS[key].lacks(scene, codes, held)


def make(
    key: str, scene: Scene, codes: Codes | None, held: Held = Held(), seed: int = 0
) -> Job[Fitted | Progress]:
    """Fit the detector `key` to a model; its last report is the `Fitted`.

    The limit of all but the first is the 99 % quantile of the scores of what was held out: its
    posterior samples, or those of half of the codes where no others are there. Of two tails each
    has half of the false alarms. Raises Problem with the sentence of `unavailable`.
    """
    why = unavailable(key, scene, codes, held)
    if why is not None or codes is None:
        raise Problem(f"“{DETECTORS[key].name}” cannot be shown. {why}")
    detector = DETECTORS[key]
    scale = yield from detector.scale(material(scene, codes, held, seed))
    chunk = scale.chunk or CHUNK
    known = yield from scores(scale.on_known, scale.known, chunk, "scoring what was held out")
    known.sort()
    threshold, low = _limits(detector, known)
    said = _calibration(detector, known, threshold, scale.whose)
    yield Fitted(
        key, scale.score, threshold, low, f"{said} {scale.note}".strip(), known, scale.whose,
        scale.chunk, scene.step,
    )  # fmt: skip


def verdicts(detectors: tuple[Fitted, ...], z: Tensor) -> tuple[Verdict, ...]:
    """What each detector says of z (L,), and how rare such a score is among what was held out."""
    return tuple(_verdict(fitted, z) for fitted in detectors)


def _verdict(fitted: Fitted, z: Tensor) -> Verdict:
    value = evaluated(fitted.score, z[None])
    score, hole = value.item(), bool(fitted.excess(value).item() > 0)
    below = float(np.searchsorted(fitted.known, score) / len(fitted.known))
    words = f"greater than for {share(below)} of {fitted.whose}"
    if fitted.low is not None and below < 0.5:
        above = float((fitted.known > score).mean())
        words = f"smaller than for {share(above)} of {fitted.whose}"
    return Verdict(fitted.key, score, fitted.threshold, fitted.low, hole, below, words)


def _limits(detector: Detector, known: Array) -> tuple[float, float | None]:
    if detector.threshold is not None:
        return detector.threshold, None
    if detector.both:
        high, low = (upper_limit(tail, FALSE_ALARM / 2) for tail in (known, -known[::-1]))
        return high, -low
    return upper_limit(known, FALSE_ALARM), None


def _calibration(detector: Detector, known: Array, threshold: float, whose: str) -> str:
    if detector.threshold is not None:
        above = (known > threshold).mean()
        return f"Fixed; the posterior samples of {whose} exceed it at {share(above)}."
    inside = f"{100 * (1 - FALSE_ALARM):.0f} %"
    if detector.both:
        return f"{inside} of the scores of {whose} lie between the two limits."
    return f"{inside} of the scores of {whose} are not above it."
