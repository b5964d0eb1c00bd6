"""Labels in every way that people save them come to the same classes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lacuna.core.data.labels import read_labels
from lacuna.core.engine.errors import Problem

ROWS = np.arange(12) % 3
NAMES = np.array(["ant", "bee", "cat"])


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (ROWS, ("0", "1", "2")),
        (ROWS[:, None].astype(np.uint8), ("0", "1", "2")),
        (np.eye(3, dtype=np.uint8)[ROWS], ("0", "1", "2")),
        (np.eye(3)[ROWS], ("0", "1", "2")),
        (ROWS.astype(float), ("0", "1", "2")),
        (ROWS.astype(">i8"), ("0", "1", "2")),
        (ROWS + 1, ("1", "2", "3")),
        (ROWS - 1, ("-1", "0", "1")),
        (np.array([3, 77, 500])[ROWS], ("3", "77", "500")),
        (NAMES[ROWS], ("ant", "bee", "cat")),
        (NAMES.astype("S")[ROWS], ("ant", "bee", "cat")),
    ],
    ids=str,
)
def test_no_class_is_made_up(labels: NDArray[Any], names: tuple[str, ...]) -> None:
    read = read_labels(labels, 12, None, "mine.npz")
    assert read.names == names
    assert read.rows is not None
    assert read.rows.dtype == np.int64
    assert read.rows.tolist() == ROWS.tolist()


@pytest.mark.parametrize("labels", [ROWS, ROWS + 1, NAMES[ROWS], np.eye(3)[ROWS]], ids=str)
def test_names_go_with_labels_from_0_or_1(labels: NDArray[Any]) -> None:
    read = read_labels(labels, 12, NAMES, "mine.npz")
    assert read.names == ("ant", "bee", "cat")
    assert read.rows is not None
    assert read.rows.tolist() == ROWS.tolist()


def test_names_stand_on_one_line_as_they_are() -> None:
    names = np.array(["R&D <b>bold</b>", "a/b\nc\td", " "])
    read = read_labels(ROWS, 12, names, "mine.npz")
    assert read.names == ("R&D <b>bold</b>", "a/b c d", "(no name)")


@pytest.mark.parametrize("labels", [ROWS * 0, np.array(["a"] * 12), ROWS * 0 + 7])
def test_one_class_alone_is_none(labels: NDArray[Any]) -> None:
    read = read_labels(labels, 12, None, "mine.npz")
    assert (read.rows, read.names, read.notes) == (None, (), ("one class only",))


@pytest.mark.parametrize(
    ("labels", "names", "message"),
    [
        (ROWS[:11], None, r"of shape \(11,\): .* of shape \(12,\)"),
        (ROWS + 0.5, None, "float64"),
        (np.full(12, np.nan), None, "float64"),
        (np.ones((12, 3)), None, r"\(12, 3\)"),
        (np.array(0), None, r"shape \(\)"),
        (ROWS, np.array("abc"), "run from 0 to 2, and it names classes 0 to 0"),
        (ROWS + 2, NAMES, "run from 2 to 4"),
        (np.arange(12) - 1, NAMES, "run from -1 to 10"),
    ],
    ids=str,
)
def test_what_says_no_class_is_refused(
    labels: NDArray[Any], names: NDArray[Any] | None, message: str
) -> None:
    with pytest.raises(Problem, match=message) as caught:
        read_labels(labels, 12, names, "mine.npz")
    assert "mine.npz" in str(caught.value)


def test_numbers_of_the_images_are_no_classes() -> None:
    with pytest.raises(Problem, match="1,200 different labels"):
        read_labels(np.arange(1200), 1200, None, "mine.npz")
    assert len(read_labels(np.arange(12), 12, None, "mine.npz").names) == 12
