"""A finding of a part of the quality, whether it was measured or not."""

from __future__ import annotations

from ...analysis.quality.material import NO_IMAGES
from ...analysis.quality.quality import Quality
from ...figures.estimate import Estimate
from ...figures.finding import Finding, absent, measured, unseen
from ..words import clause


def told(
    quality: Quality, part: str, key: str, label: str, estimate: Estimate | None, unit: str,
    meaning: str, *, digits: int | None = 3, prefix: str = "", formula: str = "", source: str = "",
    remark: str = "",
) -> list[Finding]:  # fmt: skip
    """The estimate; why there is none; nothing where its part has not been measured yet."""
    why = quality.missing.get(part)
    if estimate is not None:
        return [
            measured(key, label, estimate, unit, meaning, digits=digits, prefix=prefix,
                     formula=formula, source=source, remark=remark)
        ]  # fmt: skip
    if why == NO_IMAGES:
        return [unseen(key, label, meaning, why, formula, source)]
    return [absent(key, label, meaning, clause(why), formula, source)] if why else []


def exact(value: float) -> Estimate:
    """One without doubt."""
    return Estimate(value, value, value)
