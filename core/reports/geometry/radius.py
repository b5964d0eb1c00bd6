"""Chapter of the geometry report: how far it is to the next class."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from ...analysis.survey import Survey
from ...figures.finding import (
    Finding,
    Quantity,
    absent,
    grouped,
    measured,
    number,
    share,
    stated,
)
from ...geometry.radius.radii import RadiusSample
from ..words import FAWZI, RADIUS, clause

SOURCE = f"{FAWZI}, there of images"
MEAN = Quantity(
    key="mean",
    label="Mean radius E[r]",
    unit="σ",
    meaning="How far, on average, a draw of the prior is from the nearest point that the model "
    "draws as another class",
    formula=RADIUS,
    source=SOURCE,
    theory="A2",
)
CERTIFIED = Quantity(
    key="certified",
    label="Certified at least",
    unit="σ",
    bound="≥ ",
    digits=4,
    meaning="Proven: no point nearer than this is drawn as another class. It is far below the "
    "truth, for what may be lost in each layer adds up.",
    formula="the largest ball whose scores, bounded layer by layer, show one class",
    source="Gowal et al. 2018, arXiv:1810.12715",
    theory="A7",
)
QUANTILE = Quantity(
    key="quantile {}",
    label="{} within",
    unit="σ",
    meaning="{} is no farther than this from a border between classes.",
    formula="the {:.0f} % quantile of r(z)",
    source=SOURCE,
    theory="A2",
)
CHANGE = Quantity(
    key="change",
    label="Change from a grid half as fine",
    unit="σ",
    meaning="Small where the grid saw every region; a large change means that strips thinner than "
    "a cell were missed.",
    formula="E[r] at n less E[r] at n/2 cells a side",
    source="Richardson & Gaunt 1927, The deferred approach to the limit",
    theory="A5",
)
UNSURE = Quantity(
    key="unsure",
    label="Nearer the edge than a border",
    meaning="So much of the prior is nearer to the edge of the measured square than to a border: "
    "its nearest border may lie outside, and its radius be smaller.",
)
SHAPE = "It does not rank diversity: at the same masses, the shape of the classes decides it."
COARSE = (
    "The scores of this model have no gradient to follow: the search could only try points and "
    "ask for their class, so the true radius may be much smaller."
)
LEAST_UNSURE = 1e-6  # of the prior, below which nothing is said of the edge


def radius_chapter(survey: Survey, names: Sequence[str]) -> list[Finding]:
    """Its mean, what is proven of it, its spread, and how far to trust it."""
    radii = survey.radii
    if radii is None:
        why = survey.missing.get("radii")
        return [absent(replace(MEAN, meaning=f"{MEAN.meaning}."), clause(why))] if why else []
    findings = [_mean(survey, radii, names)]
    if radii.kind == "searched":
        findings.append(_certified(survey, radii))
    findings.append(_quantile(radii, 0.1, "A tenth of the prior"))
    findings.append(_quantile(radii, 0.5, "Half of the prior"))
    if radii.change is not None and math.isfinite(radii.change):
        findings.append(stated(CHANGE, f"{number(radii.change, 4)} σ"))
    if radii.unsure > LEAST_UNSURE:
        findings.append(stated(UNSURE, share(radii.unsure)))
    return findings


def _mean(survey: Survey, radii: RadiusSample, names: Sequence[str]) -> Finding:
    mean = radii.mean()
    how = "measured on a grid whose borders are found to a fraction of a cell"
    if radii.kind == "searched":
        draws = grouped(len(radii.radius))
        how = f"the shortest way found from each of {draws} draws, so at most this"
    remark = f"{COARSE} {SHAPE}" if survey.gradient_free else SHAPE
    if math.isinf(mean.value):
        remark = _only_one(radii, names)
    bound: Literal["", "≤ "] = "" if radii.kind == "exact" or math.isinf(mean.value) else "≤ "
    quantity = replace(MEAN, meaning=f"{MEAN.meaning}: {how}.", bound=bound)
    return measured(quantity, mean, remark)


def _only_one(radii: RadiusSample, names: Sequence[str]) -> str:
    shares = radii.shares
    if (shares > 0).sum() != 1:
        return "From some draws no other class was found."
    why = "there is no other class to reach"
    if radii.kind == "searched":
        why = "no other class was found, however far"
    return f"Only {names[int(shares.argmax())]} is drawn: {why}."


def _certified(survey: Survey, radii: RadiusSample) -> Finding:
    lower = radii.certified_mean()
    if lower is None:
        return absent(CERTIFIED, clause(survey.missing.get("certificate", "Nothing was proven.")))
    return measured(CERTIFIED, lower)


def _quantile(radii: RadiusSample, part: float, whose: str) -> Finding:
    at = radii.quantile_estimate(part)
    sampled = radii.kind == "searched" and math.isfinite(at.value)
    quantity = replace(
        QUANTILE,
        key=QUANTILE.key.format(part),
        label=QUANTILE.label.format(whose),
        meaning=QUANTILE.meaning.format(whose),
        formula=QUANTILE.formula.format(100 * part),
        bound="≤ " if sampled else "",
    )
    return measured(quantity, at)
