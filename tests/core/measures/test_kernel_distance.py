import math

import numpy as np
import pytest

from lacuna.core.engine.errors import Problem
from lacuna.core.measures.kernel_distance import KernelDistance, kernel_distance
from tests.jobs import last


def noise(n, dimensions, seed=0):
    return np.random.default_rng(seed).standard_normal((n, dimensions))


def kernel_of(a, b) -> KernelDistance:
    return last(kernel_distance(a, b))


def test_the_kernel_distance_is_the_mean_over_pairs():
    a, b = noise(7, 3), noise(9, 3, 1) + 0.5
    kernel = lambda x, y: (x @ y.T / 3 + 1) ** 3  # noqa: E731
    within = [kernel(x, x)[~np.eye(len(x), dtype=bool)].mean() for x in (a, b)]
    result = kernel_of(a, b)
    assert result.squared.value == pytest.approx(sum(within) - 2 * kernel(a, b).mean())
    assert (result.n, result.m, result.dimensions) == (7, 9, 3)


def test_the_kernel_interval_is_the_jackknife_s():
    a, b = noise(7, 3), noise(9, 3, 1) + 0.5
    less = [
        np.array([kernel_of(np.delete(a, i, 0), b).squared.value for i in range(7)]),
        np.array([kernel_of(a, np.delete(b, j, 0)).squared.value for j in range(9)]),
    ]
    half = 1.96 * math.sqrt(6 * less[0].var() + 8 * less[1].var())
    result = kernel_of(a, b).squared
    assert result.high - result.value == pytest.approx(half, rel=1e-9)
    assert result.value - result.low == pytest.approx(half, rel=1e-9)


@pytest.mark.parametrize(("n", "m"), [(10, 10), (40, 15)])
def test_the_kernel_distance_of_equal_laws_is_zero_on_average(n, m):
    results = [
        kernel_of(noise(n, 6, 2 * s), noise(m, 6, 2 * s + 1)).squared.value for s in range(800)
    ]
    assert abs(np.mean(results)) < 4 * np.std(results) / math.sqrt(800)
    assert min(results) < 0


def test_the_kernel_distance_of_moved_normal_laws():
    # (x y + 1)^3 is the sum of C(3, j) x^j y^j: of N(0, 1) and N(1, 1), whose moments are
    # 0, 1, 0 and 1, 2, 4, the squared distance is 3 + 3 + 16
    results = [
        kernel_of(noise(50, 1, 2 * s), noise(60, 1, 2 * s + 1) + 1).squared.value
        for s in range(800)
    ]
    assert np.mean(results) == pytest.approx(22, abs=4 * np.std(results) / math.sqrt(800))


def test_too_few_samples_and_no_numbers_are_a_problem():
    with pytest.raises(Problem, match="three samples"):
        kernel_of(noise(2, 5), noise(50, 5))
    with pytest.raises(Problem, match="no number"):
        kernel_of(noise(9, 5), np.full((9, 5), np.nan))
