"""Why a place is a hole, or not, in the words of each detector."""

from __future__ import annotations

from collections.abc import Sequence

from ...figures.finding import Finding, Quantity, number, stated
from ...geometry.holes.detectors.density_ratio import DENSITY_RATIO
from ...geometry.holes.detectors.detector import FittedDetector
from ...geometry.holes.detectors.registry import DETECTORS, Verdict
from ...geometry.holes.wording import rarity


def verdict_findings(
    verdicts: Sequence[Verdict], detectors: Sequence[FittedDetector]
) -> tuple[Finding, ...]:
    """What each detector says of a place, and why: the card of a hole."""
    calibrated = {fitted.key: fitted.calibration for fitted in detectors}
    return tuple(_finding(verdict, calibrated.get(verdict.key, "")) for verdict in verdicts)


def _finding(verdict: Verdict, calibration: str) -> Finding:
    detector = DETECTORS[verdict.key]
    quantity = Quantity(
        key=f"verdict {verdict.key}",
        label=detector.name,
        meaning=detector.meaning,
        formula=detector.formula,
        source=detector.source,
        theory=detector.theory,
    )
    reasons = (_score(verdict), calibration, f"What it cannot see: {detector.blind}")
    remark = " ".join(reason for reason in reasons if reason)
    return stated(quantity, "a hole" if verdict.hole else "no hole", remark)


def _score(verdict: Verdict) -> str:
    limits = f"above {number(verdict.threshold, 2)}"
    if verdict.low is not None:
        limits = f"below {number(verdict.low, 2)} or {limits}"
    score = f"{number(verdict.score, 2)} {DETECTORS[verdict.key].unit}".rstrip()
    text = f"Its score here is {score}, {verdict.words}; a hole is {limits}."
    return f"{text} {rarity(verdict.score)}" if verdict.key == DENSITY_RATIO.key else text
