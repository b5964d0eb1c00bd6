"""Chapters of the measures: copies of training images, the judge, and disentanglement."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...analysis.quality.quality import Quality
from ...figures.estimate import Estimate, percent
from ...figures.finding import Finding, Quantity, absent, grouped, measured, share
from ...figures.intervals import wilson
from .bound import NO_ENCODER
from .part import part_findings

NO_JUDGE = "no judge was trained for this model"
COPIES = Quantity(
    key="copies",
    label="Samples that look like copies",
    unit="%",
    digits=1,
    meaning="Samples much nearer to a training image than images held out are, in features. By "
    "chance as many images held out look like copies.",
    formula="nearer than half of the second nearest, or than 99 % of the images held out",
    source="Meehan, Chaudhuri & Dasgupta 2020, arXiv:2004.05675",
    theory="E12",
)
ACCURACY = Quantity(
    key="accuracy",
    label="Judge right on images",
    unit="%",
    digits=1,
    meaning="How often the judge names an image held out as the data does.",
)
ACCURACY_DECODED = Quantity(
    key="accuracy_decoded",
    label="Judge right on reconstructions",
    unit="%",
    digits=1,
    meaning="The same of what the model makes of them: all that is said of classes is as sure.",
)


def memorisation_chapter(quality: Quality, names: Sequence[str]) -> list[Finding]:
    memorisation, part, remark = quality.memorisation, None, ""
    if memorisation is not None:
        copies = len(memorisation.flagged)
        part = _share(copies / memorisation.n, copies, memorisation.n)
        chance = memorisation.by_chance
        remark = f"By chance {share(chance.value)} ({share(chance.low)} to {share(chance.high)})."
    return part_findings(quality, "memorisation", COPIES, part, remark)


def judge_chapter(quality: Quality, names: Sequence[str]) -> list[Finding]:
    figures = quality.held_out
    if figures is None:
        return []
    why = NO_JUDGE if figures.accuracy is None else NO_ENCODER
    return [
        _accuracy(ACCURACY, figures.accuracy, NO_JUDGE, figures.images),
        _accuracy(ACCURACY_DECODED, figures.accuracy_decoded, why, figures.images),
    ]


def _accuracy(quantity: Quantity, value: float | None, why: str, n: int) -> Finding:
    if value is None:
        return absent(quantity, why)
    return measured(quantity, _share(value, round(value * n), n))


def _share(value: float, hits: int, n: int) -> Estimate:
    """In percent, with Wilson's interval"""
    low, high = wilson(hits, n)
    return percent(Estimate(value, float(low), float(high)))


KIM = "Kim & Mnih 2018, arXiv:1802.05983"
CHEN = "Chen et al. 2018, arXiv:1802.04942"
RIDGEWAY = "Ridgeway & Mozer 2018, arXiv:1802.05312"
KUMAR = "Kumar et al. 2018, arXiv:1711.00848"
EASTWOOD = "Eastwood & Williams 2018"
LOCATELLO = "as in Locatello et al. 2019, arXiv:1811.12359"


def _score(key: str, label: str, source: str) -> Quantity:
    return Quantity(
        key=key,
        label=label,
        meaning="Whether each coordinate follows one factor of the images: 1 at best.",
        source=f"{source}; {LOCATELLO}",
        theory="E15",
    )


SCORES = {
    "beta_vae": _score("score beta_vae", "BetaVAE score", "Higgins et al. 2017"),
    "factor_vae": _score("score factor_vae", "FactorVAE score", KIM),
    "mig": _score("score mig", "Mutual information gap", CHEN),
    "modularity": _score("score modularity", "Modularity", RIDGEWAY),
    "explicitness": _score("score explicitness", "Explicitness", RIDGEWAY),
    "sap": _score("score sap", "Separated predictability", KUMAR),
    "sap_continuous": _score("score sap_continuous", "Separated predictability of values", KUMAR),
    "disentanglement": _score("score disentanglement", "DCI disentanglement", EASTWOOD),
    "completeness": _score("score completeness", "DCI completeness", EASTWOOD),
    "informativeness": _score("score informativeness", "DCI informativeness", EASTWOOD),
}
UNKNOWN = Quantity(key="mig", label=SCORES["mig"].label, meaning=SCORES["mig"].meaning)


def disentanglement_chapter(quality: Quality, names: Sequence[str]) -> list[Finding]:
    disentanglement = quality.disentanglement
    if disentanglement is None:
        return part_findings(quality, "disentanglement", UNKNOWN, None)
    remark = f"Of {grouped(disentanglement.rows)} images."
    scores = disentanglement.scores
    return [
        measured(quantity, Estimate.exact(scores[name]), remark)
        for name, quantity in SCORES.items()
        if name in scores and not math.isnan(scores[name])
    ]
