"""Copies of training images are found, and none are seen where none are."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import kstest

from lacuna.core.engine.errors import Problem
from lacuna.core.measures.memorisation import PRODUCTS, ROWS, memorisation, shifts
from tests.jobs import last

SHAPE = (2, 8, 8)


def noise(n, seed=0, dimensions=6):
    return np.random.default_rng(seed).standard_normal((n, dimensions))


def framed(n, seed=0):
    """Images with two black pixels at each side, so that moving by as many loses nothing."""
    middle = np.random.default_rng(seed).random((n, 2, 4, 4))
    return np.pad(middle, ((0, 0), (0, 0), (2, 2), (2, 2)))


def of(samples, held_out, train, *views, **sizes):
    return last(memorisation(samples, held_out, train, *views, **sizes))


@pytest.mark.parametrize(("products", "rows"), [(PRODUCTS, ROWS), (60, 7)])
def test_the_nearest_are_found_whatever_the_chunks(products, rows):
    samples, held_out, train = noise(30), noise(20, 1), noise(50, 2)
    result = of(samples, held_out, train, products=products, rows=rows)
    away = cdist(samples, train)
    assert (result.nearest == away.argmin(1)).all()
    assert result.distance == pytest.approx(away.min(1), abs=1e-12)
    assert result.ratio == pytest.approx(away.min(1) / np.sort(away)[:, 1], abs=1e-12)
    assert result.held_out == pytest.approx(cdist(held_out, train).min(1), abs=1e-12)
    assert result.n == 30


@pytest.mark.parametrize("blur", [0.0, 1e-3, 0.05])
def test_planted_copies_are_all_found(blur):
    train, samples = noise(400), noise(200, 1)
    samples[::5] = train[:40] + blur * noise(40, 3)
    result = of(samples, noise(200, 2), train)
    assert set(range(0, 200, 5)) <= set(result.flagged.tolist())
    assert (result.nearest[::5] == np.arange(40)).all()
    assert (np.diff(result.ratio[result.flagged]) >= 0).all()  # the most alike first
    # a fifth are copies: .2 + .8 / 2 is .1 / sqrt(401 / (12 * 200 * 200)) = 3.5 deviations off
    assert result.p < 0.01
    assert result.nearer.low <= 0.6 <= result.nearer.high
    if blur == 0:
        assert (result.distance[::5] == 0).all()


def test_copies_of_an_image_that_is_there_twice_are_found():
    train = noise(40)
    train[20:] = train[:20]
    result = of(train[:5], noise(30, 1), train)
    assert result.ratio.tolist() == [0] * 5
    assert len(result.flagged) == 5


def test_of_an_independent_split_p_is_uniform():
    ps = [of(noise(50, 3 * s), noise(40, 3 * s + 1), noise(60, 3 * s + 2)).p for s in range(200)]
    assert kstest(ps, "uniform").pvalue > 0.01


def test_of_an_independent_split_half_are_nearer():
    results = [of(noise(50, 3 * s), noise(50, 3 * s + 1), noise(60, 3 * s + 2)) for s in range(100)]
    # at least 95 %, less four standard errors
    assert np.mean([one.nearer.low <= 0.5 <= one.nearer.high for one in results]) > 0.95 - 0.087
    flagged = sum(len(one.flagged) for one in results) / (50 * 100)
    chance = np.mean([one.by_chance.value for one in results])
    assert flagged == pytest.approx(chance, abs=4 * np.sqrt(2 * 0.02 / 5000))


def test_samples_that_are_all_copies_are_all_nearer():
    train = noise(50)
    result = of(train[:30], noise(30, 1), train)
    assert result.nearer.value == result.nearer.high == 1
    # Wilson's lower limit of 30 of 30: n / (n + z^2)
    assert result.nearer.low == pytest.approx(30 / (30 + 1.96**2))


def test_moved_copies_are_found_where_moving_counts_for_nothing():
    train, samples = framed(40), framed(10, 1)
    samples[3] = np.roll(train[7], (2, -1), (1, 2))
    flat = [x.reshape(len(x), -1) for x in (samples, framed(30, 2), train)]
    plain, moved = of(*flat), of(*flat, shifts(SHAPE, 2))
    assert plain.ratio[3] > 0.5
    assert plain.distance[3] > 1
    assert moved.nearest[3] == 7
    assert moved.distance[3] == 0
    assert 3 in moved.flagged
    assert (moved.distance <= plain.distance + 1e-12).all()


def test_shifts_are_all_moves_of_an_image():
    dot = np.zeros((1, *SHAPE))
    dot[0, 1, 4, 4] = 1
    views = [view.reshape(SHAPE) for view in shifts(SHAPE, 2)(dot.reshape(1, -1))]
    places = {tuple(np.argwhere(view)[0]) for view in views}
    assert places == {(1, y, x) for y in range(2, 7) for x in range(2, 7)}
    corner = np.zeros((1, *SHAPE))
    corner[0, 0, 0, 0] = 1
    left = [view.sum() for view in shifts(SHAPE, 1)(corner.reshape(1, -1))]
    assert sum(left) == 4  # it leaves by two sides, and comes in by none


def test_too_little_to_compare_is_a_problem():
    for samples, held_out, train in ((0, 5, 5), (5, 0, 5), (5, 5, 1)):
        with pytest.raises(Problem, match="two training images"):
            of(noise(samples), noise(held_out), noise(train))
