"""Autosave: runs under way are kept on disk, so that a crash or kill -9 costs two minutes."""

from __future__ import annotations

import os
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from ..config.serialisation import from_json
from ..data.dataset import DataConfig
from ..engine.errors import Problem
from ..files.locations import home
from ..models.latent_model import ModelConfig
from . import archive
from .document import Document, History
from .head import DAMAGED, WRONG, history_of, read_head, step_of


class RunFile:
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

    def keep(self, document: Document) -> None:
        archive.save(self.path, document)

    def forget(self) -> None:
        """The run has been saved elsewhere, or nobody wants it."""
        self._lock.release()
        delete(self.path)

    def release(self) -> None:
        """Leave the run to be offered at the next start."""
        self._lock.release()
        if not self.path.exists():
            Path(_lock_of(self.path)).unlink(missing_ok=True)


@dataclass(frozen=True)
class RunInfo:
    """What a kept run is of."""

    data: DataConfig
    model: ModelConfig
    step: int
    history: History = ()


class RunFiles:
    """What a session keeps: the run under way, and those about to say their last word."""

    def __init__(self) -> None:
        self.keeper: RunFile | None = None  # of the run under way
        self._left: list[RunFile] = []

    def begin(self, path: Path | None = None) -> None:
        """Keep a new run, or one that was left behind. Raises Problem where it cannot be had."""
        self.keeper = RunFile(path)

    def leave(self) -> None:
        """Another run comes: this one may still be written, until `release`."""
        if self.keeper is not None:
            self._left.append(self.keeper)
            self.keeper = None

    def release(self) -> None:
        """Those that were left have said their last word: they are offered at the next start."""
        while self._left:
            self._left.pop().release()

    def end(self) -> None:
        """No training is under way; a run of which nothing came is not kept."""
        if self.keeper is not None and not self.keeper.path.exists():
            self.leave()
        self.release()

    def forget(self) -> None:
        """All of the run is in a file of the user's."""
        if self.keeper is not None:
            self.keeper.forget()
            self.keeper = None


def interrupted() -> list[Path]:
    """Kept runs that no living process is working on, the newest first."""
    paths = sorted((home() / "runs").glob(f"*{archive.SUFFIX}"), reverse=True)
    return [path for path in paths if _free(path)]


def read_info(path: Path) -> RunInfo | None:
    """What the file says of itself, without its weights; None where it cannot be read."""
    try:
        with zipfile.ZipFile(path) as file:
            head = read_head(file, path.name)
        data = from_json(head["data"], DataConfig, path.name)
        model = from_json(head["model"], ModelConfig, path.name)
        return RunInfo(data, model, step_of(head, path.name), history_of(head))
    except (OSError, *DAMAGED, *WRONG, Problem):
        return None


def begun_at(path: Path) -> str:
    """When the run began, by this machine's clock, as its file is named: "2026-11-21 16:20"."""
    return path.name[:16].replace(".", ":")


def discard(path: Path) -> None:
    """Delete a run that was left behind. Raises Problem where another window works on it."""
    RunFile(path).forget()


def delete(path: Path) -> None:
    """Delete a kept run, and what a crash may have left of its next save."""
    for part in (path, *archive.parts_of(path)):
        part.unlink(missing_ok=True)
    Path(_lock_of(path)).unlink(missing_ok=True)


def _fresh() -> Path:
    stamp = time.strftime("%Y-%m-%d %H.%M.%S")
    name = f"{stamp} {os.getpid()}-{time.monotonic_ns() % 10**6}{archive.SUFFIX}"
    return home() / "runs" / name


def _free(path: Path) -> bool:
    try:
        with FileLock(_lock_of(path), timeout=0):
            return True
    except (Timeout, OSError):
        return False


def _lock_of(path: Path) -> str:
    return f"{path}.lock"
