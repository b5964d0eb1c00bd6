"""Files as they were written: when, how large, and by whom."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

Stamp = tuple[int, int]  # when a file was last written, and its size


class Exported(NamedTuple):
    """A file that has been made of paths."""

    path: Path


def stamp_of(path: Path) -> Stamp | None:
    """Tells whether another program has written the file since."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
