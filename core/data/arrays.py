"""Files of arrays: which array is for what, read without ever unpickling anything."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from ..engine.errors import Problem

IMAGES = ("images", "imgs", "image", "x", "data", "arr_0")  # as they are called, the surest first
LABELS = ("labels", "label", "y", "targets", "target", "arr_1")
NAMES = ("classes", "class_names", "label_names", "target_names", "names")
PARTS = {"train": "train", "val": "val", "valid": "val", "validation": "val", "test": "test"}

# RuntimeError: zip archives with a password or an unknown compression
_UNREADABLE = (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError)

Header = tuple[tuple[int, ...], np.dtype[Any]]  # shape and type of an array that is not read yet


@dataclass(frozen=True)
class Roles:
    """Names of arrays: of the images and labels of each part, "" where there is but one."""

    images: Mapping[str, str]
    labels: Mapping[str, str] = field(default_factory=dict)
    names: str | None = None  # of the classes
    notes: tuple[str, ...] = ()


def roles_of(path: Path) -> Roles:
    """Which arrays of an .npz or .npy file are images and labels, by their names and shapes."""
    headers = _headers(path)
    images, labels = (_named(headers, names) for names in (IMAGES, LABELS))
    guessed: tuple[str, ...] = ()
    if "" in images:
        images = {"": images[""]}
    elif "train" not in images:
        pictures = [name for name, (shape, _) in headers.items() if len(shape) >= 3]
        if len(pictures) != 1:
            raise Problem(
                f"{path.name} holds {', '.join(headers) or 'no arrays'} but no array 'images': "
                "save it under that name."
            )
        images, guessed = {"": pictures[0]}, (f"{pictures[0]} taken as the images",)
    labels = {part: name for part, name in labels.items() if part in images}
    names = next((name for name in headers if name.lower() in NAMES), None)
    used = {*images.values(), *labels.values(), names}
    unused = [name for name in headers if name not in used]
    left = (f"not used: {', '.join(unused)}",) if unused else ()
    return Roles(images, labels, names, (*guessed, *left))


def read_array(path: Path, name: str) -> NDArray[Any]:
    """The array of that name; raises Problem where it holds anything but numbers and texts."""
    if _headers(path)[name][1].hasobject:
        raise Problem(
            f"The array {name} of {path.name} holds Python objects, which are never opened: save "
            "images as one array (numpy.stack) and texts as such (astype(str))."
        )
    try:
        file = np.load(path, allow_pickle=False)
        if isinstance(file, np.ndarray):
            return file
        with file:
            return np.asarray(file[name])
    except _UNREADABLE as error:
        raise _unreadable(path, error) from error


def _named(headers: Mapping[str, Header], known: tuple[str, ...]) -> dict[str, str]:
    """The array of each part that has one of the `known` names: {"train": "x_train"}"""
    found: dict[str, str] = {}
    for rest in reversed(known):
        for name in headers:
            words = name.lower().split("_")
            parts = [PARTS[word] for word in words if word in PARTS]
            if "_".join(word for word in words if word not in PARTS) == rest:
                found[parts[0] if parts else ""] = name
    return found


def _headers(path: Path) -> dict[str, Header]:
    if not path.is_file():
        raise Problem(f"There is no file {str(path)!r}: choose an .npz or .npy file.")
    try:
        with path.open("rb") as file:
            if file.read(6) == npy.MAGIC_PREFIX:
                file.seek(0)
                return {"images": _header(file)}
        if not zipfile.is_zipfile(path):
            raise Problem(f"{path} is not an .npz file: save the arrays with numpy.savez.")
        with zipfile.ZipFile(path) as archive:
            arrays = [name for name in archive.namelist() if name.endswith(".npy")]
            return {name[:-4]: _header_in(archive, name) for name in arrays}
    except _UNREADABLE as error:
        raise _unreadable(path, error) from error


def _header_in(archive: zipfile.ZipFile, name: str) -> Header:
    with archive.open(name) as file:
        return _header(file)


def _header(file: IO[bytes]) -> Header:
    version = npy.read_magic(file)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, _, dtype = read(file)
    return shape, dtype


def _unreadable(path: Path, error: Exception) -> Problem:
    return Problem(f"{path} does not hold plain arrays ({error}): save it again with numpy.savez.")
