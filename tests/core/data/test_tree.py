"""Folders as people have them: every picture is used, or it is said that it is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from lacuna.core.data.tree import Classes, tree_of
from lacuna.core.engine.errors import Problem


def put(path: Path, kind: str | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (8, 8)).save(path, format=kind)


def counts(classes: Classes) -> dict[str, int]:
    return {name: len(files) for name, files in classes.items()}


def test_pictures_further_down_belong_to_the_class_above(tmp_path: Path) -> None:
    for name in ("cat", "dog"):
        put(tmp_path / name / "a.png")
        put(tmp_path / name / "more" / "again" / "b.png")
    tree = tree_of(tmp_path)
    assert counts(tree.train) == {"cat": 2, "dog": 2}
    assert (tree.test, tree.notes) == (None, ())


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.jfif", "JPEG"), ("a.ppm", None), ("a.JPG", None), ("a", "PNG"), ("a.dat", "JPEG")],
)
def test_a_picture_is_one_whatever_it_is_called(tmp_path: Path, name: str, kind: str) -> None:
    put(tmp_path / name, kind)
    assert counts(tree_of(tmp_path).train) == {"": 1}


def test_what_is_no_picture_is_counted(tmp_path: Path) -> None:
    put(tmp_path / "Katze" / "a é#%&.png")
    put(tmp_path / "鸟 🐦" / ("z" * 180 + ".png"))
    for name in (".DS_Store", "Katze/Thumbs.db", "Katze/._a.png", "README.txt", "notes"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "empty").mkdir()
    (tmp_path / "Katze" / "broken.png").symlink_to("/nowhere.png")
    tree = tree_of(tmp_path)
    assert tree.classes == ("Katze", "鸟 🐦")
    assert tree.notes == ("4 left out (not pictures)",)


def test_links_lead_nowhere_twice(tmp_path: Path) -> None:
    put(tmp_path / "cat" / "a.png")
    put(tmp_path / "dog" / "b.png")
    (tmp_path / "aaa").symlink_to(tmp_path / "cat")
    (tmp_path / "dog" / "loop").symlink_to(tmp_path)
    elsewhere = tmp_path.with_name(tmp_path.name + "-elsewhere")
    put(elsewhere / "c.png")
    (tmp_path / "emu").symlink_to(elsewhere)
    tree = tree_of(tmp_path)
    assert counts(tree.train) == {"cat": 1, "dog": 1, "emu": 1}
    assert tree.notes == ("2 linked folders left out (read already)",)


@pytest.mark.parametrize(
    "names", [("train", "test"), ("Training", "VAL"), ("train", "test", "valid")]
)
def test_a_split_is_understood(tmp_path: Path, names: tuple[str, ...]) -> None:
    for part in names:
        for kind in ("cat", "dog"):
            put(tmp_path / part / kind / "a.png")
    tree = tree_of(tmp_path)
    trained = 2 if len(names) == 3 else 1
    assert counts(tree.train) == {"cat": trained, "dog": trained}
    assert tree.test is not None
    assert counts(tree.test) == {"cat": 1, "dog": 1}
    assert tree.classes == ("cat", "dog")
    assert tree.notes[0].startswith("split as its folders are")


def test_a_test_that_shows_no_classes_is_left_out(tmp_path: Path) -> None:
    put(tmp_path / "train" / "cat" / "a.png")
    put(tmp_path / "train" / "dog" / "a.png")
    put(tmp_path / "test" / "a.png")
    tree = tree_of(tmp_path)
    assert (tree.classes, tree.test) == (("cat", "dog"), None)
    assert tree.notes == ("1 left out (test, without classes)",)


def test_classes_called_test_are_classes(tmp_path: Path) -> None:
    for name in ("test", "exam"):
        put(tmp_path / name / "a.png")
    assert tree_of(tmp_path).classes == ("exam", "test")


@pytest.mark.parametrize("above", ["img_align_celeba", "data/images"])
def test_one_folder_alone_is_what_was_meant(tmp_path: Path, above: str) -> None:
    put(tmp_path / above / "a.png")
    (tmp_path / "list.txt").write_text("x")
    assert counts(tree_of(tmp_path).train) == {"": 1}
    put(tmp_path / above / "cat" / "a.png")
    (tmp_path / above / "a.png").unlink()
    put(tmp_path / above / "dog" / "a.png")
    assert tree_of(tmp_path).classes == ("cat", "dog")


def test_one_class_alone_is_none(tmp_path: Path) -> None:
    for part in ("train", "test"):
        put(tmp_path / part / "faces" / "a.png")
    assert tree_of(tmp_path).classes == ()


def test_pictures_beside_classes_are_refused(tmp_path: Path) -> None:
    put(tmp_path / "loose.png")
    put(tmp_path / "cat" / "a.png")
    with pytest.raises(Problem, match=r"such as loose\.png\) beside folders .*such as cat"):
        tree_of(tmp_path)
