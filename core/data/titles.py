"""What data and models are called on screen."""

from __future__ import annotations

from pathlib import Path

from ..files.locations import bundled
from .dataset import DataConfig

TITLES = {  # of data sets, and of the bundled models of these
    "strokes": "Drawn digits",
    "shapes": "Drawn shapes",
    "ring": "Points: eight in a ring",
    "grid": "Points: five by five",
    "moons": "Points: two moons",
    "spiral": "Points: two spiral arms",
    "drawn": "Points from a file",
    "digits": "Small scanned digits",
    "mnist": "MNIST",
    "fashion-mnist": "Fashion-MNIST",
    "kmnist": "Kuzushiji-MNIST",
    "folder": "A folder of images",
    "npz": "An .npz file",
}


def data_title(name: str) -> str:
    """Of the data of that name, a key of DATASETS."""
    return TITLES.get(name, name)


def model_title(path: Path | None, data: DataConfig | None) -> str:
    """The file's name, or the data's where it is in no file of the user's."""
    if path is not None:
        return data_title(path.stem) if path in bundled().values() else path.stem
    return "this model" if data is None else data_title(data.name)
