"""IDX files: read back as written, and every fault told by name and number."""

from __future__ import annotations

import gzip
import hashlib
import os
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lacuna.core.data.dataset import DataConfig, Dataset
from lacuna.core.data.idx import FAMILY, STEMS, cache_folder
from lacuna.core.data.idx_file import read_idx
from lacuna.core.data.registry import is_local, load
from lacuna.core.engine.errors import Problem

REAL = Path(os.environ.get("LACUNA_MNIST", Path(__file__).parents[4] / "shared/data/mnist"))

# of the four files, uncompressed: shared/data/README.md
MD5 = {
    "train-images": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels": "a25bea736e30d166cdddb491f175f624",
    "t10k-images": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels": "27ae3e4e09519cfbb04c329615203637",
}


def idx(array: np.ndarray) -> bytes:
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return header + array.astype(np.uint8).tobytes()


def name(stem: str, dot: str = "-") -> str:
    return f"{stem}{dot}idx{3 if stem.endswith('images') else 1}-ubyte"


def small_arrays() -> dict[str, np.ndarray]:
    numbers = np.random.default_rng(0)
    return {
        "train-images": numbers.integers(0, 256, (12, 28, 28)),
        "train-labels": np.arange(12) % 10,
        "t10k-images": numbers.integers(0, 256, (5, 28, 28)),
        "t10k-labels": np.arange(5),
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A tiny MNIST, gzipped, as a user may have it."""
    for stem, array in small_arrays().items():
        (tmp_path / (name(stem) + ".gz")).write_bytes(gzip.compress(idx(array)))
    return tmp_path


def loaded(folder: Path, name: str = "mnist") -> Dataset:
    jobs = load(DataConfig(name=name, folder=str(folder)))
    return [report for report in jobs if report is not None][-1]


def problem(folder: Path) -> str:
    with pytest.raises(Problem) as caught:
        loaded(folder)
    return str(caught.value)


def test_what_was_written_is_read(folder: Path) -> None:
    data, arrays = loaded(folder), small_arrays()
    for batch, part in ((data.train, "train"), (data.test, "t10k")):
        assert batch.images.dtype == torch.float32
        assert batch.images.min() >= 0
        assert batch.images.max() <= 1
        raw = (batch.images[:, 0] * 255).round().numpy().astype(int)
        assert (raw == arrays[f"{part}-images"]).all()
        assert batch.labels is not None
        assert batch.labels.dtype == torch.int64
        assert batch.labels.tolist() == arrays[f"{part}-labels"].tolist()


@given(st.lists(st.integers(0, 255), min_size=1, max_size=60), st.booleans())
def test_any_bytes_survive(tmp_path_factory: pytest.TempPathFactory, row: list[int], packed: bool):
    path = tmp_path_factory.mktemp("idx") / ("labels.gz" if packed else "labels")
    written = idx(np.array(row))
    path.write_bytes(gzip.compress(written) if packed else written)
    assert read_idx(path, (1,), lambda fraction, text: None).tolist() == row


@pytest.mark.parametrize("dot", ["-", "."])
@pytest.mark.parametrize("packed", [True, False])
def test_usual_names_are_found(tmp_path: Path, dot: str, packed: bool) -> None:
    for stem, array in small_arrays().items():
        path = tmp_path / (name(stem, dot) + (".gz" if packed else ""))
        path.write_bytes(gzip.compress(idx(array)) if packed else idx(array))
    assert is_local(DataConfig(name="mnist", folder=str(tmp_path)))
    assert len(loaded(tmp_path).train.images) == 12


def test_each_member_has_ten_named_classes_and_four_checksums(folder: Path) -> None:
    assert loaded(folder, "fashion-mnist").classes[:2] == ("T-shirt/top", "Trouser")
    assert loaded(folder, "kmnist").classes[-1] == "wo"
    assert loaded(folder).classes == tuple("0123456789")
    for source in FAMILY.values():
        assert len(set(source.classes)) == 10
        assert len(set(source.hashes().values())) == 4
        assert all(len(md5) == 32 for md5 in source.md5)


def test_files_in_the_cache_are_at_hand(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LACUNA_HOME", str(tmp_path))
    config = DataConfig(name="kmnist")
    assert not is_local(config)
    cache = cache_folder("kmnist")
    cache.mkdir(parents=True)
    for stem, array in small_arrays().items():
        (cache / (name(stem) + ".gz")).write_bytes(gzip.compress(idx(array)))
    assert is_local(config)
    assert len([report for report in load(config) if report is not None][-1].train.images) == 12
    (cache / "t10k-labels-idx1-ubyte.gz").write_bytes(b"")
    with pytest.raises(Problem, match="once deleted it is downloaded anew") as caught:
        list(load(config))
    assert str(cache) in str(caught.value)


def test_missing_files_are_named(folder: Path) -> None:
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    answer = problem(folder)
    assert f"{folder} lacks t10k-labels-idx1-ubyte (plain or .gz)" in answer
    assert not is_local(DataConfig(name="mnist", folder=str(folder)))


def test_a_short_file_is_told_with_its_numbers(folder: Path) -> None:
    path = folder / "train-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(idx(small_arrays()["train-images"])[:5000]))
    assert problem(folder) == (
        "train-images-idx3-ubyte.gz is cut short: 5,000 of 9,424 bytes. "
        "Download it again or choose another folder."
    )


def test_a_download_that_broke_off_is_told_with_what_came(folder: Path) -> None:
    path = folder / "train-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:6000])
    answer = problem(folder)
    assert answer.startswith("train-images-idx3-ubyte.gz is cut short: ")
    came = int(answer.split("short: ")[1].split(" of")[0].replace(",", ""))
    assert 4000 < came < 9424


Spoil = Callable[[bytes], bytes]


@pytest.mark.parametrize(
    ("stem", "spoil", "message"),
    [
        ("train-images", lambda b: b[:2] + b"\x0f" + b[3:], "0x00000F03, not 0x00000803"),
        ("train-images", lambda b: b"<html>not found</html>", "a page of a web site"),
        ("train-images", lambda b: b[:10], "10 of the 16 bytes of its header"),
        ("train-images", lambda b: b"", "0 of the 16 bytes of its header"),
        ("train-images", lambda b: b + b"x", "goes on after the 9,424 bytes"),
        ("train-images", lambda b: idx(np.zeros((12, 32, 20))), "of 32 x 20 and tests on 28 x 28"),
        ("train-images", lambda b: b[:4] + bytes([0, 0, 0, 3]) + b[8:], "goes on after"),
        ("train-images", lambda b: idx(np.zeros((0, 28, 28))), "holds 0 images"),
        ("train-labels", lambda b: idx(np.zeros(11)), "12 images and .* 11 labels"),
        ("t10k-labels", lambda b: idx(np.zeros((5, 28, 28))), "0x00000803, not 0x00000801"),
        ("t10k-labels", lambda b: struct.pack(">II", 0x801, 2**32 - 1), "of 4,294,967,303 bytes"),
    ],
)
def test_a_fault_is_told_with_the_file(folder: Path, stem: str, spoil: Spoil, message: str) -> None:
    path = folder / (name(stem) + ".gz")
    path.write_bytes(gzip.compress(spoil(gzip.decompress(path.read_bytes()))))
    with pytest.raises(Problem, match=message) as caught:
        loaded(folder)
    assert stem in str(caught.value) or str(folder) in str(caught.value)


@pytest.mark.parametrize(
    "spoil", [lambda b: b"no gzip at all", lambda b: b[:900] + bytes(50) + b[950:]]
)
def test_what_is_no_gzip_is_refused(folder: Path, spoil: Spoil) -> None:
    path = folder / "t10k-images-idx3-ubyte.gz"
    path.write_bytes(spoil(path.read_bytes()))
    assert "t10k-images-idx3-ubyte.gz is not " in problem(folder)


# ---- as people have them ----


def put(folder: Path, call: Callable[[str], str], arrays: dict[str, np.ndarray] | None = None):
    for stem, array in (arrays or small_arrays()).items():
        path = folder / call(stem)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(idx(array))


@pytest.mark.parametrize(
    "call",
    [
        lambda stem: f"MNIST/raw/{name(stem)}",
        lambda stem: f"{name(stem)}/{name(stem, '.')}",
        lambda stem: f"emnist-letters-{name(stem).replace('t10k', 'test')}",
        lambda stem: name(stem).upper(),
        lambda stem: f"{name(stem)}.gz",  # though it is not packed
    ],
    ids=["torchvision", "kaggle", "emnist", "upper case", "unpacked"],
)
def test_the_four_files_are_found(tmp_path: Path, call: Callable[[str], str]) -> None:
    put(tmp_path, call)
    assert is_local(DataConfig(name="mnist", folder=str(tmp_path)))
    data = loaded(tmp_path)
    assert (data.train.pixels[:, 0].numpy() == small_arrays()["train-images"]).all()
    assert data.test.labels is not None
    assert data.test.labels.tolist() == small_arrays()["t10k-labels"].tolist()


def test_packed_files_are_told_by_what_is_in_them(folder: Path) -> None:
    for path in folder.iterdir():
        path.rename(path.with_suffix(""))
    assert len(loaded(folder).train.pixels) == 12


def test_of_several_sets_the_one_of_that_name_is_read(tmp_path: Path) -> None:
    other = small_arrays() | {"train-images": small_arrays()["train-images"] // 2}
    put(tmp_path, lambda stem: f"MNIST/raw/{name(stem)}")
    put(tmp_path, lambda stem: f"FashionMNIST/raw/{name(stem)}", other)
    for data, arrays in (("mnist", small_arrays()), ("fashion-mnist", other)):
        assert (loaded(tmp_path, data).train.pixels[:, 0].numpy() == arrays["train-images"]).all()
    with pytest.raises(Problem, match=r"several sets of images .*FashionMNIST/raw, MNIST/raw"):
        loaded(tmp_path, "kmnist")
    assert not is_local(DataConfig(name="kmnist", folder=str(tmp_path)))


def test_the_labels_of_qmnist_have_eight_columns(tmp_path: Path) -> None:
    put(tmp_path, name)
    for part in ("train", "t10k"):
        labels = small_arrays()[f"{part}-labels"]
        columns = np.stack([labels, *7 * [labels * 0 + 300]], 1).astype(">i4")
        header = struct.pack(">HBB2I", 0, 0x0C, 2, *columns.shape)
        (tmp_path / name(f"{part}-labels")).write_bytes(header + columns.tobytes())
    train = loaded(tmp_path).train
    assert train.labels is not None
    assert train.labels.tolist() == small_arrays()["train-labels"].tolist()


def test_other_labels_are_called_what_they_are(tmp_path: Path) -> None:
    """Letters are numbered from 1, and some are not there."""
    arrays = small_arrays()
    for part in ("train", "t10k"):
        arrays[f"{part}-labels"] = 2 * arrays[f"{part}-labels"] + 1
    put(tmp_path, name, arrays)
    data = loaded(tmp_path)
    assert data.classes == tuple(str(number) for number in range(1, 20, 2))
    assert "not the labels of MNIST" in data.notes


def test_images_that_are_no_squares_are_made_some(tmp_path: Path) -> None:
    arrays = small_arrays()
    for part in ("train", "t10k"):
        arrays[f"{part}-images"] = arrays[f"{part}-images"][:, :, :20]
    put(tmp_path, name, arrays)
    data = loaded(tmp_path)
    assert data.notes[0] == "20x28 cut to the middle 20x20"
    assert data.test.pixels.shape == (5, 1, 28, 28)


def test_masks_of_0_and_1_are_seen(tmp_path: Path) -> None:
    arrays = small_arrays()
    for part in ("train", "t10k"):
        arrays[f"{part}-images"] = arrays[f"{part}-images"] // 128
    put(tmp_path, name, arrays)
    data = loaded(tmp_path)
    assert data.train.images.unique().tolist() == [0, 1]
    assert "values 0-1 stretched" in data.notes


@pytest.mark.skipif(not REAL.is_dir(), reason=f"no MNIST in {REAL} (LACUNA_MNIST names a folder)")
def test_the_real_mnist_is_read_byte_for_byte() -> None:
    data = loaded(REAL)
    assert data.train.labels is not None
    assert data.test.labels is not None
    arrays = {
        "train-images": (data.train.images[:, 0] * 255).round().byte().numpy(),
        "train-labels": data.train.labels.byte().numpy(),
        "t10k-images": (data.test.images[:, 0] * 255).round().byte().numpy(),
        "t10k-labels": data.test.labels.byte().numpy(),
    }
    assert set(arrays) == set(STEMS)
    assert {stem: hashlib.md5(idx(array)).hexdigest() for stem, array in arrays.items()} == MD5
