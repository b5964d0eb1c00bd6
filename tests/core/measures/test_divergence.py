"""Divergences of known densities, against the closed forms of Gaussians and bounds of others."""

import math
from functools import partial

import pytest
import torch
from torch.distributions import MultivariateNormal, kl_divergence

from lacuna.core.engine.errors import Problem
from lacuna.core.measures.divergence import CHUNK, discriminator, divergences
from tests.jobs import last

LOG_4 = math.log(4)


def normal(mean=0.0, deviation=1.0):
    law = torch.distributions.Normal(torch.tensor(mean).double(), torch.tensor(deviation).double())
    return lambda x: law.log_prob(x).sum(1)


def mixture(share, log_p, log_q):
    return lambda x: torch.logaddexp(log_p(x) + math.log(share), log_q(x) + math.log1p(-share))


def of(log_p, log_q, low=-12.0, high=12.0, step=0.01):
    return last(divergences(log_p, log_q, [(low, high)], step))


@pytest.mark.parametrize(
    ("m", "kl", "jensen_shannon", "value"),
    [
        (0, 0, 0, -1.386294),
        (1, 0.5, 0.111421, -1.163451),
        (2, 2, 0.336831, -0.712633),
        (4, 8, 0.632720, -0.120854),
        (10, 50, 0.693146, -1.7e-6),
    ],
)
def test_the_table_of_two_normal_laws(m, kl, jensen_shannon, value):
    # theory: E9
    result = of(normal(), normal(float(m)), high=22.0)
    assert result.kl == pytest.approx(kl, abs=1e-5)
    assert result.reverse == pytest.approx(kl, abs=1e-5)
    assert result.jensen_shannon == pytest.approx(jensen_shannon, abs=1e-6)
    assert result.value == pytest.approx(value, abs=1e-6)
    assert result.value == pytest.approx(2 * result.jensen_shannon - LOG_4, abs=1e-9)
    assert (result.mass_p, result.mass_q) == (pytest.approx(1), pytest.approx(1))


def test_jensen_shannon_saturates_where_laws_do_not_meet():
    result = of(normal(), normal(30.0), high=42.0)
    assert result.jensen_shannon == pytest.approx(math.log(2), abs=1e-12)
    assert result.kl == pytest.approx(450)


def test_two_dimensions_agree_with_the_closed_form():
    p = MultivariateNormal(torch.zeros(2).double(), torch.tensor([[1.0, 0.6], [0.6, 2]]).double())
    q = MultivariateNormal(torch.tensor([0.5, -1]).double(), torch.eye(2).double() * 1.5)
    result = last(divergences(p.log_prob, q.log_prob, [(-10, 10), (-13, 11)], 0.1))
    assert result.n == 200 * 240 > CHUNK
    assert result.kl == pytest.approx(kl_divergence(p, q).item(), abs=1e-9)
    assert result.reverse == pytest.approx(kl_divergence(q, p).item(), abs=1e-9)


def test_jensen_shannon_is_symmetric_and_kl_turns_round():
    here, there = of(normal(), normal(1.0, 2.0), -20, 20), of(normal(1.0, 2.0), normal(), -20, 20)
    assert here.jensen_shannon == pytest.approx(there.jensen_shannon, abs=1e-14)
    assert (here.kl, here.reverse) == pytest.approx((there.reverse, there.kl), abs=1e-14)
    # log(s2/s1) + (s1^2 + (m1 - m2)^2) / (2 s2^2) - 1/2
    assert here.kl == pytest.approx(math.log(2) + 2 / 8 - 0.5, abs=1e-9)


def box(low, high):
    def log_density(x):
        inside = (x[:, 0] > low) & (x[:, 0] < high)
        return torch.where(inside, 0.0, -math.inf).double() - math.log(high - low)

    return log_density


def test_densities_may_vanish():
    result = of(box(0, 1), box(0, 2), -1, 3)
    # KL = log 2; reverse is infinite; JSD = (1/2 log 4/3 + 1/4 log 2/3 + 1/4 log 2)
    assert result.kl == pytest.approx(math.log(2), abs=1e-12)
    assert result.reverse == math.inf
    expected = 0.5 * math.log(4 / 3) + 0.25 * math.log(2 / 3) + 0.25 * math.log(2)
    assert result.jensen_shannon == pytest.approx(expected, abs=1e-12)
    assert of(box(0, 1), box(2, 3), -1, 4).jensen_shannon == pytest.approx(math.log(2), abs=1e-12)


def test_the_best_discriminator_has_the_density_ratio_as_its_logit():
    log_p, log_q = normal(), normal(1.0)
    x = torch.linspace(-3, 4, 50).double()[:, None]
    best = discriminator(log_p, log_q)(x)
    p, q = log_p(x).exp(), log_q(x).exp()
    assert torch.allclose(best, p / (p + q), atol=1e-14)
    assert torch.allclose(best.logit(), 0.5 - x[:, 0], atol=1e-10)  # log p/q of these two
    nowhere = discriminator(box(0, 1), box(0, 1))(torch.tensor([[5.0]]))
    assert nowhere.tolist() == [0.5]


def test_no_discriminator_does_better():
    log_p, log_q = normal(), normal(1.5)
    best = of(log_p, log_q).value
    x = torch.arange(-12, 12, 0.01).double()[:, None]
    p, q, logit = log_p(x).exp(), log_q(x).exp(), log_p(x) - log_q(x)
    for slope, offset in ((0.9, 0.0), (1.1, 0.0), (1.0, 0.2), (0.0, 0.0)):
        other = (slope * logit + offset).sigmoid()
        value = 0.01 * (p * other.log() + q * (1 - other).log()).sum().item()
        assert value < best


def test_a_grid_that_does_not_hold_them_is_a_problem():
    with pytest.raises(Problem, match="widen its bounds"):
        of(normal(), normal(11.0))


# ---- likelihood against quality (theory: E17) ----


@pytest.mark.parametrize("far", [0.0, 3.0, 20.0])
def test_noise_in_99_of_100_samples_costs_at_most_log_100(far):
    log_p, noise = normal(), normal(far, 2.0)
    mixed = mixture(0.01, log_p, noise)
    result = of(log_p, mixed, -16, 40)
    assert result.kl <= math.log(100) + 1e-12  # nats of likelihood, of samples that are all noise
    assert result.kl == pytest.approx(math.log(100), abs=1e-9) or far < 20


def test_the_cost_in_each_of_more_dimensions_is_less():
    result = last(
        divergences(normal(), mixture(0.01, normal(), normal(20.0, 2.0)), [(-8, 32)] * 2, 0.1)
    )
    assert result.kl / 2 == pytest.approx(math.log(10), abs=1e-9)


def test_perfect_samples_can_have_no_likelihood():
    random = torch.Generator().manual_seed(0)
    centres = torch.randn(20, generator=random, dtype=torch.float64)
    x = torch.arange(-12, 12, 0.01).double()[:, None]
    nearest = (x - centres).abs().amin(1)
    apart = 0.01 * (normal()(x).exp() * nearest**2).sum().item()
    for width in (0.2, 0.05, 0.0125):
        each = torch.distributions.Normal(centres, width)
        kernels = partial(lambda x, each: each.log_prob(x).logsumexp(1) - math.log(20), each=each)
        cost = of(normal(), kernels, step=width / 20).kl
        # the mean of 20 kernels is at most the nearest, and at least a 20th of it
        least = apart / (2 * width**2) + math.log(width) - 0.5
        assert least - 1e-3 * abs(least) <= cost <= least + math.log(20) + 1e-3 * abs(least)
