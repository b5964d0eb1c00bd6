"""What a data set is, wherever it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple, get_args

import torch
from torch import Tensor

from ..config.fields import setting
from .summary import DataSummary

Side = Literal[28, 32, 64]
Fit = Literal["crop", "pad"]

SIDES: tuple[Side, ...] = get_args(Side)  # pixels that images may have as they are
SIDE: Side = 28  # of images that are made here
SMALLEST = 10  # images or points that a user's data must hold
SMALLEST_MADE = 60  # images that are made here: a test split that shows every class


class Batch(NamedTuple):
    """Images and what they show; a data set is two long batches.

    Images of eight bits stay bytes until somebody looks at them: a quarter of the memory.
    """

    pixels: Tensor  # (N, C, H, W): bytes of which 255 is white, or float32 in [0, 1]
    labels: Tensor | None  # (N,) int64, or None where nobody said

    @property
    def images(self) -> Tensor:
        """(N, C, H, W) float32 in [0, 1]; of a long batch take some with `at` instead."""
        return as_images(self.pixels)

    def at(self, chosen: Tensor | slice) -> Batch:
        """The images of those rows, as float32."""
        labels = None if self.labels is None else self.labels[chosen]
        return Batch(as_images(self.pixels[chosen]), labels)

    def to(self, device: torch.device) -> Batch:
        """The same on `device`."""
        labels = None if self.labels is None else self.labels.to(device)
        return Batch(self.pixels.to(device), labels)


def as_images(pixels: Tensor) -> Tensor:
    """Pixels (..., H, W) of a `Batch` as float32 in [0, 1], to the last bit on every device."""
    if pixels.dtype != torch.uint8:
        return pixels
    white = torch.full((), 255.0, device=pixels.device)  # a GPU multiplies by 1/255 for a number
    return pixels.to(torch.float32).div_(white)


@dataclass(frozen=True)
class DataConfig:
    """Which data: enough to load the very same images again."""

    name: str = "strokes"  # a key of DATASETS
    folder: str = ""  # where the files lie, or the file; empty: the download folder
    side: Side = setting(
        28,
        "of pictures, and of arrays whose side models do not take",
        unit="pixels",
    )
    colour: bool = setting(False, "pictures of a folder keep their colours, instead of grey")
    fit: Fit = setting(
        "crop",
        "of images that are no squares: their middle, or all with an edge added",
    )
    count: int = setting(20_000, "of data that is made here: how many images")
    seed: int = 0  # of data that is made here; elsewhere: of the split into training and test


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images to train on, images held out, and what is known about them."""

    config: DataConfig
    train: Batch
    test: Batch
    classes: tuple[str, ...] = ()  # names; empty where the data has no labels
    factors: Mapping[str, Tensor] = field(default_factory=dict)  # (N,) of each training image
    notes: tuple[str, ...] = ()  # what its loader did to the images, and what it left out

    @cached_property
    def summary(self) -> DataSummary:
        """What there is, as it is said in one line."""
        channels, height, width = self.train.pixels.shape[1:]
        held_out = len(self.test.pixels)
        count, shape = len(self.train.pixels) + held_out, (channels, height, width)
        return DataSummary(count, held_out, shape, self._counted(), self.notes)

    def _counted(self) -> tuple[tuple[str, int], ...]:
        counts = torch.zeros(len(self.classes), dtype=torch.long)
        for batch in (self.train, self.test):
            if batch.labels is not None:
                counts += batch.labels.cpu().bincount(minlength=len(counts))
        return tuple(zip(self.classes, counts.tolist(), strict=True))
