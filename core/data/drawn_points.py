"""Points that the user drew: a table of x, y and, if they are there, labels."""

from __future__ import annotations

import csv
import zipfile
import zlib
from functools import partial
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress
from ..engine.worker import ReportProgress, in_thread
from ..files.atomic import write
from .dataset import SMALLEST, DataConfig, Dataset
from .split import at_random
from .toy import HALF, to_images

ENDINGS = (".npz", ".csv")
MOST_CLASSES = 100  # classes

# RuntimeError: zip archives with a password or an unknown compression
_UNREADABLE = (
    OSError,
    ValueError,
    EOFError,
    OverflowError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
    csv.Error,
)

Columns = dict[str, NDArray[Any]]  # "x", "y" and perhaps "label", (N,) each


def load(config: DataConfig) -> Job[Dataset | Progress]:
    """Columns `x`, `y` and perhaps `label` of the .npz or .csv file `config.folder`.

    x, y: (N,) numbers in [-3, 3]. label: (N,) whole numbers or texts; each is a class of that
    name. A sixth, chosen by the seed, is held out.
    """
    path = Path(config.folder).expanduser()
    points, labels, classes = yield from in_thread(partial(_read, path))
    targets = None if labels is None else torch.from_numpy(labels)
    train, test = yield from at_random(to_images(torch.from_numpy(points)), targets, config.seed)
    yield Dataset(config, train, test, classes)


def write_points(path: Path, points: NDArray[Any], labels: NDArray[Any] | None = None) -> None:
    """Write what `load` reads: points (N, 2) and their labels (N,), whole numbers or texts.

    Beside the old file and then in its place: one of them is there, whatever happens.
    """
    _check_ending(path)
    columns = {"x": points[:, 0], "y": points[:, 1]}
    if labels is not None:
        columns["label"] = labels
    content = _as_npz(columns) if path.suffix.lower() == ".npz" else _as_csv(columns)
    write(path, content)


def _as_npz(columns: Columns) -> bytes:
    file = BytesIO()
    np.savez(file, allow_pickle=False, **columns)
    return file.getvalue()


def _as_csv(columns: Columns) -> bytes:
    file = StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(columns)
    rows.writerows(zip(*(values.tolist() for values in columns.values()), strict=True))
    return file.getvalue().encode()


# ---- reading ----


def _read(
    path: Path, report: ReportProgress
) -> tuple[NDArray[np.float32], NDArray[np.int64] | None, tuple[str, ...]]:
    """Points (N, 2), labels (N,) or None, and the names of the classes."""
    report(None, f"reading {path.name}")
    columns = _columns(path)
    points = _points(path, columns)
    if "label" not in columns:
        return points, None, ()
    return points, *_classes(path, columns["label"], len(points))


def _columns(path: Path) -> Columns:
    """Those that we know; nothing is ever unpickled."""
    if not path.is_file():
        raise Problem(f"There is no file {str(path)!r}: choose an .npz or .csv file of points.")
    _check_ending(path)
    try:
        columns = _from_npz(path) if path.suffix.lower() == ".npz" else _from_csv(path)
    except _UNREADABLE as error:
        raise Problem(
            f"{path} does not hold plain columns ({error}): save x and y with numpy.savez or as "
            "a table."
        ) from error
    if missing := [name for name in ("x", "y") if name not in columns]:
        raise Problem(f"{path.name} has no column {missing[0]!r}: save it under that name.")
    return columns


def _check_ending(path: Path) -> None:
    if path.suffix.lower() not in ENDINGS:
        raise Problem(f"{path} cannot hold points: choose a name ending in {' or '.join(ENDINGS)}.")


def _from_npz(path: Path) -> Columns:
    if not zipfile.is_zipfile(path):
        raise ValueError("it is no archive")
    with np.load(path, allow_pickle=False) as file:
        return {name: np.asarray(file[name]) for name in ("x", "y", "label") if name in file.files}


def _from_csv(path: Path) -> Columns:
    """The first line names the columns; labels are whole numbers where all of them can be."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file, restval="", skipinitialspace=True))
    columns: Columns = {
        name: np.array([row[name] for row in rows], str)
        for name in ("x", "y", "label")
        if rows and name in rows[0]
    }
    for name in columns.keys() & {"x", "y"}:
        columns[name] = columns[name].astype(np.float64)
    if "label" in columns and all(text.lstrip("-").isdecimal() for text in columns["label"]):
        columns["label"] = columns["label"].astype(np.int64)
    return columns


def _points(path: Path, columns: Columns) -> NDArray[np.float32]:
    """(N, 2), all of them within the square."""
    x, y = columns["x"], columns["y"]
    if x.ndim != 1 or x.shape != y.shape or {x.dtype.kind, y.dtype.kind} - set("iuf"):
        raise Problem(
            f"x and y of {path.name} are {x.dtype} of shape {x.shape} and {y.dtype} of shape "
            f"{y.shape}: they must be numbers, one of each for every point."
        )
    if len(x) < SMALLEST:
        raise Problem(f"{path.name} holds {len(x)} points, and {SMALLEST} are needed.")
    points = np.stack([x, y], 1).astype(np.float32)
    low, high = float(points.min()), float(points.max())
    if not (low >= -HALF and high <= HALF):  # so that nan is refused too
        raise Problem(
            f"The points of {path.name} run from {low:.4g} to {high:.4g}: scale them to "
            f"{-HALF:.0f}..{HALF:.0f}."
        )
    return points


def _classes(
    path: Path, labels: NDArray[Any], count: int
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """The class (N,) of each point, numbered from 0, and the names of the classes."""
    if labels.dtype.kind not in "iuU" or labels.shape != (count,) or "" in labels.astype(str):
        raise Problem(
            f"The labels of {path.name} are {labels.dtype} of shape {labels.shape}: they must be "
            f"whole numbers or texts of shape ({count},), one for each point."
        )
    names, rows = np.unique(labels, return_inverse=True)
    if len(names) > MOST_CLASSES:
        raise Problem(f"{path.name} has {len(names)} different labels: use at most {MOST_CLASSES}.")
    return rows.astype(np.int64), tuple(str(name) for name in names)
