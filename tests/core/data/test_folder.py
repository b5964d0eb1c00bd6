"""Folders of pictures: what was painted is what is loaded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from lacuna.core.data.dataset import DataConfig, Dataset
from lacuna.core.data.folder import SUFFIXES
from lacuna.core.data.registry import is_local, load
from lacuna.core.engine.errors import Problem
from lacuna.core.engine.jobs import Progress


def paint(path: Path, colour: object, size: tuple[int, int] = (40, 40), mode: str = "RGB") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path)  # type: ignore[arg-type]


def loaded(folder: Path, **options: object) -> Dataset:
    config = DataConfig(name="folder", folder=str(folder), **options)  # type: ignore[arg-type]
    return [report for report in load(config) if report is not None][-1]


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    """Twelve red cats and six blue dogs."""
    for row in range(12):
        paint(tmp_path / "cat" / f"{row}.png", (255, 0, row))
    for row in range(6):
        paint(tmp_path / "dog" / f"{row}.jpg", (0, 0, 255), (60, 40))
    return tmp_path


def test_sub_folders_are_classes(pets: Path) -> None:
    data = loaded(pets, colour=True, side=32)
    assert data.classes == ("cat", "dog")
    assert data.train.images.shape == (15, 3, 32, 32)
    assert data.test.images.shape == (3, 3, 32, 32)
    images = torch.cat([data.train.images, data.test.images])
    assert data.train.labels is not None
    assert data.test.labels is not None
    labels = torch.cat([data.train.labels, data.test.labels])
    assert labels.bincount().tolist() == [12, 6]
    assert (images[labels == 0, 0] > 0.95).all()
    assert (images[labels == 1, 2] > 0.95).all()
    assert (images[labels == 1, 0] < 0.05).all()


def test_grey_is_the_default(pets: Path) -> None:
    data = loaded(pets)
    assert data.train.images.shape == (15, 1, 28, 28)
    assert data.train.images.min() > 0
    assert data.train.images.max() < 1


def test_the_seed_is_the_split(pets: Path) -> None:
    def cats(seed: int) -> list[float]:
        return loaded(pets, colour=True, seed=seed).train.images[:, 2, 0, 0].tolist()

    assert cats(1) == cats(1)
    assert cats(1) != cats(2)


def test_one_folder_has_no_labels(tmp_path: Path) -> None:
    for row in range(10):
        paint(tmp_path / f"{row}.PNG", row)
    (tmp_path / "notes.txt").write_text("not a picture")
    (tmp_path / "empty").mkdir()
    data = loaded(tmp_path)
    assert data.train.labels is None
    assert data.test.labels is None
    assert data.classes == ()
    assert (len(data.train.images), len(data.test.images)) == (9, 1)


def test_hidden_files_are_passed_over(pets: Path) -> None:
    (pets / ".DS_Store").write_bytes(b"x")
    (pets / "cat" / "._0.png").write_bytes(b"x")
    paint(pets / ".thumbnails" / "0.png", 0)
    assert loaded(pets).classes == ("cat", "dog")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_usual_formats_are_read(tmp_path: Path, suffix: str) -> None:
    for row in range(10):
        paint(tmp_path / f"{row}{suffix}", (200, 200, 200))
    assert loaded(tmp_path).train.images.mean().item() == pytest.approx(200 / 255, abs=0.02)


@pytest.mark.parametrize(
    ("mode", "colour", "grey"),
    [
        ("1", 1, 1.0),
        ("L", 51, 0.2),
        ("LA", (51, 0), 1.0),
        ("RGBA", (0, 0, 0, 0), 1.0),  # transparent: the paper is white
        ("RGBA", (0, 0, 0, 255), 0.0),
        ("I;16", 13107, 0.2),
        ("P", 0, 0.0),
    ],
)
def test_every_kind_of_png_keeps_its_grey(
    tmp_path: Path, mode: str, colour: object, grey: float
) -> None:
    for row in range(10):
        paint(tmp_path / f"{row}.png", colour, mode=mode)
    assert loaded(tmp_path).train.images.mean().item() == pytest.approx(grey, abs=0.01)


def test_the_middle_square_is_kept(tmp_path: Path) -> None:
    wide = np.zeros((30, 90), np.uint8)
    wide[:, 30:60] = 255
    for row in range(10):
        Image.fromarray(wide).save(tmp_path / f"{row}.png")
    assert loaded(tmp_path).train.images.min() > 0.95


def test_a_photo_is_turned_upright(tmp_path: Path) -> None:
    pixels = np.zeros((40, 40), np.uint8)
    pixels[:20] = 255  # the upper half is bright
    turned = Image.Exif()
    turned[0x0112] = 3  # held upside down
    for row in range(10):
        Image.fromarray(pixels).save(tmp_path / f"{row}.jpg", exif=turned)
    image = loaded(tmp_path).train.images[0, 0]
    assert image[20:].mean() > 0.9 > 0.1 > image[:8].mean()


def test_progress_comes_with_pauses(pets: Path) -> None:
    steps = list(load(DataConfig(name="folder", folder=str(pets))))
    assert len(steps) == 19
    assert None in steps
    assert isinstance(steps[0], Progress)
    assert steps[0].text == "reading 0.png: 1 of 18"


def test_a_file_that_is_no_picture_is_named(pets: Path) -> None:
    (pets / "dog" / "fake.png").write_bytes(b"this is text")
    with pytest.raises(Problem, match=r"dog.fake\.png is not a picture"):
        loaded(pets)


def test_a_picture_cut_short_is_named(pets: Path) -> None:
    path = pets / "cat" / "0.png"
    noise = np.random.default_rng(0).integers(0, 255, (64, 64), np.uint8)
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(Problem, match=r"cat.0\.png is not a picture"):
        loaded(pets)


def test_too_few_pictures_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="holds 0 pictures"):
        loaded(tmp_path)
    for row in range(9):
        paint(tmp_path / f"{row}.png", row)
    with pytest.raises(Problem, match=r"holds 9 pictures .* and 10 are needed"):
        loaded(tmp_path)


def test_pictures_beside_classes_are_refused(pets: Path) -> None:
    paint(pets / "loose.png", 0)
    with pytest.raises(Problem, match=r"such as loose\.png\) beside folders .*such as cat"):
        loaded(pets)


def test_a_missing_folder_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="There is no folder"):
        loaded(tmp_path / "gone")
    assert not is_local(DataConfig(name="folder", folder=str(tmp_path / "gone")))
    assert not is_local(DataConfig(name="folder"))
    assert is_local(DataConfig(name="folder", folder=str(tmp_path)))
