import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import entropy as scipy_entropy

from lacuna.core.engine.errors import Problem
from lacuna.core.geometry.classes.entropy import (
    collision_entropy,
    delta_method,
    effective_classes,
    min_entropy,
    renyi_entropy,
    shannon_entropy,
)

P10 = np.array([0.3, 0.2, 0.15, 0.1, 0.08, 0.07, 0.05, 0.03, 0.015, 0.005])
ORDERS = [-math.inf, -3.0, -1.0, 0.0, 0.5, 0.95, 1.0, 1.05, 2.0, 3.0, 20.0, math.inf]

weights = st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=12)


def shares_of(weights):
    return np.array(weights) / np.sum(weights)


def inside(estimate, truth):
    return estimate.low <= truth <= estimate.high


@pytest.mark.parametrize(
    ("order", "truth"),
    [
        (0, 2.302585),
        (0.5, 2.084703),
        (1, 1.930583),
        (2, 1.729066),
        (3, 1.604642),
        (math.inf, 1.203973),
    ],
)
def test_the_table_of_ten_classes(order, truth):
    # theory: A4
    assert renyi_entropy(P10, order) == pytest.approx(truth, abs=5e-7)


@given(weights)
@settings(max_examples=100, deadline=None)
def test_never_more_with_a_higher_order(weights):
    results = [renyi_entropy(shares_of(weights), order) for order in ORDERS]
    assert all(more >= less - 1e-9 for more, less in itertools.pairwise(results))
    h_2, h_inf = renyi_entropy(shares_of(weights), 2), renyi_entropy(shares_of(weights), math.inf)
    assert h_inf - 1e-12 <= h_2 <= 2 * h_inf + 1e-12


@given(weights)
@settings(max_examples=50, deadline=None)
def test_of_order_one_it_is_shannons_and_continuous(weights):
    shares = shares_of(weights)
    assert renyi_entropy(shares, 1) == pytest.approx(scipy_entropy(shares), abs=1e-12)
    logs = np.log(shares)
    variance = shares @ logs**2 - (shares @ logs) ** 2
    for step in (-1e-4, -1e-6, -1e-9, 1e-9, 1e-6, 1e-4):
        first_order = renyi_entropy(shares, 1) - step / 2 * variance  # theory: A4
        assert renyi_entropy(shares, 1 + step) == pytest.approx(first_order, abs=1e-6)


@pytest.mark.parametrize("seam", [0.9, 1.1])
def test_the_two_ways_to_sum_agree_where_they_meet(seam):
    below, above = renyi_entropy(P10, seam - 1e-12), renyi_entropy(P10, seam + 1e-12)
    assert below == pytest.approx(above, abs=1e-10)


@pytest.mark.parametrize("order", ORDERS)
def test_equal_classes_have_the_logarithm_of_their_number(order):
    assert renyi_entropy(np.full(7, 1 / 7), order) == pytest.approx(math.log(7))
    assert renyi_entropy(np.array([1.0, 0.0, 0.0]), order) == 0


@given(weights, st.floats(0.01, 30))
@settings(max_examples=50, deadline=None)
def test_equal_classes_have_the_most_for_orders_above_zero(weights, order):
    assert renyi_entropy(shares_of(weights), order) <= math.log(len(weights)) + 1e-9


def test_equal_classes_do_not_have_the_most_below_zero():
    # theory: L11: 1/2 log(1/.9 + 1/.1) > log 2
    result = renyi_entropy(np.array([0.9, 0.1]), -1)
    assert result == pytest.approx(0.5 * math.log(1 / 0.9 + 1 / 0.1))
    assert result == pytest.approx(1.2040, abs=5e-5)
    assert result > math.log(2)


def test_the_smallest_shares_do_not_underflow():
    assert renyi_entropy(np.array([1 - 1e-300, 1e-300]), -1) == pytest.approx(150 * math.log(10))
    assert math.isfinite(renyi_entropy(np.array([1 - 1e-300, 1e-300]), -50))


def test_pairs_that_share_a_class_are_counted():
    counts = np.array([5, 3, 0, 2])
    points = np.repeat(np.arange(4), counts)
    same = (points[:, None] == points) & ~np.eye(10, dtype=bool)
    assert collision_entropy(counts).value == pytest.approx(-math.log(same.sum() / 90))
    assert effective_classes(counts).value == pytest.approx(90 / same.sum())


def test_the_number_of_classes_has_the_interval_of_the_entropy():
    counts = np.array([50, 30, 20])
    entropy, classes = collision_entropy(counts), effective_classes(counts)
    assert math.log(classes.low) == pytest.approx(entropy.low)
    assert math.log(classes.high) == pytest.approx(entropy.high)


def test_where_no_class_is_drawn_twice_there_is_no_upper_end():
    result = collision_entropy(np.ones(50, np.int64))
    assert result.value == result.high == effective_classes(np.ones(50)).high == math.inf
    # one class of share x / n beside dust is drawn at most once in (1 + x) e^-x = 5 % of samples
    x = math.sqrt(math.exp(-result.low)) * 50
    assert (1 + x) * math.exp(-x) == pytest.approx(0.05, abs=1e-6)


