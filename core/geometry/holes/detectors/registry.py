"""The detectors of holes by key, and how one is fitted to a model (theory: B0).

A detector is an entry of `DETECTORS` that says what it is; `fit_detector` fits one to a model and
finds its limit. The loops that codes form, which need no limit, are in holes/persistence.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from torch import Tensor

from ....engine.errors import Problem
from ....engine.jobs import Job, Progress
from ....figures.finding import share
from ....scene.codes import Codes
from ....scene.scene import Scene
from ...evaluation import CHUNK
from .calibration import calibration_text, detector_inputs, evaluate_score, limits, scores
from .cycle import CYCLE, CYCLE_IN_DEVIATIONS
from .density_ratio import DENSITY_RATIO
from .detector import Detector, FittedDetector, HeldOutData
from .entropy import ENTROPY
from .nearest_code import FIFTH_NEAREST_CODE, NEAREST_CODE
from .realism import REALISM
from .volume import VOLUME

FEWEST = 20  # codes without which there is nothing to calibrate on

Key = Literal[
    "density", "nearest", "fifth", "cycle", "cycle in deviations", "entropy", "realism", "volume"
]
DETECTORS: dict[str, Detector] = {
    detector.key: detector
    for detector in (
        DENSITY_RATIO,
        NEAREST_CODE,
        FIFTH_NEAREST_CODE,
        CYCLE,
        CYCLE_IN_DEVIATIONS,
        ENTROPY,
        REALISM,
        VOLUME,
    )
}


@dataclass(frozen=True)
class Verdict:
    """What one detector makes of one point."""

    key: str  # of DETECTORS
    score: float
    threshold: float
    low: float | None
    hole: bool
    quantile: float  # share of what was held out that scores lower, in [0, 1]
    words: str  # the same, as read on screen


def unavailable(
    key: str, scene: Scene, codes: Codes | None, held_out: HeldOutData = HeldOutData()
) -> str | None:
    """Why this detector cannot be made here, in a sentence; None where it can."""
    if codes is None:
        return "It needs the codes of images, and this model has none."
    if codes.mean.shape[1] != scene.latent:
        return "The codes are of another model: they have another number of dimensions."
    if any(some is not None and len(some.mean) < FEWEST for some in (codes, held_out.codes)):
        return f"It needs the codes of {FEWEST} images at least."
    return DETECTORS[key].lacks(scene, codes, held_out)


def fit_detector(
    key: str,
    scene: Scene,
    codes: Codes | None,
    held_out: HeldOutData = HeldOutData(),
    seed: int = 0,
) -> Job[FittedDetector | Progress]:
    """Fit the detector `key` to a model; its last report is the `FittedDetector`.

    The limit of all but the first is the 99 % quantile of the scores of what was held out: its
    posterior samples, or those of half of the codes where no others are there. Raises Problem with
    the sentence of `unavailable`.
    """
    why = unavailable(key, scene, codes, held_out)
    if why is not None or codes is None:
        raise Problem(f"“{DETECTORS[key].name}” cannot be shown. {why}")
    detector = DETECTORS[key]
    raw = yield from detector.fit(detector_inputs(scene, codes, held_out, seed))
    chunk = raw.chunk or CHUNK
    known = yield from scores(raw.on_known, raw.known, chunk, "scoring what was held out")
    known.sort()
    threshold, low = limits(detector, codes, known)
    text = f"{calibration_text(detector, known, threshold, raw.whose)} {raw.note}".strip()
    yield FittedDetector(
        key, raw.score, threshold, low, text, known, raw.whose, raw.chunk, scene.step
    )


def verdicts(detectors: tuple[FittedDetector, ...], z: Tensor) -> tuple[Verdict, ...]:
    """Each detector's of z (L,), and how rare such a score is among what was held out."""
    return tuple(_verdict(fitted, z) for fitted in detectors)


def _verdict(fitted: FittedDetector, z: Tensor) -> Verdict:
    value = evaluate_score(fitted.score, z[None])
    score, hole = value.item(), bool(fitted.excess(value).item() > 0)
    below = float(np.searchsorted(fitted.known, score) / len(fitted.known))
    words = f"greater than for {share(below)} of {fitted.whose}"
    if fitted.low is not None and below < 0.5:
        above = float((fitted.known > score).mean())
        words = f"smaller than for {share(above)} of {fitted.whose}"
    return Verdict(fitted.key, score, fitted.threshold, fitted.low, hole, below, words)
