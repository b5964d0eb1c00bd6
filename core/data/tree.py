"""What a folder of pictures holds: its classes, its split, and what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..engine.errors import Problem
from ..figures.finding import grouped
from .picture import SUFFIXES, is_picture

TRAIN = ("train", "training")
TEST = ("test", "testing", "eval", "evaluation")
VALIDATION = ("val", "valid", "validation", "dev")

Classes = dict[str, tuple[Path, ...]]  # pictures by class; those without one under ""


@dataclass(frozen=True)
class Tree:
    """The pictures of a folder in alphabetical order."""

    train: Classes
    test: Classes | None = None  # None where the folders do not say what is held out
    notes: tuple[str, ...] = ()

    @property
    def classes(self) -> tuple[str, ...]:
        """Their names; one alone says nothing, and is none."""
        names = sorted({*self.train, *(self.test or {})} - {""})
        return tuple(names) if len(names) > 1 else ()


def tree_of(folder: Path) -> Tree:
    """Each sub-folder is a class, with all below it; "train" and "test" are a split.

    A folder in which one folder alone holds pictures is taken for that one. Raises Problem for
    pictures beside folders of pictures.
    """
    top = _filled(folder)
    walk, parts = _Walk(top), {path.name.lower(): path for path in _holders(top)}
    if not _is_split(set(parts)):
        return Tree(walk.classes(top), None, walk.notes())
    found = {name: walk.classes(path) for name, path in parts.items()}
    train, validation, test = (_joined(found, names) for names in (TRAIN, VALIDATION, TEST))
    if not test:
        test, validation = validation, {}
    train = _joined({"train": train, "val": validation})
    if ("" in test) != ("" in train):  # they are for a contest, and nobody says what they show
        left = f"{grouped(sum(map(len, test.values())))} left out (test, without classes)"
        return Tree(train, None, (left, *walk.notes()))
    how = "split as its folders are" + (", validation trained on" if validation else "")
    return Tree(train, test, (how, *walk.notes()))


def _is_split(names: set[str]) -> bool:
    known = {*TRAIN, *TEST, *VALIDATION}
    return len(names) > 1 and names <= known and not names.isdisjoint(TRAIN)


def _joined(parts: dict[str, Classes], names: Iterable[str] | None = None) -> Classes:
    """The parts of these names, or all, as one"""
    chosen = [parts[name] for name in (parts if names is None else names) if name in parts]
    classes = sorted({name for part in chosen for name in part})
    return {name: sum((part.get(name, ()) for part in chosen), ()) for name in classes}


def _filled(top: Path) -> Path:
    """`top`, or what is the only folder of it that holds pictures, and so on"""
    seen: set[Path] = set()
    while top.resolve() not in seen:
        seen.add(top.resolve())
        holders = _holders(top)
        if len(holders) != 1 or any(_Walk(top).pictures(top, deep=False)):
            break
        top = holders[0]
    return top


def _holders(top: Path) -> list[Path]:
    """The folders in `top` that hold pictures, at any depth"""
    return [path for path in _folders(top) if any(_Walk(top).pictures(path, deep=True))]


def _folders(top: Path) -> list[Path]:
    """Real ones before links"""
    return sorted(filter(Path.is_dir, _visible(top)), key=Path.is_symlink)


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


class _Walk:
    """Goes through folders, through none twice whatever links lead to it; counts what is left."""

    def __init__(self, top: Path) -> None:
        self.seen = {top.resolve()}
        self.others = 0  # files that are no pictures
        self.again = 0  # folders that a link leads to once more

    def classes(self, top: Path) -> Classes:
        """The pictures of each folder in `top`, or those in `top` itself."""
        loose, inside = tuple(self.pictures(top, deep=False)), {}
        for folder in _folders(top):
            if self._is_new(folder):
                inside[folder.name] = tuple(self.pictures(folder, deep=True))
        inside = {name: inside[name] for name in sorted(inside) if inside[name]}
        if loose and inside:
            raise Problem(
                f"{top} holds pictures (such as {loose[0].name}) beside folders of pictures (such "
                f"as {next(iter(inside))}): move them into a folder for their class."
            )
        return inside or {"": loose}

    def pictures(self, folder: Path, *, deep: bool) -> Iterator[Path]:
        """Those in `folder` and, where `deep`, below it."""
        for path in _visible(folder):
            if path.is_dir():
                if deep and self._is_new(path):
                    yield from self.pictures(path, deep=True)
            elif path.is_file() and (path.suffix.lower() in SUFFIXES or is_picture(path)):
                yield path
            else:
                self.others += 1

    def _is_new(self, folder: Path) -> bool:
        where = folder.resolve()
        new = where not in self.seen
        self.again += not new
        self.seen.add(where)
        return new

    def notes(self) -> tuple[str, ...]:
        """What has been left out."""
        others, again = grouped(self.others), grouped(self.again)
        files = f"{others} left out (not {'a picture' if self.others == 1 else 'pictures'})"
        links = f"{again} linked folder{'s' if self.again > 1 else ''} left out (read already)"
        return tuple(note for note, n in ((files, self.others), (links, self.again)) if n)
