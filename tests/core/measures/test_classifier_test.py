import math

import numpy as np
import pytest
import torch
from scipy.stats import binomtest, kstest, norm

from lacuna.core.engine.errors import Problem
from lacuna.core.measures.classifier_test import classifier_test, guessing_probability
from tests.jobs import last


def normal(n, mean=0.0, features=1, seed=0):
    return mean + torch.randn(n, features, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(("shift", "truth"), [(0.2, 0.5398), (0.5, 0.5987), (1.0, 0.6915)])
def test_two_gaussians_are_told_apart_as_well_as_can_be(shift, truth):
    # the best there is takes the middle: Φ(shift / 2), theory: E6
    assert norm.cdf(shift / 2) == pytest.approx(truth, abs=5e-5)
    result = last(classifier_test(normal(4000), normal(4000, shift, seed=1)))
    assert result.tested == 4000
    assert abs(result.accuracy.value - truth) < 4 * math.sqrt(truth * (1 - truth) / 4000)
    assert result.accuracy.low < result.accuracy.value < result.accuracy.high
    assert result.p < 0.01


def test_one_law_is_told_apart_by_luck_alone():
    results = [
        last(classifier_test(normal(150, seed=2 * i), normal(150, seed=2 * i + 1), seed=i))
        for i in range(24)
    ]
    rates = np.array([one.accuracy.value for one in results])
    assert {one.tested for one in results} == {150}
    assert abs(rates.mean() - 0.5) < 4 * 0.5 / math.sqrt(150 * 24)
    assert kstest([one.p for one in results], "uniform").pvalue > 1e-3


def test_a_hole_in_the_middle_is_seen():
    # one mean and one covariance: no straight line tells them apart
    z = normal(600, 0, 2)
    ring = math.sqrt(2) * normal(600, 0, 2, seed=1)
    ring = math.sqrt(2) * ring / ring.norm(dim=1, keepdim=True)
    assert last(classifier_test(z, ring)).accuracy.low > 0.7


def test_samples_of_different_sizes_are_balanced():
    result = last(classifier_test(normal(300), normal(51, 0, seed=1)))
    assert result.tested == 2 * (51 // 2)
    assert result.accuracy.value < 0.8  # not by naming the larger


def test_guesses_are_counted_exactly_where_they_are_few():
    for hits, tested in [(60, 100), (100, 199), (0, 20)]:
        exact = binomtest(hits, tested, 0.5, alternative="greater").pvalue
        assert guessing_probability(hits, tested) == pytest.approx(exact, rel=1e-9)
    assert guessing_probability(220, 400) == pytest.approx(0.0227501, abs=1e-7)  # 1 - Φ(2)
    assert guessing_probability(110, 200) == pytest.approx(guessing_probability(109, 199), abs=0.03)


def test_a_classifier_needs_some_points_and_the_same_seed_says_the_same():
    with pytest.raises(Problem, match="at least"):
        last(classifier_test(normal(7), normal(100)))
    one, other = (last(classifier_test(normal(40), normal(40, 1, seed=1), seed=3)) for _ in "ab")
    assert one == other
