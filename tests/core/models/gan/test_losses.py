"""The adversaries' losses at their known optima (theory: D15, D16, D18, D19)."""

import math

import numpy as np
import pytest
import torch
from torch.distributions import Independent, Normal
from torch.nn import functional as F

from lacuna.core.models.gan.gradient_penalty import gradient_penalty
from lacuna.core.models.gan.losses import (
    LOSSES,
    class_realness,
    data_logit,
    feature_matching,
    generator_cross_entropy,
    known_classes,
    projection_logit,
)
from lacuna.core.models.gaussian import gaussian_nll


def draws(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize(
    ("m", "value"),
    [(0, -1.386294), (1, -1.163451), (2, -0.712633), (4, -0.120854), (10, -1.7e-6)],
)
def test_the_best_critics_value_is_that_of_the_table(m, value):
    """E9: between N(0, 1) and N(m, 1) the best logit is log p / q, and V(D*) = 2 JSD - log 4."""
    x = torch.linspace(-12.0, m + 12.0, 20_001, dtype=torch.float64)
    p, q = (Normal(mean, 1.0).log_prob(x) for mean in (torch.tensor(0.0), torch.tensor(float(m))))
    loss, a = LOSSES["non-saturating"], p - q
    result = -torch.trapezoid(p.exp() * loss.critic_real(a) + q.exp() * loss.critic_fake(a), x)
    assert float(result) == pytest.approx(value, abs=5e-7 if m < 10 else 5e-8)


def test_no_other_critic_is_better():
    """At every place, by its own slope: the loss of the best logit is stationary and convex."""
    p, q = draws(50).exp(), draws(50, seed=1).exp()
    for name, best in {
        "non-saturating": (p / q).log(),
        "least squares": p / (p + q),
    }.items():
        a = best.clone().requires_grad_()
        total = (p * LOSSES[name].critic_real(a) + q * LOSSES[name].critic_fake(a)).sum()
        (slope,) = torch.autograd.grad(total, a)
        torch.testing.assert_close(slope, torch.zeros(50, dtype=torch.float64))
        for step in (-0.1, 0.1):
            beside = p * LOSSES[name].critic_real(best + step) + q * LOSSES[name].critic_fake(
                best + step
            )
            assert (
                beside > p * LOSSES[name].critic_real(best) + q * LOSSES[name].critic_fake(best)
            ).all()


def test_the_slopes_of_the_generators_losses():
    """D16: saturating -D, which dies where the critic wins; the other -(1 - D), which stays."""
    a = torch.linspace(-12, 12, 49, dtype=torch.float64, requires_grad=True)
    slopes = {
        "saturating": -a.sigmoid(),
        "non-saturating": a.sigmoid() - 1,
        "hinge": -torch.ones_like(a),
        "wasserstein": -torch.ones_like(a),
        "least squares": a - 1,
    }
    for name, expected in slopes.items():
        (result,) = torch.autograd.grad(LOSSES[name].generator(a).sum(), a)
        torch.testing.assert_close(result, expected.detach(), rtol=1e-12, atol=1e-14)


def test_saturating_and_not_rest_at_the_same_place():
    """What is drawn is the data: the critic cannot tell, and neither loss moves the mean."""
    slopes = []
    for name in ("saturating", "non-saturating"):
        offset = torch.zeros((), dtype=torch.float64, requires_grad=True)
        x = torch.cat([draws(500), -draws(500)]) + offset
        critic = torch.zeros((), dtype=torch.float64) * x  # log p / q = 0 everywhere
        LOSSES[name].generator(critic).mean().backward()
        slopes.append(float(offset.grad))
    assert slopes == [0.0, 0.0]


def test_the_hinge_is_flat_beyond_its_margin():
    a = torch.tensor([-3.0, -1.0, 0.0, 1.0, 3.0])
    assert LOSSES["hinge"].critic_real(a).tolist() == [4, 2, 1, 0, 0]
    assert LOSSES["hinge"].critic_fake(a).tolist() == [0, 0, 1, 2, 4]


@pytest.mark.parametrize("shape", [(5,), (2, 4, 3)])
def test_a_linear_critics_penalty_and_its_gradient(shape):
    """D16: (|w| - 1)^2 wherever it is measured, and 2 (|w| - 1) w / |w| exactly."""
    w = draws(math.prod(shape)).requires_grad_()
    real, fake = draws(7, *shape, seed=1), draws(7, *shape, seed=2)
    share = torch.rand(7, dtype=torch.float64)
    each = gradient_penalty(lambda x: x.flatten(1) @ w + 3, real, fake, share)
    torch.testing.assert_close(each, ((w.norm() - 1) ** 2).expand(7))
    (slope,) = torch.autograd.grad(each.mean(), w)
    norm = w.detach().norm()
    torch.testing.assert_close(slope, 2 * (norm - 1) * w.detach() / norm)


def test_the_penalty_is_taken_once_between_each_pair():
    """Of x^2 / 2 the slope at a point is the point: with a share u it is u real + (1 - u) fake."""
    real, fake, u = draws(6, 3), draws(6, 3, seed=1), torch.rand(6, dtype=torch.float64)
    result = gradient_penalty(lambda x: 0.5 * x.square().sum(1), real, fake, u)
    between = u[:, None] * real + (1 - u[:, None]) * fake
    torch.testing.assert_close(result, (between.norm(dim=1) - 1) ** 2)


def test_a_flat_critic_has_a_penalty_of_one_and_finite_gradients():
    w = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    result = gradient_penalty(lambda x: x @ w, draws(4, 3), draws(4, 3, seed=1), torch.rand(4))
    torch.testing.assert_close(result, torch.ones(4, dtype=torch.float64), atol=1e-5, rtol=0)
    assert torch.autograd.grad(result.sum(), w)[0].isfinite().all()


@pytest.mark.parametrize("apart", [0.3, 2.0])
def test_between_two_points_a_critic_of_slope_one_finds_their_distance(apart):
    """W1 of two points is how far apart they are: no steeper line gets there, this one does."""
    real, fake = torch.zeros(5, 1), torch.full((5, 1), apart)
    loss = LOSSES["wasserstein"]
    slopes = torch.linspace(-1, 1, 41)
    values = [
        -(loss.critic_real(c * real[:, 0]).mean() + loss.critic_fake(c * fake[:, 0]).mean())
        for c in slopes
    ]
    assert float(max(values)) == pytest.approx(apart, rel=1e-6)


def test_the_wasserstein_loss_of_the_best_line_is_that_of_scipy():
    """In one dimension, of shifted samples: every quantile moves by as much, f(x) = x is best."""
    from scipy.stats import wasserstein_distance

    real = draws(400)
    fake = real[torch.randperm(400)] - 1.7
    loss = LOSSES["wasserstein"]
    value = -(loss.critic_real(real).mean() + loss.critic_fake(fake).mean())
    assert float(value) == pytest.approx(wasserstein_distance(real.numpy(), fake.numpy()))


# ---- K + 1 classes ----


def test_the_k_plus_one_losses_are_those_of_an_explicit_softmax():
    """D15: with a drawn class of logit 0, log(1 - p_fake) and log p_fake, to 1e-15."""
    logits = 3 * draws(200, 10)
    explicit = torch.cat([logits, torch.zeros(200, 1, dtype=torch.float64)], 1).log_softmax(1)
    a, loss = class_realness(logits), LOSSES["non-saturating"]
    torch.testing.assert_close(
        loss.critic_real(a), -explicit[:, :-1].logsumexp(1), rtol=1e-13, atol=1e-15
    )
    torch.testing.assert_close(loss.critic_fake(a), -explicit[:, -1], rtol=1e-13, atol=1e-15)
    torch.testing.assert_close(a.sigmoid(), 1 - explicit[:, -1].exp(), rtol=0, atol=4e-16)


def test_the_identity_of_the_specification():
    """D(x) = Z / (Z + 1) = sigma(LSE(l)), to 1e-16 of numbers below 1."""
    logits = draws(1000, 10)
    z = logits.exp().sum(1)
    torch.testing.assert_close(class_realness(logits).sigmoid(), z / (z + 1), rtol=0, atol=2.3e-16)


def test_only_known_labels_count():
    logits, labels = draws(8, 4), torch.arange(8) % 4
    known = torch.tensor([1, 0, 0, 1, 0, 0, 0, 0], dtype=torch.bool)
    result = known_classes(logits, labels, known)
    torch.testing.assert_close(result, F.cross_entropy(logits[known], labels[known]))
    assert known_classes(logits, labels, torch.zeros(8, dtype=torch.bool)) == 0


def test_feature_matching_sees_means_only():
    real = draws(100, 5)
    assert feature_matching(real, real.flip(0)[:, :]) < 1e-30
    spread = real.mean(0) + 3 * (real - real.mean(0))
    assert feature_matching(real, spread) < 1e-28
    torch.testing.assert_close(
        feature_matching(real, real + 2), torch.tensor(4.0, dtype=torch.float64)
    )


# ---- projection ----


def test_without_class_vectors_the_projection_is_unconditional():
    """D18: V = 0."""
    answer = draws(9, 1 + 4)
    answer[:, 1:] = 0
    for labels in (torch.zeros(9, dtype=torch.long), torch.arange(9) % 4):
        assert torch.equal(projection_logit(answer, labels), answer[:, 0])


def test_the_projection_adds_the_product_with_the_own_class():
    features, vectors, psi = draws(6, 5), draws(3, 5, seed=1), draws(6, seed=2)
    labels = torch.tensor([0, 1, 2, 2, 1, 0])
    result = projection_logit(torch.cat([psi[:, None], features @ vectors.mT], 1), labels)
    torch.testing.assert_close(result, psi + (features * vectors[labels]).sum(1))


# ---- several generators ----


def discrete(k, cells=7):
    """A data law that is the mean of k laws of generators, on a few cells."""
    samples = draws(k, cells).softmax(1)
    return samples.mean(0), samples


@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_optimum_of_several_generators(k):
    """D19: log of the best critic's shares; the criterion is -(k+1) log(k+1) + k log k there."""
    data, samples = discrete(k)
    logits = torch.cat([samples, data[None]]).log().mT  # (cells, k + 1): proportional to the laws
    a, loss = data_logit(logits), LOSSES["non-saturating"]
    torch.testing.assert_close(a.sigmoid(), data / (data + samples.sum(0)))
    value = -(data * loss.critic_real(a)).sum() - (samples.sum(0) * loss.critic_fake(a)).sum()
    expected = -(k + 1) * math.log(k + 1) + k * math.log(k)
    assert float(value) == pytest.approx(expected, abs=1e-14)
    assert k > 1 or expected == pytest.approx(-math.log(4))


@pytest.mark.parametrize("k", [2, 3])
def test_generators_that_miss_the_data_are_above_the_optimum(k):
    data, samples = discrete(k)
    off = 0.7 * samples + 0.3 * torch.eye(7, dtype=torch.float64)[0]
    a, loss = (data / off.sum(0)).log(), LOSSES["non-saturating"]
    value = -(data * loss.critic_real(a)).sum() - (off.sum(0) * loss.critic_fake(a)).sum()
    assert float(value) > -(k + 1) * math.log(k + 1) + k * math.log(k) + 1e-3


@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_critic_of_several_generators_wants_their_shares(k):
    """Its cross entropy, of the exact laws, is least where the softmax is the posterior."""
    data, samples = discrete(k)
    best = torch.cat([samples, data[None]]).log().mT.clone().requires_grad_()
    total = -(data * best.log_softmax(1)[:, -1]).sum()
    total = total - (samples.mT * best.log_softmax(1)[:, :-1]).sum()
    (slope,) = torch.autograd.grad(total, best)
    torch.testing.assert_close(slope, torch.zeros_like(slope), atol=1e-14, rtol=0)
    rows = torch.arange(7).repeat(k)  # each cell once for each generator, weights by repetition
    counts = torch.full((7,), 1 / 7, dtype=torch.float64)
    result = generator_cross_entropy(best, best[rows], torch.arange(k).repeat_interleave(7))
    logs = best.log_softmax(1)
    expected = -(counts @ logs[:, -1]) - sum(counts @ logs[:, i] for i in range(k))
    torch.testing.assert_close(result, expected)


# ---- the encoder ----


def test_the_gaussian_nll_is_that_of_torch():
    z, mean, logvar = draws(8, 3), draws(8, 3, seed=1), draws(8, 3, seed=2)
    expected = -Independent(Normal(mean, (0.5 * logvar).exp()), 1).log_prob(z)
    torch.testing.assert_close(gaussian_nll(z, mean, logvar), expected)


def test_an_honest_variance_is_least_surprised():
    """Of z with a deviation of 0.3 about the mean, the best of all logvars is log 0.09."""
    z, zero = 0.3 * draws(20_000, 1), torch.zeros(1, 1, dtype=torch.float64)
    tried = np.linspace(-4, 0, 401)
    values = [float(gaussian_nll(z, zero, zero + logvar).mean()) for logvar in tried]
    assert tried[np.argmin(values)] == pytest.approx(math.log(0.09), abs=0.04)
