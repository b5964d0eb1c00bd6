"""Work that cannot pause, done beside a job: a download, a big file, a slow import."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import Protocol, TypeVar

from .jobs import Progress, Word

Result = TypeVar("Result")


class Tell(Protocol):
    """How work says how far it is; a `Progress` of the job comes of it."""

    def __call__(self, fraction: float | None, text: str) -> None: ...


_WAIT = 0.01  # seconds a step waits for the work: short for the lane, long for the processor


class Dropped(Exception):
    """Raised in the work at its next word, once the job has been closed."""


def aside(work: Callable[[Tell], Result]) -> Generator[Progress | None, Word | None, Result]:
    """What `work(tell)` returns, computed in a thread while the job pauses.

    The work must leave torch
    alone, which belongs to the lane. What it raises is raised here.
    """
    told: queue.SimpleQueue[Progress] = queue.SimpleQueue()
    answer: Future[Result] = Future()
    dropped = threading.Event()

    def tell(fraction: float | None, text: str) -> None:
        if dropped.is_set():
            raise Dropped
        told.put(Progress(fraction, text))

    # a daemon: quitting the program waits for no server
    thread = threading.Thread(target=_answer, args=(work, tell, answer), daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(_WAIT)
            yield _newest(told)
    finally:
        dropped.set()
    yield _newest(told)
    return answer.result()


def _answer(work: Callable[[Tell], Result], tell: Tell, answer: Future[Result]) -> None:
    try:
        answer.set_result(work(tell))
    except BaseException as error:  # whatever it is, it belongs to the job
        answer.set_exception(error)


def _newest(told: queue.SimpleQueue[Progress]) -> Progress | None:
    newest = None
    while not told.empty():
        newest = told.get()
    return newest
