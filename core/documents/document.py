"""All that one file holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import nn

from ..data.dataset import DataConfig
from ..data.summary import DataSummary
from ..models.latent_model import LatentModel, ModelConfig, Shape
from ..scene.codes import Codes
from ..training.config import TrainConfig
from ..training.loop import Checkpoint
from ..training.loss_history import Entry

History = tuple[Entry, ...]  # a step of the training, and its losses by term


@dataclass(frozen=True, eq=False)
class Document:
    """All that one file holds. What is None or empty was not there to be saved."""

    model: LatentModel  # frozen
    config: ModelConfig
    shape: Shape
    data: DataConfig
    step: int = 0
    classes: tuple[str, ...] = ()
    judge: nn.Module | None = None  # frozen
    train: TrainConfig = TrainConfig()
    codes: Codes | None = None  # of the training images
    test: Codes | None = None  # of the images held out
    measures: Mapping[str, float] = field(default_factory=dict)  # see core.measures.report
    history: History = ()
    settings: Mapping[str, Any] = field(default_factory=dict)  # state.Settings as JSON
    checkpoint: Checkpoint | None = None
    summary: DataSummary | None = None  # of the images it was trained on
