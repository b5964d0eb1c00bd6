"""Whether samples can be told from the data, and how far they are from it."""

from __future__ import annotations

from collections.abc import Sequence

from ...analysis.quality.quality import Quality
from ...figures.estimate import percent
from ...figures.finding import Finding, grouped, measured, number, share, untold
from .finding import exact, told

CHANCE = 0.05  # of so great a discrepancy of one law, above which it tells nothing apart


def samples_found(quality: Quality, names: Sequence[str]) -> list[Finding]:
    samples = quality.samples
    if samples is None:
        return told(quality, "samples", "frechet", "Fréchet distance", None, "", DISTANCE)
    drawn, real = grouped(len(samples.points)), grouped(len(samples.real))
    seen = f"{drawn} samples against {real} images held out, by {samples.seen_by}."
    return [
        *_distances(quality, seen), *_spread(quality, seen), *_tests(quality, seen),
    ]  # fmt: skip


DISTANCE = (
    "How far samples and data are apart as a whole, by the mean and the spread of their features: "
    "0 for one law. It compares only with numbers of the same features."
)


def _distances(quality: Quality, seen: str) -> list[Finding]:
    kernel, frechet = quality.kernel, quality.frechet
    chance = ""
    if frechet is not None:
        chance = f"Two samples of one law come to {number(frechet.chance, 2)}; that is taken off. "
    whole = told(
        quality, "frechet", "frechet", "Fréchet distance",
        None if frechet is None else frechet.corrected, "", DISTANCE, digits=None,
        formula="|m1 - m2|² + Tr(S1 + S2 - 2 (S1 S2)^½)",
        source="Heusel et al. 2017, arXiv:1706.08500", remark=chance + seen,
    )  # fmt: skip
    cubic = told(
        quality, "kernel", "kernel", "Kernel distance",
        None if kernel is None else kernel.squared, "",
        "The same without its bias, seen through a cubic kernel: about 0 for one law.",
        digits=None, formula="squared MMD with the kernel (x·y / D + 1)³",
        source="Bińkowski et al. 2018, arXiv:1801.01401", remark=seen,
    )  # fmt: skip
    return [_unless_zero(one) for one in (*whole, *cubic)]


def _unless_zero(found: Finding) -> Finding:
    """Its number only where its interval is above 0"""
    return untold(found) if found.number is not None and found.number.low <= 0 else found


def _spread(quality: Quality, seen: str) -> list[Finding]:
    found = quality.manifold
    rows = (
        ("precision", "Precision", "Share of samples that lie among the data: how real they are.",
         "Kynkäänniemi et al. 2019, arXiv:1904.06991"),
        ("recall", "Recall", "Share of the data that lies among the samples: how varied they are.",
         "Kynkäänniemi et al. 2019, arXiv:1904.06991"),
        ("density", "Density", "How deep samples lie among the data: 100 % for one law, and more "
         "where they keep to its middle.", "Naeem et al. 2020, arXiv:2002.09797"),
        ("coverage", "Coverage", "Share of the data that has a sample nearby.",
         "Naeem et al. 2020, arXiv:2002.09797"),
    )  # fmt: skip
    if found is None:
        key, label, meaning, source = rows[0]
        return told(quality, "manifold", key, label, None, "%", meaning, source=source)
    most = f"One law comes to {share(found.expected)}. "
    return [
        measured(key, label, percent(getattr(found, key)), "%", meaning, digits=1,
                 formula=f"balls that reach to neighbour {found.k}", source=source,
                 remark=(most if key == "coverage" else "") + seen)
        for key, label, meaning, source in rows
    ]  # fmt: skip


def _tests(quality: Quality, seen: str) -> list[Finding]:
    learnt, apart = quality.distinction, quality.discrepancy
    by = (
        ""
        if learnt is None
        else f"p {_chance(learnt.p)} by guessing, on {grouped(learnt.tested)} of them. "
    )
    so = "" if apart is None else f"p {_chance(apart.p)} where both are of one law. "
    means = told(
        quality, "discrepancy", "discrepancy", "Mean discrepancy (squared)",
        None if apart is None else exact(apart.squared), "",
        "How far the means of samples and data are apart, seen through kernels of five "
        "widths: about 0 for one law.", digits=None,
        formula="unbiased squared MMD, 500 relabellings",
        source="Gretton et al. 2012, A kernel two-sample test", remark=so + seen,
    )  # fmt: skip
    if apart is not None and apart.p > CHANCE:
        means = [untold(one) for one in means]
    return [
        *told(quality, "distinction", "distinction", "Told from data",
               None if learnt is None else percent(learnt.accuracy), "%",
               "How often a small network that was taught to tell samples from data is right: "
               "50 % where nothing tells them apart.", digits=1,
               formula="accuracy on points it never saw",
               source="Lopez-Paz & Oquab 2017, arXiv:1610.06545", remark=by + seen),
        *means,
    ]  # fmt: skip


def _chance(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"
