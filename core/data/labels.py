"""Labels as people save them: numbers from anywhere, texts, one column of many, one-hot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.errors import Problem

MOST_CLASSES = 1000  # classes


@dataclass(frozen=True, eq=False)
class Labels:
    """The class of each image, numbered from 0."""

    rows: NDArray[np.int64] | None  # (N,); None where nobody said, or the same of all
    names: tuple[str, ...]  # of the classes
    notes: tuple[str, ...] = ()


UNLABELLED = Labels(None, ())
_ONE = Labels(None, (), ("one class only",))


def read_labels(labels: NDArray[Any], count: int, names: NDArray[Any] | None, where: str) -> Labels:
    """Of labels (N,), (N, 1) or one-hot (N, K), and the names of their classes where there are any.

    Classes without names are called as they are labelled; none is made up. Raises Problem, which
    names `where` they stand, where they do not say one class for each of `count` images.
    """
    column = _column(np.asarray(labels), count, where)
    if names is None or column.dtype.kind not in "iu":
        return _called_by_label(column, where)
    known = tuple(shown(name) for name in np.ravel(names))
    low, high = int(column.min()), int(column.max())
    if low == 1 and high == len(known):
        return Labels(column.astype(np.int64) - 1, known, ("labels count from 1",))
    if low < 0 or high >= len(known):
        raise Problem(
            f"The labels in {where} run from {low} to {high}, and it names classes 0 to "
            f"{len(known) - 1}: number the labels so, or name them all."
        )
    return Labels(column.astype(np.int64), known) if len(known) > 1 else _ONE


def shown(name: object) -> str:
    """The name of a class on one line."""
    text = name.decode(errors="replace") if isinstance(name, bytes) else str(name)
    return " ".join(text.split()) or "(no name)"


def _called_by_label(column: NDArray[Any], where: str) -> Labels:
    values, rows = np.unique(column, return_inverse=True)
    if len(values) > MOST_CLASSES:
        raise Problem(
            f"{where} has {len(values):,} different labels, and {MOST_CLASSES:,} are the most: "
            "are they numbers of the images? Then save it without them."
        )
    if len(values) == 1:
        return _ONE
    return Labels(rows.astype(np.int64).ravel(), tuple(shown(value) for value in values))


def _column(labels: NDArray[Any], count: int, where: str) -> NDArray[Any]:
    """(N,) whole numbers or texts"""
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim == 2 and len(labels) == count and _is_one_hot(labels):
        labels = labels.argmax(1)
    whole = labels.dtype.kind == "f" and bool((labels == np.rint(labels)).all())
    if labels.shape != (count,) or not (labels.dtype.kind in "iubUS" or whole):
        raise Problem(
            f"The labels in {where} are {labels.dtype} of shape {labels.shape}: they must be whole "
            f"numbers or texts of shape ({count},), one for each image."
        )
    return labels.astype(np.int64) if whole else labels


def _is_one_hot(labels: NDArray[Any]) -> bool:
    if labels.dtype.kind not in "iubf" or labels.shape[1] < 2:
        return False
    return bool(np.isin(labels, (0, 1)).all() and (labels.sum(1) == 1).all())
