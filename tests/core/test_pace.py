"""Drawing takes its share of the time and no more."""

import pytest

from core.pace import REST, Pace


@pytest.fixture
def now():
    return [100.0]


@pytest.fixture
def pace(now):
    return Pace(lambda: now[0])


def test_the_first_picture_is_due_at_once(pace):
    assert pace.due


def test_a_picture_under_way_is_not_begun_again(pace, now):
    pace.begin()
    now[0] += 1000
    assert not pace.due


def test_a_rest_follows_as_long_as_the_drawing_allows(pace, now):
    pace.begin()
    now[0] += 2.0
    pace.end()
    now[0] += 2.0 * REST - 0.01
    assert not pace.due
    now[0] += 0.02
    assert pace.due


def test_the_end_is_the_first_one(pace, now):
    pace.begin()
    now[0] += 1.0
    pace.end()
    now[0] += 50.0
    pace.end()
    assert pace.due
