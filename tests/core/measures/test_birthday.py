import math

import numpy as np
import pytest
from scipy.stats import chi2, poisson

from lacuna.core.engine.errors import Problem
from lacuna.core.measures.birthday import PRODUCTS, SHOWN, birthday
from tests.jobs import last


@pytest.mark.parametrize("products", [PRODUCTS, 200])
def test_pairs_of_duplicates_are_found_whatever_the_chunks(products):
    points = np.random.default_rng(0).standard_normal((60, 5))
    points[50], points[7] = points[3] + 0.01, points[30] + 0.001
    found = last(birthday(points, 0.1, products))
    assert found.duplicates == 2
    assert found.closest.tolist() == [[7, 30], [3, 50]]
    assert found.support.value == 60 * 59 / 2 / 2


def test_one_duplicate_among_n_says_half_of_n_squared():
    # theory: E8
    points = np.arange(100.0)[:, None]
    points[99] = 0
    found = last(birthday(points, 0.5)).support
    assert found.value == pytest.approx(100**2 / 2, rel=0.011)
    # 97.5 % of the Poisson law of this many pairs lie on the other side of 1, or of 0
    assert poisson.sf(0, 4950 / found.high) == pytest.approx(0.025)
    assert poisson.cdf(1, 4950 / found.low) == pytest.approx(0.025)


def test_without_duplicates_the_support_has_no_upper_end():
    found = last(birthday(np.arange(100.0)[:, None], 0.5)).support
    assert found.value == found.high == math.inf
    assert poisson.pmf(0, 4950 / found.low) == pytest.approx(0.05)


def test_the_support_of_equally_likely_images():
    # 95 % of 300 trials, four standard errors; the Poisson interval is a little too wide
    random = np.random.default_rng(0)
    found = [
        last(birthday(random.integers(1000, size=150)[:, None], 0.5)).support for _ in range(300)
    ]
    assert np.mean([one.low <= 1000 <= one.high for one in found]) > 0.95 - 0.05


def test_one_image_has_a_support_of_one():
    found = last(birthday(np.zeros((100, 3)), 0.5))
    assert found.support.value == 1
    assert found.support.low == 1
    assert len(found.closest) == SHOWN
    assert found.support.high == pytest.approx(4950 / (chi2.ppf(0.025, 9900) / 2))


def test_one_point_has_no_pair():
    with pytest.raises(Problem, match="two samples"):
        last(birthday(np.zeros((1, 2)), 0.1))
