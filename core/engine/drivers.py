"""Running a job within another job, for its last report."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

from .jobs import Job, Progress, Word

T = TypeVar("T")


def result_of(job: Job[T | Progress], text: str = "") -> Generator[Progress | None, Word | None, T]:
    """Passes on the pauses and the progress of `job`, and returns its last report.

    text: what it is doing, as read on screen, where it does not say so itself.
    """
    result, progress = None, Progress(None, text) if text else None
    yield progress
    for report in job:
        if report is None or isinstance(report, Progress):
            yield report
        else:
            result = report
            yield progress
    assert result is not None, "the job ended without a report"
    return result


def final_report(job: Job[T | Progress]) -> Generator[None, Word | None, T]:
    """The last report of `job` but for its progress, with a pause for each of its steps."""
    final: T | None = None
    for report in job:
        if report is not None and not isinstance(report, Progress):
            final = report
        yield None
    assert final is not None, "the job ended without a report"
    return final


def at_once(job: Generator[object, Word | None, T]) -> T:
    """What `job` returns, run to its end without a pause."""
    while True:
        try:
            next(job)
        except StopIteration as end:
            returned: T = end.value
            return returned
