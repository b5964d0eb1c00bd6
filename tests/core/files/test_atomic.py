"""Files that are there whole or not at all, and what is said where they cannot be."""

import errno
import os
from pathlib import Path

import pytest

from lacuna.core.engine.errors import Problem
from lacuna.core.files.atomic import replacing, write


def test_what_is_written_takes_the_place_of_what_was_there(tmp_path):
    path = tmp_path / "a"
    write(path, b"old")
    write(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_leaves_what_was_there(tmp_path):
    path = tmp_path / "a"
    write(path, b"old")
    with pytest.raises(TypeError), replacing(path) as file:
        file.write(3)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "free some space or choose another folder"),
        (errno.EDQUOT, "free some space or choose another folder"),
        (errno.EACCES, "choose another folder"),
        (errno.EROFS, "choose another folder"),
        (errno.ENAMETOOLONG, "choose another name"),
        (errno.EISDIR, "choose another name"),
    ],
)
def test_the_remedy_is_one_of_what_went_wrong(tmp_path, monkeypatch, number, remedy):
    def fails(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(Problem) as problem:
        write(tmp_path / "a", b"new")
    answer = str(problem.value)
    assert answer.endswith(f"; {remedy}.")
    assert os.strerror(number) in answer
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_missing_is_none_to_free_space_in(tmp_path):
    with pytest.raises(Problem, match="unchanged; choose another folder"):
        write(tmp_path / "missing" / "a", b"new")
