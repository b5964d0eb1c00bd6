"""What a model takes to tell an image, and how well it redraws it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...analysis.quality.codes import NO_ENCODER as UNCODED
from ...analysis.quality.quality import Quality
from ...figures.estimate import Estimate, percent
from ...figures.finding import Finding, absent, grouped, measured, number, share
from ...measures.held_out import HeldOut
from ...measures.likelihood import FEWEST
from .finding import exact, told

BOUND = "Kingma & Welling 2014, arXiv:1312.6114"
NO_BOUND = "this model has no evidence lower bound"
NO_ENCODER = "this model has no encoder, so it redraws nothing"


def bound_found(quality: Quality, names: Sequence[str]) -> list[Finding]:
    figures = quality.held_out
    if figures is None:
        return told(quality, "held_out", "elbo", "Negative ELBO", None, "nats", ELBO)
    return [*_elbo(figures), *_log_likelihood(quality), *_redrawn(quality, figures)]


ELBO = (
    "At least so many nats it takes to tell an image held out: less is better. On grey images "
    "only models with the same pixels compare."
)


def _elbo(figures: HeldOut) -> list[Finding]:
    key, label, formula = "elbo", "Negative ELBO", "KL(q(z|x) || p(z)) - E log p(x|z), z of q(z|x)"
    value, recon, kl = figures.negative_elbo, figures.recon, figures.kl
    if value is None or recon is None or kl is None:
        return [absent(key, label, ELBO, NO_BOUND, formula, BOUND)]
    half = 1.96 * (figures.error or 0.0)
    whole = Estimate(value, value - half, value + half)
    error, images = number(figures.error or 0.0, 2), grouped(figures.images)
    said = f"Standard error {error} nats over {images} images."
    return [
        measured(key, label, whole, "nats", ELBO, digits=2, formula=formula, source=BOUND,
                 remark=said),
        measured("recon", "… of it reconstruction", exact(recon), "nats",
                 "What is left to tell of an image once its code is known.", digits=2,
                 formula="- E log p(x|z)", source=BOUND),
        measured("kl", "… of it KL to the prior", exact(kl), "nats",
                 "What the code itself tells, over all images held out.", digits=2,
                 formula="KL(q(z|x) || p(z))", source=BOUND),
    ]  # fmt: skip


def _log_likelihood(quality: Quality) -> list[Finding]:
    found, value, remark = quality.likelihood, None, ""
    if found is not None:
        half = 1.96 * (found.error or 0.0)
        value = Estimate(found.mean, found.mean - half, found.mean + half)
        remark = (
            f"Of {len(found.bound)} images and {found.draws} draws each; the bound rests on "
            f"{np.median(found.effective):.0f} effective draws in the median."
        )
        if found.unreliable:
            remark += (
                f" {share(found.unreliable)} of them have less than {FEWEST}: do not trust it."
            )
    return told(
        quality, "likelihood", "likelihood", "log p(x)", value, "nats",
        "How probable images held out are to the model, a tighter bound than the ELBO.",
        digits=2, prefix="≥ ", formula="log mean of p(x, z) / q(z|x) over draws z of q(z|x)",
        source="Burda, Grosse & Salakhutdinov 2016, arXiv:1509.00519", remark=remark,
    )  # fmt: skip


def _redrawn(quality: Quality, figures: HeldOut) -> list[Finding]:
    key, label = "explained", "Pixels redrawn"
    meaning = (
        "Share of the pixels' variance that reconstructions explain: 0 % where the mean image "
        "would do as well."
    )
    formula = "1 - squared error of reconstructions / that of the mean training image"
    blind = quality.variance is not None or quality.missing.get("codes") == UNCODED
    if figures.squared_error is None and blind:
        return [absent(key, label, meaning, NO_ENCODER, formula)]
    part = None
    if figures.squared_error is not None and quality.variance:
        part = percent(exact(1 - figures.squared_error / quality.variance))
    return told(quality, "variance", key, label, part, "%", meaning, digits=1, formula=formula)
