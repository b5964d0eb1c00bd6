"""A flow prior of u is a standard normal of z = f(u), term by term (theory: D9)."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from lacuna.core.config.fields import check
from lacuna.core.data.dataset import Batch
from lacuna.core.documents import archive
from lacuna.core.documents.scenes import scene_of
from lacuna.core.engine.errors import Problem
from lacuna.core.models.gaussian import gaussian_log_density
from lacuna.core.models.registry import build, build_empty
from lacuna.core.models.vae.base_vae import BaseVAE
from lacuna.core.models.vae.flow_prior import FlowConfig
from lacuna.core.scene.prior import Gaussian
from lacuna.core.training.config import TrainConfig
from lacuna.core.training.loop import train
from tests.core.small_models import SHAPE, document, equal, images

CONFIG = FlowConfig(body="dense", hidden=16, flow_units=16)


def bent(latent=2):
    """An untrained model whose flow, unlike at the start of a training, moves its input."""
    model = build(FlowConfig(latent, "dense", 16, flow_units=16), SHAPE)
    random = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for step in model.flow.transforms:
            weight = step.hyper[-1].weight
            weight.copy_(0.3 * torch.randn(weight.shape, generator=random))
    return model


def points(n=64, latent=2, seed=0):
    return torch.randn(n, latent, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("latent", [2, 3, 8])
def test_there_and_back(latent):
    model, u = bent(latent), 2 * points(latent=latent)
    with torch.no_grad():
        z = model.to_latent(u)[0]
        assert (z - u).abs().max() > 0.1
        assert (model.from_latent(z) - u).abs().max() < 1e-4


@pytest.mark.parametrize("latent", [2, 3, 8])
def test_the_log_determinant_is_that_of_the_jacobian(latent):
    model, u = bent(latent).double(), points(latent=latent).double()
    jacobian = torch.func.vmap(torch.func.jacrev(lambda one: model.to_latent(one[None])[0][0]))(u)
    torch.testing.assert_close(model.to_latent(u)[1], torch.linalg.slogdet(jacobian).logabsdet)


def test_the_density_integrates_to_one():
    """On a grid over [-8, 8]^2."""
    model = bent().double()
    across = torch.linspace(-8, 8, 401, dtype=torch.float64)
    u = torch.cartesian_prod(across, across)
    with torch.no_grad():
        mass = model.log_prior(u).exp().sum() * (across[1] - across[0]) ** 2
    assert float(mass) == pytest.approx(1, abs=1e-3)


def test_at_the_start_it_is_a_plain_vae():
    model, u = build(CONFIG, SHAPE), points()
    assert torch.equal(model.to_latent(u)[0], u)
    torch.testing.assert_close(model.encode(images(3)), BaseVAE.encode(model, images(3)))


def test_a_flow_prior_is_a_flow_posterior():
    """log p(u) - log q(u|x) = log N(z) - log q(z|x), q(z|x) = q(u|x) |det dz/du|^-1.

    With the determinant of the inverse map, found by autograd; in float32, relative to the nats
    that are added up.
    """
    model, u, mean, logvar = bent(), points(), 0.5 * points(seed=1), points(seed=2) - 1
    own = model.log_prior(u) - gaussian_log_density(u, mean, logvar)
    z = model.to_latent(u)[0]
    inverse = torch.func.vmap(torch.func.jacrev(lambda one: model.from_latent(one[None])[0]))(z)
    back = torch.linalg.slogdet(inverse).logabsdet  # log|det du/dz|
    moved = gaussian_log_density(z, torch.zeros_like(z), torch.zeros_like(z))
    moved = moved - (gaussian_log_density(model.from_latent(z), mean, logvar) + back)
    assert ((own - moved).abs() / (1 + own.abs())).max() < 1e-5


def test_the_decoder_of_latent_points_is_that_of_what_they_come_from():
    model, u = bent(), points()
    with torch.no_grad():
        decoded = model.decode(model.to_latent(u)[0])
        torch.testing.assert_close(decoded, model.pixels.mean(model.decoder(u)), rtol=0, atol=1e-5)


class Affine(nn.Module):
    """z = A u + b, in place of a flow."""

    def __init__(self, matrix, shift):
        super().__init__()
        self.matrix, self.shift = matrix, shift

    def forward(self):
        return self

    def call_and_ladj(self, u):
        return u @ self.matrix.mT + self.shift, torch.linalg.slogdet(self.matrix)[1].expand(len(u))


def test_of_an_affine_flow_the_posterior_is_exact():
    """N(m, S) becomes N(A m + b, A S A^T), of which the diagonal is said."""
    model, data = build(CONFIG, SHAPE), images(7)
    matrix, shift = torch.tensor([[1.5, -0.7], [0.3, 0.8]]), torch.tensor([0.2, -1.0])
    mean, logvar = model.encoder(data).chunk(2, dim=1)
    model.flow = Affine(matrix, shift)
    answer = model.encode(data)
    covariance = matrix @ torch.diag_embed(logvar.exp()) @ matrix.mT
    torch.testing.assert_close(answer[0], mean @ matrix.mT + shift)
    torch.testing.assert_close(answer[1], covariance.diagonal(dim1=1, dim2=2).log())


def test_of_a_flow_that_bends_it_is_right_for_narrow_posteriors():
    """The deviations of f(u) for u of deviation 0.01, by sampling: within 4 standard errors."""
    model = bent().double()
    with torch.no_grad():
        model.encoder[-1].weight[2:] = 0
        model.encoder[-1].bias[2:] = 2 * math.log(0.01)
        data = images(3).double()
        mean, logvar = model.encode(data)
        u = model.encoder(data)[:, None, :2] + 0.01 * torch.randn(3, 20_000, 2).double()
        z = model.to_latent(u.flatten(0, 1))[0].view(u.shape)
    error = (0.5 * logvar).exp() / math.sqrt(2 * 20_000)
    assert ((z.std(1) - (0.5 * logvar).exp()).abs() < 4 * error).all()
    torch.testing.assert_close(z.mean(1), mean, rtol=0, atol=1e-3)


def test_what_is_encoded_can_be_differentiated_both_ways():
    model, data = bent(), images(3)
    _, forward = torch.func.jvp(lambda x: model.encode(x)[1].sum(), (data,), (data,))
    data.requires_grad_()
    (backward,) = torch.autograd.grad(model.encode(data)[1].sum(), data)
    torch.testing.assert_close(forward, (backward * data).sum().detach(), rtol=1e-4, atol=1e-5)


def test_the_kl_is_that_of_its_draw():
    """Monte Carlo: above 0 on average for a posterior that is not the prior."""
    model, data = bent(), images(3)
    with torch.no_grad():
        noise = torch.Generator().manual_seed(0)
        kl = torch.stack([model.terms(data, noise)[1] for _ in range(200)])
    assert (kl.mean(0) > 0).all()


def test_a_blank_draws_nothing_from_the_stream():
    before = torch.get_rng_state()
    made = build_empty(CONFIG, SHAPE)
    assert torch.equal(torch.get_rng_state(), before)
    assert made.decoder[0].weight.is_meta


def test_building_is_a_function_of_the_seed():
    assert equal(build(CONFIG, SHAPE, 1), build(CONFIG, SHAPE, 1))
    assert not equal(build(CONFIG, SHAPE, 1).flow, build(CONFIG, SHAPE, 2).flow)


def test_in_one_dimension_there_is_nothing_to_bend():
    with pytest.raises(Problem, match="at least 2"):
        check(FlowConfig(1))


def test_a_training_is_a_function_of_its_seed():
    run = TrainConfig(epochs=2, batch=16, device="cpu")
    ends = [
        list(train(lambda: build(CONFIG, SHAPE), Batch(images(50), None), lambda: run))[-1].model
        for _ in range(2)
    ]
    assert equal(*ends)


def test_what_is_opened_again_draws_the_same(tmp_path):
    saved = document(CONFIG)
    archive.save(tmp_path / "a.lacuna", saved)
    one, other = scene_of(saved, ""), scene_of(archive.load(tmp_path / "a.lacuna"), "")
    assert one.prior == Gaussian()
    assert np.array_equal(one.decode(points()).numpy(), other.decode(points()).numpy())
