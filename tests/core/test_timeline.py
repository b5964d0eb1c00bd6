"""The timeline: a budget in bytes, the newest, and what is held."""

from hypothesis import given
from hypothesis import strategies as st

from core import timeline
from core.scene import Scene
from core.timeline import longer, shown


def scene(step, size=1):
    return Scene("s", step, lambda z: z, size=size)


def grown(sizes, held_at=None):
    kept, held = (), None
    for step, size in enumerate(sizes):
        kept = longer(kept, scene(step, size), held)
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


def test_the_newest_stays_though_it_alone_is_too_big():
    kept, _ = grown([2 * timeline.BUDGET] * 3)
    assert [shot.step for shot in kept] == [2]


def test_the_same_step_is_the_same_picture():
    kept = longer((), scene(3))
    assert longer(kept, scene(3)) is kept


def test_a_held_step_shows_the_newest_that_is_not_after_it():
    kept = tuple(scene(step) for step in (2, 5, 9))
    assert shown(None, kept).step == 9
    assert [shown(step, kept).step for step in (2, 4, 5, 8, 100)] == [2, 2, 5, 5, 9]
    assert shown(1, kept) is None
    assert shown(None, ()) is None
