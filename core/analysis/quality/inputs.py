"""What a quality is measured on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor

from ...data import toy
from ...data.dataset import Batch, Dataset
from ...documents.compatibility import incompatibility
from ...documents.document import Document
from ...engine.errors import Problem
from ...measures.held_out import HeldOut
from ...scene.scene import Scene
from ..measure_config import MeasureConfig
from .quality import Quality

T = TypeVar("T")

NO_IMAGES = "The images are not on this machine: choose their place, or download them."
NO_HELD_OUT = "No image was held out from the training."
NO_DENSITY = "The density of these data is not known."


@dataclass(frozen=True, eq=False)
class QualityInputs:
    """What the parts of a quality are measured on."""

    document: Document
    dataset: Dataset | None
    scene: Scene  # of the document, under any condition: only `samples` draws, and it asks for all
    figures: HeldOut | None = None
    config: MeasureConfig = MeasureConfig()

    @property
    def data(self) -> Dataset:
        """Raises Problem where the images are not here, or others."""
        if self.dataset is None:
            raise Problem(NO_IMAGES)
        if problem := incompatibility(self.document, self.dataset):
            raise problem
        return self.dataset

    @property
    def test(self) -> Batch:
        if len(self.data.test.pixels) == 0:
            raise Problem(NO_HELD_OUT)
        return self.data.test

    @property
    def mixture(self) -> toy.Mixture:
        """The density of the data; Problem where it is not known."""
        known = toy.MIXTURES.get(self.document.data.name)
        if known is None:
            raise Problem(NO_DENSITY)
        return known


def needed(known: Quality, part: str, value: T | None) -> T:
    """The result of a part before this one; the Problem that it ended in where there is none."""
    if value is None:
        raise Problem(known.missing[part])
    return value


def some_of(data: Batch, count: int) -> Tensor:
    """Rows of `count` of the images, or of all: data may be in order."""
    order = torch.randperm(len(data.pixels), generator=torch.Generator().manual_seed(0))
    return order[:count].sort().values
