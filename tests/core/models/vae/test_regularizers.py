"""The penalties on codes: closed forms, exact sums over a whole data set, gradients that vanish."""

import math
from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm
from torch import nn
from torch.distributions import Normal, kl_divergence

from lacuna.core.data.dataset import Batch
from lacuna.core.models.gaussian import kl_to_standard_normal
from lacuna.core.models.mmd import discrepancy, multiquadric, unbiased
from lacuna.core.models.registry import build
from lacuna.core.models.vae.infovae import InfoVAEConfig
from lacuna.core.models.vae.regularizers import covariance, dip, free_bits, total_correlation
from lacuna.core.models.vae.vae import VAEConfig
from lacuna.core.training.config import TrainConfig
from lacuna.core.training.loop import train
from tests.core.small_models import DENSE, SHAPE, dataset, equal, images
from tests.jobs import last


def normal(*shape, seed=0):
    noise = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=noise, dtype=torch.float64)


def noise(seed=3):
    return torch.Generator().manual_seed(seed)


# ---- KL and free bits ----


def test_kl_is_that_of_torch():
    """theory: D3: .769205 of means .5, -1 and log-variances .4, -.7"""
    mean, logvar = torch.tensor([[0.5, -1.0]]).double(), torch.tensor([[0.4, -0.7]]).double()
    assert kl_to_standard_normal(mean, logvar).sum().item() == pytest.approx(0.769205, abs=5e-7)
    mean, logvar = normal(7, 3), normal(7, 3, seed=1)
    known = kl_divergence(Normal(mean, (0.5 * logvar).exp()), Normal(0.0, 1.0))
    torch.testing.assert_close(kl_to_standard_normal(mean, logvar), known)


def test_below_the_free_bits_there_is_no_gradient_at_all():
    """Of the coordinate that tells less than 0.3 nats on average, and only of it"""
    mean = torch.tensor([[0.1, 2.0], [-0.2, 1.0]], requires_grad=True)
    logvar = torch.tensor([[-0.2, -1.0], [0.3, -2.0]], requires_grad=True)
    kl = kl_to_standard_normal(mean, logvar)
    assert (kl.mean(0) < 0.3).tolist() == [True, False]
    answer = free_bits(kl, 0.3)
    answer.backward()
    assert answer.item() == pytest.approx(0.3 + kl.mean(0)[1].item())
    for part in (mean, logvar):
        assert (part.grad[:, 0] == 0).all()
        assert (part.grad[:, 1] != 0).all()


@settings(deadline=None)
@given(st.floats(0, 5), st.integers(0, 99))
def test_free_bits_are_between_the_kl_and_the_kl_and_all_of_them(least, seed):
    kl = kl_to_standard_normal(normal(6, 3, seed=seed), normal(6, 3, seed=seed + 1))
    whole = kl.sum(1).mean()
    assert whole - 1e-9 <= free_bits(kl, least) <= whole + 3 * least + 1e-9
    torch.testing.assert_close(free_bits(kl, 0.0), whole)


# ---- DIP ----


def test_the_covariance_of_drawn_points_is_the_formula():
    """theory: D6: within 2e-3 for 2e6 draws"""
    mean, logvar = 0.5 * normal(64, 2), normal(64, 2, seed=1) - 1
    rows = torch.arange(2_000_000) % 64
    z = mean[rows] + (0.5 * logvar).exp()[rows] * normal(len(rows), 2, seed=2)
    sampled = torch.cov(z.mT, correction=0)
    torch.testing.assert_close(covariance("ii", mean, logvar), sampled, rtol=0, atol=2e-3)


def test_the_covariance_of_means_is_that_of_numpy():
    mean, logvar = normal(9, 3), normal(9, 3, seed=1)
    np.testing.assert_allclose(covariance("i", mean, logvar), np.cov(mean.numpy().T, bias=True))


