"""Chapter of the geometry report: what steps in latent space are worth in pixels."""

from __future__ import annotations

from collections.abc import Sequence

from ...analysis.survey import Survey
from ...figures.estimate import Estimate, mean_of, scaled
from ...figures.finding import Finding, Quantity, absent, measured, number
from ...figures.units import IMAGE
from ...figures.units import STRETCH as STRETCH_UNIT
from ...geometry.lipschitz.lipschitz import LipschitzEstimate
from ...geometry.radius.image_radii import image_bound
from ..words import FAWZI, PULLBACK, clause
from .bounds import survey_bounds

CHANGE = Quantity(
    key="image radius",
    label="Mean radius in the image",
    unit=IMAGE,
    bound="≤ ",
    digits=2,
    meaning="How much the drawn image changes on the way to the nearest point of another class, at "
    "most. The distance of two images is the root of the summed squares of their pixels' "
    "differences: one pixel from black to white counts 1.",
    formula="|g(z) - g(z*)|, g the decoder, z* the nearest point found of another class",
    source=FAWZI,
    theory="A8",
)
STRETCH = Quantity(
    key="stretch",
    label="Mean stretch of the decoder",
    unit=STRETCH_UNIT,
    digits=2,
    meaning="How much the image changes for a step of one deviation of the prior, in the direction "
    "in which it changes fastest.",
    formula="the largest singular value of the decoder's Jacobian, times σ",
    source=PULLBACK,
    theory="E14",
)
STEEPEST = Quantity(
    key="steepest",
    label="Steepest that was seen",
    unit=STRETCH_UNIT,
    bound="≥ ",
    digits=1,
    meaning="The greatest stretch among the sampled points. The Lipschitz constant, which no "
    "stretch anywhere exceeds, is at least this.",
    formula="max of that singular value and of |g(z) - g(z')| / |z - z'|",
    source=PULLBACK,
    theory="E14",
)
PROVEN = Quantity(
    key="image bound",
    label="Proven mean radius in the image",
    unit=IMAGE,
    bound="≤ ",
    digits=0,
    meaning="No model of these class masses and with such a decoder has a greater one. It holds "
    "for sure and says little: what is found above is far smaller.",
    formula="the decoder's proven Lipschitz constant times the bound from the class masses",
    source=FAWZI,
    theory="A8",
)
JUMPS = "the decoder's derivative is 0 wherever it was taken, yet its images differ: it jumps"


def image_chapter(survey: Survey, names: Sequence[str]) -> list[Finding]:
    """The radius in pixels, and how steep the decoder is."""
    return _change(survey) + _slopes(survey)


def _change(survey: Survey) -> list[Finding]:
    if survey.images is not None:
        return [measured(CHANGE, survey.images.mean)]
    why = survey.missing.get("images")
    return [absent(CHANGE, clause(why))] if why else []


def _slopes(survey: Survey) -> list[Finding]:
    slopes, why = survey.slopes, survey.missing.get("slopes")
    if slopes is not None and slopes.lower > 0 and not slopes.local.any():
        why = JUMPS
    if why:
        return [absent(STRETCH, clause(why))]
    if slopes is None:
        return []
    stretch = measured(STRETCH, scaled(mean_of(slopes.local), survey.deviation))
    return [stretch, _steepest(slopes, survey.deviation), *_proven(survey, slopes)]


def _steepest(slopes: LipschitzEstimate, deviation: float) -> Finding:
    remark = f"Nothing is proven for every point: {clause(slopes.because)}."
    if slopes.upper is not None:
        upper = number(slopes.upper * deviation, 1)
        remark = (
            f"Proven for every point: at most {upper} {STRETCH_UNIT}, the product of what each "
            "layer can stretch at most. It is far too large, for no image goes through all layers "
            "where each is steepest."
        )
    return measured(STEEPEST, Estimate.exact(slopes.lower * deviation), remark)


def _proven(survey: Survey, slopes: LipschitzEstimate) -> list[Finding]:
    """The bound from the class masses, carried over to the image"""
    radius = next((b.value for b in survey_bounds(survey) if b.key == "partition"), None)
    if radius is None:
        return []
    if slopes.upper is None:
        return [absent(PROVEN, clause(slopes.because))]
    steepest = slopes.upper * survey.deviation
    ends = (image_bound(steepest, end) for end in (radius.value, radius.low, radius.high))
    return [measured(PROVEN, Estimate(*ends))]
