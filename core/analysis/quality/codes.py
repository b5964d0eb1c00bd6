"""The parts that look at the bound and at the codes of images held out."""

from __future__ import annotations

import torch
from torch import Tensor

from ...engine import device
from ...engine.errors import Problem
from ...engine.jobs import Job, Progress
from ...measures.disentanglement.scores import Disentanglement, disentanglement
from ...measures.held_out import HeldOut, held_out
from ...measures.likelihood import Likelihood, likelihood
from ...measures.surgery import Activity, Surgery, activity, surgery
from ...models import protocols as models
from ...models.protocols import EvidenceBound
from ...runs.encode import codes_of
from ...runs.fit import figures_of
from ...scene.codes import Codes
from ...scene.prior import Gaussian
from .material import Material, needed, some_of
from .quality import Quality

CODES = 5000  # images held out whose codes stand for all
SUMMED = 1024  # images that are summed in one step
WEIGHED, DRAWS = 64, 1000  # images whose log p(x) is bounded, and draws for each
NO_ENCODER = "This model has no encoder."
NO_BOUND = "This model has no evidence lower bound, so the width of its posteriors means nothing."
NO_FACTORS = "Nobody knows the factors that these images were made from."
NO_LIKELIHOOD = "This model does not say how probable an image is, given its code."


def held_out_part(of: Material, found: Quality) -> Job[HeldOut | Progress]:
    """As they are known, as they stand in the file, or measured now"""
    document = of.document
    stored = figures_of(document) if of.dataset is None else None
    figures = of.figures if of.figures is not None else stored
    if figures is not None:
        yield figures
    else:
        yield from held_out(document.model, document.judge, of.test, document.step)


def variance_part(of: Material, found: Quality) -> Job[float]:
    """What is left of an image held out by the mean of the training images, per pixel"""
    known, held_out = of.data.train.images, of.test.images
    total, squares = torch.zeros_like(known[0], dtype=torch.float64), 0.0
    for some in known.split(SUMMED):
        total += some.sum(0, dtype=torch.float64)
        yield None
    mean = (total / len(known)).to(held_out)
    for some in held_out.split(SUMMED):
        squares += float((some - mean).square().sum())
        yield None
    yield squares / held_out.numel()


def codes_part(of: Material, found: Quality) -> Job[Codes | Progress]:
    if of.scene.encode is None:
        raise Problem(NO_ENCODER)
    kept = of.document.test
    if kept is not None and kept.step == of.scene.step and of.scene.condition is None:
        rows = slice(CODES)
        labels = None if kept.labels is None else kept.labels[rows]
        yield Codes(kept.mean[rows], kept.logvar[rows], labels, kept.index[rows], kept.step)
    else:
        yield (yield from codes_of(of.scene, of.test, CODES))


def _bounded(of: Material, found: Quality) -> Codes:
    """Codes whose posteriors are part of a bound"""
    if not isinstance(of.document.model, EvidenceBound):
        raise Problem(NO_BOUND)
    return needed(found, "codes", found.codes)


def activity_part(of: Material, found: Quality) -> Job[Activity]:
    codes, prior = _bounded(of, found), of.scene.prior
    if not isinstance(prior, Gaussian):
        raise Problem("The coordinates of this model's prior depend on each other.")
    yield activity(codes, prior)


def surgery_part(of: Material, found: Quality) -> Job[Surgery | Progress]:
    yield from surgery(_bounded(of, found), of.scene.prior)


def likelihood_part(of: Material, found: Quality) -> Job[Likelihood | Progress]:
    model = of.document.model
    if not isinstance(model, models.Likelihood):
        raise Problem(NO_LIKELIHOOD)
    if of.scene.encode is None:
        raise Problem(NO_ENCODER)
    where, images = device.home(model), of.test.at(some_of(of.test, WEIGHED)).images

    def log_joint(x: Tensor, z: Tensor) -> Tensor:
        likely = model.log_likelihood(x.to(where), z.to(where)).to(z.device)
        return likely + of.scene.prior.log_density(z)

    with torch.no_grad():
        mean, logvar = of.scene.encode(images)
    yield from likelihood(images, mean, logvar, log_joint, DRAWS)


def disentanglement_part(of: Material, found: Quality) -> Job[Disentanglement | Progress]:
    factors = of.data.factors
    if not factors:
        raise Problem(NO_FACTORS)
    if of.scene.encode is None:
        raise Problem(NO_ENCODER)
    codes = yield from codes_of(of.scene, of.data.train)
    values = torch.stack([values[codes.index] for values in factors.values()], dim=1)
    yield from disentanglement(codes.mean.double().numpy(), values.double().numpy())
