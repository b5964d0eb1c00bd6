"""Proven radii: equal to the truth where scores are affine, never above it elsewhere."""

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import nn

from lacuna.core.engine.errors import Problem
from lacuna.core.geometry.lipschitz.layers import apply_layers, logit_layers
from lacuna.core.geometry.lipschitz.lipschitz import lipschitz_upper_bound
from lacuna.core.geometry.radius.interval_bounds import WIDEST, interval_radii
from lacuna.core.models.vae.vae import VAEConfig
from tests.core.attacks import attack, exact_affine
from tests.core.small_models import document, gaussian_noise
from tests.jobs import returned


def linear(weight, bias):
    layer = nn.Linear(*weight.T.shape).double().requires_grad_(False)
    layer.weight.copy_(weight)
    layer.bias.copy_(bias)
    return layer


def proven(layers, z):
    return returned(interval_radii(layers, z)).numpy()


@pytest.mark.parametrize("latent", [1, 2, 8, 512])
def test_affine_scores_are_certified_to_the_very_border(latent):
    weight, bias, z = (
        gaussian_noise(5, latent),
        gaussian_noise(5, seed=1),
        gaussian_noise(20, latent, seed=2),
    )
    truth = exact_affine(weight, bias, z)
    assert proven([linear(weight, bias)], z) == pytest.approx(truth, rel=1e-5)


def test_a_tie_certifies_nothing_and_a_lone_class_everything():
    equal = linear(torch.ones(2, 3).double(), torch.zeros(2).double())
    assert proven([equal], gaussian_noise(4, 3)).tolist() == [0] * 4
    lone = linear(torch.ones(1, 3).double(), torch.zeros(1).double())
    assert proven([lone], gaussian_noise(4, 3)) == pytest.approx(
        WIDEST, rel=1e-5
    )  # of all that are tried


@given(st.integers(0, 10_000), st.sampled_from([nn.ReLU, nn.SiLU, nn.Tanh, nn.Sigmoid]))
@example(696, nn.ReLU)  # a wedge thinner than the grid comes nearer than its points
@settings(max_examples=12, deadline=None)
def test_certified_exact_found(seed, activation):
    """On random networks of the plane: what is found is another class, which a grid bounds too"""
    torch.manual_seed(seed)
    net = (
        nn.Sequential(
            nn.Linear(2, 16), activation(), nn.Linear(16, 16), activation(), nn.Linear(16, 3)
        )
        .double()
        .requires_grad_(False)
    )
    with torch.no_grad():
        for layer in net[::2]:
            layer.weight *= 2
    z = gaussian_noise(12, 2, seed=seed)
    axis = torch.linspace(-5, 5, 301, dtype=torch.float64)
    grid = torch.cartesian_prod(axis, axis)
    away = torch.cdist(z, grid)
    away[net(z).argmax(1)[:, None] == net(grid).argmax(1)] = torch.inf
    dense = away.amin(1).numpy()  # the tip of a wedge between the grid's points may be nearer
    perturbed = attack(net, z)
    reached, known = perturbed.distance, np.isfinite(perturbed.distance)
    there, before = net(torch.from_numpy(perturbed.adversary[known])), net(z[known]).argmax(1)
    own = there.gather(1, before[:, None])[:, 0]
    others = there.scatter(1, before[:, None], -torch.inf).amax(1)
    assert (others >= own - 1e-9).all()
    apart = np.linalg.norm(perturbed.adversary - z.numpy(), axis=1)
    assert reached[known] == pytest.approx(apart[known], rel=1e-9)
    lower = proven(net, z)
    assert (lower <= dense).all()
    assert (lower <= reached).all()
    assert (lower > 0).all()


SMALL = {
    "convolutions": [
        nn.Linear(3, 32),
        nn.Unflatten(1, (2, 4, 4)),
        nn.ConvTranspose2d(2, 3, 4, 2, 1),
        nn.SiLU(),
        nn.BatchNorm2d(3),
        nn.Conv2d(3, 4, 3, 2, 1),
        nn.LeakyReLU(0.1),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(16, 4),
    ],
    "no linear layer at the ends": [
        nn.Unflatten(1, (3, 1, 1)),
        nn.ConvTranspose2d(3, 4, 4),
        nn.Softplus(),
        nn.MaxPool2d(2),
        nn.Dropout(),
        nn.Flatten(),
        nn.Linear(16, 4),
        nn.Identity(),
    ],
    "falling": [nn.Linear(3, 9), nn.LeakyReLU(0.3), nn.SiLU(), nn.SiLU(), nn.Linear(9, 4)],
}


@pytest.mark.parametrize("name", SMALL)
def test_a_proven_ball_is_of_one_class(name):
    net = nn.Sequential(*SMALL[name]).double().eval().requires_grad_(False)
    for part in net:
        if isinstance(part, nn.BatchNorm2d):
            part.running_var.uniform_(0.2, 3)
            part.weight.uniform_(-2, 2)
    z = 3 * gaussian_noise(20, 3)
    radius = proven(net, z)
    assert (radius > 0).all()
    assert (radius <= attack(net, z).distance).all()
    aside = gaussian_noise(20, 200, 3, seed=1)
    aside = aside / aside.norm(dim=2, keepdim=True) * torch.from_numpy(radius)[:, None, None]
    inside = net((z[:, None] + aside).reshape(-1, 3)).argmax(1).reshape(20, 200)
    assert (inside == net(z).argmax(1)[:, None]).all()


def test_dimensions_that_do_not_matter_change_no_proof():
    weight = gaussian_noise(8, 2)
    tail = [nn.ReLU(), linear(gaussian_noise(3, 8, seed=1), gaussian_noise(3, seed=2))]
    narrow = [linear(weight, gaussian_noise(8, seed=3)), *tail]
    wide = [linear(torch.cat([weight, torch.zeros(8, 5)], 1), gaussian_noise(8, seed=3)), *tail]
    z = gaussian_noise(10, 2, seed=4)
    padded = torch.cat([z, gaussian_noise(10, 5, seed=5)], 1)
    assert proven(wide, padded) == pytest.approx(proven(narrow, z), rel=1e-9)


@pytest.mark.parametrize("body", ["dense", "conv"])
def test_the_models_of_the_program_can_be_certified(body):
    made = document(VAEConfig(latent=3, body=body, hidden=8))
    chain = logit_layers(made.model, made.judge, 3)
    z = gaussian_noise(6, 3).float()
    assert torch.allclose(apply_layers(chain, z), made.judge(made.model.decode(z)), atol=1e-5)
    radius = proven(chain, z)
    assert (radius >= 0).all()
    assert (radius <= attack(lambda z: apply_layers(chain, z), z).distance).all()


def test_what_nothing_is_known_of_is_not_certified():
    layers = [nn.Linear(2, 4), nn.GroupNorm(2, 4), nn.Linear(4, 2)]
    with pytest.raises(Problem, match="GroupNorm"):
        proven(layers, gaussian_noise(3, 2))
    with pytest.raises(Problem, match="GroupNorm"):
        lipschitz_upper_bound(layers, (2,))
