"""The parts that look at the bound and at the codes of images held out."""

from __future__ import annotations

import torch
from torch import Tensor

from ...data.dataset import as_images
from ...engine import device
from ...engine.errors import Problem
from ...engine.jobs import Job, Progress
from ...figures.finding import grouped
from ...measures.disentanglement.scores import Disentanglement, disentanglement
from ...measures.elbo_surgery import Activity, ElboSurgery, activity, elbo_surgery
from ...measures.held_out import HeldOut, held_out
from ...measures.likelihood import Likelihood, likelihood
from ...models import protocols as models
from ...models.latent_model import LatentModel
from ...models.protocols import EvidenceBound
from ...runs.encode import codes_of_model, encoder_of_model, training_codes_of_model
from ...runs.fit import figures_of
from ...scene.codes import Codes
from ...scene.prior import Gaussian
from .inputs import QualityInputs, needed, some_of
from .quality import Quality

CODES = 5000  # images held out whose codes stand for all
SUMMED = 1024  # images that are summed in one step
NO_ENCODER = "This model has no encoder."
NO_BOUND = "This model has no evidence lower bound, so the width of its posteriors means nothing."
ALONE = (
    "Each of the {} codes stands alone: what one tells of its image is not to be told from what so "
    "few can tell at most."
)
NO_FACTORS = "Nobody knows the factors that these images were made from."
NO_LIKELIHOOD = "This model does not say how probable an image is, given its code."


def held_out_part(inputs: QualityInputs, known: Quality) -> Job[HeldOut | Progress]:
    """As they are known, as they stand in the file, or measured now"""
    document = inputs.document
    stored = figures_of(document) if inputs.dataset is None else None
    figures = inputs.figures if inputs.figures is not None else stored
    if figures is not None:
        yield figures
    else:
        yield from held_out(document.model, document.judge, inputs.test, document.step)


def variance_part(inputs: QualityInputs, known: Quality) -> Job[float]:
    """What is left of an image held out by the mean of the training images, per pixel"""
    training, held_out = inputs.data.train.pixels, inputs.test.pixels
    total, squares = torch.zeros_like(training[0], dtype=torch.float64), 0.0
    for some in training.split(SUMMED):
        total += as_images(some).sum(0, dtype=torch.float64)
        yield None
    mean = (total / len(training)).float()
    for some in held_out.split(SUMMED):
        squares += float((as_images(some) - mean).square().sum())
        yield None
    yield squares / held_out.numel()


def codes_part(inputs: QualityInputs, known: Quality) -> Job[Codes | Progress]:
    model, step = _encoding(inputs), inputs.document.step
    kept = inputs.document.test
    if kept is not None and kept.step == step:
        yield kept.part(torch.arange(len(kept.mean))[:CODES])
    else:
        yield (yield from codes_of_model(model, inputs.test, step, CODES))


def _encoding(inputs: QualityInputs) -> LatentModel:
    """The model, where it has an encoder"""
    model = inputs.document.model
    if not isinstance(model, models.Encoding):
        raise Problem(NO_ENCODER)
    return model


def _bounded(inputs: QualityInputs, known: Quality) -> Codes:
    """Codes whose posteriors are part of a bound"""
    if not isinstance(inputs.document.model, EvidenceBound):
        raise Problem(NO_BOUND)
    return needed(known, "codes", known.codes)


def activity_part(inputs: QualityInputs, known: Quality) -> Job[Activity]:
    codes, prior = _bounded(inputs, known), inputs.scene.prior
    if not isinstance(prior, Gaussian):
        raise Problem("The coordinates of this model's prior depend on each other.")
    yield activity(codes, prior)


def surgery_part(inputs: QualityInputs, known: Quality) -> Job[ElboSurgery | Progress]:
    """Of the training images, of which q is the aggregated posterior"""
    prior, codes, step = inputs.scene.prior, inputs.document.codes, inputs.document.step
    if not isinstance(inputs.document.model, EvidenceBound):
        raise Problem(NO_BOUND)
    model = _encoding(inputs)
    if codes is None or codes.step != step or not codes.whole:
        codes = yield from training_codes_of_model(model, prior, inputs.data.train, step)
    if codes.smoothing:
        raise Problem(ALONE.format(grouped(len(codes.mean))))
    yield from elbo_surgery(codes, prior)


def likelihood_part(inputs: QualityInputs, known: Quality) -> Job[Likelihood | Progress]:
    model = inputs.document.model
    if not isinstance(model, models.Likelihood):
        raise Problem(NO_LIKELIHOOD)
    rows = some_of(inputs.test, inputs.config.likelihood_images)
    where, chosen = device.home(model), inputs.test.at(rows)

    def log_joint(x: Tensor, z: Tensor) -> Tensor:
        likely = model.log_likelihood(x.to(where), z.to(where)).to(z.device)
        return likely + inputs.scene.prior.log_density(z)

    with torch.no_grad():
        mean, logvar = encoder_of_model(_encoding(inputs))(chosen)
    yield from likelihood(chosen.images, mean, logvar, log_joint, inputs.config.likelihood_draws)


def disentanglement_part(inputs: QualityInputs, known: Quality) -> Job[Disentanglement | Progress]:
    factors = inputs.data.factors
    if not factors:
        raise Problem(NO_FACTORS)
    codes = yield from codes_of_model(_encoding(inputs), inputs.data.train, inputs.document.step)
    values = torch.stack([values[codes.index] for values in factors.values()], dim=1)
    yield from disentanglement(
        codes.mean.double().numpy(), values.double().numpy(), inputs.config.disentanglement
    )
