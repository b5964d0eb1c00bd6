"""What the KL of a model's codes is made of, against what theory says (theory: E2 and E5)."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.distributions import Normal, kl_divergence

from lacuna.core.engine.errors import Problem
from lacuna.core.engine.jobs import Progress
from lacuna.core.geometry.holes.mismatch import mismatch
from lacuna.core.measures.elbo_surgery import activity, elbo_surgery
from lacuna.core.scene.prior import Gaussian
from tests.core.known_holes import codes_at, noise, shrunken
from tests.jobs import last


class Aggregated:
    """The prior that the codes themselves make: a VampPrior of all of the data."""

    mean, deviation = 0.0, 1.0

    def __init__(self, codes):
        self.log_density = codes.log_density


def scattered(n=500, latent=4):
    """Posteriors as E2's table has them: means near the prior, variances about .19"""
    codes = codes_at(0.9 * noise(n, latent))
    return replace(codes, logvar=math.log(0.19) + 0.3 * noise(n, latent, seed=1))


def closed(codes, prior):
    posterior = Normal(codes.mean.double(), (0.5 * codes.logvar.double()).exp())
    return kl_divergence(posterior, Normal(prior.mean, prior.deviation))  # (N, L)


def error(estimate):
    """Its standard error"""
    return (estimate.high - estimate.low) / (2 * 1.96)


@pytest.mark.parametrize("prior", [Gaussian(), Gaussian(0.3, 1.7)])
@pytest.mark.parametrize("latent", [1, 4])
def test_the_parts_add_up_to_the_closed_form(prior, latent):
    codes = scattered(latent=latent)
    result = last(elbo_surgery(codes, prior))
    assert result.coordinates is not None
    apart = result.information.value + result.marginal.value
    assert apart == pytest.approx(result.mean_kl.value, abs=1e-9)
    apart = result.correlation.value + result.coordinates.value
    assert apart == pytest.approx(result.marginal.value, abs=1e-9)
    truth = closed(codes, prior).sum(1).mean().item()
    assert abs(result.mean_kl.value - truth) < 4 * error(result.mean_kl)
    assert error(result.mean_kl) < 0.05
    assert 0 < result.information.value < result.ceiling == pytest.approx(math.log(500))


def test_the_divergence_is_the_one_of_the_holes():
    codes, prior = scattered(), Gaussian()
    one, other = (
        last(elbo_surgery(codes, prior)).marginal,
        last(mismatch(codes, prior, 0.0, seed=5)).kl,
    )
    assert abs(one.value - other.value) < 4 * math.hypot(error(one), error(other))


@pytest.mark.parametrize(("n", "latent", "deviation"), [(1, 3, 0.5), (40, 2, 0.5), (40, 10, 0.7)])
def test_identical_posteriors_say_nothing_of_their_image(n, latent, deviation):
    # KL(N(0, s²) ‖ N(0, 1)) = (s² - 1) / 2 - log s a coordinate, and all of it is marginal
    result = last(elbo_surgery(shrunken(latent, deviation, n), Gaussian()))
    truth = latent * ((deviation**2 - 1) / 2 - math.log(deviation))
    assert result.information.value == pytest.approx(0, abs=1e-6)
    assert result.correlation.value == pytest.approx(0, abs=1e-6)
    assert result.ceiling == pytest.approx(math.log(n))
    assert abs(result.marginal.value - truth) < 4 * error(result.marginal)


def test_disjoint_posteriors_say_all_there_is_to_say():
    # and on a diagonal every coordinate knows the image: TC = L log n - log n
    codes = codes_at(torch.arange(32.0)[:, None].expand(32, 3), 0.01)
    result = last(elbo_surgery(codes, Gaussian()))
    assert result.information.value == pytest.approx(math.log(32), abs=1e-5)
    assert result.information.high == pytest.approx(math.log(32), abs=1e-5)
    assert result.correlation.value == pytest.approx(2 * math.log(32), abs=1e-5)


def test_independent_coordinates_have_no_total_correlation():
    # every pair of two sets of coordinates: q is their product
    a, b = noise(20, 1), noise(20, 1, seed=1)
    pairs = torch.cartesian_prod(a[:, 0], b[:, 0])
    result = last(elbo_surgery(codes_at(pairs, 0.3), Gaussian()))
    assert result.correlation.value == pytest.approx(0, abs=1e-6)


def test_the_prior_of_all_data_leaves_nothing_but_information():
    # theory: D8: p = q
    codes = scattered(100)
    result = last(elbo_surgery(codes, Aggregated(codes)))
    assert result.marginal.value == pytest.approx(0, abs=1e-5)
    assert result.mean_kl.value == pytest.approx(result.information.value, abs=1e-5)
    assert result.mean_kl.value <= result.ceiling
    assert result.coordinates is None  # that prior is no product


