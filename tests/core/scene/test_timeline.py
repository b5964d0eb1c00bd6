"""The timeline: a budget in bytes, the newest, and what is held."""

import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lacuna.core.scene import timeline
from lacuna.core.scene.scene import Scene
from lacuna.core.scene.timeline import extended, is_spaced, scene_at


def scene(step, size=1):
    return Scene("s", step, lambda z: z, size=size)


def grown(sizes, held_at=None):
    kept, held = (), None
    for step, size in enumerate(sizes):
        kept = extended(kept, scene(step, size), held)
        if step == held_at:
            held = kept[-1]
    return kept, held


@given(st.lists(st.integers(1, timeline.BUDGET // 3), min_size=1, max_size=60), st.integers(0, 59))
def test_it_fits_the_budget_and_keeps_the_newest_and_what_is_held(sizes, held_at):
    kept, held = grown(sizes, held_at)
    steps = [shot.step for shot in kept]
    assert steps == sorted(set(steps))
    assert steps[-1] == len(sizes) - 1
    assert held is None or held in kept
    assert sum(shot.size for shot in kept) <= timeline.BUDGET or len(kept) <= 2


def test_what_is_kept_stays_even():
    """Thinned again and again, every gap is at most twice the smallest plus one."""
    kept, _ = grown([timeline.BUDGET // 10] * 100)
    steps = [shot.step for shot in kept]
    assert 5 <= len(steps) <= 10
    assert steps[0] < 20


def test_no_more_are_kept_than_can_be_told_apart():
    kept, held = grown([1] * 2000, held_at=7)
    assert timeline.MOST / 2 <= len(kept) <= timeline.MOST
    assert kept[-1].step == 1999
    assert held in kept


def test_the_held_step_stays_though_it_is_turned():
    """What is shown of a held step may be another scene than the one that is kept."""
    kept = ()
    for step in range(40):
        kept = extended(kept, scene(step, timeline.BUDGET // 5), scene(3) if step > 3 else None)
    assert 3 in [shot.step for shot in kept]


def test_early_steps_are_closer_together_than_late_ones():
    """Each at least 1.05 times the one before: of n steps about log n / log 1.05 are kept."""
    steps = [1]
    for step in range(2, 10_001):
        if is_spaced(step, steps[-1]):
            steps.append(step)
    assert steps[:10] == list(range(1, 11))
    gaps = [later - sooner for sooner, later in pairwise(steps)]
    assert gaps == sorted(gaps)
    assert len(steps) < 20 + math.log(10_000 / 20) / math.log(timeline.SPACING)


def test_the_newest_stays_though_it_alone_is_too_big():
    kept, _ = grown([2 * timeline.BUDGET] * 3)
    assert [shot.step for shot in kept] == [2]


def test_the_same_step_is_the_same_picture():
    kept = extended((), scene(3))
    assert extended(kept, scene(3)) is kept


def test_a_held_step_shows_the_newest_that_is_not_after_it():
    kept = tuple(scene(step) for step in (2, 5, 9))
    assert scene_at(None, kept).step == 9
    assert [scene_at(step, kept).step for step in (2, 4, 5, 8, 100)] == [2, 2, 5, 5, 9]
    assert scene_at(1, kept) is None
    assert scene_at(None, ()) is None
