"""The door to all data sets, the bundled scans, and work beside a job."""

from __future__ import annotations

import threading

import pytest
import torch

from lacuna.core.data.dataset import DataConfig, Dataset
from lacuna.core.data.registry import DATASETS, is_local, load
from lacuna.core.engine.engine import Engine
from lacuna.core.engine.errors import Problem
from lacuna.core.engine.jobs import Priority, Progress
from lacuna.core.engine.worker import Dropped, Tell, aside
from tests.waiting import PATIENCE


def loaded(config: DataConfig) -> Dataset:
    return [report for report in load(config) if report is not None][-1]


def test_an_unknown_name_is_a_problem_that_lists_the_known() -> None:
    with pytest.raises(Problem) as caught:
        next(load(DataConfig(name="minst")))
    assert all(name in str(caught.value) for name in ("'minst'", *DATASETS))
    assert not is_local(DataConfig(name="minst"))


@pytest.mark.parametrize("name", ["strokes", "digits"])
def test_what_comes_with_the_program_is_local(name: str) -> None:
    assert is_local(DataConfig(name=name))


def test_the_engine_runs_a_loader(engine: Engine) -> None:
    woken = threading.Event()
    engine.wake = woken.set
    engine.submit(("s", "data"), load(DataConfig(count=60)), Priority.SCREEN)
    values = []
    while not any(isinstance(value, Dataset) for value in values):
        assert woken.wait(PATIENCE)
        woken.clear()
        values += [update.value for update in engine.drain("s")]
    assert isinstance(values[0], Progress)


def test_scans_are_split_by_the_seed() -> None:
    data, again, other = (loaded(DataConfig(name="digits", seed=seed)) for seed in (1, 1, 2))
    assert data.train.images.shape == (1500, 1, 28, 28)
    assert data.test.images.shape == (297, 1, 28, 28)
    assert data.train.images.min() == 0
    assert data.train.images.max() == 1
    assert torch.equal(data.train.images, again.train.images)
    assert not torch.equal(data.train.images, other.train.images)
    assert data.train.labels is not None
    assert data.test.labels is not None
    counts = torch.cat([data.train.labels, data.test.labels]).bincount()
    # scikit-learn, sklearn/datasets/descr/digits.rst: 1797 of ten classes, each about 180
    assert counts.sum() == 1797
    assert counts.min() > 170
    assert data.classes == tuple("0123456789")


def test_enlarged_scans_keep_their_ink() -> None:
    from sklearn.datasets import load_digits

    data = loaded(DataConfig(name="digits"))
    images = torch.cat([data.train.images, data.test.images])
    small = torch.nn.functional.interpolate(images, (8, 8), mode="area")[:, 0]
    scans = torch.from_numpy(load_digits().images).float() / 16
    nearest = torch.cdist(scans.flatten(1), small.flatten(1)).amin(1) / 8  # per pixel
    assert nearest.max() < 0.15


def test_work_aside_tells_and_returns() -> None:
    def work(tell: Tell) -> int:
        tell(0.5, "half")
        return 7

    def job():
        answers.append((yield from aside(work)))

    answers: list[int] = []
    reports = [report for report in job() if report is not None]
    assert answers == [7]
    assert reports == [Progress(0.5, "half")]


def test_what_work_raises_is_raised_in_the_job() -> None:
    def work(tell: Tell) -> None:
        raise Problem("the disk is full")

    with pytest.raises(Problem, match="the disk is full"):
        list(aside(work))


def test_closing_the_job_drops_the_work() -> None:
    dropped, closed = threading.Event(), threading.Event()

    def work(tell: Tell) -> None:
        closed.wait(PATIENCE)
        try:
            tell(None, "still here")
        except Dropped:
            dropped.set()
            raise

    job = aside(work)
    next(job)
    job.close()
    closed.set()
    assert dropped.wait(PATIENCE)