def test_where_one_class_is_drawn_another_may_have_been_missed():
    result = collision_entropy(np.array([0, 300]))
    assert (result.value, result.low) == (0, 0)
    share = math.exp(-result.high / 2)
    assert share**300 == pytest.approx(0.05)
    observed = shannon_entropy(np.array([0, 300]))
    assert (observed.value, observed.low) == (0, 0)
    assert observed.high == pytest.approx(scipy_entropy([share, 1 - share]))
    assert shannon_entropy(np.array([300])).high == 0


def test_the_collision_entropy_of_too_few_points_is_a_problem():
    with pytest.raises(Problem, match="at least two points"):
        collision_entropy(np.array([0, 1]))
    with pytest.raises(Problem, match="No point"):
        shannon_entropy(np.array([0, 0]))


@given(st.lists(st.integers(1, 400), min_size=2, max_size=8))
@settings(max_examples=50, deadline=None)
def test_the_spread_of_the_entropies_is_the_published_one(counts):
    counts = np.array(counts)
    n, p = counts.sum(), counts / counts.sum()
    # theory: A4: the variance of U, and of Shannon's entropy with Harris's second term
    s, cubes = (p**2).sum(), (p**3).sum()
    bias, variance = delta_method(p, n, 2 * p, np.full_like(p, 2))
    assert bias == pytest.approx((1 - s) / n)
    expected = 4 / n * (cubes - s**2) + 2 / n**2 * (s - 2 * cubes + s**2)
    assert variance == pytest.approx(expected, rel=1e-6, abs=1e-15)
    bias, variance = delta_method(p, n, -1 - np.log(p), -1 / p)
    assert bias == pytest.approx(-(len(p) - 1) / (2 * n))
    first = p @ np.log(p) ** 2 - (p @ np.log(p)) ** 2
    assert variance == pytest.approx(first / n + (len(p) - 1) / (2 * n**2), rel=1e-6)


def sampled_counts(shares, n, times):
    return np.random.default_rng(n).multinomial(n, shares, times)


@pytest.mark.parametrize("n", [200, 1000, 10_000])
def test_the_intervals_hold_the_truth_as_often_as_they_say(n):
    # theory: A4: .945-.950 of the intervals; four standard errors of 1000 trials are .028
    samples = sampled_counts(P10, n, 1000)
    truth = renyi_entropy(P10, 2)
    assert np.mean([inside(collision_entropy(k), truth) for k in samples]) == pytest.approx(
        0.9475, abs=0.03
    )
    truth = renyi_entropy(P10, 1)
    assert np.mean([inside(shannon_entropy(k), truth) for k in samples]) == pytest.approx(
        0.95, abs=0.03
    )


LAWS = {
    "two": np.full(2, 1 / 2),
    "uniform": np.full(10, 1 / 10),
    "digits": np.array([0.05, 0.07, 0.13, 0.13, 0.04, 0.09, 0.10, 0.13, 0.16, 0.10]),
    "skewed": shares_of(2.0 ** -np.arange(10)),
    "rare": np.array([0.9, 0.05, 0.03, 0.01, 0.005, 0.003, 0.001, 0.0005, 0.0004, 0.0001]),
}


@pytest.mark.parametrize("n", [1024, 10_000])
@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize(
    ("estimated", "order"), [(min_entropy, math.inf), (collision_entropy, 2), (shannon_entropy, 1)]
)
def test_an_interval_covers_whatever_the_classes(estimated, order, law, n):
    """In 95 %, less two standard errors of 1000 trials; the greatest of equal counts is biased."""
    samples, truth = sampled_counts(LAWS[law], n, 1000), renyi_entropy(LAWS[law], order)
    assert np.mean([inside(estimated(counts), truth) for counts in samples]) >= 0.936


def test_equal_classes_are_in_their_interval_where_first_derivatives_vanish():
    uniform = np.full(62, 1 / 62)
    samples = sampled_counts(uniform, 1000, 300)
    assert np.mean([inside(collision_entropy(k), math.log(62)) for k in samples]) > 0.93
    assert np.mean([inside(shannon_entropy(k), math.log(62)) for k in samples]) > 0.93


def test_the_corrections_take_the_bias_away():
    # theory: A4: at n = 200 the bias of Shannon's plug-in is -.0231, corrected -.0017
    samples = sampled_counts(P10, 200, 4000)
    plain = np.mean([renyi_entropy(k / 200, 1) for k in samples]) - renyi_entropy(P10, 1)
    mended = np.mean([shannon_entropy(k).value for k in samples]) - renyi_entropy(P10, 1)
    error = np.std([shannon_entropy(k).value for k in samples]) / math.sqrt(4000)
    assert plain == pytest.approx(-0.0231, abs=4 * error)
    assert mended == pytest.approx(-0.0017, abs=4 * error)
    pairs = [math.exp(-collision_entropy(k).value) for k in samples]
    assert np.mean(pairs) == pytest.approx(P10 @ P10, abs=4 * np.std(pairs) / math.sqrt(4000))
