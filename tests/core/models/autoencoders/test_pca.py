"""Principal components against scikit-learn and the normal density they stand for."""

import math
from dataclasses import replace
from functools import partial

import pytest
import torch
from sklearn.decomposition import PCA as Reference
from torch.distributions import MultivariateNormal

from lacuna.core.data.dataset import Batch
from lacuna.core.documents import archive
from lacuna.core.models.autoencoders.pca import LEAST_NOISE, SKETCH, WHOLE, PCAConfig
from lacuna.core.models.latent_model import POINT
from lacuna.core.models.protocols import EvidenceBound, Observing, Paced
from lacuna.core.models.registry import build
from lacuna.core.training.config import TrainConfig
from lacuna.core.training.loop import train
from tests.core.small_models import SHAPE, document, equal, images
from tests.jobs import last

LATENT = 3
CONFIG = TrainConfig(epochs=1, batch=64)


def pale(n=300, shape=SHAPE, rank=10, seed=0):
    """Images near grey whose variances along some axes fall; no point of their span is cut off."""
    draw = torch.Generator().manual_seed(seed)
    size = math.prod(shape)
    axes = torch.linalg.qr(torch.randn(size, rank, generator=draw)).Q
    widths = 0.15 * 0.8 ** torch.arange(rank)
    flat = 0.5 + (torch.randn(n, rank, generator=draw) * widths) @ axes.mT
    return (flat + 0.01 * torch.randn(n, size, generator=draw)).unflatten(1, shape)


def fitted(x, config=CONFIG, latent=LATENT, start=None):
    made = partial(build, PCAConfig(latent), tuple(x.shape[1:]))
    return last(train(made, Batch(x, None), lambda: config, start)).model


def reference(x, latent=LATENT):
    return Reference(latent, svd_solver="full").fit(x.flatten(1).double().numpy())


def eigenvalues(x):
    """Of the covariance, divided by N: descending"""
    return torch.linalg.eigvalsh(x.flatten(1).double().mT.cov(correction=0)).flip(0)


def test_what_it_can_do_besides():
    model = build(PCAConfig(2), SHAPE)
    assert isinstance(model, Observing)
    assert isinstance(model, Paced)
    assert isinstance(model, EvidenceBound)
    assert model.players() == {}


def test_the_error_is_the_sum_of_the_eigenvalues_left_out():
    x = pale()
    model = fitted(x)
    decoded = model.decode(model.encode(x)[0])
    error = (decoded - x).double().flatten(1).square().sum(1).mean()
    torch.testing.assert_close(error, eigenvalues(x)[LATENT:].sum(), rtol=1e-4, atol=0)


def test_the_axes_are_those_of_scikit_learn():
    x = pale()
    model, known = fitted(x), reference(x)
    cosines = (torch.from_numpy(known.components_).float() @ model.axes).abs()
    torch.testing.assert_close(cosines, torch.eye(LATENT), rtol=0, atol=1e-4)
    # there variances are divided by N - 1
    variances = torch.from_numpy(known.explained_variance_).float() * (len(x) - 1) / len(x)
    torch.testing.assert_close(model.variances, variances, rtol=1e-4, atol=0)
    torch.testing.assert_close(model.centre, torch.from_numpy(known.mean_).float())


@pytest.mark.parametrize("epochs", [1, 2])
def test_codes_are_white(epochs):
    """Mean 0 and covariance 1: the Gaussian fitted to them is N(0, 1)."""
    x = pale()
    codes = fitted(x, TrainConfig(epochs=epochs, batch=64)).encode(x)[0].double()
    torch.testing.assert_close(codes.mean(0), torch.zeros(LATENT).double(), rtol=0, atol=1e-4)
    covariance = codes.mT.cov(correction=0)
    torch.testing.assert_close(covariance, torch.eye(LATENT).double(), rtol=0, atol=1e-4)


def test_the_variance_of_the_posterior_is_the_noise_over_that_of_the_axis():
    x = pale()
    values = eigenvalues(x)
    variance = values[LATENT:].mean() / values[:LATENT]
    logvar = fitted(x).encode(x)[1].double()
    torch.testing.assert_close(logvar, variance.log().expand(len(x), -1), rtol=0, atol=1e-3)


def test_the_bound_is_the_likelihood():
    """Tipping & Bishop 1999: x ~ N(m, W W^T + s²), W = U (Λ - s²)^1/2, s² the mean left out."""
    x = pale()
    model = fitted(x).double()
    values, axes = torch.linalg.eigh(x.flatten(1).double().mT.cov(correction=0))
    noise = values[:-LATENT].mean()
    slopes = axes[:, -LATENT:] * (values[-LATENT:] - noise).sqrt()
    covariance = slopes @ slopes.mT + noise * torch.eye(len(values))
    flat = x.flatten(1).double()
    density = MultivariateNormal(flat.mean(0), covariance).log_prob(flat)
    recon, kl = model.terms(x.double(), torch.Generator())
    torch.testing.assert_close(-(recon + kl), density, rtol=1e-3, atol=1e-2)
    assert (kl >= 0).all()


