"""Folders of pictures: what was painted is what is loaded."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from lacuna.core.data.dataset import DataConfig, Dataset
from lacuna.core.data.picture import SUFFIXES
from lacuna.core.data.registry import is_local, load
from lacuna.core.engine.errors import Problem
from lacuna.core.engine.jobs import Progress


def paint(path: Path, colour: object, size: tuple[int, int] = (40, 40), mode: str = "RGB") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path)  # type: ignore[arg-type]


def loaded(folder: Path, **options: object) -> Dataset:
    config = DataConfig(name="folder", folder=str(folder), **options)  # type: ignore[arg-type]
    return [report for report in load(config) if report is not None][-1]


def ramp(side: int = 40) -> np.ndarray:
    """All greys from black to white, from left to right"""
    return np.tile(np.linspace(0, 255, side).round().astype(np.uint8), (side, 1))


def of_class(data: Dataset, name: str) -> torch.Tensor:
    """All images of a class, whether they are held out or not."""
    row = data.classes.index(name)
    return torch.cat([batch.images[batch.labels == row] for batch in (data.train, data.test)])


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
    bits = suffix == ".pbm"  # which holds black and white alone
    picture = Image.fromarray(ramp()).convert("1" if bits else "RGB")
    for row in range(10):
        picture.save(tmp_path / f"{row}{suffix}")
    expected = np.asarray(picture.convert("L")).mean() / 255
    assert loaded(tmp_path).train.images.mean().item() == pytest.approx(expected, abs=0.02)


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
    deep = mode == "I;16"
    (tmp_path / "all").mkdir()
    for row in range(10):
        paint(tmp_path / "one" / f"{row}.png", colour, mode=mode)
        greys = ramp().astype(np.uint16) * 257 if deep else ramp()
        Image.fromarray(greys).save(tmp_path / "all" / f"{row}.png")
    assert of_class(loaded(tmp_path), "one").mean().item() == pytest.approx(grey, abs=0.01)


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
    assert len(steps) >= 19
    texts = [step.text for step in steps if isinstance(step, Progress)]
    assert texts == ["reading 0.png: 1 of 18", "reading 4.jpg: 17 of 18"]


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


# ---- as pictures really are ----


@pytest.mark.parametrize(
    ("kind", "scale", "ending", "said"),
    [
        (np.uint8, 1, ".png", "values 0-1 stretched"),
        (np.uint8, 16, ".png", "values 0-16 stretched"),
        (np.uint16, 4095, ".png", "values 0-4\N{NO-BREAK SPACE}095 of 12 bits"),
        (np.uint16, 65535, ".tif", "values 0-65\N{NO-BREAK SPACE}535 of 16 bits"),
        (np.int32, 255, ".tif", "values 0-255"),
        (np.float32, 1, ".tif", "values 0-1"),
        (np.float32, 255, ".tif", "values 0-255"),
    ],
)
def test_no_depth_is_read_as_black(
    tmp_path: Path, kind: type, scale: int, ending: str, said: str
) -> None:
    greys = ramp() / 255 * scale
    pixels = (greys if kind == np.float32 else greys.round()).astype(kind)
    for row in range(10):
        Image.fromarray(pixels).save(tmp_path / f"{row}{ending}")
    data = loaded(tmp_path)
    expected = float((pixels / scale).mean())
    assert data.train.images.mean().item() == pytest.approx(expected, abs=0.02)
    assert data.train.images.max() > 0.95
    assert said in data.notes


def test_dark_pictures_among_others_are_counted(tmp_path: Path) -> None:
    for row in range(10):
        Image.fromarray(ramp()).save(tmp_path / f"a{row}.png")
        Image.fromarray(ramp() // 16).save(tmp_path / f"b{row}.png")
    assert "10 nearly black" in loaded(tmp_path).notes


@pytest.mark.parametrize(
    ("inks", "paper"), [((255,), "black"), ((0,), "white"), ((200,), "white"), ((0, 255), "grey")]
)
def test_a_shape_on_nothing_is_seen(tmp_path: Path, inks: tuple[int, ...], paper: str) -> None:
    alpha = np.zeros((40, 40), np.uint8)
    alpha[10:30, 10:30] = 255
    for row in range(12):
        ink = np.full((40, 40), inks[row % len(inks)], np.uint8)
        Image.fromarray(np.dstack([ink, alpha])).save(tmp_path / f"{row}.png")
    data = loaded(tmp_path)
    spans = data.train.images.amax((1, 2, 3)) - data.train.images.amin((1, 2, 3))
    assert spans.min() > 0.1
    assert f"clear parts on {paper}" in data.notes


def turned(picture: Image.Image, orientation: int) -> Image.Image:
    """As a camera saves it that was held so: the inverse of what turns it upright."""
    transposes = Image.Transpose
    saved = {
        2: transposes.FLIP_LEFT_RIGHT,
        3: transposes.ROTATE_180,
        4: transposes.FLIP_TOP_BOTTOM,
        5: transposes.TRANSPOSE,
        6: transposes.ROTATE_90,
        7: transposes.TRANSVERSE,
        8: transposes.ROTATE_270,
    }
    return picture.transpose(saved[orientation]) if orientation in saved else picture


def exif(*entries: tuple[int, int, int, int], extra: bytes = b"") -> bytes:
    """A little-endian TIFF header with one directory of such entries."""
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    head = b"Exif\x00\x00II*\x00" + struct.pack("<IH", 8, len(entries))
    return head + body + struct.pack("<I", 0) + extra


BROKEN = {  # what it says of how the camera was held, and what is wrong with it
    "a fraction below 0": (
        6,
        exif((0x0112, 3, 1, 6), (0x011A, 10, 1, 50), extra=struct.pack("<ii", -1, 0)),
    ),
    "two of them": (6, exif((0x0112, 3, 2, 6 | 6 << 16))),
    "a count beyond the end": (
        6,
        exif((0x0112, 3, 1, 6), (0x8769, 4, 1, 26), (0x9286, 7, 0x7FFFFFFF, 50)),
    ),
    "a circle": (6, exif((0x0112, 3, 1, 6), (0x8825, 4, 1, 8))),
    "no such turn": (1, exif((0x0112, 3, 1, 9))),
    "no such type": (1, exif((0x0112, 99, 1, 6))),
    "text": (1, exif((0x0112, 2, 4, 0x00363636))),
    "cut short": (1, b"Exif\x00\x00II*\x00\x08\x00"),
    "something else": (1, b"Exif\x00\x00XXXXXXXX"),
}


@pytest.mark.parametrize(
    ("orientation", "note"),
    [*((number, exif((0x0112, 3, 1, number))) for number in range(1, 9)), *BROKEN.values()],
    ids=[*map(str, range(1, 9)), *BROKEN],
)
def test_photos_are_upright_and_broken_notes_are_no_news(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], orientation: int, note: bytes
) -> None:
    pixels = np.zeros((40, 40), np.uint8)
    pixels[:16, :24] = 255  # as no other turn has it
    for row in range(10):
        turned(Image.fromarray(pixels), orientation).save(tmp_path / f"{row}.jpg", exif=note)
    image = loaded(tmp_path).train.images[0, 0]
    expected = np.asarray(Image.fromarray(pixels).resize((28, 28))) / 255
    assert abs(image.numpy() - expected).mean() < 0.02
    assert capfd.readouterr() == ("", "")


def test_inks_for_print_are_colours(tmp_path: Path) -> None:
    for row in range(12):
        colour = np.zeros((40, 40, 3), np.uint8)
        colour[..., row % 3] = 200
        picture = Image.fromarray(colour)
        for name, one in (("rgb", picture), ("cmyk", picture.convert("CMYK"))):
            (tmp_path / name).mkdir(exist_ok=True)
            one.save(tmp_path / name / f"{row}.jpg", quality=95)
    data = loaded(tmp_path, colour=True)
    means = [of_class(data, name).mean((0, 2, 3)) for name in ("rgb", "cmyk")]
    torch.testing.assert_close(means[0], means[1], rtol=0, atol=0.02)


def test_too_large_a_picture_is_named(tmp_path: Path) -> None:
    paint(tmp_path / "huge.png", 0, (20_000, 9_000), mode="1")
    for row in range(10):
        Image.fromarray(ramp()).save(tmp_path / f"{row}.png")
    with pytest.raises(Problem, match=r"huge\.png has more than 178 million pixels"):
        loaded(tmp_path)


def test_oblong_pictures_keep_their_middle_or_all_of_it(tmp_path: Path) -> None:
    wide = np.zeros((30, 90), np.uint8)
    wide[:, 40:50] = 255
    for row in range(12):
        Image.fromarray(wide).save(tmp_path / f"{row}.png")
    cut, padded = loaded(tmp_path), loaded(tmp_path, fit="pad")
    assert cut.notes[0] == "90x30 cut to the middle 30x30"
    assert padded.notes[0] == "90x30 padded to 90x90"
    assert cut.train.images.mean().item() == pytest.approx(1 / 3, abs=0.02)
    assert padded.train.images.mean().item() == pytest.approx(1 / 27, abs=0.01)
    paint(tmp_path / "square.png", (0, 0, 0))
    assert loaded(tmp_path).notes[0] == "12 not square: cut to the middle"


def test_what_pads_a_picture_is_like_its_edge(tmp_path: Path) -> None:
    for row in range(12):
        sheet = np.full((30, 60), 240, np.uint8)
        sheet[10:20, 20:40] = 5 * row
        Image.fromarray(sheet).save(tmp_path / f"{row}.png")
    corners = loaded(tmp_path, fit="pad").train.images[:, 0, [0, -1], [0, -1]]
    assert (corners - 240 / 255).abs().max() < 0.01


def test_colours_that_go_are_counted(pets: Path) -> None:
    assert "18 in colour made grey" in loaded(pets).notes
    assert not any("made grey" in note for note in loaded(pets, colour=True).notes)


def test_pictures_that_show_nothing_are_refused(tmp_path: Path) -> None:
    for row in range(10):
        paint(tmp_path / f"{row}.png", (0, 0, 0))
    with pytest.raises(Problem, match="are 0 everywhere"):
        loaded(tmp_path)


def test_all_that_is_in_a_folder_is_in_one_line(pets: Path) -> None:
    (pets / "notes.txt").write_text("x")
    assert str(loaded(pets).summary) == (
        "18 images of 28x28, grey, 2 classes (cat 12, dog 6), 6 not square: cut to the middle, "
        "18 in colour made grey, values 0-255, 1 left out (not a picture)"
    )
