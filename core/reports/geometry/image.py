"""What steps in latent space are worth in pixels."""

from __future__ import annotations

from collections.abc import Sequence

from ...analysis.survey import Survey
from ...figures.estimate import Estimate, mean_of, scaled
from ...figures.finding import Finding, absent, measured, number
from ...geometry.lipschitz.lipschitz import Slopes
from ...geometry.radius.image_radii import image_bound
from ..words import FAWZI, clause
from .bounds import survey_bounds

CHANGE = (
    "How much the drawn image changes on the way to the nearest point of another class, at most. "
    "The distance of two images is the root of the summed squares of their pixels' differences: "
    "one pixel from black to white counts 1."
)
STRETCH = (
    "How much the image changes for a step of one deviation of the prior, in the direction in "
    "which it changes fastest."
)
STEEPEST = (
    "The greatest stretch among the sampled points. The Lipschitz constant, which no stretch "
    "anywhere exceeds, is at least this."
)
PROVEN = (
    "No model of these class masses and with such a decoder has a greater one. It holds for sure "
    "and says little: what is found above is far smaller."
)
PRODUCT = "the decoder's proven Lipschitz constant times the bound from the class masses"
SINGULAR = "the largest singular value of the decoder's Jacobian, times σ"
PULLBACK = "Arvanitidis, Hansen & Hauberg 2018, arXiv:1710.11379"
JUMPS = "the decoder's derivative is 0 wherever it was taken, yet its images differ: it jumps"


def image_found(survey: Survey, names: Sequence[str]) -> list[Finding]:
    """The radius in pixels, and how steep the decoder is."""
    return _change(survey) + _slopes(survey)


def _change(survey: Survey) -> list[Finding]:
    what = ("image radius", "Mean radius in the image")
    formula = "|g(z) - g(z*)|, g the decoder, z* the nearest point found of another class"
    if survey.images is not None:
        return [
            measured(
                *what, survey.images.mean, "pixel l2", CHANGE,
                prefix="≤ ", digits=2, formula=formula, source=FAWZI,
            )
        ]  # fmt: skip
    why = survey.missing.get("images")
    return [absent(*what, CHANGE, clause(why), formula, FAWZI)] if why else []


def _slopes(survey: Survey) -> list[Finding]:
    what = ("stretch", "Mean stretch of the decoder")
    slopes, why = survey.slopes, survey.missing.get("slopes")
    if slopes is not None and slopes.lower > 0 and not slopes.local.any():
        why = JUMPS
    if why:
        return [absent(*what, STRETCH, clause(why), SINGULAR, PULLBACK)]
    if slopes is None:
        return []
    found = [_stretch(slopes, survey.deviation), _steepest(slopes, survey.deviation)]
    return found + _proven(survey, slopes)


def _proven(survey: Survey, slopes: Slopes) -> list[Finding]:
    """The bound from the class masses, carried over to the image"""
    radius = next((b.value for b in survey_bounds(survey) if b.key == "partition"), None)
    what = ("image bound", "Proven mean radius in the image")
    if radius is None:
        return []
    if slopes.upper is None:
        return [absent(*what, PROVEN, clause(slopes.because), PRODUCT, FAWZI)]
    steepest = slopes.upper * survey.deviation
    ends = (image_bound(steepest, end) for end in (radius.value, radius.low, radius.high))
    return [
        measured(
            *what, Estimate(*ends), "pixel l2", PROVEN, prefix="≤ ", digits=0, formula=PRODUCT,
            source=FAWZI,
        )
    ]  # fmt: skip


def _stretch(slopes: Slopes, deviation: float) -> Finding:
    return measured(
        "stretch", "Mean stretch of the decoder", scaled(mean_of(slopes.local), deviation),
        "pixel l2 per σ", STRETCH, digits=2, formula=SINGULAR, source=PULLBACK,
    )  # fmt: skip


def _steepest(slopes: Slopes, deviation: float) -> Finding:
    remark = f"Nothing is proven for every point: {clause(slopes.because)}."
    if slopes.upper is not None:
        upper = number(slopes.upper * deviation, 1)
        remark = (
            f"Proven for every point: at most {upper} pixel l2 per σ, the product of what each "
            "layer can stretch at most. It is far too large, for no image goes through all layers "
            "where each is steepest."
        )
    steepest = slopes.lower * deviation
    return measured(
        "steepest", "Steepest that was seen", Estimate(steepest, steepest, steepest),
        "pixel l2 per σ", STEEPEST, digits=1, prefix="≥ ",
        formula="max of that singular value and of |g(z) - g(z')| / |z - z'|", source=PULLBACK,
        remark=remark,
    )  # fmt: skip
