"""Chapter of the measures: what of the data the samples show, its classes and its modes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...analysis.quality.quality import Quality
from ...figures.estimate import Estimate, percent
from ...figures.finding import Finding, Quantity, grouped, measured, number, share, stated
from ...measures.modes import ClassCoverage
from .part import part_findings

MISSING = Quantity(
    key="missing",
    label="Classes never drawn",
    meaning="Classes that the data has and the judge saw in no sample.",
)
CLASS_DIVERGENCE = Quantity(
    key="class divergence",
    label="KL of drawn classes to the data's",
    unit="nats",
    meaning="How unevenly classes are drawn: 0 where each is as frequent as in the data.",
    formula="KL(drawn || data)",
    source="Lin et al. 2018, arXiv:1712.04086",
    theory="E8",
)
EFFECTIVE = Quantity(
    key="effective",
    label="Effective classes drawn",
    digits=2,
    meaning="As many equally likely classes would be drawn as unevenly.",
    formula="exp(H₂)",
    source="Rényi 1961",
    theory="A4",
)
VEEGAN = "Srivastava et al. 2017, arXiv:1705.07761"
MODES = Quantity(
    key="modes",
    label="Modes drawn",
    meaning="Modes of the data with a draw within three deviations, of {}.",
    source=VEEGAN,
    theory="E8",
)
NEAR = Quantity(
    key="near",
    label="Draws near a mode",
    unit="%",
    digits=1,
    meaning="Draws within three deviations of a mode; 98.9 % of the data are.",
    source=VEEGAN,
    theory="E8",
)
MODE_DIVERGENCE = Quantity(
    key="mode divergence",
    label="KL of drawn modes to the data's",
    unit="nats",
    meaning="How unevenly the modes are drawn.",
    formula="KL(drawn || data)",
    source=VEEGAN,
    theory="E8",
)
JENSEN_SHANNON = Quantity(
    key="jensen shannon",
    label="Jensen-Shannon divergence",
    unit="nats",
    meaning="How far model and data are apart: 0 for one law, log 2 = 0.693 where they never meet. "
    "Counted in cells, which see a little less; chance adds a little.",
    formula="½ KL(p || m) + ½ KL(q || m), m = (p + q) / 2",
    source="Goodfellow et al. 2014, arXiv:1406.2661",
    theory="E9",
)


def classes_chapter(quality: Quality, names: Sequence[str]) -> list[Finding]:
    return [*_by_class(quality, names), *_by_mode(quality)]


def _by_class(quality: Quality, names: Sequence[str]) -> list[Finding]:
    classes = quality.classes
    if classes is None:
        return part_findings(quality, "classes", MISSING, None)
    return [
        _never_drawn(classes, names),
        measured(CLASS_DIVERGENCE, classes.divergence),
        measured(EFFECTIVE, classes.effective),
    ]


def _never_drawn(classes: ClassCoverage, names: Sequence[str]) -> Finding:
    lost = [
        f"{names[one.label] if names else one.label} (at most {share(one.high)})"
        for one in classes.missing
    ]
    remark = f"{', '.join(lost)}. " if lost else ""
    by_chance = number(classes.by_chance, 1)
    remark += f"As many images of the data would miss {by_chance} on average."
    value = f"{len(lost)} of {len(classes.counts)}"
    return stated(MISSING, value, remark, Estimate.exact(len(lost)))


def _by_mode(quality: Quality) -> list[Finding]:
    """Only of toys: where the density is not known, nobody expects it to be"""
    modes, divergence = quality.modes, quality.jensen_shannon
    if modes is None or divergence is None:
        return []
    captured = replace(MODES, meaning=MODES.meaning.format(grouped(modes.n)))
    value = f"{modes.captured} of {len(modes.counts)}"
    return [
        stated(captured, value, number=Estimate.exact(modes.captured)),
        measured(NEAR, percent(modes.quality)),
        measured(MODE_DIVERGENCE, modes.reverse),
        measured(JENSEN_SHANNON, Estimate.exact(divergence)),
    ]
