"""Precision, recall, density and coverage, against their definitions and known expectations."""

import math

import numpy as np
import pytest

from lacuna.core.engine.errors import Problem
from lacuna.core.measures.precision_recall import PRODUCTS, expected_coverage, precision_recall
from tests.jobs import last

FOUR = ("precision", "recall", "density", "coverage")


def noise(n, seed=0, dimensions=3):
    return np.random.default_rng(seed).standard_normal((n, dimensions))


def of(real, fake, k=5, **more):
    return last(precision_recall(real, fake, k, **more))


def values(found):
    return [getattr(found, name).value for name in FOUR]


def defined(real, fake, k):
    """The four, straight from their definitions."""
    between = lambda a, b: np.linalg.norm(a[:, None] - b, axis=2)  # noqa: E731
    r, rho = (np.sort(between(x, x), axis=1)[:, k] for x in (real, fake))  # itself is number 0
    away = between(real, fake)
    inside = away < r[:, None]
    recall = (away < rho).any(1).mean()
    return [inside.any(0).mean(), recall, inside.sum(0).mean() / k, inside.any(1).mean()]


@pytest.mark.parametrize("products", [PRODUCTS, 500])
@pytest.mark.parametrize(("n", "m", "k"), [(60, 45, 5), (30, 50, 3), (4, 5, 3)])
def test_the_definitions_whatever_the_chunks(products, n, m, k):
    real, fake = noise(n), noise(m, 1) + 0.7
    result = of(real, fake, k, products=products)
    assert values(result) == pytest.approx(defined(real, fake, k), abs=1e-12)
    assert (result.n, result.m, result.k) == (n, m, k)


def test_roles_turn_round():
    x, y = noise(60), noise(45, 1) + 0.7
    assert of(x, y).precision.value == of(y, x).recall.value
    assert of(x, y).recall.value == of(y, x).precision.value


def test_laws_that_do_not_meet_share_nothing():
    result = of(noise(40), noise(40, 1) + 100)
    assert values(result) == [0, 0, 0, 0]
    assert result.precision.low == 0
    # Wilson's upper limit of 0 of 40: z^2 / (n + z^2)
    assert result.precision.high == pytest.approx(1.96**2 / (40 + 1.96**2))


def test_the_same_sample_is_covered_but_for_nothing():
    x = noise(50)
    result = of(x, x.copy())
    assert values(result) == [1, 1, pytest.approx(1), 1]  # each ball holds its centre and k - 1


def test_the_expected_coverage_of_the_table():
    # theory: E11
    assert expected_coverage(300, 300, 5) == pytest.approx(0.969529, abs=5e-7)
    assert expected_coverage(10**6, 10**6, 5) == pytest.approx(1 - 2**-5, abs=1e-5)


@pytest.mark.parametrize(("n", "m", "dimensions"), [(300, 300, 4), (60, 30, 2)])
def test_equal_laws_are_covered_as_expected(n, m, dimensions):
    results = [of(noise(n, 2 * s, dimensions), noise(m, 2 * s + 1, dimensions)) for s in range(60)]
    coverage = [one.coverage.value for one in results]
    density = [one.density.value for one in results]
    expected = expected_coverage(n, m, 5)
    assert results[0].expected == expected
    assert np.mean(coverage) == pytest.approx(expected, abs=4 * np.std(coverage) / math.sqrt(60))
    # a fake is nearer to a real than the k-th of its n - 1 neighbours in k of n cases
    assert np.mean(density) == pytest.approx(1, abs=4 * np.std(density) / math.sqrt(60))


def test_one_far_real_inflates_the_precision_and_not_the_density():
    real, fake = noise(200), noise(200, 1) + np.array([6.0, 0, 0])
    plain = of(real, fake)
    stray = of(np.concatenate([real, [[12.0, 0, 0]]]), fake)
    assert plain.precision.value < 0.1
    assert stray.precision.value > 0.9  # the ball about the stray reaches back to the others
    assert stray.density.value < plain.density.value + 1 / 5 + 1e-12  # one ball more, over k
    assert stray.coverage.value - plain.coverage.value <= 1 / 201 + 1e-12


def test_the_intervals_are_the_jackknife_s():
    x, y = noise(25), noise(30, 1) + 0.8
    result, less_x, less_y = (
        of(x, y),
        np.array([values(of(np.delete(x, i, 0), y)) for i in range(25)]),
        np.array([values(of(x, np.delete(y, j, 0))) for j in range(30)]),
    )
    half = 1.96 * np.sqrt(24 * less_x.var(0) + 29 * less_y.var(0))
    for name, expected in zip(FOUR, half, strict=True):
        interval = getattr(result, name)
        low = max(0.0, interval.value - expected)
        if name == "density":
            assert interval.high == pytest.approx(interval.value + expected)
        assert interval.low <= low + 1e-12
        assert interval.low == pytest.approx(low) or name != "density"


def test_the_intervals_hold_the_mean_as_often_as_they_say():
    # at least 95 %, less four standard errors of 100 trials
    results = [of(noise(80, 2 * s), noise(80, 2 * s + 1) + 0.8) for s in range(100)]
    for name in FOUR:
        estimates = [getattr(one, name) for one in results]
        mean = np.mean([one.value for one in estimates])
        assert np.mean([one.low <= mean <= one.high for one in estimates]) > 0.95 - 0.087


def test_too_few_samples_are_a_problem():
    with pytest.raises(Problem, match="more than 5 samples"):
        of(noise(5), noise(50))
    assert of(noise(6), noise(6, 1)).n == 6
