"""The judge of a data set: the one that comes with the program, or one trained on its images."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import replace
from typing import TypeAlias

import torch
from torch import nn

from ..data.dataset import Dataset
from ..documents.archive import load
from ..documents.compatibility import shape_of
from ..engine import device
from ..engine.jobs import Progress, Word
from ..files.locations import bundled
from ..models.family import POINT
from ..models.judge import Judge
from ..training.config import TrainConfig
from ..training.loop import train

JUDGE = TrainConfig(epochs=6, rate=1e-3)
JUDGE_STEPS = 200  # at least: six looks at 600 images are too few to tell digits apart
POINT_STEPS = 1000  # the same of points: they are quick, and their classes are close
COOLING = 2 / 3  # of its steps, after which the judge learns ten times slower

Found: TypeAlias = Generator[Progress | None, Word | None, nn.Module | None]


def judge_for(dataset: Dataset, where: device.DeviceName = "auto") -> Found:
    """Finds a judge for `dataset` among the bundled models, or trains one; None where stopped."""
    known = _bundled_judge(dataset)
    if known is not None:
        return known
    a_turn = math.ceil(len(dataset.train.images) / JUDGE.batch)
    least = POINT_STEPS if shape_of(dataset) == POINT else JUDGE_STEPS
    epochs = max(JUDGE.epochs, math.ceil(least / a_turn))
    config, judge, step = replace(JUDGE, epochs=epochs, device=where), None, 0
    cooling = COOLING * epochs * a_turn
    cool = replace(config, rate=config.rate / 10)
    job = train(
        lambda: _seeded_judge(dataset), dataset.train, lambda: cool if step > cooling else config
    )
    for stand in job:
        said, step = None, step + 1
        if stand is not None:
            judge = stand.model
            said = Progress(stand.fraction, "training the judge that names what is drawn")
        if (yield said) == "stop":
            return None
    return None if judge is None else judge.cpu()


def _seeded_judge(dataset: Dataset) -> Judge:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(JUDGE.seed)
        return Judge(len(dataset.classes), shape_of(dataset))


def _bundled_judge(dataset: Dataset) -> nn.Module | None:
    """That of a model which comes with the program and was trained on the very same data."""
    name = dataset.config.name
    if name not in bundled():
        return None
    document = load(bundled()[name])
    same = replace(document.data, folder="") == replace(dataset.config, folder="")
    return document.judge if same and document.classes == dataset.classes else None
