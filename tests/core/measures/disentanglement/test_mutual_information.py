"""Entropies and mutual information of counted levels, against closed forms and scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import mutual_info_score

from lacuna.core.measures.disentanglement.mig import mutual_information_gap
from lacuna.core.measures.disentanglement.modularity import modularity
from lacuna.core.measures.disentanglement.mutual_information import (
    entropies,
    histogram,
    mutual_information,
)


def test_independent_variables_share_nothing_and_equal_ones_all():
    grid = np.stack(np.meshgrid(range(4), range(5), range(6), indexing="ij"), -1).reshape(-1, 3)
    shared = mutual_information(grid, grid)
    assert np.abs(shared - np.diag(np.log([4, 5, 6]))).max() < 1e-12
    assert entropies(grid) == pytest.approx(np.log([4, 5, 6]), abs=1e-12)
    assert mutual_information_gap(shared, entropies(grid)) == pytest.approx(1, abs=1e-12)
    assert modularity(shared) == pytest.approx(1, abs=1e-12)
    assert modularity(np.zeros((2, 3))) == 0
    assert mutual_information(np.zeros_like(grid), grid).max() == 0


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=2, max_size=60))
def test_mutual_information_is_that_of_scikit_learn(pairs):
    a, b = np.array(pairs).T
    ours = mutual_information(a[:, None], b[:, None])[0, 0]
    assert ours == pytest.approx(mutual_info_score(a, b), abs=1e-12)
    assert 0 <= ours <= min(entropies(np.stack([a, b], 1))) + 1e-12


def test_bins_have_equal_width_and_hold_both_ends():
    codes = np.random.default_rng(0).standard_normal((500, 2))
    binned = histogram(codes, 20)
    assert (binned.min(0) == 0).all()
    assert (binned.max(0) == 19).all()
    for column in range(2):
        counts = np.histogram(codes[:, column], 20)[0]
        assert (np.bincount(binned[:, column], minlength=20) == counts).all()
    assert np.ptp(histogram(np.full((5, 1), 2.0), 20)) == 0
