"""Pictures of the user: one sub-folder for each class, or all in one folder without labels."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress, Word
from ..figures.finding import grouped
from .dataset import SMALLEST, DataConfig, Dataset
from .split import at_random

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")

_REPORT = 16  # images from one report to the next; each is a step


def load(config: DataConfig) -> Job[Dataset | Progress]:
    """Every picture under `config.folder`, cut to a square and resized to `config.side`.

    A sixth of them, chosen by `config.seed`, is held out.
    """
    top = Path(config.folder).expanduser()
    if not config.folder or not top.is_dir():
        raise Problem(f"There is no folder {config.folder!r}: choose one that holds pictures.")
    classes, files, labels = _listing(top)
    if len(files) < SMALLEST:
        raise Problem(
            f"{top} holds {len(files)} pictures ({', '.join(SUFFIXES)}) and {SMALLEST} are needed: "
            "add some or choose another folder."
        )
    images = yield from _all(files, config)
    train, test = at_random(images, labels, config.seed)
    yield Dataset(config, train, test, classes)


def _listing(top: Path) -> tuple[tuple[str, ...], list[Path], Tensor | None]:
    """Class names, files (N,) in alphabetical order, and the class of each or None."""
    loose = _pictures(top)
    inside = {path.name: _pictures(path) for path in _visible(top) if path.is_dir()}
    inside = {name: files for name, files in inside.items() if files}
    if loose and inside:
        raise Problem(
            f"{top} holds pictures (such as {loose[0].name}) beside folders of pictures (such as "
            f"{next(iter(inside))}): move them into a folder for their class."
        )
    if not inside:
        return (), loose, None
    labels = [row for row, files in enumerate(inside.values()) for _ in files]
    return tuple(inside), list(chain.from_iterable(inside.values())), torch.tensor(labels)


def _visible(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _pictures(folder: Path) -> list[Path]:
    return [p for p in _visible(folder) if p.suffix.lower() in SUFFIXES and p.is_file()]


def _all(files: list[Path], config: DataConfig) -> Generator[Progress | None, Word | None, Tensor]:
    """(N, C, side, side) of the files, one in each step."""
    channels = 3 if config.colour else 1
    images = torch.empty(len(files), channels, config.side, config.side)
    for row, path in enumerate(files):
        images[row] = _image(path, config)
        reports = row % _REPORT == 0
        text = f"reading {path.name}: {grouped(row + 1)} of {grouped(len(files))}"
        yield Progress((row + 1) / len(files), text) if reports else None
    return images


def _image(path: Path, config: DataConfig) -> Tensor:
    """(C, side, side) in [0, 1]; of a moving picture the first frame."""
    try:
        with Image.open(path) as picture:
            picture.draft("RGB", (2 * config.side, 2 * config.side))  # a JPEG decodes faster small
            upright = ImageOps.exif_transpose(picture)
            square = ImageOps.fit(_opaque(upright), (config.side, config.side))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Problem(
            f"{path} is not a picture that can be read ({error}): remove or replace it."
        ) from error
    array = np.asarray(square.convert("RGB" if config.colour else "L"), np.float32) / 255
    return torch.from_numpy(array).reshape(config.side, config.side, -1).movedim(-1, 0)


def _opaque(picture: Image.Image) -> Image.Image:
    """As RGB: 16-bit grey is scaled, and what is transparent lies on white paper."""
    if picture.mode.startswith("I"):
        deep = np.asarray(picture).astype(np.float32) / 257
        return Image.fromarray(deep.clip(0, 255).astype(np.uint8)).convert("RGB")
    if "A" in picture.getbands() or "transparency" in picture.info:
        paper = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(paper, picture.convert("RGBA")).convert("RGB")
    return picture.convert("RGB")
