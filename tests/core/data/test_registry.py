"""The door to all data sets."""

from __future__ import annotations

import threading

import pytest

from lacuna.core.data.dataset import DataConfig, Dataset
from lacuna.core.data.registry import DATASETS, is_local, load
from lacuna.core.engine.engine import Engine
from lacuna.core.engine.errors import Problem
from lacuna.core.engine.jobs import Priority, Progress
from tests.waiting import PATIENCE


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
