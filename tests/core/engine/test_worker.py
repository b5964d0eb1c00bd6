"""Work beside a job: it reports, returns, raises and is dropped."""

from __future__ import annotations

import threading

import pytest

from lacuna.core.engine.errors import Problem
from lacuna.core.engine.jobs import Progress
from lacuna.core.engine.worker import Dropped, ReportProgress, in_thread
from tests.waiting import PATIENCE


def test_work_aside_tells_and_returns() -> None:
    def work(tell: ReportProgress) -> int:
        tell(0.5, "half")
        return 7

    def job():
        answers.append((yield from in_thread(work)))

    answers: list[int] = []
    reports = [report for report in job() if report is not None]
    assert answers == [7]
    assert reports == [Progress(0.5, "half")]


def test_what_work_raises_is_raised_in_the_job() -> None:
    def work(tell: ReportProgress) -> None:
        raise Problem("the disk is full")

    with pytest.raises(Problem, match="the disk is full"):
        list(in_thread(work))


def test_closing_the_job_drops_the_work() -> None:
    dropped, closed = threading.Event(), threading.Event()

    def work(tell: ReportProgress) -> None:
        closed.wait(PATIENCE)
        try:
            tell(None, "still here")
        except Dropped:
            dropped.set()
            raise

    job = in_thread(work)
    next(job)
    job.close()
    closed.set()
    assert dropped.wait(PATIENCE)
