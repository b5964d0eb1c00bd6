"""The command line over data as people have it: what it says, and what it leaves as it was."""

import numpy as np
import pytest
from PIL import Image

from tests.core.command_line import options

SMALL = options(body="dense", hidden=8, batch=16, device="cpu", epochs=1)

pytestmark = pytest.mark.usefixtures("threads")


def bars(folder, name, side, count=12):
    """A class folder of bright bars at one of four sides."""
    (folder / name).mkdir(parents=True)
    pixels = np.zeros((28, 28), np.uint8)
    np.rot90(pixels, side)[:8] = 250
    for row in range(count):
        Image.fromarray(pixels).save(folder / name / f"{row}.png")


@pytest.mark.parametrize(
    ("grow", "change"),
    [
        (lambda data: bars(data, "arrow", 2), "new: arrow"),
        (lambda data: (data / "dash").rename(data / "line"), "new: line; gone: dash"),
        (lambda data: (data / "bar" / "0.png").unlink(), "bar: 12, now 11"),
    ],
    ids=["a class more", "another name", "an image less"],
)
def test_a_training_goes_on_with_the_same_images_or_not_at_all(called, tmp_path, grow, change):
    data, file = tmp_path / "data", tmp_path / "a.lacuna"
    for side, name in enumerate(("bar", "dash")):
        bars(data, name, side)
    words = ("train", "--out", file)
    assert called(*words, "--data", "folder", "--data-dir", data, *SMALL)[0] == 0
    before = file.read_bytes()
    grow(data)
    code, output = called(*words, "--resume", "--epochs", 2)
    assert code == 1
    assert change in output
    assert file.read_bytes() == before


def test_what_was_loaded_is_said_in_one_line_everywhere(called, tmp_path, capsys):
    file = tmp_path / "a.lacuna"
    for side, name in enumerate(("bar", "dash")):
        bars(tmp_path / "data", name, side)
    (tmp_path / "data" / "notes.txt").write_text("x")
    words = ("train", "--out", file, "--data", "folder", "--data-dir", tmp_path / "data", *SMALL)
    line = (
        "24 images of 28x28, grey, 2 classes (bar 12, dash 12), values 0-250, "
        "1 left out (not a picture)"
    )
    assert f"{line}.\n" in called(*words)[1]
    assert called(*words, "--json")[1]["trained_on"] == line
    assert called("report", file, "--json")[1]["trained_on"] == line


def test_a_folder_that_is_named_and_does_not_suit_is_no_silence(called, tmp_path):
    file = tmp_path / "a.lacuna"
    bars(tmp_path / "data", "bar", 0)
    bars(tmp_path / "data", "dash", 1)
    called("train", "--out", file, "--data", "folder", "--data-dir", tmp_path / "data", *SMALL)
    code, output = called("report", file, "--data-dir", tmp_path / "gone")
    assert (code, "There is no folder" in output) == (1, True)


def test_a_judge_that_does_not_know_the_images_is_no_silence(called, tmp_path):
    """Upright digits, and then the same lying down under their name."""
    numbers = np.random.default_rng(0)
    for name, turn in (("upright", 0), ("lying", 1)):
        images = numbers.integers(0, 40, (60, 28, 28)).astype(np.uint8)
        for row in range(60):
            np.rot90(images[row], turn + row % 2)[:8] = 250
        np.savez(tmp_path / f"{name}.npz", images=images, labels=np.arange(60) % 2)
    file, data = tmp_path / "a.lacuna", ("--data", "npz", "--data-dir", tmp_path / "upright.npz")
    called("train", "--out", file, *data, *SMALL, "--epochs", 3)
    assert "warning" not in called("report", file, "--json")[1]
    code, output = called("report", file, "--data-dir", tmp_path / "lying.npz", "--json")
    assert code == 0
    assert output["warning"].startswith("the judge names")
