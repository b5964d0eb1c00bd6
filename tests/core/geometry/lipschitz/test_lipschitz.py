"""Lipschitz constants against dense matrices, autograd and each other."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from torch import nn

from lacuna.core.engine.errors import Problem
from lacuna.core.engine.jobs import Progress
from lacuna.core.geometry.lipschitz.layers import decoder_layers, flatten_layers
from lacuna.core.geometry.lipschitz.lipschitz import (
    STEEPEST,
    LipschitzEstimate,
    layer_lipschitz,
    lipschitz_constant,
    lipschitz_upper_bound,
    local_lipschitz,
    operator_norm,
)
from lacuna.core.models.autoencoders.pca import PCAConfig
from lacuna.core.models.vae.vae import VAEConfig
from tests.core.small_models import document, gaussian_noise
from tests.jobs import last, returned


def dense(layer, shape):
    """The matrix of an affine layer, column by column"""
    with torch.no_grad():
        eye = torch.eye(math.prod(shape), dtype=torch.float64).reshape(-1, *shape)
        layer = layer.double()
        return (layer(eye) - layer(torch.zeros_like(eye))).flatten(1).mT


def estimated(net, z, layers):
    reports = lipschitz_constant(net, z, layers)
    return last(report for report in reports if isinstance(report, LipschitzEstimate))


LAYERS = {
    "theory: E14": lambda: (nn.Conv2d(3, 4, 3, 1, 1), (3, 8, 8)),
    "stride": lambda: (nn.Conv2d(3, 4, 4, 2, 1), (3, 8, 8)),
    "groups and dilation": lambda: (nn.Conv2d(4, 4, 3, 1, 0, dilation=2, groups=2), (4, 8, 8)),
    "transposed": lambda: (nn.ConvTranspose2d(4, 3, 4, 2, 1), (4, 4, 4)),
    "transposed, more": lambda: (nn.ConvTranspose2d(2, 3, 3, 2, 1, output_padding=1), (2, 4, 4)),
    "linear": lambda: (nn.Linear(7, 5), (7,)),
    "mean": lambda: (nn.AvgPool2d(3, 2), (1, 7, 7)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_the_norm_of_a_layer_is_that_of_its_matrix(name):
    layer, shape = LAYERS[name]()
    truth = float(torch.linalg.matrix_norm(dense(layer, shape), 2))
    assert operator_norm(layer, shape) == pytest.approx(truth, rel=1e-9)
    assert truth <= layer_lipschitz(layer, shape) * (1 + 1e-12) <= 1.00011 * truth


def test_the_norm_of_what_is_smallest():
    one = nn.Conv2d(1, 3, 1)
    assert operator_norm(one, (1, 1, 1)) == pytest.approx(float(one.weight.detach().norm()))
    nn.init.zeros_(one.weight)
    assert operator_norm(one, (1, 4, 4)) == 0


def test_the_reshaped_weights_are_not_the_norm():
    # errata 29: padding and overlap make another operator of the same weights
    layer, shape = LAYERS["theory: E14"]()
    reshaped = float(torch.linalg.matrix_norm(layer.double().weight.detach().flatten(1), 2))
    true = operator_norm(layer, shape)
    assert reshaped < 0.9 * true
    assert true <= 3 * reshaped  # the safe bound: the root of the kernel's 3 x 3


@pytest.mark.parametrize("factor", [-3.0, 0.1])
def test_norms_scale_with_the_weights(factor):
    layer, shape = nn.Conv2d(2, 3, 3, 1, 1), (2, 6, 6)
    before = operator_norm(layer, shape)
    with torch.no_grad():
        layer.weight *= factor
    assert operator_norm(layer, shape) == pytest.approx(abs(factor) * before, rel=1e-6)


@pytest.mark.parametrize(
    ("kind", "reach"),
    [(nn.Sigmoid, 5.0), (nn.SiLU, 5.0), (nn.Tanh, 5.0), (nn.Softplus, 20.0), (nn.ReLU, 5.0)],
)
def test_an_activation_is_as_steep_as_said(kind, reach):
    def negative(x):
        point = torch.tensor(x, dtype=torch.float64, requires_grad=True)
        kind()(point).backward()
        return -abs(float(point.grad))

    bracket = (-reach, reach) if kind in (nn.Sigmoid, nn.Tanh) else (0.5, reach)
    steepest = -minimize_scalar(negative, bounds=bracket, method="bounded").fun
    assert steepest == pytest.approx(STEEPEST[kind], rel=1e-6)
    assert STEEPEST[kind] >= steepest


def test_pooling_and_normalising():
    assert layer_lipschitz(nn.AvgPool2d(2), (1, 8, 8)) == pytest.approx(0.5, rel=2e-4)  # 1 / k
    assert layer_lipschitz(nn.MaxPool2d(2), (1, 8, 8)) == 1
    assert layer_lipschitz(nn.MaxPool2d(3, 2), (1, 9, 9)) == 2  # four windows see one pixel
    assert layer_lipschitz(nn.LeakyReLU(2.0), (1,)) == 2
    norm = nn.BatchNorm2d(2, eps=0.0).requires_grad_(False)
    norm.running_var.copy_(torch.tensor([4.0, 0.25]))
    norm.weight.copy_(torch.tensor([1.0, -3.0]))
    assert layer_lipschitz(norm, (2, 4, 4)) == pytest.approx(6)
    with pytest.raises(Problem, match="running variance"):
        layer_lipschitz(nn.BatchNorm1d(2, track_running_stats=False), (2,))


@pytest.mark.parametrize("latent", [1, 3, 40])
def test_local_slopes_are_those_of_the_jacobian(latent):
    torch.manual_seed(1)
    net = nn.Sequential(nn.Linear(latent, 30), nn.SiLU(), nn.Linear(30, 20)).double()
    z = gaussian_noise(4, latent)
    jacobians = torch.stack([torch.autograd.functional.jacobian(net, point) for point in z])
    truth = torch.linalg.matrix_norm(jacobians, 2).tolist()
    rel = 1e-9 if latent < 40 else 1e-3  # of a power iteration, from below
    local = returned(local_lipschitz(net, z))
    assert local.tolist() == pytest.approx(truth, rel=rel)
    assert (local.numpy() <= np.array(truth) * (1 + 1e-9)).all()


@given(st.integers(0, 10_000), st.sampled_from([nn.ReLU, nn.SiLU, nn.Sigmoid, nn.Tanh]))
@settings(max_examples=15, deadline=None)
def test_what_is_seen_is_below_what_is_proven(seed, activation):
    torch.manual_seed(seed)
    net = (
        nn.Sequential(
            nn.Linear(3, 32),
            activation(),
            nn.Unflatten(1, (2, 4, 4)),
            nn.ConvTranspose2d(2, 2, 4, 2, 1),
            activation(),
            nn.Flatten(),
            nn.Linear(128, 3),
        )
        .double()
        .requires_grad_(False)
    )
    z = 2 * gaussian_noise(40, 3, seed=seed)
    answer = estimated(net, z, flatten_layers(net))
    assert 0 < answer.local.max() <= answer.lower <= answer.upper
    assert answer.because == ""


def test_a_linear_network_is_as_steep_as_the_product_where_its_layers_align():
    diagonal = [torch.diag(torch.tensor(d).double()) for d in ([3.0, 1.0], [2.0, 0.5])]
    layers = [nn.Linear(2, 2, bias=False).double().requires_grad_(False) for _ in diagonal]
    turn, _ = torch.linalg.qr(gaussian_noise(2, 2))
    layers[0].weight.copy_(diagonal[0] @ turn)
    layers[1].weight.copy_(turn @ diagonal[1])
    net = nn.Sequential(*layers)
    assert lipschitz_upper_bound(layers, (2,)) == pytest.approx(6)
    assert returned(local_lipschitz(net, gaussian_noise(5, 2))).tolist() == pytest.approx([6] * 5)


def test_answers_come_chunk_by_chunk():
    net = nn.Linear(2, 3).double().requires_grad_(False)
    reports = list(lipschitz_constant(net, gaussian_noise(100, 2)))
    answers = [value for value in reports if isinstance(value, LipschitzEstimate)]
    assert [len(answer.local) for answer in answers] == [32, 64, 96, 100]
    assert (np.diff([answer.lower for answer in answers]) >= 0).all()
    assert answers[-1].upper is None
    assert answers[-1].because
    assert reports[-1] == Progress(1.0, "measuring how steep the model is")


def test_a_layer_of_an_unknown_kind_is_named():
    layers = [nn.Linear(2, 4), nn.GroupNorm(2, 4)]
    answer = estimated(nn.Sequential(*layers).double(), gaussian_noise(4, 2), layers)
    assert answer.upper is None
    assert "GroupNorm" in answer.because


@pytest.mark.parametrize("body", ["dense", "conv"])
def test_the_decoders_of_the_program(body):
    made = document(VAEConfig(latent=2, body=body, hidden=16))
    chain = decoder_layers(made.model, 2)
    z = gaussian_noise(20, 2).float()
    report = lipschitz_constant(made.model.decode, z, chain)
    answer = last(value for value in report if isinstance(value, LipschitzEstimate))
    assert 0 < answer.lower <= answer.upper


def test_a_decoder_that_is_no_row_of_layers_is_refused():
    made = document()
    plain = type(made.model).decode
    made.model.decode = lambda z: plain(made.model, z) + z.sum()
    with pytest.raises(Problem, match="in a row"):
        decoder_layers(made.model, 2)
    with pytest.raises(Problem, match="in a row"):
        decoder_layers(document(PCAConfig()).model, 2)
