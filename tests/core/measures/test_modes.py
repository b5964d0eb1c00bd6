"""What samples have found: of mixtures with known modes, of classes, and among themselves."""

import math

import numpy as np
import pytest
import torch

from lacuna.core.engine.errors import Problem
from lacuna.core.measures.modes import (
    class_coverage,
    compare_counts,
    divergence,
    expected_unseen,
    modes,
)
from tests.jobs import last

ANGLES = 2 * np.pi * np.arange(8) / 8
RING = 2 * np.stack([np.cos(ANGLES), np.sin(ANGLES)], 1)
GRID = np.stack(np.meshgrid(np.arange(-4, 5, 2.0), np.arange(-4, 5, 2.0)), 2).reshape(-1, 2)


def mixture_samples(centres, n=2500, deviation=0.05, seed=0):
    random = np.random.default_rng(seed)
    rows = random.integers(len(centres), size=n)
    return centres[rows] + deviation * random.standard_normal((n, 2))


# ---- mixtures ----


@pytest.mark.parametrize(("centres", "deviation"), [(RING, 0.02), (RING, 0.1), (GRID, 0.05)])
def test_the_mixture_itself_captures_all(centres, deviation):
    result = modes(mixture_samples(centres, deviation=deviation), centres, deviation)
    assert result.captured == len(centres)
    assert modes(
        mixture_samples(centres, deviation=deviation), centres, deviation, least=20
    ).captured == len(centres)
    # of two dimensions 1 - exp(-9 / 2) are within three deviations
    assert result.quality.low <= 1 - math.exp(-4.5) <= result.quality.high
    assert result.reverse.low == 0
    assert result.counts.sum() == round(result.quality.value * 2500)


def test_missing_a_mode_of_the_grid_by_chance_is_out_of_the_question():
    # theory: E8: P(miss any) < 1e-40, and it is at most the expected number that is missed
    assert expected_unseen(np.full(25, 1 / 25), 2500) < 1e-40


def test_a_generator_of_one_mode_captures_one():
    result = modes(mixture_samples(RING[:1]), RING, 0.05)
    assert result.captured == 1
    assert result.reverse.value == pytest.approx(math.log(8))
    assert result.reverse.high == result.reverse.value


def test_samples_between_modes_are_of_no_quality():
    result = modes(np.zeros((100, 2)), RING, 0.05)
    assert (result.captured, result.quality.value) == (0, 0)
    assert result.reverse.value == math.inf


def test_a_mixture_of_unequal_shares_is_known_by_them():
    shares = np.array([0.5, 0.2, 0.1, 0.1, 0.04, 0.03, 0.02, 0.01])
    rows = np.repeat(np.arange(8), (1000 * shares).astype(int))
    assert modes(RING[rows], RING, 0.05, shares).reverse.value == 0
    plain = modes(RING[rows], RING, 0.05).reverse
    truth = math.log(8) + (shares * np.log(shares)).sum()
    assert plain.low <= truth <= plain.high


# ---- classes ----


@pytest.mark.parametrize("law", [np.full(10, 0.1), np.array([0.4, 0.3, 0.2, 0.1])])
def test_the_interval_of_the_divergence_holds_it(law):
    # 95 % of 1000 trials, four standard errors; of equal shares the lower end is 0
    generator = np.linspace(1, 2, len(law))
    generator = generator / generator.sum()
    truth = float((generator * np.log(generator / law)).sum())
    samples = np.random.default_rng(0).multinomial(2000, generator, 1000)
    results = [divergence(counts, law) for counts in samples]
    assert np.mean([one.low <= truth <= one.high for one in results]) == pytest.approx(
        0.95, abs=0.03
    )
    error = np.std([one.value for one in results]) / math.sqrt(1000)
    assert np.mean([one.value for one in results]) == pytest.approx(truth, abs=4 * error)


def test_equal_laws_have_a_divergence_of_nothing():
    law = np.array([0.5, 0.3, 0.2])
    samples = np.random.default_rng(0).multinomial(500, law, 1000)
    assert np.mean([divergence(counts, law).low == 0 for counts in samples]) > 0.92


def test_classes_that_the_data_lacks_are_infinitely_far():
    assert divergence(np.array([5, 5]), np.array([1.0, 0.0])).value == math.inf
    result = divergence(np.array([0, 0]), np.array([0.5, 0.5]))
    assert (result.low, result.high) == (0, math.inf)


def test_of_one_class_the_lower_end_allows_for_others():
    result = divergence(np.array([0, 300, 0, 0]), np.full(4, 0.25))
    other = 1 - 0.05 ** (1 / 300)  # is missed 300 times in 5 %
    shares = np.array([1 - other, other / 3, other / 3, other / 3])
    assert result.low == pytest.approx((shares * np.log(4 * shares)).sum())
    assert result.value == pytest.approx(math.log(4))
    assert divergence(np.array([2]), np.array([1.0])).low == 0


def test_missing_classes_and_their_upper_limits():
    result = compare_counts(np.array([60, 0, 40, 0]), np.array([10, 10, 10, 0]))
    assert [one.label for one in result.missing] == [1]  # the data has none of the last either
    assert result.missing[0].high == pytest.approx(1.96**2 / (100 + 1.96**2))  # Wilson's of 0
    # exp(H_2) by pairs: 100 * 99 / (60 * 59 + 40 * 39)
    assert result.effective.value == pytest.approx(9900 / 5100)
    assert result.by_chance == pytest.approx(3 * (2 / 3) ** 100)
    assert result.n == 100


def test_stacked_digits_are_never_missed_by_chance():
    # theory: E8: 1000 modes, 25 600 samples
    assert expected_unseen(np.full(1000, 1e-3), 25_600) == pytest.approx(7.5e-9, rel=0.01)


def test_the_judge_names_the_classes():
    shown = torch.tensor([0, 2, 2, 1, 2] * 20)
    images = torch.nn.functional.one_hot(shown, 4).float()[:, None, None, :]
    result = last(class_coverage(lambda x: x.flatten(1), images, np.array([1, 1, 1, 1])))
    assert result.counts.tolist() == [20, 20, 60, 0]
    assert [one.label for one in result.missing] == [3]


def test_too_little_to_compare_is_a_problem():
    for drawn_, data in (([1, 0], [5, 5]), ([5, 5], [0, 0])):
        with pytest.raises(Problem, match="takes two samples"):
            compare_counts(np.array(drawn_), np.array(data))
    with pytest.raises(Problem, match="no sample"):
        modes(np.zeros((0, 2)), RING, 0.05)
