"""Work that cannot pause, done beside a job: a download, a big file, a slow import."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import Protocol, TypeAlias, TypeVar

from .jobs import Progress, Word

Result = TypeVar("Result")

WAIT = 0.01  # seconds a step waits for the work: short for the lane, long for the processor


class ReportProgress(Protocol):
    """How work reports how far it is; a `Progress` of the job comes of it."""

    def __call__(self, fraction: float | None, text: str) -> None: ...


Work: TypeAlias = Callable[[ReportProgress], Result]


class Dropped(Exception):
    """Raised in the work at its next report, once the job has been closed."""


def in_thread(work: Work[Result]) -> Generator[Progress | None, Word | None, Result]:
    """What `work(report)` returns, computed in a thread while the job pauses.

    The work must leave torch alone, which belongs to the lane. What it raises is raised here.
    """
    reports: queue.SimpleQueue[Progress] = queue.SimpleQueue()
    result: Future[Result] = Future()
    dropped = threading.Event()

    def report(fraction: float | None, text: str) -> None:
        if dropped.is_set():
            raise Dropped
        reports.put(Progress(fraction, text))

    # a daemon: quitting the program waits for no server
    thread = threading.Thread(target=_complete, args=(result, work, report), daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(WAIT)
            yield _newest(reports)
    finally:
        dropped.set()
    yield _newest(reports)
    return result.result()


def _complete(result: Future[Result], work: Work[Result], report: ReportProgress) -> None:
    try:
        result.set_result(work(report))
    except BaseException as error:  # whatever it is, it belongs to the job
        result.set_exception(error)


def _newest(reports: queue.SimpleQueue[Progress]) -> Progress | None:
    newest = None
    while not reports.empty():
        newest = reports.get()
    return newest
