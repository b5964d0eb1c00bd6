"""Every remedy that a diagnosis advises, on a recipe of its fault, over three seeds."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch

from lacuna.core.analysis.diagnosis import remedies
from lacuna.core.analysis.diagnosis.diagnosis import DiagnosisInputs, Remedy, remedied
from lacuna.core.analysis.measure_config import MeasureConfig
from lacuna.core.analysis.quality.quality import Quality
from lacuna.core.data.dataset import DataConfig, Dataset
from lacuna.core.data.registry import load
from lacuna.core.data.toy import MIXTURES, to_plane
from lacuna.core.documents.document import Document
from lacuna.core.documents.scenes import scene_of
from lacuna.core.geometry.classes.masses import prior_masses
from lacuna.core.geometry.evaluation import evaluate
from lacuna.core.measures.modes import modes
from lacuna.core.models.gan.gan import GANConfig
from lacuna.core.models.vae.vae import VAEConfig
from lacuna.core.runs.fit import Plan, Trained, finished, fit
from lacuna.core.runs.setup import Setup
from lacuna.core.training.config import TrainConfig
from tests.bench.gans import COLLAPSING, SEEDS
from tests.jobs import last, returned

RING, DIGITS = DataConfig("ring", count=3000), DataConfig("strokes", count=3000)
DENSE = VAEConfig(body="dense", hidden=64)
TRAIN = TrainConfig(epochs=60, device="cpu")  # 1 200 steps
ADVERSARIES = GANConfig(body="dense", hidden=128)


@dataclass(frozen=True)
class Recipe:
    """An ill model, what is advised, and the figure that is to change."""

    title: str
    setup: Setup
    remedy: Callable[[DiagnosisInputs], Remedy | None]
    figure: Callable[[Document, Dataset], float]
    form: str  # of the figure
    reach: str

    def row(self):
        dataset = last(load(self.setup.data))
        before, after = [], []
        for seed in SEEDS:
            setup = replace(self.setup, train=replace(self.setup.train, seed=seed))
            ill = trained(setup, dataset)
            before.append(self.figure(ill, dataset))
            remedy = self.remedy(inputs_of(ill))
            assert remedy is not None, "the remedy is not for this recipe"
            after.append(self.figure(trained(remedied(remedy, setup, setup), dataset), dataset))
        figures = (", ".join(format(one, self.form) for one in some) for some in (before, after))
        return self.title, " \N{RIGHTWARDS ARROW} ".join(figures), self.reach


def trained(setup, dataset):
    job = fit(Plan(setup.data, setup.model), lambda: setup.train, dataset)
    document = [report for report in job if isinstance(report, Trained)][-1].document
    return returned(finished(document, dataset))


def inputs_of(document):
    known = Quality(document.step, document.config.latent)
    return DiagnosisInputs(known, None, document.history, document.config, document.train)


# ---- figures ----


def information(document, dataset):
    """KL of the codes of images held out, nats"""
    return document.measures["kl"]


def explained(document, dataset):
    """Part of the variance of the pixels that is redrawn"""
    images = dataset.test.images
    variance = (images - dataset.train.images.mean(0)).square().mean()
    return 1 - document.measures["squared_error"] / float(variance)


def hole(document, dataset):
    """Part of the prior in holes"""
    config = MeasureConfig()
    return last(prior_masses(scene_of(document, "a"), document.codes, config.threshold)).hole[0]


def recognised(document, dataset):
    """Part of the reconstructions that the judge names rightly"""
    return document.measures["accuracy_decoded"]


def drawn(document):
    """The modes of the ring, as 2 500 samples cover them"""
    law, scene = MIXTURES["ring"], scene_of(document, "a")
    z = scene.prior.sample(2500, scene.latent, torch.Generator().manual_seed(5))
    points = to_plane(evaluate(scene.decode, z)).numpy()
    return modes(points, law.centres.numpy(), law.sigma, least=20)


def captured(document, dataset):
    return drawn(document).captured


def near(document, dataset):
    return drawn(document).quality.value


def of_ring(model, **train):
    return Setup(RING, model, replace(TRAIN, **train))


def of_digits(model, **train):
    return Setup(DIGITS, model, replace(TRAIN, **train))


COLLAPSED = of_ring(GANConfig(body="dense", hidden=128, **COLLAPSING), epochs=400, rate=1e-3)
RECIPES = (
    Recipe(
        "remedy: spectral norm, a near-best critic, modes of 8",
        COLLAPSED,
        remedies.held_critic,
        captured,
        "d",
        "more of them",
    ),
    Recipe(
        "remedy: warm-up, a ring that collapses, KL in nats",
        of_ring(DENSE),
        remedies.more_information,
        information,
        ".2f",
        "above 0.1",
    ),
    Recipe(
        "remedy: free bits, the same after too short a warm-up",
        of_ring(DENSE, warmup=0.1),
        remedies.more_information,
        information,
        ".2f",
        "above 0.1",
    ),
    Recipe(
        "remedy: beta 1, digits at beta 30, KL in nats",
        of_digits(DENSE, beta=30.0),
        remedies.more_information,
        information,
        ".2f",
        "above 2",
    ),
    Recipe(
        "remedy: learned noise, digits with too much, variance redrawn",
        of_digits(replace(DENSE, likelihood="gaussian", deviation=3.0)),
        remedies.lighter,
        explained,
        ".0%",
        "more of it",
    ),
    Recipe(
        "remedy: beta 1 and warm-up, a ring at beta 0.01, prior in holes",
        of_ring(DENSE, beta=0.01),
        remedies.closer,
        hole,
        ".0%",
        "less",
    ),
    Recipe(
        "remedy: beta 2, a ring with little noise, prior in holes",
        of_ring(replace(DENSE, likelihood="gaussian", deviation=0.02)),
        remedies.closer,
        hole,
        ".0%",
        "less",
    ),
    Recipe(
        "remedy: longer, a young GAN on the ring, draws near a mode",
        of_ring(ADVERSARIES, epochs=20),
        remedies.longer,
        near,
        ".0%",
        "more",
    ),
    Recipe(
        "remedy: more latent coordinates, digits, redrawn ones recognised",
        of_digits(DENSE),
        remedies.wider,
        recognised,
        ".0%",
        "more",
    ),
)
