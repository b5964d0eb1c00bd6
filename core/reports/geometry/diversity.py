"""How diverse the drawn classes are."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...analysis.survey import Survey
from ...figures.array import Array
from ...figures.estimate import Estimate
from ...figures.finding import Finding, absent, grouped, measured, number, share
from ...geometry.classes.entropy import collision, effective_classes, renyi, shannon
from ...geometry.classes.masses import wilson
from ..words import RENYI, SHANNON, counts_of

RELIABLE = 0.9  # accuracy on decoded images below which the reader is warned

EFFECTIVE = (
    "As diverse as if so many classes were drawn equally often: the chance that two draws of the "
    "prior show the same class is one in this many."
)


def diversity_found(survey: Survey, names: Sequence[str]) -> list[Finding]:
    """Entropies of the classes among the prior's draws."""
    counts = counts_of(survey)
    if counts is None:
        return [] if survey.masses is None else [_no_classes()]
    found = [] if survey.accuracy is None else [_judge(survey.accuracy)]
    found += _entropies(counts)
    missing = [name for name, count in zip(names, counts, strict=True) if count == 0]
    if missing:
        found.append(_missing(missing, int(counts.sum())))
    return found


def _no_classes() -> Finding:
    because = "no judge was trained for this model, so nothing tells classes apart"
    return absent("effective", "Effective classes", EFFECTIVE, because)


def _entropies(counts: Array) -> list[Finding]:
    return [
        measured(
            "effective", "Effective classes", effective_classes(counts), f"of {len(counts)}",
            EFFECTIVE, digits=2, formula="exp H₂ = 1 / Σ p², p the classes' shares of the prior",
            source=RENYI,
        ),
        measured(
            "collision", "Collision entropy H₂", collision(counts), "nats",
            "How surprising it is that two draws of the prior show the same class: 0 where there "
            "is one class only, and more is more diverse. By this number generators are ranked.",
            formula="H₂ = -log Σ p², from pairs: Σ n(n-1) / N(N-1)", source=RENYI,
        ),
        measured(
            "shannon", "Shannon entropy H₁", shannon(counts), "nats",
            "How surprising the class of one draw is on average; rare classes count for more than "
            "in H₂.",
            formula="H₁ = -Σ p log p + (classes seen - 1) / 2N (Miller & Madow)", source=SHANNON,
        ),
        _smallest(counts),
    ]  # fmt: skip


def _smallest(counts: Array) -> Finding:
    n = int(counts.sum())
    low, high = (float(part) for part in wilson(counts.max(), n))
    largest = float(counts.max()) / n
    least = [abs(renyi(counts / n, math.inf)), abs(math.log(high)), -math.log(low)]
    return measured(
        "minimum", "Min-entropy H∞", Estimate(*least), "nats",
        f"Set by the commonest class alone, which fills {share(largest)} of the prior.",
        formula="H∞ = -log max p", source=RENYI,
    )  # fmt: skip


def _judge(accuracy: float) -> Finding:
    return Finding(
        "judge", "Judge right on decoded images", share(accuracy),
        "Every class here is what the judge, a classifier trained on the data, sees in a decoded "
        "image: all that follows is only as good as this. Measured on reconstructions of images "
        "held out.",
        remark="Read the classes with care." if accuracy < RELIABLE else "",
    )  # fmt: skip


def _missing(missing: Sequence[str], n: int) -> Finding:
    most = -math.log(0.05) / n
    return Finding(
        "missing", "Never drawn", ", ".join(missing),
        f"Not once in {grouped(n)} draws: each of them fills less than {number(100 * most, 2)} % "
        "of the prior, with a confidence of 95 %.",
        formula="95 % limit of what was never seen: -log 0.05 / N",
        source="the rule of three; Hanley & Lippman-Hand 1983",
    )  # fmt: skip
