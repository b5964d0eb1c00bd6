import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lacuna.core.engine.errors import Problem
from lacuna.core.geometry.classes.diversity import compare_entropies, verdict_on_radius
from lacuna.core.geometry.classes.entropy import renyi_entropy

counts = st.lists(st.integers(1, 500), min_size=2, max_size=8).map(np.array)


def test_the_larger_radius_may_be_that_of_the_more_diverse():
    # theory: L10: eight wedges, E[r] = .2429, and argmax of 62, E[r] = .2704
    wedges, argmax = np.full(8, 1240), np.full(62, 160)
    result = compare_entropies(wedges, argmax)
    assert result.first.value == pytest.approx(2.079, abs=2e-3)
    assert result.second.value == pytest.approx(4.127, abs=1e-2)
    assert result.more_diverse == "second"
    assert 0.2704 > 0.2429  # and ranked by the radius it would be the other way round
    report = verdict_on_radius(result, 0.2429, 0.2704, "Wedges", "Argmax")
    assert report.startswith(
        "The classes of Argmax are deeper than those of Wedges (0.270 > 0.243)"
    )
    assert "Argmax is the more diverse" in report
    assert "proves nothing about diversity" in report
    assert report.count(".") - report.count("0.") == 1  # one sentence


@pytest.mark.parametrize("width", [1.0, 0.5])
def test_equally_diverse_generators_may_have_any_radius(width):
    # the same row: stripes of two classes have E[r] = w / 4 whatever their H_2 = log 2
    result = compare_entropies(np.array([500, 500]), np.array([500, 500]))
    assert result.more_diverse is None
    assert "not told apart" in result.verdict("A", "B")
    report = verdict_on_radius(result, 2 / 4, width / 4, "A", "B")
    assert "The classes of A are deeper" in report
    assert "more diverse" not in report


def test_equal_radii_are_said_to_be_equal():
    result = compare_entropies(np.array([900, 100]), np.array([500, 500]))
    assert "equally deep (0.250)" in verdict_on_radius(result, 0.25, 0.25, "A", "B")
    report = result.verdict("A", "B")
    assert report.startswith("B is more diverse than A: H₂(A) - H₂(B) is \N{MINUS SIGN}0.4")


@given(counts, counts)
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_two_only_turns_the_sign(one, other):
    there, back = compare_entropies(one, other), compare_entropies(other, one)
    assert there.difference.low == pytest.approx(-back.difference.high, abs=1e-12)
    value = -back.difference.value
    assert there.difference.value == pytest.approx(value, abs=1e-12, nan_ok=True)
    assert math.isnan(value) or there.difference.low <= -back.difference.value
    assert math.isnan(value) or there.difference.value <= there.difference.high
    turned = {"first": "second", "second": "first", None: None}
    assert turned[there.more_diverse] == back.more_diverse


@given(counts)
@settings(max_examples=30, deadline=None)
def test_a_generator_is_as_diverse_as_itself(one):
    assert compare_entropies(one, one).more_diverse is None


def test_the_interval_of_the_difference_holds_the_truth_as_often_as_it_says():
    random = np.random.default_rng(0)
    p, q = np.array([0.4, 0.3, 0.2, 0.1]), np.array([0.7, 0.1, 0.1, 0.05, 0.05])
    truth = renyi_entropy(p, 2) - renyi_entropy(q, 2)
    samples = zip(random.multinomial(400, p, 1000), random.multinomial(900, q, 1000), strict=True)
    results = [compare_entropies(a, b).difference for a, b in samples]
    assert np.mean([e.low <= truth <= e.high for e in results]) == pytest.approx(0.95, abs=0.03)


def test_too_few_points_are_not_told_apart():
    result = compare_entropies(np.ones(5, np.int64), np.array([400, 1]))
    assert result.more_diverse is None
    assert (result.difference.low, result.difference.high) == (-math.inf, math.inf)
    assert "not told apart" in result.verdict("A", "B")
    with pytest.raises(Problem):
        compare_entropies(np.array([1]), np.array([5, 5]))
