"""Where the four files of MNIST and its kin lie in a folder, whatever they are called there."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from ..engine.errors import Problem

STEMS = ("train-images", "train-labels", "t10k-images", "t10k-labels")

_NAME = re.compile(  # of a file in lower case: "emnist-letters-", "test", "labels"
    r"(.*?)(train|t10k|test)[-_. ]?(image|label)s?[-_. ]idx\d[-_. ]?[a-z0-9]*(?:\.gz)?"
)
_DEEP, _MANY = 3, 2000  # folders within each other, and folders in all, that are looked through

Files = dict[str, Path]  # by stem
Set = tuple[str, str]  # the folder, and what the names of its files begin with


def standard_name(stem: str) -> str:
    """As the file is published, "train-images-idx3-ubyte"."""
    return f"{stem}-idx{3 if stem.endswith('images') else 1}-ubyte"


def idx_files(folder: Path, data: str) -> Files:
    """Those that there are of the set in `folder`, or of the one below it that is named `data`.

    Raises Problem where there are several sets and none has that name.
    """
    here = _sets(folder, deep=False)
    sets = here if any(map(_is_whole, here.values())) else _sets(folder, deep=True)
    whole = {key: files for key, files in sets.items() if _is_whole(files)}
    named = {key: files for key, files in whole.items() if _is_called(key, data)}
    best = named if len(named) == 1 else whole
    if len(best) > 1:
        names = ", ".join(sorted(f"{where} {prefix}".strip(" -_.") for where, prefix in best))
        raise Problem(f"{folder} holds several sets of images ({names}): choose the folder of one.")
    return next(iter(best.values()), max(sets.values(), key=len, default={}))


def _is_whole(files: Files) -> bool:
    return len(files) == len(STEMS)


def _is_called(key: Set, data: str) -> bool:
    where, prefix = key
    words = [*Path(where.lower()).parts, prefix.strip("-_. ")]
    return data.replace("-", "") in (re.sub("[^a-z0-9]", "", word) for word in words)


def _sets(folder: Path, *, deep: bool) -> dict[Set, Files]:
    """The files of each set; of a plain one and a packed one of the same name the plain one"""
    sets: defaultdict[Set, Files] = defaultdict(dict)
    for path in _files(folder, deep=deep):
        match = _NAME.fullmatch(path.name.lower())
        if match:
            prefix, part, kind = match.groups()
            own = _NAME.fullmatch(path.parent.name.lower()) and path.parent != folder
            home = path.parent.parent if own else path.parent  # each in a folder of its own name
            stem = f"{'train' if part == 'train' else 't10k'}-{kind}s"
            sets[str(home.relative_to(folder)), prefix].setdefault(stem, path)
    return sets


def _files(folder: Path, *, deep: bool) -> Iterator[Path]:
    """In alphabetical order, folder by folder"""
    for number, (where, folders, names) in enumerate(os.walk(folder)):
        depth = len(Path(where).relative_to(folder).parts)
        yield from (Path(where, name) for name in sorted(names))
        if not deep or depth >= _DEEP or number >= _MANY:
            folders.clear()
        folders[:] = sorted(name for name in folders if not name.startswith("."))
