"""The history of losses: by step alone, evenly, and never long."""

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacuna.core.training.loss_history import MOST, lengthened, spacing


def history(steps, start=()):
    """Of a term that is its step, noted as the loop does: the mean since the entry before"""
    noted = [step for step in range(1, steps + 1) if step % spacing(step) == 0]
    entries = [
        (step, {"a": sum(range(step - spacing(step) + 1, step + 1)) / spacing(step)})
        for step in noted
    ]
    return reduce(lengthened, entries, start)


@given(st.integers(1, 20_000))
def test_entries_lie_evenly_and_are_never_many(steps):
    apart = spacing(steps)
    assert MOST / 2 * apart < steps <= MOST * apart or apart == 1
    found = [step for step, _ in history(steps)]
    assert len(found) <= MOST
    assert found == list(range(spacing(found[-1]), found[-1] + 1, spacing(found[-1])))


@pytest.mark.parametrize("steps", [1, MOST, MOST + 2, 3 * MOST, 8 * MOST])
def test_each_entry_is_the_mean_since_the_one_before(steps):
    apart = spacing(steps)
    for step, losses in history(steps):
        assert losses["a"] == pytest.approx(step - (apart - 1) / 2)


def test_histories_of_before_are_thinned_too():
    """By the clock: close together at first, then far apart; a term may come and go."""
    old = ((1, {"a": 1.0}), (2, {"a": 3.0, "b": 5.0}), (700, {"a": 4.0}))
    assert lengthened(old, (2048, {"a": 0.0})) == (
        (2, {"a": 2.0, "b": 5.0}),
        (700, {"a": 4.0}),
        (2048, {"a": 0.0}),
    )
