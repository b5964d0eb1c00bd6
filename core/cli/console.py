"""Jobs on the command line: their progress as a bar, and Ctrl-C as a request to stop."""

from __future__ import annotations

import signal
import sys
from argparse import Namespace
from collections.abc import Generator, Iterator
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from ..engine.jobs import Job, Progress, Word
from ..runs.fit import Trained

Report = TypeVar("Report")
Result = TypeVar("Result")


def reports_of(job: Job[Report | Progress], options: Namespace) -> Iterator[Report | Progress]:
    """The reports of a job to its end; Ctrl-C asks it to stop, and its last report still comes."""
    word: Word | None = None
    interrupted: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: interrupted.append(number))
    try:
        with _bar(options) as bar:
            while True:
                report = job.send(word)
                word = "stop" if interrupted else None
                _update(bar, report)
                if report is not None:
                    yield report
    except StopIteration:
        pass
    finally:
        signal.signal(signal.SIGINT, before)


def result_of(job: Generator[object, Any, Result], options: Namespace) -> Result:
    """What the job returns, its progress shown on the way."""
    with _bar(options) as bar:
        while True:
            try:
                _update(bar, next(job))
            except StopIteration as end:
                result: Result = end.value
                return result


def last_report_of(job: Job[Report | Progress], options: Namespace) -> Report | None:
    """The last report of a job whose reports are better and better results."""
    last: Report | None = None
    with _bar(options) as bar:
        for report in job:
            _update(bar, report)
            if report is not None and not isinstance(report, Progress):
                last = report
    return last


def _bar(options: Namespace) -> Bar:
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    return Bar(*columns, console=console, disable=options.json or not sys.stderr.isatty())


def _update(bar: Bar, report: object) -> None:
    if isinstance(report, Trained):
        snapshot = report.snapshot
        losses = ", ".join(f"{name} {value:.2f}" for name, value in snapshot.losses.items())
        report = Progress(snapshot.fraction, f"step {snapshot.step}: {losses}")
    if isinstance(report, Progress):
        task = bar.task_ids[0] if bar.task_ids else bar.add_task("", total=1.0)
        bar.update(task, description=report.text, completed=report.fraction or 0.0)
