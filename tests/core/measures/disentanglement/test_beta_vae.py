"""The BetaVAE score, from given rows and from pairs that were made for it."""

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.linear_model import LogisticRegression

from lacuna.core.measures.disentanglement.beta_vae import beta_vae
from lacuna.core.measures.disentanglement.table import DisentanglementConfig, tabled
from tests.core.measures.disentanglement.rotations import ROTATIONS, untold


@pytest.mark.parametrize("name", ["45 degrees", "Householder"])
def test_pairs_of_given_rows_are_as_good_as_pairs_made_to_share(name):
    """Where rows can be made at will, a pair shares the value or is drawn within one bin of it."""
    rotation, expected = ROTATIONS[name]
    random = np.random.default_rng(3)
    assert made(rotation, random, exact=True) == pytest.approx(
        expected.get("beta_vae", 0.954), abs=0.03
    )
    values = random.standard_normal((40_000, 3))
    table = tabled(values @ rotation.T, values, DisentanglementConfig(votes=6000, levels=5))
    score = beta_vae(table, untold)["beta_vae"]
    assert score == pytest.approx(made(rotation, random, exact=False), abs=0.03)


def made(rotation, random, exact):
    """The BetaVAE score of a rotated normal code, from pairs that were made for it"""
    shared = random.integers(3, size=9000)
    left, right = random.standard_normal((2, 9000, 64, 3))
    value = left[np.arange(9000), :, shared]
    within = norm.ppf((np.floor(5 * norm.cdf(value)) + random.random(value.shape)) / 5)
    right[np.arange(9000), :, shared] = value if exact else within
    apart = np.abs((left - right) @ rotation.T).mean(1)
    model = LogisticRegression(max_iter=2000).fit(apart[:6000], shared[:6000])
    return model.score(apart[6000:], shared[6000:])
