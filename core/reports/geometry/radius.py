"""How far it is to the next class."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...analysis.survey import Survey
from ...figures.estimate import Estimate
from ...figures.finding import Finding, absent, grouped, measured, number, share
from ...geometry.radius.radii import Radii
from ..words import FAWZI, clause

MEAN = (
    "How far, on average, a draw of the prior is from the nearest point that the model draws as "
    "another class"
)
PROVEN = (
    "Proven: no point nearer than this is drawn as another class. It is far below the truth, for "
    "what may be lost in each layer adds up."
)
SHAPE = "It does not rank diversity: at the same masses, the shape of the classes decides it."
COARSE = (
    "The scores of this model have no gradient to follow: the search could only try points and "
    "ask for their class, so the true radius may be much smaller."
)
FORMULA = "r(z) = min |z - z'| with class(z') ≠ class(z)"
SOURCE = f"{FAWZI}, there of images"
IBP = "Gowal et al. 2018, arXiv:1810.12715"


def radius_found(survey: Survey, names: Sequence[str]) -> list[Finding]:
    """Its mean, what is proven of it, its spread, and how far to trust it."""
    radii = survey.radii
    if radii is None:
        why = survey.missing.get("radii")
        mean = ("mean", "Mean radius E[r]", f"{MEAN}.")
        return [absent(*mean, clause(why), FORMULA, SOURCE)] if why else []
    found = [_mean(survey, radii, names)]
    if radii.kind == "found":
        found.append(_certified(survey, radii))
    found += [
        _quantile(radii, 0.1, "A tenth of the prior"), _quantile(radii, 0.5, "Half of the prior")
    ]  # fmt: skip
    if radii.change is not None and math.isfinite(radii.change):
        found.append(_change(radii.change))
    if radii.unsure > 1e-6:
        found.append(_unsure(radii.unsure))
    return found


def _mean(survey: Survey, radii: Radii, names: Sequence[str]) -> Finding:
    mean = radii.mean()
    how = "measured on a grid whose borders are found to a fraction of a cell"
    if radii.kind == "found":
        draws = grouped(len(radii.radius))
        how = f"the shortest way found from each of {draws} draws, so at most this"
    remark = f"{COARSE} {SHAPE}" if survey.gradient_free else SHAPE
    if math.isinf(mean.value):
        remark = _only_one(radii, names)
    return measured(
        "mean", "Mean radius E[r]", mean, "σ", f"{MEAN}: {how}.",
        prefix="" if radii.kind == "exact" or math.isinf(mean.value) else "≤ ",
        formula=FORMULA, source=SOURCE, remark=remark,
    )  # fmt: skip


def _only_one(radii: Radii, names: Sequence[str]) -> str:
    shares = radii.shares
    if (shares > 0).sum() != 1:
        return "From some draws no other class was found."
    seen = "there is no other class to reach"
    if radii.kind == "found":
        seen = "no other class was found, however far"
    return f"Only {names[int(shares.argmax())]} is drawn: {seen}."


def _certified(survey: Survey, radii: Radii) -> Finding:
    formula = "the largest ball whose scores, bounded layer by layer, show one class"
    lower = radii.certified_mean()
    if lower is None:
        why = survey.missing.get("certificate", "Nothing was proven.")
        return absent("certified", "Certified at least", PROVEN, clause(why), formula, IBP)
    return measured(
        "certified", "Certified at least", lower, "σ", PROVEN, prefix="≥ ", digits=4,
        formula=formula, source=IBP,
    )  # fmt: skip


def _quantile(radii: Radii, part: float, said: str) -> Finding:
    at = radii.quantile(part)
    sampled = radii.kind == "found" and math.isfinite(at)
    return measured(
        f"quantile {part}", f"{said} within", Estimate(at, at, at), "σ",
        f"{said} is no farther than this from a border between classes.",
        prefix="≤ " if sampled else "", formula=f"the {100 * part:.0f} % quantile of r(z)",
        source=SOURCE,
    )  # fmt: skip


def _change(change: float) -> Finding:
    return Finding(
        "change", "Change from a grid half as fine", f"{number(change, 4)} σ",
        "Small where the grid saw every region; a large change means that strips thinner than a "
        "cell were missed.",
        formula="E[r] at n less E[r] at n/2 cells a side",
        source="Richardson & Gaunt 1927, The deferred approach to the limit",
    )  # fmt: skip


def _unsure(unsure: float) -> Finding:
    return Finding(
        "unsure", "Nearer the edge than a border", share(unsure),
        "So much of the prior is nearer to the edge of the measured square than to a border: its "
        "nearest border may lie outside, and its radius be smaller.",
    )  # fmt: skip
