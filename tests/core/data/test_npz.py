"""Arrays of the user: every layout that is allowed, and every other one refused."""

from __future__ import annotations

import pickle
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from lacuna.core.data.dataset import DataConfig, Dataset
from lacuna.core.data.registry import load
from lacuna.core.engine.errors import Problem

GREY = np.random.default_rng(0).integers(0, 256, (12, 28, 28)).astype(np.uint8)
COLOUR = np.random.default_rng(1).integers(0, 256, (12, 3, 28, 28)).astype(np.uint8)


def loaded(path: Path, **options: Any) -> Dataset:
    config = DataConfig(name="npz", folder=str(path), **options)
    return [report for report in load(config) if report is not None][-1]


def from_arrays(folder: Path, **arrays: Any) -> Dataset:
    np.savez(folder / "mine.npz", **arrays)
    return loaded(folder / "mine.npz")


def all_images(data: Dataset) -> torch.Tensor:
    """Sorted by brightness, which undoes the order of the split."""
    images = torch.cat([data.train.images, data.test.images])
    return images[images.mean((1, 2, 3)).argsort()]


@pytest.mark.parametrize(
    ("given", "planes"),
    [
        (GREY, GREY[:, None]),
        (GREY[..., None], GREY[:, None]),
        (GREY[:, None], GREY[:, None]),
        (COLOUR, COLOUR),
        (COLOUR.transpose(0, 2, 3, 1), COLOUR),
        (GREY / 255, GREY[:, None]),
        ((COLOUR / 255).astype(np.float32), COLOUR),
    ],
)
def test_every_layout_is_read(tmp_path: Path, given: np.ndarray, planes: np.ndarray) -> None:
    data = from_arrays(tmp_path, images=given)
    assert data.train.images.dtype == torch.float32
    assert (len(data.train.images), len(data.test.images)) == (10, 2)
    expected = torch.from_numpy(planes.astype(np.float32) / 255)
    expected = expected[expected.mean((1, 2, 3)).argsort()]
    torch.testing.assert_close(all_images(data), expected)
    assert data.train.labels is None
    assert data.classes == ()


def test_labels_follow_their_images(tmp_path: Path) -> None:
    images = 20 * np.arange(12, dtype=np.uint8)[:, None, None].repeat(28, 1).repeat(28, 2)
    names = np.array(["even", "odd"])
    data = from_arrays(tmp_path, images=images, labels=np.arange(12) % 2, classes=names)
    assert data.classes == ("even", "odd")
    shown = (data.train.images[:, 0, 0, 0] * 255 / 20).round().long()
    assert data.train.labels is not None
    assert data.train.labels.dtype == torch.int64
    assert torch.equal(data.train.labels, shown % 2)


def test_classes_without_names_are_numbered(tmp_path: Path) -> None:
    assert from_arrays(tmp_path, images=GREY, labels=np.arange(12) % 3).classes == ("0", "1", "2")


@pytest.mark.parametrize(
    ("shape", "side"),
    [
        ((28, 28), 28),
        ((64, 64), 64),
        ((32, 32), 32),
        ((20, 20), 28),
        ((40, 50), 28),
        ((48, 32), 32),
    ],
)
def test_sides_that_models_take_stay(tmp_path: Path, shape: tuple[int, int], side: int) -> None:
    shades = np.linspace(0.3, 0.9, 12)[:, None, None] + np.zeros((12, *shape))
    data = from_arrays(tmp_path, images=shades)
    assert data.train.images.shape == (10, 1, side, side)
    assert (all_images(data).flatten(1) - torch.linspace(0.3, 0.9, 12)[:, None]).abs().max() < 1e-6


