"""An array of images that somebody made with numpy.savez."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Generator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress, Word
from ..engine.worker import ReportProgress, in_thread
from .dataset import SIDES, SMALLEST, DataConfig, Dataset
from .split import at_random

MOST_CLASSES = 1000  # classes

_BATCH = 256  # images resized in one step

# RuntimeError: zip archives with a password or an unknown compression
_UNREADABLE = (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError)

Arrays = dict[str, NDArray[Any]]


def load(config: DataConfig) -> Job[Dataset | Progress]:
    """Arrays `images` and, if they are there, `labels` and `classes` of the file `config.folder`.

    images: (N, H, W), (N, H, W, C) or (N, C, H, W) with C of 1 or 3, uint8 or floats in [0, 1].
    labels: (N,) whole numbers. classes: (K,) texts. A sixth, chosen by the seed, is held out.
    """
    path = Path(config.folder).expanduser()
    images, labels, classes = yield from in_thread(partial(_read, path))
    sized = yield from _sized(torch.from_numpy(images), config.side)
    targets = None if labels is None else torch.from_numpy(labels)
    train, test = at_random(sized, targets, config.seed)
    yield Dataset(config, train, test, classes)


def _read(
    path: Path, report: ReportProgress
) -> tuple[NDArray[np.float32], NDArray[np.int64] | None, tuple[str, ...]]:
    """Images (N, C, H, W) in [0, 1], labels (N,) or None, and the names of the classes."""
    report(None, f"reading {path.name}")
    arrays = _arrays(path)
    images = _images(path, arrays["images"])
    labels = _labels(path, arrays["labels"], len(images)) if "labels" in arrays else None
    return images, labels, _classes(path, arrays, labels)


def _arrays(path: Path) -> Arrays:
    """Those that we know; nothing is ever unpickled."""
    if not path.is_file():
        raise Problem(f"There is no file {str(path)!r}: choose an .npz file.")
    if not zipfile.is_zipfile(path):
        raise Problem(f"{path} is not an .npz file: save the arrays with numpy.savez.")
    try:
        with np.load(path, allow_pickle=False) as file:
            if "images" not in file.files:
                names = ", ".join(file.files) or "nothing"
                raise Problem(
                    f"{path.name} holds {names} but no array 'images': save it under that name."
                )
            known = [name for name in file.files if name in ("images", "labels", "classes")]
            return {name: np.asarray(file[name]) for name in known}
    except _UNREADABLE as error:
        raise Problem(
            f"{path} does not hold plain arrays ({error}): save it again with numpy.savez."
        ) from error


def _images(path: Path, images: NDArray[Any]) -> NDArray[np.float32]:
    """(N, C, H, W) in [0, 1]."""
    planes = images[:, None] if images.ndim == 3 else images
    if planes.ndim == 4 and planes.shape[1] not in (1, 3):
        planes = np.moveaxis(planes, -1, 1)
    if planes.ndim != 4 or planes.shape[1] not in (1, 3) or 0 in planes.shape:
        raise Problem(
            f"The images of {path.name} have the shape {images.shape}: make it (N, H, W), "
            "(N, H, W, C) or (N, C, H, W) with one or three channels C."
        )
    if len(planes) < SMALLEST:
        raise Problem(f"{path.name} holds {len(planes)} images, and {SMALLEST} are needed.")
    return _scaled(path, planes)


def _scaled(path: Path, planes: NDArray[Any]) -> NDArray[np.float32]:
    if planes.dtype == np.uint8:
        scaled: NDArray[np.float32] = np.divide(planes, np.float32(255), dtype=np.float32)
        return scaled
    if planes.dtype.kind != "f":
        raise Problem(
            f"The images of {path.name} are of type {planes.dtype}: make them uint8, or floats "
            "from 0 to 1."
        )
    low, high = float(planes.min()), float(planes.max())
    if not (low >= 0 and high <= 1):  # so that nan is refused too
        raise Problem(
            f"The images of {path.name} run from {low:.4g} to {high:.4g}: scale them to 0..1."
        )
    return np.ascontiguousarray(planes, np.float32)


def _labels(path: Path, labels: NDArray[Any], count: int) -> NDArray[np.int64]:
    if labels.dtype.kind not in "iu" or labels.shape != (count,):
        raise Problem(
            f"The labels of {path.name} are {labels.dtype} of shape {labels.shape}: they must be "
            f"whole numbers of shape ({count},), one for each image."
        )
    return labels.astype(np.int64)


def _classes(path: Path, arrays: Arrays, labels: NDArray[np.int64] | None) -> tuple[str, ...]:
    """Their names, which are numbers where the file has none."""
    if labels is None:
        return ()
    low, high = int(labels.min()), int(labels.max())
    stored = arrays.get("classes")
    names = tuple(
        map(
            str, range(high + 1 if high < MOST_CLASSES else 0) if stored is None else stored.ravel()
        )
    )
    if low < 0 or high >= len(names):
        raise Problem(
            f"The labels of {path.name} run from {low} to {high}: number them from 0 to "
            f"{(len(names) or MOST_CLASSES) - 1}."
        )
    return names


def _sized(images: Tensor, side: int) -> Generator[Progress | None, Word | None, Tensor]:
    """Images (N, C, H, W) cut to the middle square, and resized unless models take its side."""
    height, width = images.shape[-2:]
    square = min(height, width)
    top, left = (height - square) // 2, (width - square) // 2
    images = images[..., top : top + square, left : left + square]
    if square in SIDES:
        return images
    sized = torch.empty(*images.shape[:2], side, side)
    for start in range(0, len(images), _BATCH):
        part = images[start : start + _BATCH]
        sized[start : start + _BATCH] = _resized(part, side)
        yield Progress((start + len(part)) / len(images), "resizing the images")
    return sized


def _resized(images: Tensor, side: int) -> Tensor:
    return F.interpolate(images, size=(side, side), mode="bilinear", antialias=True).clamp(0, 1)
