"""One table of many families of models: trained alike, measured alike."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from ..data.dataset import DataConfig, Dataset
from ..documents.document import Document
from ..documents.scenes import scene_of
from ..engine.drivers import answered
from ..engine.errors import Problem
from ..engine.jobs import Job, Progress
from ..figures.array import Array
from ..geometry.classes.entropy import collision
from ..geometry.classes.masses import masses
from ..geometry.evaluation import evaluate
from ..geometry.radius.exact import radius_2d
from ..geometry.radius.radii import Radii
from ..measures.features import features, looked
from ..measures.frechet import Frechet, frechet
from ..models.registry import MODELS
from ..reports.summary import THRESHOLD
from ..runs.encode import codes_of
from ..runs.fit import Plan, RunConfig, Trained, finished, fit, loaded
from ..runs.train_judge import find_or_train_judge
from ..scene.scene import Scene
from ..training.config import TrainConfig
from .figures import Part

SAMPLES = 2000  # drawn of each model, and held-out images they are compared with
POINTS = 2048  # of the prior, where holes are looked for
SURE = 0.9  # probability from which the judge is sure of a sample


@dataclass(frozen=True)
class Row:
    """What a model came to; None where it has no such figure."""

    model: str  # a key of MODELS
    title: str
    epochs: int
    steps: int
    seconds: float  # of training, on this machine
    nats: float | None  # -ELBO per held-out image
    frechet: float | None  # of samples and held-out images, in the judge's features
    sure: float | None  # share of samples that the judge is sure of
    asked: float | None  # share of samples that the judge names as asked for; conditional models
    entropy: float | None  # collision entropy of the samples' classes, nats
    hole: float | None  # share of the prior in holes
    radius: float | None  # mean class radius, in deviations of the prior


def results(
    data: DataConfig,
    names: Sequence[str],
    train: TrainConfig,
    body: Literal["conv", "dense"] = "dense",
    run_config: RunConfig = RunConfig(),
) -> Job[Row | Progress]:
    """Train each of the families with its own rate, and say a row of each as it is done.

    One judge, one seed and as many epochs for all. A family that cannot be trained on `data` is
    left out.
    """
    dataset = yield from loaded(data)
    if dataset is None:
        return
    judge = None
    if dataset.classes:
        judge = yield from find_or_train_judge(dataset, train.device, run_config.judge)
    for name in names:
        family = MODELS[name]
        config = replace(family.config(), body=body)
        epochs = min(family.epochs, train.epochs) if name == "pca" else train.epochs
        plan = Plan(dataset.config, config, judge)
        began = time.perf_counter()
        try:
            document = yield from _trained(
                plan, replace(train, rate=family.rate, epochs=epochs), dataset, family.title
            )
            seconds = time.perf_counter() - began
            if document is None:
                return
            yield (yield from _row(name, document, dataset, epochs, seconds))
        except Problem as problem:
            yield Progress(None, f"{family.title} is left out: {problem}")


def _trained(
    plan: Plan, config: TrainConfig, dataset: Dataset, title: str
) -> Part[Document | None]:
    found = None
    for said in fit(plan, lambda: config, dataset):
        told = None
        if isinstance(said, Trained):
            found = said.document
            told = Progress(said.snapshot.fraction, f"training: {title}")
        if (yield told) == "stop":
            return None
    return found


def _row(name: str, document: Document, dataset: Dataset, epochs: int, seconds: float) -> Part[Row]:
    document = yield from finished(document, dataset)
    whole = scene_of(document, name)
    given = whole.given
    scenes = [given(row) for row in range(len(whole.conditions))] if given else [whole]
    asks = given is not None and whole.conditions == whole.classes
    images = yield from _samples(scenes)
    apart, probabilities, label = None, None, None
    if document.judge is not None:
        apart = yield from _distance(document.judge, images, dataset)
        probabilities = yield from _judged(document.judge, images)
        label = probabilities.argmax(1)
    each = len(images) // len(scenes)
    hole = yield from _hole(scenes, dataset)
    radius = yield from _radius(whole) if len(scenes) == 1 else _nothing()
    return Row(
        model=name,
        title=MODELS[name].title,
        epochs=epochs,
        steps=document.step,
        seconds=seconds,
        nats=document.measures.get("negative_elbo"),
        frechet=apart,
        sure=None if probabilities is None else float((probabilities.max(1) > SURE).mean()),
        asked=None if label is None or not asks else _obeyed(label, each),
        entropy=None if label is None else collision(np.bincount(label)).value,
        hole=hole,
        radius=radius,
    )


def _samples(scenes: Sequence[Scene]) -> Part[Tensor]:
    """As many of each condition, (N, C, H, W)"""
    random, parts = torch.Generator().manual_seed(0), []
    for scene in scenes:
        for z in scene.prior.sample(SAMPLES // len(scenes), scene.latent, random).split(32):
            parts.append(evaluate(scene.decode, z))
            yield None
    return torch.cat(parts)


def _judged(judge: nn.Module, images: Tensor) -> Part[Array]:
    """(N, K) probabilities"""
    parts = []
    for chunk in images.split(64):
        parts.append(evaluate(judge, chunk).softmax(1).numpy())
        yield None
    return np.concatenate(parts)


def _distance(judge: nn.Module, images: Tensor, dataset: Dataset) -> Part[float | None]:
    look = features(judge)
    drawn = yield from answered(looked(look, images))
    real = yield from answered(looked(look, dataset.test.images[:SAMPLES]))
    try:
        found: Frechet = yield from answered(frechet(drawn, real))
    except Problem:  # too few images were held out
        return None
    return found.value


def _obeyed(label: Array, each: int) -> float:
    return float((label == np.arange(len(label)) // each).mean())


def _hole(scenes: Sequence[Scene], dataset: Dataset) -> Part[float | None]:
    shares = []
    for scene in scenes:
        if scene.encode is None:
            return None
        codes = yield from codes_of(scene, dataset.train)
        found = yield from answered(masses(scene, codes, THRESHOLD, n=POINTS // len(scenes)))
        assert found.hole is not None, "there are codes"
        shares.append(found.hole[0])
    return float(np.mean(shares))


def _radius(scene: Scene) -> Part[float | None]:
    if scene.logits is None or scene.latent > 2:
        return None
    found: Radii = yield from answered(radius_2d(scene))
    return found.mean().value


def _nothing() -> Part[None]:
    """Each condition has a map of its own, and none of them is the model's"""
    yield None
    return None


# ---- as read ----

HEAD = (
    "model", "epochs", "-ELBO, nats", "Fréchet", "judge sure", "as asked", "H₂, nats",
    "in holes", "E[r], σ",
)  # fmt: skip


def markdown(rows: Sequence[Row]) -> str:
    """The table as README's has it."""
    lines = ["| " + " | ".join(HEAD) + " |", "|---|" + "---:|" * (len(HEAD) - 1)]
    for row in rows:
        cells = (
            row.title, str(row.epochs), _said(row.nats, ".1f"), _said(row.frechet, ".1f"),
            _said(row.sure, ".0%"), _said(row.asked, ".0%"), _said(row.entropy, ".2f"),
            _said(row.hole, ".1%"), _said(row.radius, ".3f"),
        )  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _said(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)
