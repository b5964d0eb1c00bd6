"""The adversarial autoencoder: who moves what, the best critic, and codes that pass for prior."""

import math
from dataclasses import replace

import pytest
import torch
from scipy.stats import kstest
from torch import nn
from torch.distributions import Normal
from torch.nn import functional as F

from lacuna.core.data.dataset import Batch
from lacuna.core.models.autoencoders.adversarial_autoencoder import BETAS, AAEConfig
from lacuna.core.models.latent_model import POINT
from lacuna.core.models.registry import build
from lacuna.core.training.config import TrainConfig
from lacuna.core.training.loop import train
from lacuna.core.training.train_step import optimizer_of, train_step
from tests.core.small_models import SHAPE, dataset, images
from tests.jobs import last

CONFIG = AAEConfig(body="dense", hidden=16)
PLAYERS = ("autoencoder", "critic", "encoder")


def noise(seed=3):
    return torch.Generator().manual_seed(seed)


def optimizers(model, rate=1e-3):
    return {name: optimizer_of(model, name, part, rate) for name, part in model.players().items()}


def moved(model, step):
    """The parts whose weights `step` changes."""
    before = {name: part.detach().clone() for name, part in model.named_parameters()}
    step()
    return {
        name.split(".")[0]
        for name, part in model.named_parameters()
        if not torch.equal(part, before[name])
    }


@pytest.mark.parametrize(
    ("player", "parts"),
    [("autoencoder", {"encoder", "decoder"}), ("critic", {"critic"}), ("encoder", {"encoder"})],
)
def test_each_player_moves_its_own_part(player, parts):
    model, batch = build(CONFIG, SHAPE), Batch(images(9), None)
    mine = {player: optimizers(model)[player]}
    result = moved(model, lambda: train_step(model, mine, batch, noise(), TrainConfig()))
    assert result == parts


def test_the_terms_are_those_of_the_game():
    """Binary cross entropies: prior is 1, a code 0, and the encoder claims that its codes are 1"""
    model, x = build(CONFIG, SHAPE), images(9)
    terms = {}
    for player in PLAYERS:
        terms |= model.loss(player, Batch(x, None), noise())
    codes = model.encode(x)[0]
    real, fake = model.critic(torch.randn(9, 2, generator=noise())), model.critic(codes)
    entropy = F.binary_cross_entropy_with_logits
    ones, zeros = torch.ones(9, 1), torch.zeros(9, 1)
    pixels = F.binary_cross_entropy(model.decode(codes), x, reduction="none").flatten(1).sum(1)
    assert list(terms) == ["recon", "critic", "fooling"]
    torch.testing.assert_close(terms["recon"], pixels.mean(), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(terms["critic"], entropy(real, ones) + entropy(fake, zeros))
    torch.testing.assert_close(terms["fooling"], entropy(fake, ones))


def test_the_adversaries_have_a_momentum_of_their_own():
    model, batch = build(CONFIG, SHAPE), Batch(images(9), None)
    result = optimizers(model)
    train_step(model, result, batch, noise(), TrainConfig(rate=0.01))
    groups = [result[player].param_groups[0] for player in PLAYERS]
    assert [group["lr"] for group in groups] == [0.01] * 3
    assert [group["betas"] for group in groups] == [(0.9, 0.999), BETAS, BETAS]


class Given(nn.Module):
    """An encoder that knows its codes."""

    def forward(self, x):
        return x.flatten(1)


def test_the_best_critic_says_how_much_of_a_point_is_prior():
    """p / (p + q) of p = N(0, 1) and q = N(1, 1/2) (Goodfellow et al. 2014)"""
    model = build(AAEConfig(latent=1, body="dense", hidden=8), SHAPE)
    model.encoder = Given()
    random = noise()
    critic = torch.optim.Adam(model.critic.parameters())
    for step in range(400):
        batch = Batch(1 + math.sqrt(0.5) * torch.randn(1024, 1, generator=random), None)
        config = TrainConfig(rate=0.02 * 0.99**step)
        train_step(model, {"critic": critic}, batch, random, config)
    z = torch.linspace(-1.5, 2.5, 41)[:, None]
    p, q = (law.log_prob(z).exp() for law in (Normal(0.0, 1.0), Normal(1.0, math.sqrt(0.5))))
    result = model.critic(z).sigmoid().detach()
    torch.testing.assert_close(result, p / (p + q), rtol=0, atol=0.05)


def test_at_the_best_critic_the_slope_of_the_loss_is_zero():
    """The integral of p softplus(-l) + q softplus(l) over z, at l = log p - log q"""
    z = torch.linspace(-8, 9, 2001, dtype=torch.float64)
    p, q = (law.log_prob(z) for law in (Normal(0.0, 1.0), Normal(1.0, math.sqrt(0.5))))
    best = (p - q).requires_grad_()
    loss = (p.exp() * F.softplus(-best) + q.exp() * F.softplus(best)).sum()
    (slope,) = torch.autograd.grad(loss, best)
    assert slope.abs().max() < 1e-12


def test_the_codes_pass_for_points_of_the_prior():
    """Kolmogorov-Smirnov of 400 points that it was not trained on"""
    x = torch.rand(4400, *POINT, generator=noise(1))
    config, line = TrainConfig(epochs=20, batch=200, rate=5e-3), replace(CONFIG, latent=1)
    job = train(lambda: build(line, POINT), Batch(x[:4000], None), lambda: config)
    codes = last(job).model.encode(x[4000:])[0][:, 0]
    assert kstest(codes.numpy(), "norm").pvalue > 0.01


def test_the_curves_show_all_three():
    config = TrainConfig(epochs=1, batch=16)
    stand = last(train(lambda: build(CONFIG, SHAPE), dataset().train, lambda: config))
    assert set(stand.losses) == {"recon", "critic", "fooling"}
