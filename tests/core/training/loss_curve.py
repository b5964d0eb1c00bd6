"""A short training whose losses at every step are compared."""

from dataclasses import fields, replace

import torch

from lacuna.core.data.dataset import Batch
from lacuna.core.models.registry import build
from lacuna.core.training.config import Cadence, TrainConfig
from lacuna.core.training.loop import train
from tests.core.small_models import DENSE, SHAPE, images

DATA = Batch(images(46), torch.arange(46) % 3)  # at 15 a step: uneven shares, and a batch of one
CONFIG = TrainConfig(epochs=3, batch=15, device="cpu")
MODEL = {field.name for field in fields(DENSE)}


def curve(config=CONFIG, start=None, **more):
    """The losses of every step, and the report of each; `more` is for the model or the training."""
    now = iter(range(10_000))
    changes = {name: more.pop(name) for name in MODEL & more.keys()}
    job = train(
        lambda: build(replace(DENSE, **changes), SHAPE),
        DATA,
        lambda: config,
        start,
        clock=lambda: next(now),
        cadence=Cadence(checkpoints=1.0),
        **more,
    )
    reports = [report for report in job if report is not None]
    return [dict(report.losses) for report in reports], reports
