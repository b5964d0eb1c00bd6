"""What the classes' masses alone say of the mean radius."""

from __future__ import annotations

from collections.abc import Sequence

from ...analysis.survey import Survey
from ...figures.finding import Finding, absent, measured, share
from ...geometry.radius.bounds import Bound, bounds
from ..words import FAWZI, ISOPERIMETRY, clause, counts_of

BOUNDS = {
    "partition": (
        "From the class masses", "≤ ",
        "No way of cutting the prior into classes of these masses has a greater mean radius.",
        "Σ F(p), F(p) = a p + φ(a), a = Φ⁻¹(p); φ and Φ the normal density and distribution",
        ISOPERIMETRY,
    ),
    "collision": (
        "From the collision entropy", "≤ ",
        "The same, knowing of the masses only how often two draws show the same class.",
        "h(s) = a + φ(a)/s, a = Φ⁻¹(s), s = Σ p²", ISOPERIMETRY,
    ),
    "closed": (
        "In closed form", "≤ ",
        "Looser, and easy to read: the limit falls as the collision entropy H₂ rises. It is a "
        "limit only: the radius itself may lie anywhere below.",
        "1.0293 / √(2 H₂)", ISOPERIMETRY,
    ),
    "slide": (
        "The lecture's form", "≤ ",
        "The closed form of the lecture. For equal classes it says less than √(2/π) = 0.798 σ, "
        "which always holds where no class has more than half, until there are 3·10¹¹ of them.",
        "log(4π log 1/s) / √(2 log 1/s), s = Σ p²", FAWZI,
    ),
    "holes": (
        "With holes left out", "≤ ",
        "For draws outside of the holes, where the holes belong to no class: a hole between two "
        "classes keeps them apart, so that they may be deeper than all limits above.",
        "Σ q (h(q) + Φ⁻¹(q + η) - Φ⁻¹(q)) / (1 - η), η the mass of the holes, q those of classes",
        ISOPERIMETRY,
    ),
    "floor": (
        "Lowest possible first bound", "",
        "However the masses are spread, classes of this Shannon entropy H₁ have no smaller first "
        "bound. It says nothing of the radius itself.",
        "h(exp -H₁)", ISOPERIMETRY,
    ),
}  # fmt: skip

WHOLE = (
    "Like the limits below it is for all of the prior, the {} in holes included: a hole belongs to "
    "the class that is drawn there. For classes without their holes only the last line holds."
)


def bounds_found(survey: Survey, names: Sequence[str]) -> list[Finding]:
    """Each limit with its interval, or why it does not hold here."""
    return [_finding(bound, _whole(bound, survey)) for bound in survey_bounds(survey)]


def survey_bounds(survey: Survey) -> tuple[Bound, ...]:
    """Of the classes among the draws of the prior, in its deviations.

    The one that leaves the holes out is of the draws outside of them. Not of the masses on a grid:
    they are off by what lies in the squares along a border, and a bound may be ten times as much.
    """
    counts = counts_of(survey)
    if counts is None or survey.masses is None:
        return ()
    n, gaussian = int(counts.sum()), survey.gaussian
    known = bounds(counts / n, n, gaussian=gaussian)
    found = [bound for bound in known if bound.key != "holes"]
    if survey.masses.hole is not None:
        clear = survey.masses.clear / n
        hole = float(1 - clear.sum())
        apart = bounds(clear, n, hole, gaussian=gaussian)
        found += [bound for bound in apart if bound.key == "holes"]
    return tuple(found)


def _whole(bound: Bound, survey: Survey) -> str:
    """What a limit from the masses of whole classes does not say where there are holes"""
    hole = None if survey.masses is None else survey.masses.hole
    if bound.key != "partition" or hole is None or not hole[0]:
        return ""
    return WHOLE.format(share(hole[0]))


def _finding(bound: Bound, whole: str) -> Finding:
    label, prefix, meaning, formula, source = BOUNDS[bound.key]
    key = f"bound {bound.key}"
    if bound.value is None:
        return absent(key, label, meaning, clause(bound.because), formula, source)
    remark = f"{bound.note} {whole}".strip()
    return measured(
        key, label, bound.value, "σ", meaning,
        prefix=prefix, formula=formula, source=source, remark=remark,
    )  # fmt: skip
