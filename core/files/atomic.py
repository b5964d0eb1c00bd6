"""Files that are there whole or not at all: written aside, and put in the place of the old one."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ..engine.errors import Problem


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of `path`, and is on disk, when the block ends without error.

    Raises Problem where it cannot be written; what was there is then unchanged.
    """
    try:
        aside = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.part")
        try:
            with aside.open("w+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise Problem(
            f"{path} could not be written: {error.strerror or error}. "
            f"What was there is unchanged; {_remedy(error)}."
        ) from error


def write(path: Path, content: bytes) -> None:
    """`replacing` for what is small."""
    with replacing(path) as file:
        file.write(content)


def _remedy(error: OSError) -> str:
    if error.errno in _FULL:
        return "free some space or choose another folder"
    return "choose another name" if error.errno in _NAME else "choose another folder"


_FULL = (errno.ENOSPC, errno.EDQUOT)
_NAME = (errno.ENAMETOOLONG, errno.EISDIR)
