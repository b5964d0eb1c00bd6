"""Chapter of the geometry report: how diverse the drawn classes are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from ...analysis.survey import Survey
from ...figures.array import Array
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
from ...geometry.classes.entropy import (
    collision_entropy,
    effective_classes,
    min_entropy,
    shannon_entropy,
)
from ..words import RENYI, SHANNON, counts_of

RELIABLE = 0.9  # accuracy on decoded images below which the reader is warned

JUDGE = Quantity(
    key="judge",
    label="Judge right on decoded images",
    meaning="Every class here is what the judge, a classifier trained on the data, sees in a "
    "decoded image: all that follows is only as good as this. Measured on reconstructions of "
    "images held out.",
)
EFFECTIVE = Quantity(
    key="effective",
    label="Effective classes",
    meaning="As diverse as if so many classes were drawn equally often: the chance that two draws "
    "of the prior show the same class is one in this many.",
    digits=2,
    formula="exp H₂ = 1 / Σ p², p the classes' shares of the prior",
    source=RENYI,
    theory="A4",
)
COLLISION = Quantity(
    key="collision",
    label="Collision entropy H₂",
    unit="nats",
    meaning="How surprising it is that two draws of the prior show the same class: 0 where there "
    "is one class only, and more is more diverse. By this number generators are ranked.",
    formula="H₂ = -log Σ p², from pairs: Σ n(n-1) / N(N-1)",
    source=RENYI,
    theory="A4",
)
SHANNON_ENTROPY = Quantity(
    key="shannon",
    label="Shannon entropy H₁",
    unit="nats",
    meaning="How surprising the class of one draw is on average; rare classes count for more than "
    "in H₂.",
    formula="H₁ = -Σ p log p + (classes seen - 1) / 2N (Miller & Madow)",
    source=SHANNON,
    theory="A4",
)
MIN_ENTROPY = Quantity(
    key="minimum",
    label="Min-entropy H∞",
    unit="nats",
    meaning="Set by the commonest class alone, which fills {} of the prior.",
    formula="H∞ = -log max p",
    source=RENYI,
    theory="A4",
)
NEVER_DRAWN = Quantity(
    key="missing",
    label="Never drawn",
    meaning="Not once in {} draws: each of them fills less than {} % of the prior, with a "
    "confidence of 95 %.",
    formula="95 % limit of what was never seen: -log 0.05 / N",
    source="the rule of three; Hanley & Lippman-Hand 1983",
    theory="A1",
)


def diversity_chapter(survey: Survey, names: Sequence[str]) -> list[Finding]:
    """Entropies of the classes among the prior's draws."""
    counts = counts_of(survey)
    if counts is None:
        return [] if survey.masses is None else [_no_classes()]
    findings = [] if survey.accuracy is None else [_judge(survey.accuracy)]
    findings += _entropies(counts)
    missing = [name for name, count in zip(names, counts, strict=True) if count == 0]
    if missing:
        findings.append(_never_drawn(missing, int(counts.sum())))
    return findings


def _no_classes() -> Finding:
    because = "no judge was trained for this model, so nothing tells classes apart"
    return absent(replace(EFFECTIVE, formula="", source="", theory=""), because)


def _judge(accuracy: float) -> Finding:
    remark = "Read the classes with care." if accuracy < RELIABLE else ""
    return stated(JUDGE, share(accuracy), remark)


def _entropies(counts: Array) -> list[Finding]:
    return [
        measured(replace(EFFECTIVE, unit=f"of {len(counts)}"), effective_classes(counts)),
        measured(COLLISION, collision_entropy(counts)),
        measured(SHANNON_ENTROPY, shannon_entropy(counts)),
        _min_entropy(counts),
    ]


def _min_entropy(counts: Array) -> Finding:
    largest = share(float(counts.max() / counts.sum()))
    quantity = replace(MIN_ENTROPY, meaning=MIN_ENTROPY.meaning.format(largest))
    return measured(quantity, min_entropy(counts))


def _never_drawn(missing: Sequence[str], n: int) -> Finding:
    most = number(100 * -math.log(0.05) / n, 2)
    quantity = replace(NEVER_DRAWN, meaning=NEVER_DRAWN.meaning.format(grouped(n), most))
    return stated(quantity, ", ".join(missing))
