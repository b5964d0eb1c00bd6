"""MNIST and its kin: four IDX files, from a folder of the user or from the network.

The format is that of Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten
digits": big-endian, 0x00 0x00, a type (0x08 unsigned byte), the number of axes, the length of
each axis as 32 bits, the bytes.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import platformdirs
import torch
from numpy.typing import NDArray

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress
from ..engine.worker import ReportProgress, in_thread
from .dataset import SIDES, Batch, DataConfig, Dataset
from .download import download
from .idx_file import read_idx

STEMS = ("train-images", "train-labels", "t10k-images", "t10k-labels")

Arrays = tuple[NDArray[np.float32], NDArray[np.int64]]  # images (N, 1, H, W), labels (N,)


@dataclass(frozen=True)
class Source:
    """Where a member of the family is published."""

    base: str  # address of its folder
    md5: tuple[str, str, str, str]  # of the published .gz, in the order of STEMS
    classes: tuple[str, ...]

    def hashes(self) -> dict[str, str]:
        return {
            _name(stem) + ".gz": f"md5:{md5}" for stem, md5 in zip(STEMS, self.md5, strict=True)
        }


# addresses and checksums: torchvision 0.21, datasets/mnist.py
FAMILY = {
    "mnist": Source(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        (
            "f68b3c2dcbeaaa9fbdd348bbdeb94873",
            "d53e105ee54ea40749a09fcbcd1e9432",
            "9fb629c4189551a2d022fa330f9573f3",
            "ec29112dd5afa0611ce80d1b7f02629c",
        ),
        tuple("0123456789"),
    ),
    "fashion-mnist": Source(
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        (
            "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            "25c81989df183df01b3e8a0aad5dffbe",
            "bef4ecab320f06d8554ea6380940ec79",
            "bb300cfdad3c16e7a12a480ee83cd310",
        ),
        (
            "T-shirt/top",
            "Trouser",
            "Pullover",
            "Dress",
            "Coat",
            "Sandal",
            "Shirt",
            "Sneaker",
            "Bag",
            "Ankle boot",
        ),
    ),
    "kmnist": Source(
        "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
        (
            "bdb82020997e1d708af4cf47b453dcf7",
            "e144d726b3acfaa3e44228e80efcd344",
            "5c965bf0a639b31b8f53240b1b52f4d7",
            "7320c461ea6c1c855c0b718fb2a4b134",
        ),
        ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
    ),
}


def load(config: DataConfig) -> Job[Dataset | Progress]:
    """The member of the family named `config.name`, downloaded where `config.folder` is empty."""
    source = FAMILY[config.name]
    (images, labels), (test_images, test_labels) = yield from in_thread(
        partial(_read, config, source)
    )
    train = Batch(torch.from_numpy(images), torch.from_numpy(labels))
    test = Batch(torch.from_numpy(test_images), torch.from_numpy(test_labels))
    yield Dataset(config, train, test, source.classes)


def is_local(config: DataConfig) -> bool:
    """Whether all four files are there, by name."""
    return None not in _paths(_place(config)).values()


def cache_folder(name: str) -> Path:
    """Where downloads of that name are kept: in the user's cache; LACUNA_HOME moves it."""
    home = os.environ.get("LACUNA_HOME")
    cache = Path(home, "cache") if home else platformdirs.user_cache_path("lacuna", False)
    return cache / name


def _read(config: DataConfig, source: Source, report: ReportProgress) -> tuple[Arrays, Arrays]:
    folder = _place(config)
    if config.folder:
        return _both(folder, source, report)
    if not is_local(config):
        download(folder, source.base, source.hashes(), report)
    try:
        return _both(folder, source, report)
    except Problem as problem:
        raise Problem(f"{problem} It is in {folder}; once deleted it is downloaded anew.") from None


def _both(folder: Path, source: Source, report: ReportProgress) -> tuple[Arrays, Arrays]:
    """What to train on and what is held out."""
    files = {stem: path for stem, path in _paths(folder).items() if path is not None}
    missing = [_name(stem) for stem in STEMS if stem not in files]
    if missing:
        raise Problem(
            f"{folder} lacks {', '.join(missing)} (plain or .gz): choose the folder that holds "
            "the four files, or none to download them."
        )
    train, test = (
        _split(files[f"{part}-images"], files[f"{part}-labels"], len(source.classes), report)
        for part in ("train", "t10k")
    )
    if train[0].shape[1:] != test[0].shape[1:]:
        raise Problem(
            f"{folder} trains on images of side {train[0].shape[-1]} and tests on side "
            f"{test[0].shape[-1]}: choose files that belong together."
        )
    return train, test


def _split(images_file: Path, labels_file: Path, classes: int, report: ReportProgress) -> Arrays:
    """Reads and checks one of the two halves."""
    images = read_idx(images_file, 3, report)
    labels = read_idx(labels_file, 1, report)
    height, width = images.shape[1:]
    if height != width or height not in SIDES:
        raise Problem(
            f"{images_file.name} holds images of {height} x {width} pixels; they must be square, "
            f"with a side of {', '.join(map(str, SIDES))}."
        )
    if len(images) != len(labels) or len(images) == 0:
        raise Problem(
            f"{images_file.name} holds {len(images):,} images and {labels_file.name} "
            f"{len(labels):,} labels: choose files that belong together."
        )
    if labels.max() >= classes:
        raise Problem(
            f"{labels_file.name} holds the label {labels.max()}, but there are only {classes} "
            "classes, from 0: choose another folder."
        )
    scaled = np.divide(images[:, None], np.float32(255), dtype=np.float32)
    return scaled, labels.astype(np.int64)


def _place(config: DataConfig) -> Path:
    return Path(config.folder).expanduser() if config.folder else cache_folder(config.name)


def _name(stem: str) -> str:
    return f"{stem}-idx{3 if stem.endswith('images') else 1}-ubyte"


def _paths(folder: Path) -> dict[str, Path | None]:
    """Each of the four files under any of its usual names, or None."""
    paths_by_stem: dict[str, Path | None] = {}
    for stem in STEMS:
        names = (_name(stem), _name(stem).replace("-idx", ".idx"))
        paths = (folder / (name + suffix) for name in names for suffix in ("", ".gz"))
        paths_by_stem[stem] = next((path for path in paths if path.is_file()), None)
    return paths_by_stem