def test_the_bound_is_that_of_scikit_learn():
    """Its score is the same density, but for N - 1 in place of N in the variances."""
    x = pale(500)
    model, known = fitted(x).double(), reference(x)
    recon, kl = model.terms(x.double(), torch.Generator())
    score = known.score(x.flatten(1).double().numpy())
    assert -(recon + kl).mean().item() == pytest.approx(score, rel=1e-4)


def test_no_other_noise_makes_the_images_likelier():
    x = pale()
    model = fitted(x).double()

    def likelihood(factor):
        model.noise.mul_(factor)
        answer = -sum(model.terms(x.double(), torch.Generator())).mean()
        model.noise.div_(factor)
        return answer

    assert likelihood(1.0) > max(likelihood(1.1), likelihood(0.9))


@pytest.mark.parametrize("step", [1, 3, 5, 7])
def test_resuming_is_bit_exact(step):
    x, config = images(300), TrainConfig(epochs=2, batch=64)
    job = train(partial(build, PCAConfig(LATENT), SHAPE), Batch(x, None), lambda: config)
    next(job)
    for _ in range(step - 1):
        job.send(None)
    half = job.send("stop")
    assert half.step == step
    assert equal(fitted(x, config, start=half.checkpoint), fitted(x, config))


def test_batches_do_not_matter():
    x = pale()
    one, other = (fitted(x, TrainConfig(epochs=1, batch=size)) for size in (300, 7))
    z = torch.randn(5, LATENT)
    signs = (one.axes * other.axes).sum(0).sign()
    torch.testing.assert_close(one.decode(z), other.decode(z * signs), rtol=0, atol=1e-4)


def test_early_snapshots_know_the_batches_so_far():
    x = pale()
    model = build(PCAConfig(LATENT), SHAPE)
    model.observe(Batch(x[:64], None))
    codes = model.encode(x[:64])[0]
    torch.testing.assert_close(codes.mT.cov(correction=0), torch.eye(LATENT), rtol=0, atol=1e-4)


def test_more_latent_coordinates_than_pixels_are_idle():
    x = images(100, POINT)
    model = fitted(x, latent=4)
    mean, logvar = model.encode(x)
    torch.testing.assert_close(model.decode(mean), x, rtol=0, atol=1e-5)
    torch.testing.assert_close(model.noise, torch.tensor(LEAST_NOISE))
    assert mean[:, 2:].eq(0).all()
    assert logvar[:, 2:].eq(0).all()  # as the prior


def test_images_all_alike_have_no_components():
    x = images(1).expand(50, -1, -1, -1)
    model = fitted(x)
    assert all(part.isfinite().all() for part in model.terms(x, torch.Generator()))
    torch.testing.assert_close(model.decode(model.encode(x)[0]), x, rtol=0, atol=1e-4)


def test_large_images_of_few_directions_are_exact_too():
    """The products with 512 random directions tell all of a covariance of smaller rank."""
    shape = (3, 20, 20)
    assert math.prod(shape) > WHOLE
    x = pale(100, shape)
    model = fitted(x, TrainConfig(epochs=1, batch=100))
    assert model.moments.products.shape == (math.prod(shape), SKETCH)
    cosines = (torch.from_numpy(reference(x).components_).float() @ model.axes).abs()
    torch.testing.assert_close(cosines, torch.eye(LATENT), rtol=0, atol=1e-3)
    codes = model.encode(x)[0]
    torch.testing.assert_close(codes.mT.cov(correction=0), torch.eye(LATENT), rtol=0, atol=1e-3)


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), POINT])
def test_shapes_and_ranges(shape):
    model = fitted(images(40, shape), latent=2)
    decoded = model.decode(10 * torch.randn(5, 2))
    assert decoded.shape == (5, *shape)
    assert 0 <= decoded.min() <= decoded.max() <= 1
    assert model.encode(decoded)[0].shape == model.encode(decoded)[1].shape == (5, 2)


def test_a_file_holds_it(tmp_path):
    model = fitted(images(50), latent=2)
    archive.save(tmp_path / "pca.lacuna", replace(document(PCAConfig(2)), model=model))
    again, z = archive.load(tmp_path / "pca.lacuna").model, torch.randn(5, 2)
    assert torch.equal(again.decode(z), model.decode(z))
