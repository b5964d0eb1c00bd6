"""An array of images that somebody made with numpy.savez."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress
from ..engine.worker import ReportProgress, in_thread
from .arrays import Roles, read_array, roles_of
from .dataset import SMALLEST, Batch, DataConfig, Dataset
from .grey_levels import grey_levels, range_of, to_pixels
from .labels import UNLABELLED, Labels, read_labels
from .paper import laid_on, paper_for
from .planes import planes
from .split import at_random
from .square import squared


@dataclass(frozen=True, eq=False)
class _Content:
    """What a file holds, one part after the other."""

    pixels: NDArray[Any]  # (N, C, H, W) as a `Batch` keeps them
    labels: Labels
    train: int | None  # the first so many are to train on; None where the file does not say
    notes: tuple[str, ...]


def load(config: DataConfig) -> Job[Dataset | Progress]:
    """Arrays `images` and, if they are there, `labels` and `classes` of the file `config.folder`.

    Or under other usual names, in parts to train on and to test. images: whatever `planes` takes,
    of any range of numbers. labels: whatever `read_labels` takes. classes: (K,) texts. Where the
    file does not say what is held out, it is a sixth, chosen by the seed.
    """
    content = yield from in_thread(partial(_read, Path(config.folder).expanduser()))
    pixels, squaring = yield from squared(torch.from_numpy(content.pixels), config)
    rows = content.labels.rows
    labels = None if rows is None else torch.from_numpy(rows)
    if content.train is None:
        train, test = yield from at_random(pixels, labels, config.seed)
    else:
        train, test = (
            Batch(pixels[part], None if labels is None else labels[part])
            for part in (slice(content.train), slice(content.train, None))
        )
    notes = (*squaring, *content.notes)
    yield Dataset(config, train, test, content.labels.names, notes=notes)


def _read(path: Path, report: ReportProgress) -> _Content:
    report(None, f"reading {path.name}")
    roles = roles_of(path)
    parts = [part for part in ("", "train", "val", "test") if part in roles.images]
    each = [_part(path, roles, part) for part in parts]
    images, labels = _joined(path, [images for images, _ in each]), _labels(path, roles, each)
    held_out = parts[-1] if len(parts) > 1 else None
    train = len(images) - (len(each[-1][0]) if held_out else 0)
    if train < SMALLEST:
        raise Problem(f"{path.name} holds {train} images to train on, and {SMALLEST} are needed.")
    pixels, notes = _pixels(images, path.name)
    split = (f"split as the file is ({' + '.join(parts[:-1])}, {held_out})",) if held_out else ()
    notes = (*notes, *labels.notes, *split, *roles.notes)
    return _Content(pixels, labels, train if held_out else None, notes)


def _part(path: Path, roles: Roles, part: str) -> tuple[NDArray[Any], NDArray[Any] | None]:
    """Images (N, C, H, W) and labels as they stand in the file"""
    labels = read_array(path, roles.labels[part]) if part in roles.labels else None
    count = len(labels) if labels is not None and labels.ndim else None
    images = planes(read_array(path, roles.images[part]), count, path.name)
    if count is not None and count != len(images):
        raise Problem(f"{path.name} holds {len(images):,} images, but {count:,} labels of them.")
    return images, labels


def _joined(path: Path, parts: list[NDArray[Any]]) -> NDArray[Any]:
    if len({part.shape[1:] for part in parts}) > 1:
        shapes = ", ".join(str(part.shape) for part in parts)
        raise Problem(f"The parts of {path.name} differ in shape ({shapes}): make them alike.")
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _labels(
    path: Path, roles: Roles, each: list[tuple[NDArray[Any], NDArray[Any] | None]]
) -> Labels:
    """Of all parts, where all have some"""
    labels = [labels for _, labels in each if labels is not None]
    if len(labels) < len(each):
        return UNLABELLED
    names = None if roles.names is None else read_array(path, roles.names)
    column = labels[0] if len(labels) == 1 else _joined(path, labels)
    return read_labels(column, sum(len(images) for images, _ in each), names, path.name)


def _pixels(images: NDArray[Any], name: str) -> tuple[NDArray[Any], tuple[str, ...]]:
    """(N, C, H, W) as a `Batch` keeps them, opaque, and what was done to them"""
    where, decimal = f"The images of {name}", images.dtype.kind == "f"
    if images.dtype.kind not in "biuf":
        raise Problem(f"{where} are of type {images.dtype}: make them numbers, such as uint8.")
    images = images.view(np.uint8) if images.dtype == bool else images
    levels = grey_levels(*range_of(images, where), decimal, where)
    pixels = to_pixels(images, levels)
    if pixels.shape[1] != 4:
        return np.ascontiguousarray(pixels), (str(levels),)
    if pixels.dtype != np.uint8:
        pixels = np.rint(255 * pixels).astype(np.uint8)
    values, alpha = pixels[:, :3], pixels[:, 3]
    if alpha.min() == 255:
        return np.ascontiguousarray(values), (str(levels),)
    paper = paper_for(zip(values, alpha, strict=True))
    return laid_on(paper, values, alpha), (str(levels), str(paper))
