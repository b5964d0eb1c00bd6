"""A sum over the near Gaussians is the sum over all."""

import math

import numpy as np
import pytest
import torch

from lacuna.core.scene.mixture import FEW, DenseMixture, SparseMixture, log_mixture
from lacuna.core.scene.mixture_tree import split

CLOSE = 1e-4  # nats: 1 % of what any limit of a hole is read to


def gaussians(latent, count=3000, seed=0):
    """In clusters, narrow and wide: some far from all others"""
    random = torch.Generator().manual_seed(seed)
    centres = 3 * torch.randn(8, latent, generator=random, dtype=torch.float64)
    mean = centres[torch.randint(8, (count,), generator=random)]
    mean = mean + 0.3 * torch.randn(count, latent, generator=random, dtype=torch.float64)
    logvar = 4 * torch.rand(count, latent, generator=random, dtype=torch.float64) - 7
    return mean, logvar


def places(latent, count=400, seed=1):
    """Near and far, and some of them far outside"""
    random = torch.Generator().manual_seed(seed)
    z = 3 * torch.randn(count, latent, generator=random, dtype=torch.float64)
    return torch.cat([z, 40 + torch.randn(5, latent, generator=random, dtype=torch.float64)])


@pytest.mark.parametrize("latent", [1, 2, 3, 4])
def test_the_near_ones_are_as_good_as_all(latent):
    mean, logvar = gaussians(latent)
    z = torch.cat([places(latent), mean[:200]])
    near, every = SparseMixture.of(mean, logvar)(z), DenseMixture.of(mean, logvar)(z)
    torch.testing.assert_close(near, every, rtol=1e-6, atol=CLOSE)


def test_they_have_the_same_slope():
    mean, logvar = gaussians(2)
    slopes = []
    for density in (SparseMixture.of(mean, logvar), DenseMixture.of(mean, logvar)):
        z = places(2).requires_grad_(True)
        slopes.append(torch.autograd.grad(density(z).sum(), z)[0])
    torch.testing.assert_close(*slopes, rtol=1e-3, atol=1e-2)


def test_few_are_looked_at_for_a_point():
    """Of a wide field of narrow Gaussians, of which a point sees those within some deviations"""
    random = torch.Generator().manual_seed(0)
    mean = 10 * torch.rand(20_000, 2, generator=random, dtype=torch.float64)
    density = log_mixture(mean, torch.full_like(mean, 2 * math.log(0.05)))
    assert isinstance(density, SparseMixture)
    assert density.pairs < len(mean) / 10


def test_where_all_are_summed():
    few, many = gaussians(2, count=FEW), gaussians(5, count=FEW + 1)
    assert isinstance(log_mixture(*few), DenseMixture)
    assert isinstance(log_mixture(*many), DenseMixture)


def test_parts_hold_every_row_once():
    parts = split(places(3).numpy(), 7)
    assert max(map(len, parts)) <= 7
    assert sorted(np.concatenate(parts)) == list(range(405))


def test_a_mixture_without_one_of_its_own():
    mean, logvar = gaussians(2, count=50)
    rows = torch.arange(10)
    without = DenseMixture.of(mean, logvar).of_others(mean[rows], rows)
    for row in range(10):
        others = torch.arange(50) != row
        expected = log_mixture(mean[others], logvar[others])(mean[row, None])
        torch.testing.assert_close(without[row, None], expected)
