"""The images of a comparison, and the one judge of all its models."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeAlias

from torch import nn

from ..data.dataset import DataConfig, Dataset
from ..engine.device import DeviceName
from ..engine.jobs import Progress, Word
from ..runs.fit import RunConfig, loaded
from ..runs.train_judge import find_or_train_judge

Part: TypeAlias = Generator[Progress | None, Word | None, "Judged | None"]


@dataclass(frozen=True, eq=False)
class Judged:
    """Images, and what tells their classes apart."""

    dataset: Dataset
    judge: nn.Module | None  # None where they have no classes


def images_and_judge(data: Dataset | DataConfig, device: DeviceName, run_config: RunConfig) -> Part:
    """The images, loaded where `data` only names them, with a judge; None where it was stopped."""
    dataset = data if isinstance(data, Dataset) else (yield from loaded(data))
    if dataset is None:
        return None
    if not dataset.classes:
        return Judged(dataset, None)
    judge = yield from find_or_train_judge(dataset, device, run_config.judge)
    return None if judge is None else Judged(dataset, judge)
