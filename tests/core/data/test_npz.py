"""Arrays of the user: every layout that is allowed, and every other one refused."""

from __future__ import annotations

import pickle
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
    images = np.arange(12, dtype=np.uint8)[:, None, None].repeat(28, 1).repeat(28, 2)
    names = np.array(["even", "odd"])
    data = from_arrays(tmp_path, images=images, labels=np.arange(12) % 2, classes=names)
    assert data.classes == ("even", "odd")
    shown = (data.train.images[:, 0, 0, 0] * 255).round().long()
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
    data = from_arrays(tmp_path, images=np.full((12, *shape), 0.5))
    assert data.train.images.shape == (10, 1, side, side)
    assert (data.train.images - 0.5).abs().max() < 1e-6


def test_resizing_keeps_the_picture(tmp_path: Path) -> None:
    half = np.zeros((12, 56, 56), np.uint8)
    half[:, :, 28:] = 255
    image = from_arrays(tmp_path, images=half).train.images[0, 0]
    assert image[:, :13].max() < 0.1
    assert image[:, 15:].min() > 0.9


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"pictures": GREY}, "holds pictures but no array 'images'"),
        ({"labels": np.arange(3)}, "no array 'images'"),
        ({"images": GREY[0]}, r"have the shape \(28, 28\)"),
        ({"images": np.zeros((12, 28, 28, 2))}, r"have the shape \(12, 28, 28, 2\)"),
        ({"images": np.zeros((12, 0, 28))}, r"have the shape \(12, 0, 28\)"),
        ({"images": GREY[:9]}, "holds 9 images, and 10 are needed"),
        ({"images": GREY.astype(int)}, "are of type int64"),
        ({"images": GREY.astype(float)}, "run from 0 to 255"),
        ({"images": GREY / 255 - 0.5}, "run from -0.5 to 0.5"),
        ({"images": np.full((12, 28, 28), np.nan)}, "run from nan"),
        ({"images": GREY.astype(object)}, "does not hold plain arrays"),
        ({"images": GREY, "labels": np.arange(11)}, r"must be whole numbers of shape \(12,\)"),
        ({"images": GREY, "labels": np.zeros(12)}, "labels .* are float64"),
        ({"images": GREY, "labels": np.arange(12) - 1}, "run from -1 to 10"),
        ({"images": GREY, "labels": np.arange(12) * 1000}, "from 0 to 11000: number them .* 999"),
        ({"images": GREY, "labels": np.arange(12), "classes": ["a", "b"]}, "from 0 to 1"),
    ],
)
def test_what_cannot_be_used_is_refused(
    tmp_path: Path, arrays: dict[str, Any], message: str
) -> None:
    with pytest.raises(Problem, match=message) as caught:
        from_arrays(tmp_path, **arrays)
    assert "mine.npz" in str(caught.value)


class Trap:
    """Would leave a file behind if it were ever unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self._path,)


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    with pytest.raises(Problem, match="does not hold plain arrays"):
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
    np.save(tmp_path / "single.npy", GREY)
    with pytest.raises(Problem, match=r"is not an \.npz file"):
        loaded(tmp_path / "single.npy")
    with zipfile.ZipFile(tmp_path / "text.npz", "w") as archive:
        archive.writestr("images", "hello")
    with pytest.raises(Problem, match=r"have the shape \(\)"):
        loaded(tmp_path / "text.npz")


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "mine.npz", images=GREY)
    whole = bytearray((tmp_path / "mine.npz").read_bytes())
    whole[2000:2100] = bytes(100)
    (tmp_path / "mine.npz").write_bytes(whole)
    with pytest.raises(Problem, match="does not hold plain arrays"):
        loaded(tmp_path / "mine.npz")
