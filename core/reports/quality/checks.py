"""Whether images were learnt by heart, the judge can be trusted, and coordinates mean something."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ...analysis.quality.quality import Quality
from ...figures.estimate import Estimate, percent
from ...figures.finding import Finding, absent, grouped, measured, share
from ...geometry.classes.masses import wilson
from .bound import NO_ENCODER
from .finding import exact, told

NO_JUDGE = "no judge was trained for this model"


def memorisation_found(quality: Quality, names: Sequence[str]) -> list[Finding]:
    found = quality.memorisation
    meaning = (
        "Samples much nearer to a training image than images held out are, in features. By chance "
        "as many images held out look like copies."
    )
    source, part, remark = "Meehan, Chaudhuri & Dasgupta 2020, arXiv:2004.05675", None, ""
    if found is not None:
        copies, (low, high) = len(found.flagged), wilson(len(found.flagged), found.n)
        part = percent(Estimate(copies / found.n, float(low), float(high)))
        chance = found.by_chance
        remark = f"By chance {share(chance.value)} ({share(chance.low)} to {share(chance.high)})."
    formula = "nearer than half of the second nearest, or than 99 % of the images held out"
    return told(quality, "memorisation", "copies", "Samples that look like copies", part, "%",
                 meaning, digits=1, formula=formula, source=source, remark=remark)  # fmt: skip


def judge_found(quality: Quality, names: Sequence[str]) -> list[Finding]:
    figures = quality.held_out
    if figures is None:
        return []
    rows = (
        ("accuracy", "Judge right on images", figures.accuracy, NO_JUDGE,
         "How often the judge names an image held out as the data does."),
        ("accuracy_decoded", "Judge right on reconstructions", figures.accuracy_decoded,
         NO_JUDGE if figures.accuracy is None else NO_ENCODER,
         "The same of what the model makes of them: all that is said of classes is as sure."),
    )  # fmt: skip
    return [_accuracy(*row, figures.images) for row in rows]


def _accuracy(key: str, label: str, value: float | None, why: str, meaning: str, n: int) -> Finding:
    if value is None:
        return absent(key, label, meaning, why)
    low, high = wilson(round(value * n), n)
    part = percent(Estimate(value, float(low), float(high)))
    return measured(key, label, part, "%", meaning, digits=1)


LOCATELLO = "as in Locatello et al. 2019, arXiv:1811.12359"
SCORES: Mapping[str, tuple[str, str]] = {
    "beta_vae": ("BetaVAE score", "Higgins et al. 2017"),
    "factor_vae": ("FactorVAE score", "Kim & Mnih 2018, arXiv:1802.05983"),
    "mig": ("Mutual information gap", "Chen et al. 2018, arXiv:1802.04942"),
    "modularity": ("Modularity", "Ridgeway & Mozer 2018, arXiv:1802.05312"),
    "explicitness": ("Explicitness", "Ridgeway & Mozer 2018, arXiv:1802.05312"),
    "sap": ("Separated predictability", "Kumar et al. 2018, arXiv:1711.00848"),
    "sap_continuous": ("Separated predictability of values", "Kumar et al. 2018, arXiv:1711.00848"),
    "disentanglement": ("DCI disentanglement", "Eastwood & Williams 2018"),
    "completeness": ("DCI completeness", "Eastwood & Williams 2018"),
    "informativeness": ("DCI informativeness", "Eastwood & Williams 2018"),
}


def disentanglement_found(quality: Quality, names: Sequence[str]) -> list[Finding]:
    meaning = "Whether each coordinate follows one factor of the images: 1 at best."
    found = quality.disentanglement
    if found is None:
        return told(quality, "disentanglement", "mig", SCORES["mig"][0], None, "", meaning)
    return [
        measured(f"score {key}", label, exact(found.scores[key]), "", meaning,
                 source=f"{source}; {LOCATELLO}", remark=f"Of {grouped(found.rows)} images.")
        for key, (label, source) in SCORES.items()
        if key in found.scores and not math.isnan(found.scores[key])
    ]  # fmt: skip
