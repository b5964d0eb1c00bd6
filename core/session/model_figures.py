"""The figures of two sessions side by side, as far as each of them knows its own."""

from __future__ import annotations

import math

from ..compare.figure_table import FIGURES
from ..compare.significance import Change, significant_change
from ..figures.estimate import Estimate, mean_of
from ..figures.finding import Quantity
from ..figures.intervals import NORMAL, wilson
from ..geometry.classes.entropy import collision_entropy
from ..measures.held_out import HeldOut
from ..models.protocols import EvidenceBound
from ..runs.fit import figures_of
from .belonging import on_time
from .fields import RESULTS
from .results import Results

SIDE_BY_SIDE = {
    "elbo": Quantity(
        key="elbo",
        label="negative ELBO",
        unit="nats",
        meaning="How many nats an image that was held out costs at most: lower is better. Only "
        "models that draw the same kind of pixels can be compared by it.",
        formula="KL(q(z|x) || p(z)) - E log p(x|z), z of q(z|x)",
        source="Kingma & Welling 2014, arXiv:1312.6114",
        theory="E1",
    ),
    "accuracy": Quantity(
        key="accuracy",
        label="judge's accuracy on redrawn images",
        unit="%",
        meaning="How often the judge sees the right class in an image held out that the model has "
        "redrawn: figures that go by classes are only as good as this.",
        formula="share of images x with judge(decode(encode(x))) = label(x)",
    ),
    **{name: FIGURES[name] for name in ("entropy", "hole", "radius", "decoder_slope")},
}

OF_IMAGES = ("elbo", "accuracy")  # measured on images held out: of other data they tell nothing


def known(results: Results) -> dict[str, Estimate]:
    """What a session knows by now of what it shows, by the names of SIDE_BY_SIDE."""
    estimates: dict[str, Estimate] = {}
    figures, masses = _held_out_figures(results), on_time(results, RESULTS.masses)
    survey = on_time(results, RESULTS.survey)
    if figures is not None:
        estimates |= _held_out(figures)
    if masses is not None:
        if len(masses.share):
            estimates["entropy"] = collision_entropy(masses.counts)
        if masses.hole is not None:
            estimates["hole"] = Estimate(*masses.hole)
    if survey is not None:
        if survey.radii is not None:
            estimates["radius"] = survey.radii.mean()
        if survey.slopes is not None:
            estimates["decoder_slope"] = mean_of(survey.slopes.local)
    return estimates


def _held_out_figures(results: Results) -> HeldOut | None:
    """As they were measured here, else as they stand in the file"""
    scene, document, measured = results.scene, results.document, on_time(results, RESULTS.measured)
    if measured is not None or scene is None or document is None:
        return measured
    return figures_of(document) if document.step == scene.step else None


def missing(results: Results) -> dict[str, str]:
    """Why a session does not know the others, in a few words."""
    scene, document, there = results.scene, results.document, known(results)
    if scene is None or document is None:
        return dict.fromkeys(SIDE_BY_SIDE, "no model yet")
    images = "needs its images" if results.dataset is None else ""
    encoder = "no encoder" if scene.encode is None else ""
    judge = "no judge" if scene.logits is None else ""
    codes = "no codes" if results.codes is None else ""
    bound = "" if isinstance(document.model, EvidenceBound) else "no such bound"
    why = {
        "elbo": bound or images,
        "accuracy": judge or encoder or images,
        "entropy": judge,
        "hole": encoder or codes,
        "radius": judge,
        "decoder_slope": "",
    }
    return {name: text or "not measured yet" for name, text in why.items() if name not in there}


def _held_out(figures: HeldOut) -> dict[str, Estimate]:
    estimates: dict[str, Estimate] = {}
    if figures.negative_elbo is not None:
        half = math.inf if figures.error is None else NORMAL * figures.error
        nats = figures.negative_elbo
        estimates["elbo"] = Estimate(nats, nats - half, nats + half)
    if figures.accuracy_decoded is not None:
        estimates["accuracy"] = _part(figures.accuracy_decoded, figures.images)
    return estimates


def _part(part: float, count: int) -> Estimate:
    low, high = wilson(round(part * count), count)
    return Estimate(part, float(low), float(high))


def differences(first: Results, second: Results) -> dict[str, Change]:
    """How the second differs from the first in each figure that both know, of the same data."""
    one, other = known(first), known(second)
    shared = set(one) & set(other)
    if not of_same_data(first, second):
        shared -= set(OF_IMAGES)
    return {name: significant_change(one[name], other[name]) for name in one if name in shared}


def of_same_data(first: Results, second: Results) -> bool:
    """Whether both models are of the same images; True where there is only one model."""
    if first.document is None or second.document is None:
        return True
    return first.document.data == second.document.data
