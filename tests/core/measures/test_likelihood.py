"""log p(x) by importance weighting, where it is known: a linear-Gaussian model (theory: E3)."""

import math

import pytest
import torch
from scipy.stats import multivariate_normal
from torch.distributions import Normal

from lacuna.core.engine.jobs import Progress
from lacuna.core.measures.likelihood import likelihood
from tests.jobs import last

TRUTH = -9.8284  # theory: E3, nats
PIXELS, LATENT, NOISE = 10, 3, 0.5
STRETCH = torch.tensor([1.5, 1.0, 0.5], dtype=torch.float64)
BROAD = 3.2  # times the deviation of the true posterior


def columns():
    """Orthogonal, so that the true posterior has independent coordinates"""
    random = torch.Generator().manual_seed(1)
    basis = torch.linalg.qr(torch.randn(PIXELS, LATENT, generator=random, dtype=torch.float64))[0]
    return basis * STRETCH  # (D, L)


W = columns()
COVARIANCE = W @ W.mT + NOISE**2 * torch.eye(PIXELS, dtype=torch.float64)


def observed():
    """An image whose density is the one of the table"""
    direction = torch.linspace(-1, 1, PIXELS, dtype=torch.float64)
    constant = multivariate_normal(cov=COVARIANCE.numpy()).logpdf([0.0] * PIXELS)
    quadratic = direction @ torch.linalg.solve(COVARIANCE, direction)
    return direction * (2 * (constant - TRUTH) / quadratic).sqrt()


X = observed()


def log_joint(x, z):
    return Normal(z @ W.mT, NOISE).log_prob(x.flatten(1)).sum(1) + Normal(0, 1).log_prob(z).sum(1)


def posterior(x, broad=1.0):
    """Mean and log-variance of the true posterior of x (N, D); `broad` times too wide"""
    variance = 1 / (1 + STRETCH**2 / NOISE**2)
    mean = x @ W / NOISE**2 * variance
    return mean, (variance.log() + 2 * math.log(broad)).expand_as(mean)


def measured(images, broad, draws, shift=0.0, chunk=500):
    mean, logvar = posterior(images, broad)
    return last(likelihood(images, mean + shift, logvar, log_joint, draws, chunk=chunk))


def test_the_table_is_that_of_this_model():
    exact = multivariate_normal(cov=COVARIANCE.numpy()).logpdf(X.numpy())
    assert exact == pytest.approx(TRUTH, abs=1e-9)


@pytest.mark.parametrize("draws", [1, 50])
def test_the_true_posterior_has_every_weight_exact(draws):
    random = torch.Generator().manual_seed(2)
    images = torch.randn(4, PIXELS, generator=random, dtype=torch.float64)
    exact = multivariate_normal(cov=COVARIANCE.numpy()).logpdf(images.numpy())
    result = measured(images, 1.0, draws)
    assert result.bound == pytest.approx(exact, abs=1e-8)
    assert result.elbo == pytest.approx(exact, abs=1e-8)
    assert result.effective == pytest.approx([draws] * 4, rel=1e-8)


def test_one_draw_is_the_elbo_of_the_closed_form():
    # KL of a Gaussian `broad` times too wide: ½(b² - 1 - 2 log b) a coordinate
    gap = LATENT * (BROAD**2 - 1 - 2 * math.log(BROAD)) / 2
    result = measured(X.expand(2000, -1), BROAD, 1)
    assert result.bound == pytest.approx(result.elbo)
    assert (result.effective == 1).all()
    assert abs(result.mean - (TRUTH - gap)) < 4 * result.error


def test_the_bound_rises_with_the_draws_and_reaches_the_truth():
    known = [
        measured(X.expand(m, -1), BROAD, k)
        for k, m in [(1, 800), (5, 800), (50, 400), (500, 200), (5000, 40)]
    ]
    means = [one.mean for one in known]
    assert means[0] < means[1] < means[2] < means[3]
    assert means[3] < means[4] + 4 * known[3].error  # they differ by less than chance does
    assert all(one.mean < TRUTH + 4 * one.error for one in known)
    # its bias is Var[w] / 2k to first order, w over its mean: b² / √(2b² - 1) a coordinate, less 1
    square = (BROAD**2 / math.sqrt(2 * BROAD**2 - 1)) ** LATENT
    assert abs(means[-1] - (TRUTH - (square - 1) / 10_000)) < 4 * known[-1].error
    assert known[-1].error < 0.01
    # and the effective draws are that square's share of all
    assert known[-1].effective.mean() / 5000 == pytest.approx(1 / square, rel=0.05)


def test_a_posterior_far_off_is_said_to_be_unreliable():
    far = measured(X.expand(20, -1), 1.0, 500, shift=2.0)
    assert far.unreliable == 1
    assert (far.effective >= 1).all()
    assert measured(X.expand(20, -1), BROAD, 500).unreliable == 0


@pytest.mark.parametrize("chunk", [1, 7, 64])
def test_chunks_do_not_matter(chunk):
    images = torch.stack([X, -X, 2 * X])
    one, other = measured(images, BROAD, 64, chunk=chunk), measured(images, BROAD, 64, chunk=20)
    assert one.bound == pytest.approx(other.bound, abs=1e-9)
    assert one.effective == pytest.approx(other.effective, rel=1e-9)


def test_single_precision_and_the_shape_of_images_are_kept():
    seen = []

    def joint(x, z):
        seen.append((x.shape[1:], x.dtype, z.dtype))
        return log_joint(x.double(), z.double()).float()

    images = torch.stack([X, -X]).float().reshape(2, 1, 2, 5)
    mean, logvar = (part.float() for part in posterior(images.double().flatten(1)))
    result = last(likelihood(images, mean, logvar, joint, 40))
    assert set(seen) == {((1, 2, 5), torch.float32, torch.float32)}
    assert result.bound == pytest.approx([TRUTH, TRUTH], abs=1e-4)


def test_there_is_an_answer_after_each_image():
    mean, logvar = posterior(X.expand(3, -1), BROAD)
    reports = list(likelihood(X.expand(3, -1), mean, logvar, log_joint, 100))
    answers = [one for one in reports if one is not None and not isinstance(one, Progress)]
    assert [len(one.bound) for one in answers] == [1, 2, 3]
    assert answers[0].error is None
    assert answers[2].error == pytest.approx(answers[2].bound.std(ddof=1) / math.sqrt(3))
    assert answers[2].draws == 100
    assert (answers[2].elbo <= answers[2].bound).all()  # Jensen
    assert [one.fraction for one in reports if isinstance(one, Progress)][-1] == 1


def test_no_image_says_nothing_at_all():
    nothing = torch.zeros(0, PIXELS, dtype=torch.float64)
    assert list(likelihood(nothing, *posterior(nothing), log_joint)) == []
