"""The laws of a pixel: densities that integrate to 1, stable constants, and the exact ELBO."""

import math

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import multivariate_normal
from torch import nn
from torch.distributions import Normal
from torch.distributions import kl_divergence as divergence

from lacuna.core.config.fields import check
from lacuna.core.documents import archive
from lacuna.core.documents.document import Document
from lacuna.core.engine.errors import Problem
from lacuna.core.models.likelihoods import (
    LEAST_VARIANCE,
    MOST_LOGIT,
    SPEED,
    Bernoulli,
    ContinuousBernoulli,
    Gaussian,
    Learned,
    continuous_mean,
    log_normaliser,
    pixels,
)
from lacuna.core.models.protocols import EvidenceBound
from lacuna.core.models.registry import build
from lacuna.core.models.vae.vae import VAEConfig
from lacuna.core.training.config import TrainConfig
from lacuna.core.training.loop import train
from tests.core.small_models import DENSE, SHAPE, dataset, equal, images
from tests.jobs import last

KINDS = ("bernoulli", "gaussian", "learned", "continuous")


def column(*values):
    """One image of one pixel for each value, float64."""
    return torch.tensor(values, dtype=torch.float64).reshape(-1, 1, 1, 1)


def density(law, logit):
    """p(x) of a pixel, of one float."""
    return lambda x: law.log_prob(column(logit), column(x)).exp().item()


# ---- densities ----


@pytest.mark.parametrize("logit", [-40.0, -3.0, -0.1, 0.0, 1e-3, 0.19, 0.21, 2.0, 17.0])
def test_the_continuous_bernoulli_is_a_density(logit):
    total, _ = quad(density(ContinuousBernoulli(), logit), 0, 1, epsabs=1e-10)
    assert total == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("deviation", [0.05, 1.0])
def test_the_gaussian_is_a_density_on_the_line(deviation):
    total, _ = quad(density(Gaussian(deviation), 0.4), -9, 10, points=[0.6], epsabs=1e-10)
    assert total == pytest.approx(1, abs=1e-8)


def test_the_bernoulli_is_no_density_on_grey_pixels():
    """theory: D3: .4328 at a chance of .2"""
    total, _ = quad(density(Bernoulli(), math.log(0.2 / 0.8)), 0, 1)
    assert total == pytest.approx(0.4328, abs=5e-5)


@pytest.mark.parametrize("law", [ContinuousBernoulli(), Gaussian(0.02)])
@pytest.mark.parametrize("logit", [-2.0, 0.05, 0.5])
def test_the_mean_is_that_of_the_density(law, logit):
    p = density(law, logit)
    mean, _ = quad(lambda x: x * p(x), 0, 1, points=[torch.tensor(logit).sigmoid()])
    assert law.mean(column(logit)).item() == pytest.approx(mean, abs=1e-7)


def test_the_gaussian_is_that_of_torch():
    logits, x = torch.randn(3, *SHAPE), images(3)
    law = Gaussian(0.3)
    expected = Normal(logits.sigmoid(), 0.3).log_prob(x).flatten(1).sum(1)
    torch.testing.assert_close(law.log_prob(logits, x), expected)


# ---- the constant of the continuous Bernoulli ----


@pytest.mark.parametrize(("logit", "log"), [(17.0, 2.833), (40.0, 3.689), (88.0, 4.477)])
def test_the_constant_does_not_saturate(logit, log):
    """theory: D3, where torch's own says 2.769"""
    assert log_normaliser(torch.tensor(logit)).item() == pytest.approx(log, abs=5e-4)
    assert log_normaliser(torch.tensor(-logit)).item() == pytest.approx(log, abs=5e-4)


@settings(deadline=None)
@given(st.floats(-90, 90, width=32))
def test_single_precision_is_within_a_rounding_of_the_constant(logit):
    """Against log(l / tanh(l / 2)) in float64, to float32's precision of a number up to 4.5"""
    exact = math.log(2) if abs(logit) < 1e-6 else math.log(logit / math.tanh(logit / 2))
    assert log_normaliser(torch.tensor(logit)).item() == pytest.approx(exact, abs=6e-7)


