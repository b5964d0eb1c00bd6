"""Why a place is a hole, or not, in the words of each detector."""

from __future__ import annotations

from collections.abc import Sequence

from ...figures.finding import Finding, number
from ...geometry.holes.detectors.registry import DETECTORS, Verdict
from ...geometry.holes.hole_map import Fitted


def verdict_findings(told: Sequence[Verdict], fitted: Sequence[Fitted]) -> tuple[Finding, ...]:
    """What each detector says of a place, and why: the card of a hole."""
    calibrated = {one.key: one.calibration for one in fitted}
    return tuple(_verdict(one, calibrated.get(one.key, "")) for one in told)


def _verdict(told: Verdict, calibration: str) -> Finding:
    detector = DETECTORS[told.key]
    limits = f"above {number(told.threshold, 2)}"
    if told.low is not None:
        limits = f"below {number(told.low, 2)} or {limits}"
    score = f"{number(told.score, 2)} {detector.unit}".rstrip()
    said = (
        f"Its score here is {score}, {told.words}; a hole is {limits}.", calibration,
        f"What it cannot see: {detector.blind}",
    )  # fmt: skip
    return Finding(
        f"verdict {told.key}", detector.name, "a hole" if told.hole else "no hole",
        detector.meaning, formula=detector.formula, source=detector.source,
        remark=" ".join(part for part in said if part),
    )  # fmt: skip
