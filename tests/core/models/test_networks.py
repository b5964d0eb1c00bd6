"""The models against torch.distributions, and the shapes of every body."""

import itertools

import pytest
import torch
from torch import nn
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence

from lacuna.core.data.dataset import Batch
from lacuna.core.engine.errors import Problem
from lacuna.core.models.gaussian import LOGVAR_BOUND
from lacuna.core.models.judge import Judge
from lacuna.core.models.latent_model import POINT
from lacuna.core.models.protocols import EvidenceBound
from lacuna.core.models.registry import MODELS, build, build_empty, name_of
from lacuna.core.models.vae.vae import VAEConfig
from tests.core.small_models import SHAPE, equal, images

CONFIGS = [VAEConfig(body=body, hidden=16) for body in ("conv", "dense")]


def vae(config=CONFIGS[1], shape=SHAPE, seed=0):
    return build(config, shape, seed)


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.body)
def test_the_terms_are_those_of_the_elbo(config):
    """KL to the prior in closed form, Bernoulli likelihood of the very same posterior draw."""
    model, x = vae(config), images(40)
    with torch.no_grad():
        recon, kl = model.terms(x, torch.Generator().manual_seed(3))
        mean, logvar = model.encode(x)
        z = mean + (0.5 * logvar).exp() * torch.randn(
            mean.shape, generator=torch.Generator().manual_seed(3)
        )
        pixels = Independent(Bernoulli(probs=model.decode(z), validate_args=False), 3)
        posterior = Independent(Normal(mean, (0.5 * logvar).exp()), 1)
        prior = Independent(Normal(torch.zeros_like(mean), 1.0), 1)
    torch.testing.assert_close(kl, kl_divergence(posterior, prior), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(recon, -pixels.log_prob(x), rtol=1e-4, atol=1e-3)
    assert (kl >= 0).all()


def test_the_loss_is_the_mean_of_the_terms():
    model, batch = vae(), Batch(images(40), None)
    recon, kl = model.terms(batch.images, torch.Generator().manual_seed(3))
    loss = model.loss("vae", batch, torch.Generator().manual_seed(3))
    torch.testing.assert_close(loss, {"recon": recon.mean(), "kl": kl.mean()})


class Constant(nn.Module):
    """An encoder that sends everything to one posterior."""

    def __init__(self, mean, logvar, latent=2):
        super().__init__()
        self.row = torch.tensor([[mean] * latent + [logvar] * latent])

    def forward(self, x):
        return self.row.expand(len(x), -1)


@pytest.mark.parametrize(
    ("mean", "logvar", "kl"),
    [(0.0, 0.0, 0.0), (1.0, 0.0, 1.0), (0.0, 1.0, torch.e - 2), (3.0, 0.0, 9.0)],
)
def test_kl_of_known_posteriors(mean, logvar, kl):
    """Of two coordinates: mean^2 + exp(logvar) - 1 - logvar, in nats."""
    model = vae()
    model.encoder = Constant(mean, logvar)
    result = model.terms(images(3), torch.Generator())[1]
    torch.testing.assert_close(result, torch.full((3,), float(kl)))


@pytest.mark.parametrize("logvar", [1e9, -1e9])
def test_wild_variances_stay_finite(logvar):
    model = vae()
    model.encoder = Constant(0.0, logvar)
    assert model.encode(images(1))[1].abs().max() == LOGVAR_BOUND
    assert all(term.isfinite().all() for term in model.terms(images(3), torch.Generator()))


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.body)
@pytest.mark.parametrize(
    ("side", "channels", "latent"), [*itertools.product((28, 32, 64), (1, 3), (1, 2, 16))]
)
def test_shapes_and_ranges(config, side, channels, latent):
    shape = (channels, side, side)
    model = vae(VAEConfig(latent, config.body, hidden=16), shape)
    assert isinstance(model, EvidenceBound)
    with torch.no_grad():
        decoded = model.decode(3 * torch.randn(3, latent))
        mean, logvar = model.encode(decoded)
    assert decoded.shape == (3, *shape)
    assert mean.shape == logvar.shape == (3, latent)
    assert 0 <= decoded.min() <= decoded.max() <= 1


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.body)
def test_a_row_is_drawn_alike_in_any_batch(config):
    model, z = vae(config), torch.randn(7, 2)
    with torch.no_grad():
        together = model.decode(z)
        alone = torch.cat([model.decode(row) for row in z.split(1)])
    torch.testing.assert_close(together, alone)


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.body)
def test_building_is_a_function_of_the_seed(config):
    before = torch.get_rng_state()
    one, same, other = vae(config), vae(config), vae(config, seed=1)
    assert torch.equal(torch.get_rng_state(), before)
    torch.rand(5)  # whatever the global stream
    assert equal(vae(config), one)
    assert equal(one, same)
    assert not equal(one, other)


def test_a_blank_draws_nothing_and_takes_no_memory():
    before = torch.get_rng_state()
    huge = build_empty(VAEConfig(body="dense", hidden=4096), (3, 1024, 1024))
    assert torch.equal(torch.get_rng_state(), before)
    assert all(part.is_meta for part in huge.parameters())


def test_convolutions_halve_a_side_twice():
    with pytest.raises(Problem, match="choose dense"):
        build(VAEConfig(), (1, 30, 28))
    build(VAEConfig(body="dense"), (1, 30, 28))


def test_every_config_has_its_name():
    assert [name_of(family.config()) for family in MODELS.values()] == list(MODELS)


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 64, 64), (1, 32, 32)])
def test_the_judge_answers_for_every_image(shape):
    assert Judge(5, shape)(images(3, shape)).shape == (3, 5)


def test_the_judge_learns_cross_entropy():
    judge, labels = Judge(5, SHAPE), torch.tensor([0, 1, 4])
    answer = judge.loss("judge", Batch(images(3), labels), torch.Generator())
    expected = -judge(images(3)).log_softmax(1)[torch.arange(3), labels].mean()
    torch.testing.assert_close(answer, {"cross entropy": expected})


def test_points_of_the_plane_are_never_drawn_in_grey():
    for likelihood, made in (("bernoulli", "learned"), ("gaussian", "gaussian")):
        model = build(VAEConfig(likelihood=likelihood), POINT)
        assert (model.config.body, model.config.likelihood) == ("dense", made)
