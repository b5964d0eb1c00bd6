"""How alone an importance is, and correlations, against closed forms and numpy."""

import numpy as np
import pytest

from lacuna.core.measures.disentanglement.dci import alone
from lacuna.core.measures.disentanglement.sap import squared_correlation


def test_importance_that_is_alone_counts_one_and_shared_by_all_none():
    assert alone(np.eye(3)) == pytest.approx(1, abs=1e-9)
    assert alone(np.ones((3, 5))) == pytest.approx(0, abs=1e-9)
    assert alone(np.zeros((3, 5))) == pytest.approx(0, abs=1e-9)
    twice = np.array([[0.5, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0, 0]])
    assert alone(twice) == pytest.approx((1 + 1 + 0.5) / 3, abs=1e-9)  # 1 - log 2 / log 4
    assert alone(twice.T) == pytest.approx(1, abs=1e-9)


def test_squared_correlation_is_that_of_numpy():
    random = np.random.default_rng(0)
    codes, values = random.standard_normal((50, 3)), random.random((50, 2))
    expected = np.corrcoef(codes.T, values.T)[:3, 3:] ** 2
    assert np.abs(squared_correlation(codes, values) - expected).max() < 1e-12
    assert squared_correlation(codes * 0 + 0.1, values).max() == 0