def test_turning_the_latent_space_moves_correlation_only():
    # isotropic posteriors and prior: all but the coordinates' share is blind to a rotation
    stretched = noise(300, 2) * torch.tensor([1.5, 0.2])
    turn = torch.tensor([[math.cos(0.7), -math.sin(0.7)], [math.sin(0.7), math.cos(0.7)]])
    one, other = (
        last(elbo_surgery(codes_at(m, 0.3), Gaussian(), 8192))
        for m in (stretched, stretched @ turn)
    )
    for name in ("mean_kl", "information", "marginal"):
        a, b = getattr(one, name), getattr(other, name)
        assert abs(a.value - b.value) < 4 * math.hypot(error(a), error(b))
    assert one.correlation.high < other.correlation.low


def test_the_interval_holds_the_truth_as_often_as_it_says():
    # 40 intervals of 95 %: fewer than 33 hits have a probability below 1e-3
    codes = scattered(50, 2)
    truth = closed(codes, Gaussian()).sum(1).mean().item()
    results = [last(elbo_surgery(codes, Gaussian(), 500, seed)).mean_kl for seed in range(40)]
    assert sum(one.low < truth < one.high for one in results) >= 33


def test_answers_come_early_and_grow_sure():
    reports = [one for one in elbo_surgery(scattered(5000), Gaussian(), 1000) if one is not None]
    answers = [one for one in reports if not isinstance(one, Progress)]
    assert [one.draws for one in answers] == sorted({one.draws for one in answers})
    assert answers[0].draws < 200
    assert answers[-1].draws == 1000
    assert error(answers[-1].mean_kl) < error(answers[0].mean_kl)
    assert answers[-1].step == 4
    progress = [one.fraction for one in reports if isinstance(one, Progress)]
    assert progress == sorted(progress)


def test_the_same_seed_gives_the_same_answer():
    one, other, third = (last(elbo_surgery(scattered(), Gaussian(), 200, s)) for s in (3, 3, 4))
    assert one == other != third


# ---- which coordinates carry anything ----


@pytest.mark.parametrize("prior", [Gaussian(), Gaussian(-1.0, 0.5)])
def test_the_kl_of_a_coordinate_is_the_closed_form(prior):
    codes = scattered()
    result = activity(codes, prior)
    assert np.allclose(result.kl, closed(codes, prior).mean(0), rtol=1e-9)
    assert np.allclose(result.variance, np.var(codes.mean.double().numpy(), axis=0))


def test_a_constant_encoder_has_no_active_coordinate():
    result = activity(shrunken(3, 0.5), Gaussian())
    assert not result.active.any()
    assert result.collapsed  # whatever its KL


def test_an_encoder_that_copies_has_them_all():
    result = activity(codes_at(noise(200, 5), 0.1), Gaussian())
    assert result.active.all()
    assert not result.collapsed


def test_the_limit_is_a_hundredth():
    # means ±a have variance a²
    signs = torch.tensor([1.0, -1.0]).repeat(50)[:, None]
    result = activity(codes_at(signs * torch.tensor([0.11, 0.09]), 0.9), Gaussian())
    assert result.active.tolist() == [True, False]


def test_codes_that_say_next_to_nothing_are_collapsed():
    # 2 coordinates of a²/2 nats each
    signs = torch.tensor([1.0, -1.0]).repeat(50)[:, None].expand(100, 2)
    assert activity(codes_at(0.3 * signs, 1.0), Gaussian()).collapsed  # .09 nats
    assert not activity(codes_at(0.33 * signs, 1.0), Gaussian()).collapsed  # .109


def test_the_order_of_coordinates_does_not_matter():
    codes, order = scattered(), torch.tensor([2, 0, 3, 1])
    turned = replace(codes, mean=codes.mean[:, order], logvar=codes.logvar[:, order])
    one, other = activity(codes, Gaussian()), activity(turned, Gaussian())
    assert np.array_equal(one.kl[order], other.kl)
    assert np.array_equal(one.active[order], other.active)


@pytest.mark.parametrize("broken", [torch.zeros(0, 2), torch.full((3, 2), torch.nan)])
def test_what_cannot_be_measured_is_said(broken):
    with pytest.raises(Problem, match=r"no code|no number"):
        last(elbo_surgery(codes_at(broken, 0.5), Gaussian()))
    with pytest.raises(Problem, match=r"no code|no number"):
        activity(codes_at(broken, 0.5), Gaussian())
