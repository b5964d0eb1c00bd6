"""Chapter of the measures: what a model takes to tell an image, and how well it redraws it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...analysis.quality.codes import NO_ENCODER as UNCODED
from ...analysis.quality.quality import Quality
from ...figures.estimate import Estimate, percent
from ...figures.finding import Finding, Quantity, absent, grouped, measured, number, share
from ...figures.intervals import NORMAL
from ...measures.held_out import HeldOut
from ...measures.likelihood import FEWEST, Likelihood
from ..words import EVIDENCE
from .part import part_findings

ELBO = Quantity(
    key="elbo",
    label="Negative ELBO",
    unit="nats",
    digits=2,
    meaning="It takes at most so many nats to tell an image held out, for this is above "
    "-log p(x): less is better. On grey images only models with the same pixels compare.",
    formula="KL(q(z|x) || p(z)) - E log p(x|z), z of q(z|x)",
    source=EVIDENCE,
    theory="E1",
)
RECON = Quantity(
    key="recon",
    label="… of it reconstruction",
    unit="nats",
    digits=2,
    meaning="What is left to tell of an image once its code is known.",
    formula="- E log p(x|z)",
    source=EVIDENCE,
    theory="D3",
)
KL = Quantity(
    key="kl",
    label="… of it KL to the prior",
    unit="nats",
    digits=2,
    meaning="What the code itself tells, over all images held out.",
    formula="KL(q(z|x) || p(z))",
    source=EVIDENCE,
    theory="D3",
)
LIKELIHOOD = Quantity(
    key="likelihood",
    label="log p(x)",
    unit="nats",
    bound="≥ ",
    digits=2,
    meaning="How probable images held out are to the model: closer to it than their ELBO.",
    formula="log mean of p(x, z) / q(z|x) over draws z of q(z|x)",
    source="Burda, Grosse & Salakhutdinov 2016, arXiv:1509.00519",
    theory="E3",
)
EXPLAINED = Quantity(
    key="explained",
    label="Pixels redrawn",
    unit="%",
    digits=1,
    meaning="Share of the pixels' variance that reconstructions explain: 0 % where the mean image "
    "would do as well.",
    formula="1 - squared error of reconstructions / that of the mean training image",
    theory="E1",
)
NO_BOUND = "this model has no evidence lower bound"
NO_ENCODER = "this model has no encoder, so it redraws nothing"


def bound_chapter(quality: Quality, names: Sequence[str]) -> list[Finding]:
    figures = quality.held_out
    if figures is None:
        return part_findings(quality, "held_out", ELBO, None)
    return [*_elbo(figures), *_likelihood(quality), *_explained(quality, figures)]


def _elbo(figures: HeldOut) -> list[Finding]:
    value, recon, kl = figures.negative_elbo, figures.recon, figures.kl
    if value is None or recon is None or kl is None:
        return [absent(ELBO, NO_BOUND)]
    error, images = number(figures.error or 0.0, 2), grouped(figures.images)
    remark = f"Standard error {error} nats over {images} images."
    return [
        measured(ELBO, _with_error(value, figures.error), remark),
        measured(RECON, Estimate.exact(recon)),
        measured(KL, Estimate.exact(kl)),
    ]


def _with_error(value: float, error: float | None) -> Estimate:
    half = NORMAL * (error or 0.0)
    return Estimate(value, value - half, value + half)


def _likelihood(quality: Quality) -> list[Finding]:
    likelihood, value, remark = quality.likelihood, None, ""
    if likelihood is not None:
        value = _with_error(likelihood.mean, likelihood.error)
        remark = _draws(likelihood)
    return part_findings(quality, "likelihood", LIKELIHOOD, value, remark)


def _draws(likelihood: Likelihood) -> str:
    """What the bound rests on"""
    gained = number(float((likelihood.bound - likelihood.elbo).mean()), 2)
    text = (
        f"Of {len(likelihood.bound)} images and {grouped(likelihood.draws)} draws each: "
        f"{number(likelihood.mean, 2)} nats in the mean, {gained} above the ELBO of the same "
        f"images. It rests on {np.median(likelihood.effective):.0f} effective draws in the median."
    )
    if likelihood.unreliable:
        part = share(likelihood.unreliable)
        text += f" {part} of them have less than {FEWEST}: do not trust it."
    return text


def _explained(quality: Quality, figures: HeldOut) -> list[Finding]:
    blind = quality.variance is not None or quality.missing.get("codes") == UNCODED
    if figures.squared_error is None and blind:
        return [absent(EXPLAINED, NO_ENCODER)]
    part = None
    if figures.squared_error is not None and quality.variance:
        part = percent(Estimate.exact(1 - figures.squared_error / quality.variance))
    return part_findings(quality, "variance", EXPLAINED, part)
