"""Distances of two samples: closed forms of Gaussians, invariances, and their bias."""

import math

import numpy as np
import pytest
from scipy.linalg import sqrtm
from scipy.stats import ortho_group

from lacuna.core.engine.errors import Problem
from lacuna.core.measures.frechet import Frechet, chance, frechet, gaussian_distance, jackknife
from tests.jobs import last


def noise(n, dimensions, seed=0):
    return np.random.default_rng(seed).standard_normal((n, dimensions))


def covariance(dimensions, seed=0):
    root = noise(dimensions + 3, dimensions, seed)
    return root.T @ root


def of(a, b) -> Frechet:
    return last(frechet(a, b))


# ---- of Gaussians ----


def test_two_normal_laws_of_one_dimension():
    # theory: E10: (0 - 2)^2 + (1 - 3)^2
    one, nine = np.array([[1.0]]), np.array([[9.0]])
    assert gaussian_distance(np.zeros(1), one, np.full(1, 2.0), nine) == pytest.approx(8, abs=1e-12)


def test_covariances_that_commute():
    axes = ortho_group.rvs(6, random_state=0)
    first, second = np.random.default_rng(1).uniform(0, 4, (2, 6))
    first[0] = 0.0
    a, b = ((axes * spectrum) @ axes.T for spectrum in (first, second))
    expected = ((np.sqrt(first) - np.sqrt(second)) ** 2).sum()
    assert gaussian_distance(np.zeros(6), a, np.zeros(6), b) == pytest.approx(expected, abs=1e-7)


def test_the_trace_is_that_of_the_matrix_root():
    a, b, mean = covariance(5), covariance(5, 1), noise(1, 5)[0]
    expected = mean @ mean + np.trace(a + b - 2 * sqrtm(a @ b).real)
    result = gaussian_distance(np.zeros(5), a, mean, b)
    assert result == pytest.approx(expected, rel=1e-9)
    assert result == pytest.approx(gaussian_distance(mean, b, np.zeros(5), a), rel=1e-12)


def test_no_distance_to_itself_even_where_singular():
    a = covariance(5)
    a[:, 0] = a[0] = 0.0
    assert gaussian_distance(np.ones(5), a, np.ones(5), a) == pytest.approx(0, abs=1e-12)


# ---- of samples ----


def test_samples_have_the_distance_of_their_moments():
    a, b = noise(100, 4), 2 * noise(150, 4, 1) + 1
    result = of(a, b)
    expected = gaussian_distance(a.mean(0), np.cov(a.T), b.mean(0), np.cov(b.T))
    assert result.value == pytest.approx(expected, rel=1e-12)
    assert result.means == pytest.approx(((a.mean(0) - b.mean(0)) ** 2).sum())
    assert result.chance == pytest.approx(chance((np.cov(a.T) + np.cov(b.T)) / 2, 100, 150))
    assert (result.n, result.m, result.dimensions) == (100, 150, 4)


def test_identical_samples_are_at_no_distance():
    a = noise(60, 5)
    assert of(a, a.copy()).value == pytest.approx(0, abs=1e-12)


def test_turning_and_moving_both_changes_nothing():
    a, b, turn = noise(80, 5), 1.5 * noise(90, 5, 1), ortho_group.rvs(5, random_state=0)
    assert of(a @ turn + 3, b @ turn + 3).value == pytest.approx(of(a, b).value, rel=1e-10)
    assert of(2 * a, 2 * b).value == pytest.approx(4 * of(a, b).value, rel=1e-10)


@pytest.mark.parametrize(("dimensions", "predicted"), [(16, 0.168), (64, 2.208)])
def test_the_bias_of_whitened_features(dimensions, predicted):
    # theory: E10: (D (D + 1) / 2 + 2 D) / n for n = 1000; measured there .183 and 2.18
    result = chance(np.eye(dimensions), 1000, 1000)
    assert result == pytest.approx(predicted, abs=1e-12)
    values = []
    for seed in range(10):
        a, b = (noise(1000, dimensions, 2 * seed + side) for side in (0, 1))
        values.append(gaussian_distance(a.mean(0), np.cov(a.T), b.mean(0), np.cov(b.T)))
    assert np.mean(values) == pytest.approx(predicted, rel=0.1)


def test_the_bias_of_features_of_unequal_spread():
    # a large sample, where the first order is all but the whole; four standard errors
    spread, values = np.array([3.0, 1.0, 0.2, 0.0]), []
    for seed in range(300):
        a, b = (noise(n, 4, 2 * seed + side) * spread for side, n in ((0, 400), (1, 800)))
        values.append(gaussian_distance(a.mean(0), np.cov(a.T), b.mean(0), np.cov(b.T)))
    expected = chance(np.diag(spread**2), 400, 800)
    error = np.std(values) / math.sqrt(len(values))
    assert np.mean(values) == pytest.approx(expected, abs=4 * error)


def test_the_correction_takes_the_bias_away():
    results = [of(noise(300, 4, 2 * seed), noise(300, 4, 2 * seed + 1)) for seed in range(60)]
    corrected = [one.corrected.value for one in results]
    assert np.mean([one.value for one in results]) > 0.75 * chance(np.eye(4), 300, 300)
    assert abs(np.mean(corrected)) < 4 * np.std(corrected) / math.sqrt(60)


def test_the_interval_holds_the_distance_of_the_laws():
    # 8 of N(0, 1) and N(2, 9), in 95 % of 200 trials: four standard errors are .062
    results = [of(noise(400, 1, 2 * s), 2 + 3 * noise(400, 1, 2 * s + 1)) for s in range(200)]
    held = [one.corrected.low <= 8 <= one.corrected.high for one in results]
    assert np.mean(held) == pytest.approx(0.95, abs=0.062)


def test_thejackknife_of_a_mean_is_its_standard_error():
    x = noise(20, 1)[:, 0]
    result = jackknife(x.mean(), [np.delete(x, row).mean() for row in range(20)])
    assert result.value == pytest.approx(x.mean())
    # Student's t of 19 degrees, two-sided 95 %
    half = 2.093024 * x.std(ddof=1) / math.sqrt(20)
    assert result.high - result.value == pytest.approx(half, rel=1e-6)


def test_too_few_samples_are_a_problem():
    with pytest.raises(Problem, match="more samples than features"):
        of(noise(5, 5), noise(50, 5))
    with pytest.raises(Problem, match="same features"):
        of(noise(50, 5), noise(50, 4))
