"""Chapter of the measures: whether samples can be told from the data, and how far off they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...analysis.quality.quality import Quality
from ...figures.estimate import Estimate, percent
from ...figures.finding import (
    Finding,
    Quantity,
    grouped,
    insignificant,
    measured,
    number,
    share,
)
from .part import part_findings

CHANCE = 0.05  # of so great a discrepancy of one law, above which it tells nothing apart

KYNKAANNIEMI = "Kynkäänniemi et al. 2019, arXiv:1904.06991"
NAEEM = "Naeem et al. 2020, arXiv:2002.09797"
BALLS = "balls that reach to neighbour {}"
PRECISION = Quantity(
    key="precision",
    label="Precision",
    unit="%",
    digits=1,
    meaning="Share of samples that lie among the data: how real they are.",
    formula=BALLS,
    source=KYNKAANNIEMI,
    theory="E11",
)
RECALL = Quantity(
    key="recall",
    label="Recall",
    unit="%",
    digits=1,
    meaning="Share of the data that lies among the samples: how varied they are.",
    formula=BALLS,
    source=KYNKAANNIEMI,
    theory="E11",
)
DENSITY = Quantity(
    key="density",
    label="Density",
    unit="%",
    digits=1,
    meaning="How deep samples lie among the data: 100 % for one law, and more where they keep to "
    "its middle.",
    formula=BALLS,
    source=NAEEM,
    theory="E11",
)
COVERAGE = Quantity(
    key="coverage",
    label="Coverage",
    unit="%",
    digits=1,
    meaning="Share of the data that has a sample nearby.",
    formula=BALLS,
    source=NAEEM,
    theory="E11",
)
FRECHET = Quantity(
    key="frechet",
    label="Fréchet distance",
    digits=None,
    meaning="How far samples and data are apart as a whole, by the mean and the spread of their "
    "features: 0 for one law. It compares only with numbers of the same features.",
    formula="|m1 - m2|² + Tr(S1 + S2 - 2 (S1 S2)^½)",
    source="Heusel et al. 2017, arXiv:1706.08500",
    theory="E10",
)
KERNEL = Quantity(
    key="kernel",
    label="Kernel distance",
    digits=None,
    meaning="The same without its bias, seen through a cubic kernel: about 0 for one law.",
    formula="squared MMD with the kernel (x·y / D + 1)³",
    source="Bińkowski et al. 2018, arXiv:1801.01401",
    theory="E10",
)
DISTINCTION = Quantity(
    key="distinction",
    label="Told from data",
    unit="%",
    digits=1,
    meaning="How often a small network that was taught to tell samples from data is right: 50 % "
    "where nothing tells them apart.",
    formula="accuracy on points it never saw",
    source="Lopez-Paz & Oquab 2017, arXiv:1610.06545",
    theory="E6",
)
DISCREPANCY = Quantity(
    key="discrepancy",
    label="Mean discrepancy (squared)",
    digits=None,
    meaning="How far the means of samples and data are apart, seen through kernels of five widths: "
    "about 0 for one law.",
    formula="unbiased squared MMD, 500 relabellings",
    source="Gretton et al. 2012, A kernel two-sample test",
    theory="E7",
)


def samples_chapter(quality: Quality, names: Sequence[str]) -> list[Finding]:
    samples = quality.samples
    if samples is None:
        return part_findings(quality, "samples", FRECHET, None)
    sampled, real = grouped(len(samples.points)), grouped(len(samples.real))
    basis = f"{sampled} samples against {real} images held out, by {samples.seen_by}."
    return [*_distances(quality, basis), *_manifold(quality, basis), *_tests(quality, basis)]


def _distances(quality: Quality, basis: str) -> list[Finding]:
    kernel, frechet = quality.kernel, quality.frechet
    by_chance = ""
    if frechet is not None:
        chance = number(frechet.chance, 2)
        by_chance = f"Two samples of one law come to {chance}; that is taken off. "
    distance = None if frechet is None else frechet.corrected
    squared = None if kernel is None else kernel.squared
    findings = part_findings(quality, "frechet", FRECHET, distance, by_chance + basis)
    findings += part_findings(quality, "kernel", KERNEL, squared, basis)
    return [_unless_zero(finding) for finding in findings]


def _unless_zero(finding: Finding) -> Finding:
    """Its number only where its interval is above 0"""
    low = None if finding.number is None else finding.number.low
    return insignificant(finding) if low is not None and low <= 0 else finding


def _manifold(quality: Quality, basis: str) -> list[Finding]:
    manifold = quality.manifold
    if manifold is None:
        return part_findings(quality, "manifold", replace(PRECISION, formula=""), None)
    most = f"One law comes to {share(manifold.expected)}. "
    rows = (
        (PRECISION, manifold.precision, basis),
        (RECALL, manifold.recall, basis),
        (DENSITY, manifold.density, basis),
        (COVERAGE, manifold.coverage, most + basis),
    )
    return [
        measured(replace(quantity, formula=BALLS.format(manifold.k)), percent(value), remark)
        for quantity, value, remark in rows
    ]


def _tests(quality: Quality, basis: str) -> list[Finding]:
    return [*_distinction(quality, basis), *_discrepancy(quality, basis)]


def _distinction(quality: Quality, basis: str) -> list[Finding]:
    distinction = quality.distinction
    if distinction is None:
        return part_findings(quality, "distinction", DISTINCTION, None)
    chance, tested = _p_value(distinction.p), grouped(distinction.tested)
    remark = f"p {chance} by guessing, on {tested} of them. {basis}"
    return part_findings(quality, "distinction", DISTINCTION, percent(distinction.accuracy), remark)


def _discrepancy(quality: Quality, basis: str) -> list[Finding]:
    discrepancy = quality.discrepancy
    if discrepancy is None:
        return part_findings(quality, "discrepancy", DISCREPANCY, None)
    remark = f"p {_p_value(discrepancy.p)} where both are of one law. {basis}"
    finding = measured(DISCREPANCY, Estimate.exact(discrepancy.squared), remark)
    return [insignificant(finding) if discrepancy.p > CHANCE else finding]


def _p_value(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"
