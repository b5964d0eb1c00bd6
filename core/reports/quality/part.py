"""The finding of a part of the quality, whether it was measured or not."""

from __future__ import annotations

from ...analysis.quality.inputs import NO_IMAGES
from ...analysis.quality.quality import Quality
from ...figures.estimate import Estimate
from ...figures.finding import Finding, Quantity, absent, measured, needs_images
from ..words import clause


def part_findings(
    quality: Quality, part: str, quantity: Quantity, estimate: Estimate | None, remark: str = ""
) -> list[Finding]:
    """The estimate; why there is none; nothing where its part has not been measured yet."""
    why = quality.missing.get(part)
    if estimate is not None:
        return [measured(quantity, estimate, remark)]
    if why == NO_IMAGES:
        return [needs_images(quantity, why)]
    return [absent(quantity, clause(why))] if why else []
