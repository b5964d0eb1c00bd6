"""Hiding a domain by a reversed gradient, and the domain itself (theory: D13)."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from lacuna.core.data.dataset import Batch
from lacuna.core.documents import archive
from lacuna.core.documents.scenes import scene_of
from lacuna.core.models.protocols import Observing, Paced
from lacuna.core.models.registry import build
from lacuna.core.models.vae.domain_adversarial import DANNConfig, ramp, reversed_gradient, slant
from lacuna.core.training.config import TrainConfig
from lacuna.core.training.loop import train
from tests.core.small_models import SHAPE, document, equal, images

CONFIG = DANNConfig(body="dense", hidden=16)
FAINT = 0.5  # lines beside a bar of 0.8: worth coding


def dann(config=CONFIG):
    return build(config, SHAPE)


def random(seed=0):
    return torch.Generator().manual_seed(seed)


def half(model):
    """In the middle of its training"""
    model.advance(0.5)
    return model


# ---- the reversal ----


@pytest.mark.parametrize("weight", [0.0, 0.3, 2.0])
def test_what_goes_back_is_turned_round(weight):
    x, there = torch.randn(5, 3, requires_grad=True), torch.randn(3)
    plain = torch.autograd.grad(((x @ there).sin()).sum(), x)[0]
    moved = reversed_gradient(x, torch.tensor(weight))
    assert torch.equal(moved, x)
    torch.testing.assert_close(
        torch.autograd.grad((moved @ there).sin().sum(), x)[0], -weight * plain
    )


def test_it_comes_in_as_in_the_paper():
    p = torch.linspace(0, 1, 11, dtype=torch.float64)
    torch.testing.assert_close(ramp(p), 2 / (1 + (-10 * p).exp()) - 1)
    assert ramp(p)[0] == 0


def gradients(model, batch):
    """Of the encoder and of the head, from all terms"""
    model.zero_grad()
    sum(model.loss("vae", batch, random()).values()).backward()
    return [
        torch.cat([part.grad.flatten() for part in module.parameters()])
        for module in (model.encoder, model.head)
    ]


def test_where_nothing_is_hidden_the_head_is_only_a_witness():
    batch = Batch(images(20), None)
    witness = half(dann(DANNConfig(body="dense", hidden=16, adversarial_weight=0.0)))
    recon, kl = witness.terms(batch.images, random())
    (recon.mean() + kl.mean()).backward()
    plain = torch.cat([part.grad.flatten() for part in witness.encoder.parameters()])
    encoder, head = gradients(witness, batch)
    torch.testing.assert_close(encoder, plain)
    assert head.abs().max() > 0


def test_the_weight_is_that_of_the_encoder_alone():
    """Its gradient is affine in it, the head's does not know it."""
    batch = Batch(images(20), None)
    result = [
        gradients(half(dann(DANNConfig(body="dense", hidden=16, adversarial_weight=weight))), batch)
        for weight in (0.0, 3.0, 6.0)
    ]
    (none, head), (some, same), (more, _) = result
    torch.testing.assert_close(more - none, 2 * (some - none), rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(head, same)


def test_at_the_start_nothing_is_hidden_yet():
    batch = Batch(images(20), None)
    hard = DANNConfig(body="dense", hidden=16, adversarial_weight=50.0)
    none = DANNConfig(body="dense", hidden=16, adversarial_weight=0.0)
    torch.testing.assert_close(gradients(dann(hard), batch), gradients(dann(none), batch))


# ---- the domain ----


def lines(slopes, side=32):
    """A thin line through the middle whose column rises by so much for a row upwards"""
    place = torch.arange(side) - (side - 1) / 2
    columns = -torch.tensor(slopes)[:, None] * place  # rows are counted downwards
    return (-0.5 * ((place - columns[..., None]) / 0.7) ** 2).exp()[:, None]


@pytest.mark.parametrize("channels", [1, 3])
def test_the_slant_of_a_line_is_its_slope(channels):
    slopes = (-0.4, 0.0, 0.2, 0.4)
    result = slant(lines(slopes).expand(-1, channels, -1, -1))
    torch.testing.assert_close(result, torch.tensor(slopes), rtol=0, atol=0.01)


def test_the_slant_knows_neither_place_nor_brightness():
    x = lines((0.3, -0.2))
    moved = 0.5 * x.roll(2, 3)
    torch.testing.assert_close(slant(moved), slant(x), rtol=0, atol=0.01)
    mirrored = slant(x.flip(3))
    torch.testing.assert_close(mirrored, -slant(x), rtol=0, atol=1e-4)


def test_what_does_not_lean_is_told_as_such():
    assert torch.equal(slant(torch.zeros(3, 1, 8, 8)), torch.zeros(3))
    assert slant(torch.rand(3, 1, 1, 2)).abs().max() < 1e-6  # a point of the plane


def test_the_median_is_found_as_it_looks():
    """Of slants 0.1, 0.2, ... 0.5 about 0.3: a step is 0.02 at most."""
    model, x = dann(), lines((0.1, 0.2, 0.3, 0.4, 0.5))
    for _ in range(100):
        model.observe(Batch(x, None))
    assert float(model.median) == pytest.approx(0.3, abs=0.03)
    assert model.domain(x)[[0, 1, 3, 4]].tolist() == [0, 0, 1, 1]


# ---- the model ----


def leaning(n=400):
    """Faint lines that lean to either side, beside a bright bar of any height: (N, 1, 8, 8)"""
    height = 7 * torch.rand(n, generator=random(1))
    side = torch.where(torch.rand(n, generator=random(2)) < 0.5, -0.8, 0.8)
    bar = (1 - (torch.arange(8) - height[:, None]).abs()).clamp(0)[:, None, :, None]
    return (0.8 * bar + FAINT * lines(side.tolist(), 8)).clamp(0, 1), side > 0


def told_apart(model, images, domain):
    """How often a classifier of its own, trained on half, names the domain of the other half"""
    torch.manual_seed(0)
    mean, logvar = model.encode(images)
    codes = mean + (0.5 * logvar).exp() * torch.randn(mean.shape)
    judge = nn.Sequential(nn.Linear(codes.shape[1], 32), nn.SiLU(), nn.Linear(32, 1))
    scaled = (codes - codes.mean(0)) / codes.std(0)
    steps, middle = torch.optim.Adam(judge.parameters(), 0.02), len(codes) // 2
    for _ in range(150):
        answer = judge(scaled[:middle])[:, 0]
        steps.zero_grad()
        F.binary_cross_entropy_with_logits(answer, domain[:middle].float()).backward()
        steps.step()
    right = (judge(scaled[middle:])[:, 0] > 0) == domain[middle:]
    return float(right.double().mean())


def test_the_codes_no_longer_tell_the_domain():
    """Two-sample accuracy: near 1 if not hidden, else at chance within 4 standard errors."""
    x, domain = leaning()
    run = TrainConfig(epochs=80, batch=50, rate=3e-3, device="cpu")
    result = {}
    for weight in (0.0, 10.0):
        config = DANNConfig(3, "dense", 32, adversarial_weight=weight)
        ends = list(train(lambda config=config: build(config, SHAPE), Batch(x, None), lambda: run))
        result[weight] = told_apart(ends[-1].model, x, domain)
    assert result[0.0] > 0.9
    assert abs(result[10.0] - 0.5) < 4 * math.sqrt(0.25 / 200)


def test_how_far_it_is_lies_in_its_state():
    model = dann()
    assert isinstance(model, Paced)
    assert isinstance(model, Observing)
    model.advance(0.25)
    other = dann()
    other.load_state_dict(model.state_dict())
    assert float(other.progress) == 0.25


def test_a_training_is_a_function_of_its_seed():
    run = TrainConfig(epochs=2, batch=16, device="cpu")
    ends = [list(train(dann, Batch(images(50), None), lambda: run))[-1].model for _ in range(2)]
    assert equal(*ends)


def test_what_is_opened_again_draws_the_same(tmp_path):
    saved, z = document(CONFIG), torch.randn(5, 2)
    archive.save(tmp_path / "a.lacuna", saved)
    again = archive.load(tmp_path / "a.lacuna")
    assert torch.equal(scene_of(saved, "").decode(z), scene_of(again, "").decode(z))
