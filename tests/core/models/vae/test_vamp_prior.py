"""The VampPrior is the aggregated posterior of the images that it has learned (theory: D8)."""

import math

import torch
from torch.distributions import Independent, Normal, kl_divergence

from lacuna.core.data.dataset import Batch
from lacuna.core.documents import archive
from lacuna.core.documents.scenes import scene_of
from lacuna.core.models.registry import build
from lacuna.core.models.vae.vamp_prior import NARROW, WIDE, VampConfig
from lacuna.core.scene.codes import Codes
from lacuna.core.scene.mixture import Mixture
from lacuna.core.training.config import TrainConfig
from lacuna.core.training.loop import train
from tests.core.small_models import SHAPE, document, equal, images

CONFIG = VampConfig(body="dense", hidden=16, pseudo_inputs=5)


def vamp(config=CONFIG, learned=None, spread=1.0):
    """Untrained, with an encoder that sends images far apart."""
    model = build(config, SHAPE)
    with torch.no_grad():
        model.encoder[-1].weight.mul_(10 * spread)
        if learned is not None:
            model.learned.copy_(learned)
    return model


def within(values, expected, sigmas=4.0):
    """Whether the mean of values (N,) is no farther from `expected` than so many standard errors"""
    return abs(values.mean() - expected) < sigmas * values.std() / math.sqrt(len(values))


# ---- the objective ----


def test_with_the_data_as_its_images_the_prior_is_the_aggregated_posterior():
    """K = n, u = data: the marginal KL is 0, so the mean KL is I(x; z), at most log n."""
    data = images(40)
    model = vamp(VampConfig(body="dense", hidden=16, pseudo_inputs=40), data)
    with torch.no_grad():
        mean, logvar = model.encode(data)
        aggregated = Codes(mean, logvar, None, torch.arange(40), 0).log_density
        z = 2 * torch.randn(200, 2)
        torch.testing.assert_close(model.prior.log_density(z), aggregated(z), rtol=1e-5, atol=1e-5)
        noise = torch.Generator().manual_seed(0)
        kl = torch.stack([model.terms(data, noise)[1] for _ in range(200)])
        draws = mean + (0.5 * logvar).exp() * torch.randn(4000, 40, 2)
        own = Independent(Normal(mean, (0.5 * logvar).exp()), 1).log_prob(draws)
        information = (own - aggregated(draws.flatten(0, 1)).view(4000, 40)).mean(1)
    assert within(kl.mean(1), information.mean(), 5)
    assert 0 < kl.mean() <= math.log(40)


def test_of_one_image_the_kl_is_that_of_two_gaussians():
    """K = 1: the mean of the one-draw KL is the closed form."""
    model, data = vamp(VampConfig(body="dense", hidden=16, pseudo_inputs=1)), images(3)
    with torch.no_grad():
        mean, logvar = model.encode(data)
        posterior = Independent(Normal(mean, (0.5 * logvar).exp()), 1)
        prior = model.prior
        law = Independent(Normal(prior.means[0], (0.5 * prior.logvars[0]).exp()), 1)
        exact = kl_divergence(posterior, law.expand((3,)))
        noise = torch.Generator().manual_seed(0)
        many = data.repeat_interleave(4000, 0)
        kl = model.terms(many, noise)[1].view(3, 4000)
    for image in range(3):
        assert within(kl[image], exact[image])


def test_log_variances_are_kept_between_limits():
    model = vamp(spread=1e6)
    logvar = model.encode(images(20))[1]
    assert logvar.min() == NARROW
    assert logvar.max() == WIDE


def test_the_learned_images_get_a_gradient_and_stay_images():
    model = vamp()
    terms = model.loss("vae", Batch(images(20), None), torch.Generator().manual_seed(0))
    sum(terms.values()).backward()
    assert model.learned.grad.abs().sum() > 0
    with torch.no_grad():
        model.learned[0] = 7.0
        prior = model.prior
        model.learned[0] = 1.0
    torch.testing.assert_close(prior.means, model.prior.means)


# ---- in the program ----


def test_a_training_is_a_function_of_its_seed():
    run = TrainConfig(epochs=2, batch=16, device="cpu")
    ends = [
        list(train(lambda: build(CONFIG, SHAPE), Batch(images(50), None), lambda: run))[-1].model
        for _ in range(2)
    ]
    assert equal(*ends)
    assert not equal(ends[0], build(CONFIG, SHAPE))


def test_what_is_opened_again_draws_the_same(tmp_path):
    saved = document(CONFIG)
    archive.save(tmp_path / "a.lacuna", saved)
    one, other = scene_of(saved, ""), scene_of(archive.load(tmp_path / "a.lacuna"), "")
    z = one.prior.sample(9, 2, torch.Generator().manual_seed(0))
    assert isinstance(one.prior, Mixture)
    assert torch.equal(z, other.prior.sample(9, 2, torch.Generator().manual_seed(0)))
    assert torch.equal(one.decode(z), other.decode(z))
