"""Jobs on the command line: their progress as a bar, and Ctrl-C as a request to stop."""

from __future__ import annotations

import signal
import sys
from collections.abc import Generator, Iterator
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from ..engine.jobs import Job, Progress, Word
from ..runs.fit import Trained

Answer = TypeVar("Answer")


def heeding(job: Job[Any], asked: Any) -> Iterator[Any]:
    """What the job says to its end; at Ctrl-C it is asked to stop, and says its last word."""
    word: Word | None = None
    interrupted: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: interrupted.append(number))
    try:
        with _bar(asked) as bar:
            while True:
                said = job.send(word)
                word = "stop" if interrupted else None
                _tell(bar, said)
                yield said
    except StopIteration:
        pass
    finally:
        signal.signal(signal.SIGINT, before)


def _bar(asked: Any) -> Bar:
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    return Bar(*columns, console=console, disable=asked.json or not sys.stderr.isatty())


def _tell(bar: Bar, said: Any) -> None:
    if isinstance(said, Trained):
        losses = ", ".join(f"{name} {value:.2f}" for name, value in said.snapshot.losses.items())
        said = Progress(said.snapshot.fraction, f"step {said.snapshot.step}: {losses}")
    if isinstance(said, Progress):
        task = bar.task_ids[0] if bar.task_ids else bar.add_task("", total=1.0)
        bar.update(task, description=said.text, completed=said.fraction or 0.0)


def shown(job: Generator[Any, Any, Answer], asked: Any) -> Answer:
    """What the job returns, its progress shown on the way."""
    with _bar(asked) as bar:
        while True:
            try:
                _tell(bar, next(job))
            except StopIteration as end:
                answer: Answer = end.value
                return answer


def answered(job: Job[Any], asked: Any) -> Any:
    """The last report of a job whose reports are better and better answers."""
    answer = None
    with _bar(asked) as bar:
        for said in job:
            _tell(bar, said)
            answer = answer if said is None or isinstance(said, Progress) else said
    return answer
