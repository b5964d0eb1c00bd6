"""MNIST and its kin: four IDX files, from a folder of the user or from the network.

The format is that of Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten
digits": big-endian, 0x00 0x00, a type (0x08 unsigned byte), the number of axes, the length of
each axis as 32 bits, the bytes.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
import torch
from numpy.typing import NDArray

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress
from ..engine.worker import ReportProgress, in_thread
from .dataset import SMALLEST, Batch, DataConfig, Dataset
from .download import download
from .grey_levels import grey_levels, range_of, to_pixels
from .idx_file import read_idx
from .idx_files import STEMS, Files, idx_files, standard_name
from .labels import Labels, read_labels
from .square import squared
from .titles import data_title

PARTS = ("train", "t10k")  # what is trained on, and what is held out


@dataclass(frozen=True, eq=False)
class _Content:
    """What the four files hold."""

    pixels: list[NDArray[Any]]  # of each part, (N, 1, H, W) as a `Batch` keeps them
    labels: Labels  # of the one part and then the other
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """Where a member of the family is published."""

    base: str  # address of its folder
    md5: tuple[str, str, str, str]  # of the published .gz, in the order of STEMS
    classes: tuple[str, ...]

    def hashes(self) -> dict[str, str]:
        return {
            standard_name(stem) + ".gz": f"md5:{md5}"
            for stem, md5 in zip(STEMS, self.md5, strict=True)
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
    content = yield from in_thread(partial(_read, config, FAMILY[config.name]))
    images, squaring = yield from squared(torch.from_numpy(content.pixels[0]), config)
    held_out, _ = yield from squared(torch.from_numpy(content.pixels[1]), config)
    rows = content.labels.rows
    labels = None if rows is None else torch.from_numpy(rows)
    train = Batch(images, None if labels is None else labels[: len(images)])
    test = Batch(held_out, None if labels is None else labels[len(images) :])
    yield Dataset(config, train, test, content.labels.names, notes=(*squaring, *content.notes))


def is_local(config: DataConfig) -> bool:
    """Whether all four files are there, by name."""
    try:
        return len(idx_files(_place(config), config.name)) == len(STEMS)
    except Problem:
        return False


def cache_folder(name: str) -> Path:
    """Where downloads of that name are kept: in the user's cache; LACUNA_HOME moves it."""
    home = os.environ.get("LACUNA_HOME")
    cache = Path(home, "cache") if home else platformdirs.user_cache_path("lacuna", False)
    return cache / name


def _place(config: DataConfig) -> Path:
    return Path(config.folder).expanduser() if config.folder else cache_folder(config.name)


def _read(config: DataConfig, source: Source, report: ReportProgress) -> _Content:
    folder = _place(config)
    if config.folder:
        return _both(folder, config.name, source, report)
    if not is_local(config):
        download(folder, source.base, source.hashes(), report)
    try:
        return _both(folder, config.name, source, report)
    except Problem as problem:
        raise Problem(f"{problem} It is in {folder}; once deleted it is downloaded anew.") from None


def _both(folder: Path, data: str, source: Source, report: ReportProgress) -> _Content:
    """What to train on and what is held out"""
    files = idx_files(folder, data)
    if missing := [standard_name(stem) for stem in STEMS if stem not in files]:
        raise Problem(
            f"{folder} lacks {', '.join(missing)} (plain or .gz): choose the folder that holds "
            "the four files, or none to download them."
        )
    images = [read_idx(files[f"{part}-images"], (3,), report) for part in PARTS]
    labels = [read_idx(files[f"{part}-labels"], (1, 2), report) for part in PARTS]
    _check(files, folder, images, labels)
    columns = [part if part.ndim == 1 else part[:, 0] for part in labels]  # QMNIST has eight
    classes = _classes(np.concatenate(columns), source, data, str(folder))
    limits = [range_of(part, f"The images in {folder}") for part in images]
    low, high = min(low for low, _ in limits), max(high for _, high in limits)
    levels = grey_levels(low, high, images[0].dtype.kind == "f", f"The images in {folder}")
    pixels = [to_pixels(part[:, None], levels) for part in images]
    return _Content(pixels, classes, (str(levels), *classes.notes))


def _check(
    files: Files, folder: Path, images: list[NDArray[Any]], labels: list[NDArray[Any]]
) -> None:
    """Raises Problem where they do not belong together, or are too few"""
    for part, some, their in zip(PARTS, images, labels, strict=True):
        names = files[f"{part}-images"].name, files[f"{part}-labels"].name
        if len(some) != len(their) or len(some) == 0:
            raise Problem(
                f"{names[0]} holds {len(some):,} images and {names[1]} {len(their):,} labels: "
                "choose files that belong together."
            )
    if images[0].shape[1:] != images[1].shape[1:]:
        first, second = ("{} x {}".format(*part.shape[1:]) for part in images)
        raise Problem(
            f"{folder} trains on images of {first} and tests on {second} pixels: choose files that "
            "belong together."
        )
    if len(images[0]) < SMALLEST:
        name = files[f"{PARTS[0]}-images"].name
        raise Problem(f"{name} holds {len(images[0])} images, and {SMALLEST} are needed.")


def _classes(labels: NDArray[Any], source: Source, data: str, where: str) -> Labels:
    """Those of the family; where the labels are others, what they are called"""
    if labels.dtype.kind in "iu" and labels.min() >= 0 and labels.max() < len(source.classes):
        return Labels(labels.astype(np.int64), source.classes)
    read = read_labels(labels, len(labels), None, where)
    return replace(read, notes=(f"not the labels of {data_title(data)}", *read.notes))
