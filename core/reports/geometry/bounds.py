"""Chapter of the geometry report: what the classes' masses alone say of the mean radius."""

from __future__ import annotations

from collections.abc import Sequence

from ...analysis.survey import Survey
from ...figures.finding import Finding, Quantity, absent, measured, share
from ...geometry.radius.bounds import Bound, bounds
from ..words import FAWZI, ISOPERIMETRY, clause, counts_of

PARTITION = Quantity(
    key="bound partition",
    label="From the class masses",
    unit="σ",
    bound="≤ ",
    meaning="No way of cutting the prior into classes of these masses has a greater mean radius.",
    formula="Σ F(p), F(p) = a p + φ(a), a = Φ⁻¹(p); φ and Φ the normal density and distribution",
    source=ISOPERIMETRY,
    theory="A3",
)
COLLISION = Quantity(
    key="bound collision",
    label="From the collision entropy",
    unit="σ",
    bound="≤ ",
    meaning="The same, knowing of the masses only how often two draws show the same class.",
    formula="h(s) = a + φ(a)/s, a = Φ⁻¹(s), s = Σ p²",
    source=ISOPERIMETRY,
    theory="A3",
)
CLOSED = Quantity(
    key="bound closed",
    label="In closed form",
    unit="σ",
    bound="≤ ",
    meaning="Looser, and easy to read: the limit falls as the collision entropy H₂ rises. It is a "
    "limit only: the radius itself may lie anywhere below.",
    formula="1.0293 / √(2 H₂)",
    source=ISOPERIMETRY,
    theory="A3",
)
SLIDE = Quantity(
    key="bound slide",
    label="The lecture's form",
    unit="σ",
    bound="≤ ",
    meaning="The closed form of the lecture. For equal classes it says less than √(2/π) = 0.798 σ, "
    "which always holds where no class has more than half, until there are 3·10¹¹ of them.",
    formula="log(4π log 1/s) / √(2 log 1/s), s = Σ p²",
    source=FAWZI,
    theory="L4",
)
HOLES = Quantity(
    key="bound holes",
    label="With holes left out",
    unit="σ",
    bound="≤ ",
    meaning="For draws outside of the holes, where the holes belong to no class: a hole between "
    "two classes keeps them apart, so that they may be deeper than all limits above.",
    formula="Σ q (h(q) + Φ⁻¹(q + η) - Φ⁻¹(q)) / (1 - η), η the mass of the holes, q those of "
    "classes",
    source=ISOPERIMETRY,
    theory="A3",
)
FLOOR = Quantity(
    key="bound floor",
    label="Lowest possible first bound",
    unit="σ",
    meaning="However the masses are spread, classes of this Shannon entropy H₁ have no smaller "
    "first bound. It says nothing of the radius itself.",
    formula="h(exp -H₁)",
    source=ISOPERIMETRY,
    theory="A3",
)
QUANTITIES = {
    "partition": PARTITION,
    "collision": COLLISION,
    "closed": CLOSED,
    "slide": SLIDE,
    "holes": HOLES,
    "floor": FLOOR,
}

WHOLE = (
    "Like the limits below it is for all of the prior, the {} in holes included: a hole belongs to "
    "the class that is drawn there. For classes without their holes only the last line holds."
)


def bounds_chapter(survey: Survey, names: Sequence[str]) -> list[Finding]:
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
    whole = bounds(counts / n, n, gaussian=gaussian)
    kept = [bound for bound in whole if bound.key != "holes"]
    if survey.masses.hole is not None:
        clear = survey.masses.clear / n
        hole = float(1 - clear.sum())
        apart = bounds(clear, n, hole, gaussian=gaussian)
        kept += [bound for bound in apart if bound.key == "holes"]
    return tuple(kept)


def _whole(bound: Bound, survey: Survey) -> str:
    """What a limit from the masses of whole classes does not say where there are holes"""
    hole = None if survey.masses is None else survey.masses.hole
    if bound.key != "partition" or hole is None or not hole[0]:
        return ""
    return WHOLE.format(share(hole[0]))


def _finding(bound: Bound, whole: str) -> Finding:
    quantity = QUANTITIES[bound.key]
    if bound.value is None:
        return absent(quantity, clause(bound.because))
    return measured(quantity, bound.value, f"{bound.note} {whole}".strip())
