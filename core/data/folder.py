"""Pictures of the user: one sub-folder for each class, or all in one folder without labels."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from itertools import chain
from pathlib import Path

import torch
from torch import Tensor

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress, Word
from ..engine.worker import in_thread
from ..figures.finding import grouped
from .album import Album
from .dataset import SMALLEST, Batch, DataConfig, Dataset
from .picture import quiet, read_picture
from .split import at_random
from .tree import Classes, tree_of

_REPORT = 16  # images from one report to the next; each is a step

Pixels = Generator[Progress | None, Word | None, tuple[Tensor, tuple[str, ...]]]


def load(config: DataConfig) -> Job[Dataset | Progress]:
    """Every picture under `config.folder`, made a square of `config.side`.

    Held out is what lies in a folder of that name, or else a sixth, chosen by `config.seed`.
    """
    quiet()
    top = Path(config.folder).expanduser()
    if not config.folder or not top.is_dir():
        raise Problem(f"There is no folder {config.folder!r}: choose one that holds pictures.")
    tree = yield from in_thread(lambda report: tree_of(top))
    files, labels = _listed(tree.train, tree.classes)
    held_out, held_out_labels = _listed(tree.test or {}, tree.classes)
    if len(files) < SMALLEST:
        raise Problem(
            f"{top} holds {len(files)} pictures to train on, and {SMALLEST} are needed: add some "
            "or choose another folder."
        )
    pixels, notes = yield from _all((*files, *held_out), config, str(top))
    if tree.test is None:
        train, test = yield from at_random(pixels, labels, config.seed)
    else:
        train = Batch(pixels[: len(files)], labels)
        test = Batch(pixels[len(files) :], held_out_labels)
    yield Dataset(config, train, test, tree.classes, notes=(*notes, *tree.notes))


def _listed(pictures: Classes, classes: tuple[str, ...]) -> tuple[list[Path], Tensor | None]:
    """Files (N,) and the class of each, or None"""
    files = list(chain.from_iterable(pictures.values()))
    if not classes:
        return files, None
    rows = [classes.index(name) for name, some in pictures.items() for _ in some]
    return files, torch.tensor(rows, dtype=torch.long)


def _all(files: Sequence[Path], config: DataConfig, where: str) -> Pixels:
    """(N, C, side, side) of the files, one in each step, and what was done to them"""
    album = Album(len(files), config)
    for row, path in enumerate(files):
        album.add(row, read_picture(path, config))
        reports = row % _REPORT == 0
        text = f"reading {path.name}: {grouped(row + 1)} of {grouped(len(files))}"
        yield Progress((row + 1) / len(files), text) if reports else None
    return album.finished(f"The pictures in {where}")