def test_resizing_keeps_the_picture(tmp_path: Path) -> None:
    half = np.zeros((12, 56, 56), np.uint8)
    half[:, :, 28:] = 255
    image = from_arrays(tmp_path, images=half).train.images[0, 0]
    assert image[:, :13].max() < 0.1
    assert image[:, 15:].min() > 0.9


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"night": GREY, "day": GREY}, "holds night, day but no array 'images'"),
        ({"labels": np.arange(3)}, "no array 'images'"),
        ({"images": GREY[0]}, r"have the shape \(28, 28\)"),
        ({"images": np.zeros((12, 28, 28, 2))}, r"have the shape \(12, 28, 28, 2\)"),
        ({"images": np.zeros((12, 0, 28))}, r"have the shape \(12, 0, 28\)"),
        ({"images": np.zeros((150, 4))}, r"have the shape \(150, 4\)"),
        ({"images": GREY[:9]}, "holds 9 images to train on, and 10 are needed"),
        ({"x_train": GREY[:9], "x_test": GREY}, "holds 9 images to train on"),
        ({"x_train": GREY, "x_test": GREY[:, :9]}, r"differ in shape .*\(12, 1, 9, 28\)"),
        ({"images": np.array(["a"] * 12)}, r"have the shape \(12,\)"),
        ({"images": GREY * 1j}, "are of type complex128"),
        ({"images": GREY * 0 + 7}, "are 7 everywhere"),
        ({"images": np.where(GREY > 254, np.nan, GREY)}, r"no numbers \(NaN\), in .* of 12"),
        ({"images": np.where(GREY > 254, np.inf, GREY)}, "infinite"),
        ({"images": GREY.astype(object)}, "images of mine.npz holds Python objects"),
        ({"images": GREY, "labels": np.arange(12).astype(object)}, "labels .* Python objects"),
        ({"images": GREY, "labels": np.arange(11)}, "12 images, but 11 labels"),
        ({"images": GREY, "labels": np.zeros((12, 7))}, r"float64 of shape \(12, 7\)"),
        ({"images": GREY, "labels": np.arange(12) + 0.5}, "labels .* are float64"),
        ({"images": GREY, "labels": np.arange(12), "classes": ["a", "b"]}, "classes 0 to 1"),
    ],
)
def test_what_cannot_be_used_is_refused(
    tmp_path: Path, arrays: dict[str, Any], message: str
) -> None:
    with pytest.raises(Problem, match=message) as caught:
        from_arrays(tmp_path, **arrays)
    assert "mine.npz" in str(caught.value)


def test_one_array_in_a_file_of_its_own_is_read(tmp_path: Path) -> None:
    np.save(tmp_path / "single.npy", GREY)
    assert loaded(tmp_path / "single.npy").train.pixels.shape == (10, 1, 28, 28)


@pytest.mark.parametrize(
    "names",
    [
        ("train_images", "train_labels", "test_images", "test_labels"),
        ("x_train", "y_train", "x_test", "y_test"),
        ("X_train", "Y_train", "X_val", "Y_val"),
    ],
)
def test_a_split_in_the_file_is_kept(tmp_path: Path, names: tuple[str, ...]) -> None:
    labels = np.arange(12)[:, None] % 3
    parts = (GREY, labels, GREY[:6], labels[:6])
    data = from_arrays(tmp_path, **dict(zip(names, parts, strict=True)))
    assert (data.train.pixels[:, 0].numpy() == GREY).all()
    assert (data.test.pixels[:, 0].numpy() == GREY[:6]).all()
    assert data.train.labels is not None
    assert data.train.labels.tolist() == labels.ravel().tolist()
    assert any("split as the file is" in note for note in data.notes)


@pytest.mark.parametrize(
    ("names", "note"),
    [
        (("imgs", "latents_classes"), "not used: latents_classes"),
        (("data", "target"), None),
        (("arr_0", "arr_1"), None),
        (("faces", "labels"), "faces taken as the images"),
    ],
)
def test_other_names_are_accepted_or_named(
    tmp_path: Path, names: tuple[str, str], note: str | None
) -> None:
    data = from_arrays(tmp_path, **{names[0]: GREY, names[1]: np.arange(12) % 3})
    assert len(data.train.pixels) == 10
    assert note is None or note in data.notes
    assert (data.train.labels is None) == (names[1] == "latents_classes")


