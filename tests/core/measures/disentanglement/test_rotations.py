"""What a rotation of a normal code costs, and that the likelihood cannot see it."""

import numpy as np
import pytest
import torch
from torch.distributions import LowRankMultivariateNormal

from lacuna.core.measures.disentanglement.scores import disentanglement
from lacuna.core.measures.disentanglement.table import DisentanglementConfig
from tests.core.measures.disentanglement.rotations import HALF_TURN, HOUSEHOLDER, ROTATIONS


def reported(codes, factors, config):
    return [report for report in disentanglement(codes, factors, config) if report is not None]


@pytest.mark.parametrize("name", ROTATIONS)
def test_a_rotation_of_a_normal_code_loses_what_the_marginals_keep(name):
    rotation, expected = ROTATIONS[name]
    values = np.random.default_rng(0).standard_normal((40_000, 3))
    boosted = {"none": 500, "45 degrees": 1500, "Householder": 1000}[name]
    config = DisentanglementConfig(fitted=2600, boosted=boosted, votes=6000, levels=5)
    result = reported(values @ rotation.T, values, config)[-1]
    assert result.binned == (True, True, True)
    for column, figure in expected.items():
        assert result.scores[column] == pytest.approx(figure, abs=0.03), column


@pytest.mark.parametrize("rotation", [HALF_TURN, HOUSEHOLDER])
def test_the_likelihood_cannot_see_a_rotation(rotation):
    """x = W v + noise has the covariance W Wᵀ + s, and W Aᵀ A Wᵀ is W Wᵀ."""
    random = torch.Generator().manual_seed(0)
    weight = torch.randn(7, 3, generator=random, dtype=torch.float64)
    x = torch.randn(50, 7, generator=random, dtype=torch.float64)
    mean, noise = torch.zeros(7, dtype=torch.float64), torch.full((7,), 0.3, dtype=torch.float64)
    rotated = weight @ torch.from_numpy(rotation).T
    plain, turned = (
        LowRankMultivariateNormal(mean, factor, noise).log_prob(x) for factor in (weight, rotated)
    )
    assert (weight - rotated).abs().max() > 0.1
    assert (plain - turned).abs().max() < 1e-9
