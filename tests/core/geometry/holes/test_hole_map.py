import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logsumexp
from scipy.stats import norm

from lacuna.core.geometry.holes.detectors.density_ratio import density_ratio_detector
from lacuna.core.geometry.holes.hole_map import hole_map
from lacuna.core.geometry.map.plane import whole_plane
from lacuna.core.geometry.map.refinement import Grain
from lacuna.core.scene.codes import Codes, density_ratio
from lacuna.core.scene.prior import Gaussian
from tests.jobs import last

WINDOW = (-3.0, 3.0, -3.0, 3.0)


def codes_of(mean, logvar, labels=None):
    return Codes(mean, logvar, labels, torch.arange(len(mean)), step=4)


def random_codes(count, latent, deviation, seed=0):
    noise = torch.Generator().manual_seed(seed)
    spread = 0.3 * torch.randn(count, latent, generator=noise)
    logvar = spread + 2 * math.log(deviation)
    return codes_of(torch.randn(count, latent, generator=noise), logvar)


def one_gaussian(latent, deviation):
    return codes_of(torch.zeros(1, latent), torch.full((1, latent), 2 * math.log(deviation)))


def density_map(codes, grain=Grain()):
    detector = density_ratio_detector(codes, Gaussian(), 3.0)
    return last(hole_map(detector, whole_plane(), WINDOW, grain))


def oracle(codes, z):
    """log q by scipy, in float64"""
    mean, deviation = codes.mean.double().numpy(), (0.5 * codes.logvar.double()).exp().numpy()
    each = norm.logpdf(z.double().numpy()[:, None], mean, deviation).sum(-1)
    return logsumexp(each, axis=1) - math.log(len(mean))


@pytest.mark.parametrize("latent", [1, 2, 16])
@pytest.mark.parametrize("deviation", [1.0, 0.1, 0.003])
def test_aggregated_posterior_equals_scipy(latent, deviation):
    codes = random_codes(300, latent, deviation)
    z = torch.randn(64, latent, generator=torch.Generator().manual_seed(1))
    result = codes.log_density(z.double()).numpy()
    assert np.allclose(result, oracle(codes, z), rtol=1e-6, atol=1e-5)


def test_near_a_narrow_code_nothing_cancels():
    # 3 deviations of 1e-3 from a code at 3: the squares multiplied out are of order 1e7
    codes = codes_of(torch.full((1, 2), 3.0), torch.full((1, 2), 2 * math.log(1e-3)))
    z = torch.full((1, 2), 3.003, dtype=torch.float64)
    away = ((z - 3.0) / 1e-3).square().sum()
    expected = -0.5 * away - math.log(2 * math.pi) - 2 * math.log(1e-3)
    assert codes.log_density(z).item() == pytest.approx(expected.item(), abs=1e-4)


def test_far_away_the_score_is_still_a_number():
    score = density_ratio(random_codes(50, 2, 0.01), Gaussian())
    assert score(torch.tensor([[60.0, -60.0]])).isfinite().all()


@given(st.integers(1, 300), st.integers(1, 4))
@settings(max_examples=20, deadline=None)
def test_points_are_scored_one_by_one(count, latent):
    codes = random_codes(9000, latent, 0.2)  # 35 points to a block
    z = torch.randn(count, latent, generator=torch.Generator().manual_seed(count))
    score = density_ratio(codes, Gaussian())
    assert torch.allclose(score(z)[-1], score(z[-1:])[0], atol=1e-5)


@pytest.mark.parametrize("deviation", [0.5, 0.8, 1.2])
def test_density_ratio_of_two_gaussians(deviation):
    z = torch.randn(50, 3, generator=torch.Generator().manual_seed(0))
    expected = Gaussian().log_density(z) - Gaussian(0, deviation).log_density(z)
    result = density_ratio(one_gaussian(3, deviation), Gaussian())(z)
    assert torch.allclose(result, expected, atol=1e-5)


def test_the_score_has_a_gradient():
    # d/dz of log N(0, 1) - log N(0, s^2) is z (1 / s^2 - 1)
    z = torch.randn(8, 2, generator=torch.Generator().manual_seed(0)).requires_grad_()
    density_ratio(one_gaussian(2, 0.5), Gaussian())(z).sum().backward()
    assert torch.allclose(z.grad, 3 * z.detach(), atol=1e-5)


def test_the_hole_around_a_shrunken_gaussian():
    # theory: B2, S0 (2, .5, 3): outside rho^2 = 2.924196
    result = density_map(one_gaussian(2, 0.5))
    x = np.linspace(-3, 3, 513)
    truth = x**2 + x[:, None] ** 2 > 2.924196
    assert ((result.score > 3) == truth).mean() > 0.9999
    assert (result.step, result.window, result.threshold) == (4, WINDOW, 3.0)
    assert result.decodes < 0.05 * 513**2


def test_refinement_equals_brute_force():
    codes = random_codes(400, 2, 0.12)
    result = density_map(codes, Grain(finest=257))
    x = torch.linspace(-3, 3, 257)
    z = torch.stack(torch.meshgrid(x, x, indexing="xy"), -1).reshape(-1, 2)
    truth = density_ratio(codes, Gaussian())(z).reshape(257, 257).numpy()
    share, equal = result.decodes / 257**2, ((result.score > 3) == (truth > 3)).mean()
    print(f"\n{share:.2%} of the scores, {equal:.4%} of the pixels equal")
    assert equal >= 0.999
    assert share < 0.15


def test_where_the_codes_are_few_the_prior_is_not():
    # whatever the codes: q(H) <= exp(-threshold) p(H), as E_q[1_H] = E_p[(q / p) 1_H]
    codes, threshold = random_codes(200, 2, 0.1), math.log(20)
    noise = torch.Generator().manual_seed(5)
    picked = torch.randint(len(codes.mean), (20_000,), generator=noise)
    deviation = (0.5 * codes.logvar[picked]).exp()
    visited = codes.mean[picked] + deviation * torch.randn(20_000, 2, generator=noise)
    prior = Gaussian().sample(20_000, 2, noise)
    score = density_ratio(codes, Gaussian())
    q_hole, p_hole = ((score(z) > threshold).double().mean().item() for z in (visited, prior))
    assert q_hole <= p_hole / 20 + 4 * math.sqrt(0.05 * p_hole / 20_000)
