"""The Wasserstein autoencoder and what it shares with others that have no posterior."""

import math
from dataclasses import replace
from functools import partial

import pytest
import torch
from torch.nn import functional as F

from lacuna.core.data.dataset import Batch
from lacuna.core.documents import archive
from lacuna.core.documents.document import Document
from lacuna.core.models.autoencoders.adversarial_autoencoder import AAEConfig
from lacuna.core.models.autoencoders.deterministic import bandwidth
from lacuna.core.models.autoencoders.wasserstein_autoencoder import WAEConfig
from lacuna.core.models.mmd import discrepancy
from lacuna.core.models.protocols import EvidenceBound
from lacuna.core.models.registry import build
from lacuna.core.models.vae.infovae import InfoVAEConfig
from lacuna.core.training.config import TrainConfig
from lacuna.core.training.loop import train
from tests.core.small_models import SHAPE, dataset, equal, images
from tests.jobs import last

DATA = dataset()
CONFIG = WAEConfig(body="dense", hidden=16)
POINT = (1, 1, 2)


def noise(seed=3):
    return torch.Generator().manual_seed(seed)


def test_the_terms_are_cross_entropy_and_weighted_discrepancy():
    model, x = build(replace(CONFIG, mmd_weight=7.0), SHAPE), images(9)
    terms = model.loss("wae", Batch(x, None), noise())
    codes = model.encode(x)[0]
    pixels = F.binary_cross_entropy(model.decode(codes), x, reduction="none").flatten(1).sum(1)
    prior = torch.randn(9, 2, generator=noise())
    assert list(terms) == ["recon", "mmd"]
    torch.testing.assert_close(terms["recon"], pixels.mean(), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(terms["mmd"], 7 * discrepancy(codes, prior))


def test_one_image_alone_trains():
    data = DATA.train.at(slice(17))  # the last batch is of one
    stand = last(train(partial(build, CONFIG, SHAPE), data, lambda: TrainConfig(1, 16)))
    assert stand.step == 2


@pytest.mark.parametrize("latent", [1, 2, 16])
def test_a_code_counts_as_wide_as_scotts_rule_says(latent):
    mean, logvar = build(replace(CONFIG, latent=latent), SHAPE).encode(images(3))
    deviation = 5000 ** (-1 / (latent + 4))
    torch.testing.assert_close((0.5 * logvar).exp(), torch.full_like(mean, deviation))
    assert bandwidth(latent) == pytest.approx(2 * math.log(deviation))


def test_only_what_has_a_posterior_has_a_bound():
    configs = (CONFIG, AAEConfig(body="dense"), InfoVAEConfig(body="dense"))
    models = [build(config, SHAPE) for config in configs]
    assert [isinstance(model, EvidenceBound) for model in models] == [False, False, True]


def test_training_brings_the_codes_to_the_prior():
    """From ten times as wide: first and second moments, and the discrepancy itself"""
    noise = torch.Generator().manual_seed(1)
    x = torch.rand(1024, *POINT, generator=noise)

    def make():
        model = build(replace(CONFIG, mmd_weight=1000.0), POINT)
        with torch.no_grad():
            for part in model.encoder[-1].parameters():
                part *= 10
        return model

    prior = torch.randn(1024, 2, generator=noise)
    config = TrainConfig(epochs=40, batch=256, rate=1e-2)
    start, stand = make(), last(train(make, Batch(x, None), lambda: config))
    before, after = (model.encode(x)[0].detach() for model in (start, stand.model))
    assert discrepancy(after, prior) < 0.02 * discrepancy(before, prior)
    torch.testing.assert_close(after.mean(0), torch.zeros(2), rtol=0, atol=0.1)
    torch.testing.assert_close(torch.cov(after.mT), torch.eye(2), rtol=0, atol=0.2)


@pytest.mark.parametrize("config", [CONFIG, AAEConfig(body="dense", hidden=16)])
def test_same_seed_same_run_whether_it_rests_or_not(config):
    answer = TrainConfig(epochs=2, batch=16)
    make = partial(build, config, SHAPE)
    whole, again = (last(train(make, DATA.train, lambda: answer)) for _ in range(2))
    job = train(make, DATA.train, lambda: answer)
    for _ in range(3):
        next(job)
    half = job.send("stop")
    rest = last(train(make, DATA.train, lambda: answer, half.checkpoint))
    assert half.step == 3
    assert equal(whole.model, again.model)
    assert equal(whole.model, rest.model)


@pytest.mark.parametrize("kind", [WAEConfig, AAEConfig, InfoVAEConfig])
@pytest.mark.parametrize(
    ("shape", "body"),
    [((1, 28, 28), "conv"), ((3, 32, 32), "conv"), (SHAPE, "dense"), (POINT, "conv")],
)
def test_every_shape_is_drawn_kept_and_encoded(kind, shape, body, tmp_path):
    config = kind(latent=3, body=body, hidden=16)
    model = build(config, shape).eval().requires_grad_(False)
    z = torch.randn(4, 3)
    decoded = model.decode(z)
    assert decoded.shape == (4, *shape)
    assert 0 <= decoded.min() <= decoded.max() <= 1
    mean, logvar = model.encode(decoded)
    assert mean.shape == logvar.shape == (4, 3)
    archive.save(tmp_path / "m.lacuna", Document(model, config, shape, DATA.config))
    again = archive.load(tmp_path / "m.lacuna")
    assert again.config == config
    assert torch.equal(again.model.decode(z), decoded)