@settings(deadline=None)
@given(st.floats(-90, 90))
@example(0.1875)  # near where the series ends
@example(0.1999999)
@example(0.2000001)
def test_the_mean_is_the_slope_of_the_normaliser(logit):
    """d/dl of -log of the integral of exp(l x) over [0, 1]: sigmoid(l) - d/dl log C"""
    at = torch.tensor(logit, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(log_normaliser(at), at)
    torch.testing.assert_close(continuous_mean(at), at.sigmoid() - slope, rtol=0, atol=1e-9)


def test_the_branches_meet_and_the_mean_grows():
    logits = torch.linspace(-30, 30, 60001, dtype=torch.float64)
    mean = continuous_mean(logits)
    assert (mean.diff() > 0).all()
    torch.testing.assert_close(mean + mean.flip(0), torch.ones_like(mean))
    assert log_normaliser(logits).diff().abs().max() < 1.1e-3 / 2  # slope at most 1/2


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_black_and_white_pixels_stay_bounded(value):
    """At most log C at the last logit, log 15 or so"""
    logits = torch.tensor([-1e30, -1e3, 0.0, 1e3, 1e30]).reshape(-1, 1, 1, 1)
    logits.requires_grad_()
    law = ContinuousBernoulli()
    answer = law.log_prob(logits, torch.full_like(logits, value))
    assert answer.max() <= math.log(MOST_LOGIT) + 1e-5
    answer.sum().backward()
    assert logits.grad.isfinite().all()
    assert 0 <= law.mean(logits).min() <= law.mean(logits).max() <= 1


# ---- the learned variance ----


def test_the_best_variance_is_the_mean_squared_error():
    """The slope of the log-likelihood is 0 there, and only there"""
    logits, x = torch.zeros(50, *SHAPE).double(), images(50).double()
    law = Learned(1.0).double()
    best = (x - 0.5).square().mean()
    for factor, sign in ((0.8, 1.0), (1.0, 0.0), (1.2, -1.0)):
        with torch.no_grad():
            law.scale.copy_((factor * best - LEAST_VARIANCE).log() / SPEED)
        (slope,) = torch.autograd.grad(law.log_prob(logits, x).mean(), law.scale)
        assert law.variance().item() == pytest.approx(factor * best.item())
        assert slope.sign().item() == sign if sign else abs(slope.item()) < 1e-9


def test_at_the_best_variance_the_loss_is_the_analytic_one():
    """D/2 (log MSE + 1 + log 2 pi): the sigma-VAE (theory: D3)"""
    logits, x = torch.zeros(50, *SHAPE).double(), images(50).double()
    squares = (x - 0.5).square().mean().item()
    law = Gaussian(math.sqrt(squares))
    expected = 32 * (math.log(squares) + 1 + math.log(2 * math.pi))
    assert -law.log_prob(logits, x).mean().item() == pytest.approx(expected)


def test_the_variance_has_a_floor():
    law = Learned(0.1)
    with torch.no_grad():
        law.scale.fill_(-100.0)
    assert law.variance().item() == pytest.approx(LEAST_VARIANCE)


# ---- the bound ----


class Linear(nn.Module):
    """logits whose sigmoid is W z + b, which has to lie within (0, 1)."""

    def __init__(self, weight, offset):
        super().__init__()
        self.weight, self.offset = weight, offset

    def forward(self, z):
        return (z @ self.weight.mT + self.offset).logit().reshape(len(z), 1, 1, -1)


class Fixed(nn.Module):
    def __init__(self, row):
        super().__init__()
        self.row = row

    def forward(self, x):
        return self.row.expand(len(x), -1)


def linear_gaussian():
    """x = W z + b + noise: the model, x (1, 1, 1, 3), log p(x), KL from the true posterior."""
    weight = torch.tensor([[0.05, 0.01], [-0.02, 0.04], [0.03, 0.03]]).double()
    offset, noise = torch.tensor([0.4, 0.5, 0.6]).double(), 0.08
    x = torch.tensor([0.45, 0.42, 0.7]).double()
    mean, logvar = torch.tensor([0.2, -0.5]).double(), torch.tensor([-0.3, -0.9]).double()
    marginal = weight @ weight.mT + noise**2 * torch.eye(3).double()
    log_p = multivariate_normal(offset.numpy(), marginal.numpy()).logpdf(x.numpy())
    precision = torch.eye(2).double() + weight.mT @ weight / noise**2
    true = torch.distributions.MultivariateNormal(
        torch.linalg.solve(precision, weight.mT @ (x - offset) / noise**2),
        precision_matrix=precision,
    )
    q = torch.distributions.MultivariateNormal(mean, logvar.exp().diag())
    model = build(
        VAEConfig(body="dense", likelihood="gaussian", deviation=noise), (1, 1, 3)
    ).double()
    model.encoder = Fixed(torch.cat([mean, logvar])[None])
    model.decoder = Linear(weight, offset)
    return model, x.reshape(1, 1, 1, 3), float(log_p), divergence(q, true).item()


def test_the_elbo_is_log_p_less_the_divergence_from_the_posterior():
    """log p(x|z) is quadratic in z, so three nodes of quadrature in each coordinate are exact"""
    model, x, log_p, gap = linear_gaussian()
    nodes, weights = np.polynomial.hermite_e.hermegauss(3)
    mean, logvar = model.encode(x)
    grid = torch.cartesian_prod(*2 * [torch.from_numpy(nodes)])
    share = torch.cartesian_prod(*2 * [torch.from_numpy(weights)]).prod(1) / (2 * math.pi)
    z = mean + (0.5 * logvar).exp() * grid
    answer = model.pixels.log_prob(model.decoder(z), x.expand(9, -1, -1, -1))
    kl = model.terms(x, torch.Generator())[1].item()
    assert (share * answer).sum().item() - kl == pytest.approx(log_p - gap, abs=1e-9)


def test_one_draw_estimates_it_without_bias():
    model, x, log_p, gap = linear_gaussian()
    many = x.expand(20_000, -1, -1, -1)
    recon, kl = model.terms(many, torch.Generator().manual_seed(1))
    elbo = -(recon + kl)
    error = elbo.std() / math.sqrt(len(many))
    assert abs(elbo.mean() - (log_p - gap)) < 4 * error


# ---- in the model ----


def vae(kind, **more):
    return build(VAEConfig(body="dense", hidden=16, likelihood=kind, **more), SHAPE)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_trains_and_is_kept(kind, tmp_path):
    config = VAEConfig(body="dense", hidden=16, likelihood=kind)
    data = dataset()
    stand = last(train(lambda: build(config, SHAPE), data.train, lambda: TrainConfig(2, 16)))
    assert isinstance(stand.model, EvidenceBound)
    archive.save(tmp_path / "m.lacuna", Document(stand.model, config, SHAPE, data.config))
    again = archive.load(tmp_path / "m.lacuna")
    assert again.config == config
    assert equal(again.model, stand.model)
    z = torch.randn(4, 2)
    decoded = again.model.decode(z)
    assert torch.equal(decoded, stand.model.decode(z))
    assert 0 <= decoded.min() <= decoded.max() <= 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_slope_through_a_draw_is_a_finite_difference(kind):
    """With common random numbers, along the weights of the encoder"""
    model, x = vae(kind).double(), images(7).double()
    weight = model.encoder[1].weight

    def bound(value):
        with torch.no_grad():
            weight.copy_(value)
        return torch.stack(model.terms(x, torch.Generator().manual_seed(2))).sum()

    at, along = weight.detach().clone(), torch.randn_like(weight)
    (slope,) = torch.autograd.grad(bound(at), weight)
    with torch.no_grad():
        step = 1e-5
        difference = (bound(at + step * along) - bound(at - step * along)) / (2 * step)
    torch.testing.assert_close((slope * along).sum(), difference, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("kind", KINDS)
def test_decoding_has_slopes_in_both_directions(kind):
    """So that metric and geodesics work on it"""
    model, z = vae(kind).requires_grad_(False), torch.randn(1, 2)
    tangent = torch.randn(1, 2)
    _, forward = torch.func.jvp(model.decode, (z,), (tangent,))
    full = torch.autograd.functional.jacobian(model.decode, z)
    torch.testing.assert_close(forward, (full * tangent).sum((-2, -1)), rtol=1e-4, atol=1e-6)


def test_only_the_learned_kind_has_weights():
    assert [len(pixels(kind, 0.1).state_dict()) for kind in KINDS] == [0, 0, 1, 0]


def test_a_deviation_of_nothing_is_a_problem():
    with pytest.raises(Problem, match="Pixel noise"):
        check(VAEConfig(deviation=0.0))
    assert DENSE.likelihood == "bernoulli"
