"""Drawing takes its share of the time and no more."""

import pytest

from lacuna.core.scene.scene import Scene
from lacuna.core.session.pace import REST, Pace, PacedTimeline


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


def scene(step):
    return Scene("s", step, lambda z: z, size=1)


def steps(timeline):
    return [shot.step for shot in timeline]


@pytest.fixture
def drawing(pace):
    """A reel whose first picture is being drawn, and the timeline with it."""
    reel = PacedTimeline(pace)
    return reel, reel.add((), scene(1), None, at_once=False)


def test_what_comes_while_a_picture_is_drawn_joins_the_next(drawing, now):
    reel, timeline = drawing
    for step in (2, 4, 8):
        assert reel.add(timeline, scene(step), None, at_once=False) is timeline
    reel.pace.end()
    assert steps(reel.add(timeline, scene(16), None, at_once=False)) == [1, 2, 4, 8, 16]


def test_what_is_too_close_to_the_last_is_passed_over(drawing):
    reel, timeline = drawing
    for step in (100, 101, 104, 105):  # apart from 100: five in a hundred more
        reel.add(timeline, scene(step), None, at_once=False)
    assert steps(reel.complete(timeline, scene(200), None)) == [1, 100, 105, 200]


def test_a_checkpoint_is_drawn_at_once(drawing):
    reel, timeline = drawing
    assert steps(reel.add(timeline, scene(2), None, at_once=True)) == [1, 2]


def test_another_training_has_none_of_the_last(drawing):
    reel, timeline = drawing
    reel.add(timeline, scene(2), None, at_once=False)
    reel.clear()
    assert steps(reel.complete((), scene(5), None)) == [5]