def test_uncorrelated_codes_of_variance_one_cost_nothing():
    corners = torch.tensor([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
    assert dip("i", 5.0, corners, torch.zeros(4, 2)) == 0
    half = math.sqrt(0.5)
    close = dip("ii", 5.0, half * corners, torch.full((4, 2), math.log(0.5)))
    assert close.item() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("kind", "own"), [("i", 10.0), ("ii", 1.0)])
def test_both_ordered_pairs_count(kind, own):
    """Covariance [[4, 2], [2, 1]] of codes without variance: 2 (2 * 2²) + own 2 (3² + 0)"""
    mean = torch.tensor([[2.0, 1.0], [-2.0, -1.0]])
    silent = torch.full((2, 2), -torch.inf)
    assert dip(kind, 2.0, mean, silent).item() == pytest.approx(2 * 8 + own * 2 * 9)


# ---- total correlation ----


def test_of_all_images_it_is_exact():
    """log q(z) and log q(z_j) summed out over every posterior by scipy"""
    mean, logvar = normal(6, 2), normal(6, 2, seed=1) - 1
    z = mean + (0.5 * logvar).exp() * normal(6, 2, seed=2)
    spread = (0.5 * logvar).exp().numpy()
    expected = []
    for point in z.numpy():
        laws = [multivariate_normal(m, np.diag(s**2)) for m, s in zip(mean, spread, strict=True)]
        joint = np.mean([law.pdf(point) for law in laws])
        single = norm(mean.numpy(), spread).pdf(point).mean(0)
        expected.append(np.log(joint) - np.log(single).sum())
    result = total_correlation(z, mean, logvar)
    assert result.item() == pytest.approx(np.mean(expected), abs=1e-12)


def test_equal_posteriors_have_none():
    mean, logvar = normal(1, 3).expand(8, 3), normal(1, 3, seed=1).expand(8, 3)
    z = mean + (0.5 * logvar).exp() * normal(8, 3, seed=2)
    assert total_correlation(z, mean, logvar).item() == pytest.approx(0, abs=1e-12)


def test_a_product_of_codes_has_none():
    """Means on a grid: q is the product of its coordinates, with every posterior alike"""
    mean, logvar, z = grid(5, -1.0)
    assert total_correlation(z, mean, logvar).item() == pytest.approx(0, abs=1e-12)


def test_codes_with_nothing_in_common_have_the_most():
    """(L - 1) log B: each coordinate names the image, and two say the same"""
    mean = torch.arange(7).double()[:, None].expand(7, 3)
    result = total_correlation(mean, mean, torch.full((7, 3), -20.0).double())
    assert result.item() == pytest.approx(2 * math.log(7))


def grid(side, logvar):
    """Codes of no total correlation: means (side², 2), log-variances, a draw of each"""
    axis = torch.linspace(-2, 2, side).double()
    mean = torch.cartesian_prod(axis, axis)
    logvar = torch.full_like(mean, logvar)
    return mean, logvar, mean + (0.5 * logvar).exp() * normal(*mean.shape)


def weighed_up(z, mean, logvar, images):
    """The estimate with weights put right: 1/N for the own code, the rest alike (theory: D7)"""
    count = len(z)
    weights = torch.full((count, count), (images - 1) / (images * (count - 1))).double()
    weights.fill_diagonal_(1 / images)
    torch.testing.assert_close(weights.sum(1), torch.ones(count).double())
    density = Normal(mean, (0.5 * logvar).exp()).log_prob(z[:, None])
    joint = (weights.log() + density.sum(2)).logsumexp(1)
    return (joint - (weights.log()[:, :, None] + density).logsumexp(1).sum(1)).mean()


def test_a_batch_weighed_up_to_all_images_pays_for_narrow_codes():
    """Which a penalty must not: none is below 0 in truth, and here it is 0 of whatever width

    The two agree where the batch is everything.
    """
    result = {"own": [], "weighed up": []}
    for logvar in (-3.0, -4.0, -5.0):
        mean, logvars, z = grid(30, logvar)
        some = torch.randperm(900, generator=noise())[:128]
        part = z[some], mean[some], logvars[some]
        result["own"].append(total_correlation(*part).item())
        result["weighed up"].append(weighed_up(*part, 900).item())
        whole = z, mean, logvars
        torch.testing.assert_close(weighed_up(*whole, 900), total_correlation(*whole))
    own, other = result["own"], result["weighed up"]
    assert 0 < own[0] < own[1] < own[2] < math.log(128)
    assert 0 > other[0] > other[1] > other[2]


# ---- discrepancy ----


def gaussian_kernel(x, y):
    return (-0.5 * (x[:, None] - y).square()).exp()


def test_the_estimate_is_the_closed_form():
    """theory: D11: .177268 between N(0, 1) and N(1, 1) with exp(-d²/2), means 1 apart

    2 (1 - exp(-1/6)) / sqrt(3); the mean of 500 replicas of n = 300 within 4 standard errors.
    """
    closed = 2 * (1 - math.exp(-1 / 6)) / math.sqrt(3)
    assert closed == pytest.approx(0.177268, abs=5e-7)
    result = torch.empty(500)
    for replica in range(500):
        x, y = normal(2, 300, seed=replica).float()
        y = y + 1
        kernels = (gaussian_kernel(x, x), gaussian_kernel(y, y), gaussian_kernel(x, y))
        result[replica] = unbiased(*kernels)
    assert abs(result.mean() - closed) < 4 * result.std() / math.sqrt(500)


@pytest.mark.parametrize("latent", [1, 8])
def test_of_equal_laws_it_is_zero_on_average(latent):
    result = torch.stack(
        [discrepancy(*normal(2, 64, latent, seed=replica)) for replica in range(400)]
    )
    assert abs(result.mean()) < 4 * result.std() / math.sqrt(400)
    assert (result < 0).any()  # unclamped
    assert discrepancy(normal(64, latent), normal(64, latent, seed=1) + 1) > 10 * result.std()


def test_it_is_the_sum_over_pairs():
    """Written out: pairs within, without the diagonal, less twice the pairs across"""
    x, y = normal(3, 2), normal(4, 2, seed=1)

    def kernel(a, b):
        d = ((a - b) ** 2).sum()
        return sum(4 * s / (4 * s + d) for s in (0.1, 0.2, 0.5, 1, 2, 5, 10))

    within = [
        sum(kernel(a, b) for i, a in enumerate(p) for j, b in enumerate(p) if i != j)
        / len(p)
        / (len(p) - 1)
        for p in (x, y)
    ]
    across = sum(kernel(a, b) for a in x for b in y) / 12
    torch.testing.assert_close(discrepancy(x, y), sum(within) - 2 * across)
    assert multiquadric(torch.zeros(1), 4.0).item() == pytest.approx(7)


def test_one_point_has_no_pair_and_finite_slopes():
    x = normal(1, 2).requires_grad_()
    discrepancy(x, normal(1, 2, seed=1)).backward()
    assert x.grad.isfinite().all()
    assert x.grad.any()


# ---- in the loss of the VAE ----


def vae(seed=0, kind=VAEConfig, **more):
    return build(kind(body="dense", hidden=16, **more), SHAPE, seed)


def test_without_weights_the_loss_is_that_of_before():
    plain = vae().loss("vae", Batch(images(9), None), noise())
    silent = vae(dip_weight=3.0, deviation=2.0).loss("vae", Batch(images(9), None), noise())
    assert list(plain) == ["recon", "kl"]
    assert all(torch.equal(plain[name], silent[name]) for name in plain)
    assert vae().config == DENSE


def test_each_penalty_is_a_term_beside_the_elbo():
    batch = Batch(images(9), None)
    plain = vae().loss("vae", batch, noise())
    model = vae(dip="ii", dip_weight=2.0, tc_weight=6.0, free_bits=0.5)
    terms = model.loss("vae", batch, noise())
    assert list(terms) == ["recon", "kl", "dip", "tc"]
    assert torch.equal(terms["recon"], plain["recon"])
    mean, logvar = model.encode(batch.images)
    z = mean + (0.5 * logvar).exp() * torch.randn(9, 2, generator=noise())
    torch.testing.assert_close(terms["dip"], dip("ii", 2.0, mean, logvar))
    torch.testing.assert_close(terms["tc"], 5 * total_correlation(z, mean, logvar))
    torch.testing.assert_close(terms["kl"], free_bits(kl_to_standard_normal(mean, logvar), 0.5))


def test_the_reported_bound_knows_no_penalty():
    x = images(9)
    plain = vae().terms(x, noise())
    model = vae(kind=InfoVAEConfig, dip="i", tc_weight=6.0, free_bits=9.0, alpha=1.0)
    for one, other in zip(model.terms(x, noise()), plain, strict=True):
        assert torch.equal(one, other)


def test_infovae_is_the_elbo_at_alpha_0_and_lambda_1():
    batch = Batch(images(9), None)
    plain = vae().loss("vae", batch, noise())
    terms = vae(kind=InfoVAEConfig, alpha=0.0, mmd_weight=1.0).loss("vae", batch, noise())
    assert terms.pop("mmd") == 0
    assert all(torch.equal(plain[name], terms[name]) for name in plain)


def test_infovae_weighs_as_its_objective_says():
    """(1 - alpha) KL + (alpha + lambda - 1) D"""
    batch, model = Batch(images(9), None), vae(kind=InfoVAEConfig, alpha=0.25, mmd_weight=5.0)
    plain, terms = vae().loss("vae", batch, noise()), model.loss("vae", batch, noise())
    mean, logvar = model.encode(batch.images)
    random = noise()
    z = mean + (0.5 * logvar).exp() * torch.randn(9, 2, generator=random)
    prior = torch.randn(9, 2, generator=random)
    torch.testing.assert_close(terms["kl"], 0.75 * plain["kl"])
    torch.testing.assert_close(terms["mmd"], 4.25 * discrepancy(z, prior))


MORE = {"dip": "i", "tc_weight": 3.0, "free_bits": 0.1, "likelihood": "learned"}


@pytest.mark.parametrize("kind", [VAEConfig, InfoVAEConfig])
def test_resuming_is_bit_exact(kind):
    data, config = dataset().train, TrainConfig(epochs=2, batch=16)
    make = partial(vae, kind=kind, **MORE)
    whole, job = last(train(make, data, lambda: config)), train(make, data, lambda: config)
    for _ in range(3):
        next(job)
    half = job.send("stop")
    rest = last(train(make, data, lambda: config, half.checkpoint))
    assert half.step == 3
    assert equal(rest.model, whole.model)


class Ascent(nn.Module):
    """Codes alone, which a penalty moves."""

    def __init__(self, kind):
        super().__init__()
        self.mean = nn.Parameter(normal(64, 2) @ torch.tensor([[2.0, 1.0], [0.0, 0.3]]).double())
        self.kind = kind

    def players(self):
        return {"codes": self}

    def loss(self, player, batch, noise):
        return {"dip": dip(self.kind, 1.0, self.mean, torch.full((64, 2), -2.0).double())}


@pytest.mark.parametrize("kind", ["i", "ii"])
def test_the_penalty_brings_the_covariance_to_the_identity(kind):
    config = TrainConfig(epochs=400, batch=64, rate=0.03)
    stand = last(train(lambda: Ascent(kind), Batch(images(64), None), lambda: config))
    result = covariance(kind, stand.model.mean, torch.full((64, 2), -2.0).double())
    torch.testing.assert_close(result, torch.eye(2).double(), rtol=0, atol=1e-3)
