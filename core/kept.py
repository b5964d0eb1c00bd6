"""Runs under way, kept on disk so that a crash, kill -9 or a closed window costs two minutes."""

from __future__ import annotations

import os
import time
from pathlib import Path

from filelock import FileLock, Timeout

from . import store
from .home import home
from .problem import Problem


class Keeper:
    """The file of one run, locked for as long as this process lives."""

    def __init__(self, path: Path | None = None) -> None:
        """A new file, or one that was left behind. Raises Problem where it cannot be had."""
        self.path = path or _fresh()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(_lock_of(self.path), timeout=0)
            self._lock.acquire()
        except Timeout as error:
            raise Problem("Another window is working on this run: it keeps it.") from error
        except OSError as error:
            raise Problem(
                f"Nothing can be kept in {self.path.parent}: {error.strerror or error}. "
                "Save the model yourself, or set LACUNA_HOME to another folder."
            ) from error

    def keep(self, document: store.Document) -> None:
        store.save(self.path, document)

    def forget(self) -> None:
        """The run has been saved elsewhere, or nobody wants it."""
        self._lock.release()
        forget(self.path)

    def release(self) -> None:
        """Leave the run to be offered at the next start."""
        self._lock.release()
        if not self.path.exists():
            Path(_lock_of(self.path)).unlink(missing_ok=True)


def interrupted() -> list[Path]:
    """Kept runs that no living process is working on, the newest first."""
    found = sorted((home() / "runs").glob(f"*{store.SUFFIX}"), reverse=True)
    return [path for path in found if _free(path)]


def forget(path: Path) -> None:
    """Delete a kept run, and what a crash may have left of its next save."""
    for part in (path, *store.parts_of(path)):
        part.unlink(missing_ok=True)
    Path(_lock_of(path)).unlink(missing_ok=True)


def _fresh() -> Path:
    stamp = time.strftime("%Y-%m-%d %H.%M.%S")
    name = f"{stamp} {os.getpid()}-{time.monotonic_ns() % 10**6}{store.SUFFIX}"
    return home() / "runs" / name


def _free(path: Path) -> bool:
    try:
        with FileLock(_lock_of(path), timeout=0):
            return True
    except (Timeout, OSError):
        return False


def _lock_of(path: Path) -> str:
    return f"{path}.lock"
