"""Following a run that another process trains: its file is read whenever it has been written."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ..documents import archive
from ..documents.document import Document
from ..engine.errors import Problem
from ..engine.jobs import Job, Progress
from ..engine.worker import ReportProgress, in_thread
from ..files.stamp import Stamp, stamp_of

LOOK = 0.25  # seconds between two looks at the file


@dataclass(frozen=True, eq=False)
class Followed:
    """The file as it was when it had been written once more."""

    document: Document
    path: Path


def following(path: Path) -> Job[Followed | Progress]:
    """What `path` holds, now and whenever it changes: to its end only where it is closed.

    A file that is not there yet, or not whole, is waited for.
    """
    last: Stamp | None = None
    text = f"waiting for {path.name}"
    while True:
        yield Progress(None, text)
        last, document = yield from in_thread(partial(_next, path, last, text))
        if document is not None:
            yield Followed(document, path)
            text = f"following {path.name}, step {document.step:,}"


def _next(
    path: Path, last: Stamp | None, text: str, report: ReportProgress
) -> tuple[Stamp, Document | None]:
    """The next state of the file and what it holds; None where that is not whole."""
    while (stamp := stamp_of(path)) in (last, None):
        time.sleep(LOOK)
        report(None, text)  # raises where nobody follows any more
    assert stamp is not None
    try:
        return stamp, archive.load(path)
    except Problem:  # copied from elsewhere, and not all there yet
        return stamp, None
