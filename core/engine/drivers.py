"""A job whose reports are better and better answers, from within another job."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeVar

from .jobs import Job, Progress

T = TypeVar("T")


def answered(job: Job[T | Progress], told: str = "") -> Generator[Progress | None, Any, T]:
    """Passes on the pauses and the progress of `job`, and returns its last answer.

    told: what it is doing, as read on screen, where it does not say so itself.
    """
    found, here = None, Progress(None, told) if told else None
    yield here
    for said in job:
        if said is None or isinstance(said, Progress):
            yield said
        else:
            found = said
            yield here
    assert found is not None, "the job ended without an answer"
    return found


def final_report(job: Job[T | Progress]) -> Generator[None, Any, T]:
    """The last report of `job` but for its progress, with a pause for each of its steps."""
    final: T | None = None
    for report in job:
        if report is not None and not isinstance(report, Progress):
            final = report
        yield None
    assert final is not None, "the job ended without a report"
    return final