@pytest.mark.parametrize("kind", [np.uint16, np.int32, np.int64, np.float32, np.float64])
def test_bytes_of_another_type_are_the_same_images(tmp_path: Path, kind: type) -> None:
    one, other = from_arrays(tmp_path, images=GREY), from_arrays(tmp_path, images=GREY.astype(kind))
    assert torch.equal(one.train.pixels, other.train.pixels)
    assert other.train.pixels.dtype == torch.uint8


def test_images_that_are_no_squares_are_cut_or_padded_and_it_is_said(tmp_path: Path) -> None:
    """The class is where the block is: left, middle or right."""
    wide = np.zeros((12, 28, 84), np.uint8)
    for row in range(12):
        wide[row, :, 28 * (row % 3) :][:, :28] = 255
    cut = from_arrays(tmp_path, images=wide, labels=np.arange(12) % 3)
    assert cut.notes[0] == "84x28 cut to the middle 28x28"
    assert cut.train.images.mean((1, 2, 3)).unique().tolist() == [0, 1]
    padded = loaded(tmp_path / "mine.npz", fit="pad", side=64)
    assert padded.notes[0] == "84x28 padded to 84x84"
    assert padded.train.images.shape == (10, 1, 64, 64)
    lit = padded.train.images[:, 0, 32].unflatten(1, (2, 32)).mean(2)  # left half, right half
    assert padded.train.labels is not None
    assert (lit[padded.train.labels == 0, 0] > lit[padded.train.labels == 0, 1]).all()
    assert (lit[padded.train.labels == 2, 0] < lit[padded.train.labels == 2, 1]).all()


def test_what_is_clear_lies_on_paper(tmp_path: Path) -> None:
    sprites = np.zeros((12, 28, 28, 4), np.uint8)
    sprites[..., :3] = 255
    sprites[:, 5:20, 5:20, 3] = 255  # white squares, clear around
    data = from_arrays(tmp_path, images=sprites, labels=np.arange(12) % 2)
    assert data.train.images.shape == (10, 3, 28, 28)
    assert data.train.images[:, :, 10, 10].min() == 1
    assert data.train.images[:, :, 0, 0].max() == 0
    assert "clear parts on black" in data.notes


@pytest.mark.parametrize(("kind", "most"), [(np.uint8, 2), (np.uint16, 2), (np.float32, 3)])
def test_loading_takes_little_more_memory_than_the_data(
    tmp_path: Path, kind: type, most: float
) -> None:
    """In the largest moment; what comes of it are bytes, or the numbers as they were."""
    images = np.tile(GREY, (200, 1, 1)).astype(kind)  # 2 MB of bytes
    images = images / np.float32(255) if kind == np.float32 else images
    np.savez_compressed(tmp_path / "mine.npz", images=images)
    loaded(tmp_path / "mine.npz")  # what is imported on the way is no part of it
    tracemalloc.start()
    loaded(tmp_path / "mine.npz")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < most * images.nbytes


class Trap:
    """Would leave a file behind if it were ever unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self._path,)


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    with pytest.raises(Problem, match="Python objects"):
        from_arrays(tmp_path, images=np.array([Trap(sprung)] * 12, dtype=object))
    (tmp_path / "raw.npz").write_bytes(pickle.dumps(Trap(sprung)))
    with pytest.raises(Problem, match=r"is not an \.npz file"):
        loaded(tmp_path / "raw.npz")
    assert not sprung.exists()


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="There is no file"):
        loaded(tmp_path / "gone.npz")
    with pytest.raises(Problem, match="There is no file"):
        loaded(tmp_path)
    with zipfile.ZipFile(tmp_path / "text.npz", "w") as archive:
        archive.writestr("images", "hello")
    with pytest.raises(Problem, match="holds no arrays"):
        loaded(tmp_path / "text.npz")


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "mine.npz", images=GREY)
    whole = bytearray((tmp_path / "mine.npz").read_bytes())
    whole[2000:2100] = bytes(100)
    (tmp_path / "mine.npz").write_bytes(whole)
    with pytest.raises(Problem, match="does not hold plain arrays"):
        loaded(tmp_path / "mine.npz")
