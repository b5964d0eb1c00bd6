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
