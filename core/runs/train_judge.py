"""The judge of a data set: the one that comes with the program, or one trained on its images."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import TypeAlias

import torch
from torch import nn

from ..data.dataset import Batch, Dataset
from ..documents.archive import load
from ..documents.compatibility import image_shape
from ..engine import device
from ..engine.jobs import Progress, Word
from ..files.locations import bundled
from ..models.judge import Judge
from ..models.latent_model import POINT
from ..training.config import TrainConfig
from ..training.loop import train

FLOOR = 0.9  # of the images that a judge from elsewhere must name rightly; bundled ones do 98 %
CHECKED = 1000  # images at most that it is asked about

_CHUNK = 64  # of them in one step

TrainedJudge: TypeAlias = Generator[Progress | None, Word | None, nn.Module | None]


@dataclass(frozen=True)
class JudgeConfig:
    """How the judge is trained; its training is longer where this makes too few steps."""

    train: TrainConfig = TrainConfig(epochs=6, rate=1e-3)
    steps: int = 200  # at least: six looks at 600 images are too few to tell digits apart
    point_steps: int = 1000  # the same of points: they are quick, and their classes are close
    cooling: float = 2 / 3  # of its steps, after which the judge learns ten times slower


def find_or_train_judge(
    dataset: Dataset,
    where: device.DeviceName = "auto",
    how: JudgeConfig = JudgeConfig(),
    known: nn.Module | None = None,
) -> TrainedJudge:
    """The judge that is `known`, a bundled one, or one that is trained; None where stopped.

    One that comes from elsewhere has to be right on these very images.
    """
    for judge in (known, _bundled_judge(dataset)):
        if judge is not None and (yield from _is_right(judge, dataset)):
            return judge
    return (yield from _train_judge(dataset, where, how))


def _is_right(judge: nn.Module, dataset: Dataset) -> Generator[Progress | None, Word | None, bool]:
    """Whether it names enough of these images as they are labelled: the folder may hold others"""
    data = dataset.test if len(dataset.test.pixels) else dataset.train
    rows = slice(None, None, math.ceil(len(data.pixels) / CHECKED))  # they may lie class by class
    some = data.at(rows)
    if not isinstance(judge, Judge) or some.labels is None:
        return False
    if (judge.classes, judge.shape) != (len(dataset.classes), image_shape(dataset)):
        return False
    right = 0
    for first in range(0, len(some.pixels), _CHUNK):
        right += _named_rightly(judge, some.at(slice(first, first + _CHUNK)))
        yield None
    return right >= FLOOR * len(some.pixels)


@torch.no_grad()
def _named_rightly(judge: Judge, batch: Batch) -> int:
    assert batch.labels is not None
    there = batch.to(device.home(judge))
    return int(judge(there.images).argmax(1).eq(there.labels).sum())


def _train_judge(dataset: Dataset, where: device.DeviceName, how: JudgeConfig) -> TrainedJudge:
    a_turn = math.ceil(len(dataset.train.pixels) / how.train.batch)
    least = how.point_steps if image_shape(dataset) == POINT else how.steps
    epochs = max(how.train.epochs, math.ceil(least / a_turn))
    config, judge, step = replace(how.train, epochs=epochs, device=where), None, 0
    cooling = how.cooling * epochs * a_turn
    cool = replace(config, rate=config.rate / 10)
    job = train(
        lambda: _seeded_judge(dataset, config.seed),
        dataset.train,
        lambda: cool if step > cooling else config,
    )
    for snapshot in job:
        progress, step = None, step + 1
        if snapshot is not None:
            judge = snapshot.model
            progress = Progress(snapshot.fraction, "training the judge that names what is drawn")
        if (yield progress) == "stop":
            return None
    return None if judge is None else judge.cpu()


def _seeded_judge(dataset: Dataset, seed: int) -> Judge:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Judge(len(dataset.classes), image_shape(dataset))


def _bundled_judge(dataset: Dataset) -> nn.Module | None:
    """That of a model which comes with the program and was trained on the very same data."""
    name = dataset.config.name
    if name not in bundled():
        return None
    document = load(bundled()[name])
    same = replace(document.data, folder="") == replace(dataset.config, folder="")
    return document.judge if same and document.classes == dataset.classes else None
