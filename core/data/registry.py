"""Images to explore: drawn, bundled, downloaded or the user's own.

A loader is a job. It pauses, reports `Progress`, and its last report is the `Dataset`. Adding
data is one file with a loader and one line in `DATASETS`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress
from . import digits, drawn_points, folder, idx, npz, shapes, strokes, toy
from .dataset import Batch, DataConfig, Dataset

__all__ = ["DATASETS", "Batch", "DataConfig", "Dataset", "Loader", "is_local", "load"]

Loader: TypeAlias = Callable[[DataConfig], Job[Dataset | Progress]]

DATASETS: dict[str, Loader] = {
    "strokes": strokes.load,
    "shapes": shapes.load,
    "ring": toy.load,
    "grid": toy.load,
    "moons": toy.load,
    "spiral": toy.load,
    "drawn": drawn_points.load,
    "digits": digits.load,
    "mnist": idx.load,
    "fashion-mnist": idx.load,
    "kmnist": idx.load,
    "folder": folder.load,
    "npz": npz.load,
}


def load(config: DataConfig) -> Job[Dataset | Progress]:
    """The data set that `config` names; its last report is the `Dataset`."""
    if config.name not in DATASETS:
        raise Problem(f"There is no data set {config.name!r}; choose from {', '.join(DATASETS)}.")
    yield from DATASETS[config.name](config)


def is_local(config: DataConfig) -> bool:
    """Whether `load` needs neither the network nor an answer from the user."""
    if config.name in idx.FAMILY:
        return idx.is_local(config)
    if config.name in ("folder", "npz", "drawn"):
        return bool(config.folder) and Path(config.folder).expanduser().exists()
    return config.name in DATASETS
