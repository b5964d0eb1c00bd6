"""Held layers against dense matrices and their SVD (theory: D17, E14)."""

import copy

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from lacuna.core.geometry.lipschitz.lipschitz import operator_norm
from lacuna.core.models.spectral_norm import (
    ConvNorm,
    SpectralNorm,
    StableRankNorm,
    matrices,
    of_stable_rank,
    power_iterated,
    stable_rank,
    unorthonormal,
)


def matrix(rows, columns, seed=0):
    random = torch.Generator().manual_seed(seed)
    return torch.randn(rows, columns, generator=random, dtype=torch.float64)


def first_left(weight):
    return torch.linalg.svd(weight)[0][:, 0]


def norm_of(weight):
    return float(torch.linalg.matrix_norm(weight.detach(), 2))


def settled(layer, passes=400):
    """The layer in double precision once its power iteration has come to rest."""
    layer = layer.double()
    layer.follow(passes)
    return layer.eval()


@pytest.mark.parametrize("shape", [(5, 8), (8, 5), (6, 6), (1, 4)])
def test_the_power_iteration_finds_the_norm_of_the_svd(shape):
    weight = matrix(*shape)
    u = torch.ones(shape[0], dtype=torch.float64)
    u = power_iterated(lambda v: weight @ v, lambda u: u @ weight, u, 300)
    assert float((u @ weight).norm()) == pytest.approx(
        float(torch.linalg.matrix_norm(weight, 2)), rel=1e-4
    )
    assert float((u @ first_left(weight)).abs()) == pytest.approx(1, abs=1e-4)


def test_a_linear_layer_is_of_norm_one():
    layer = settled(SpectralNorm(nn.Linear(7, 5)))
    assert norm_of(layer.weight()) == pytest.approx(1, abs=1e-4)


def test_the_norm_is_followed_while_it_trains_and_not_otherwise():
    layer = SpectralNorm(nn.Linear(7, 5)).eval()
    before = layer.u.clone()
    layer(torch.randn(3, 7))
    assert torch.equal(layer.u, before)
    layer.train()
    with torch.no_grad():
        layer.layer.weight.copy_(torch.randn(5, 7))
    for _ in range(300):
        layer(torch.randn(3, 7))
    assert norm_of(layer.weight()) == pytest.approx(1, abs=1e-4)


def test_the_gradient_is_that_of_the_true_norm():
    """No gradient passes through u and v: at rest that of the norm is u v^T all the same."""
    layer = settled(SpectralNorm(nn.Linear(4, 3)), 4000)
    probe = matrix(3, 4, seed=1)
    (result,) = torch.autograd.grad((layer.weight() * probe).sum(), layer.layer.weight)
    weight = layer.layer.weight.detach().requires_grad_()
    exact = weight / torch.linalg.matrix_norm(weight, 2)
    (expected,) = torch.autograd.grad((exact * probe).sum(), weight)
    torch.testing.assert_close(result, expected, rtol=1e-6, atol=1e-9)


CONVOLUTIONS = [(3, 1, 1, 8), (4, 2, 1, 8), (4, 2, 1, 7), (5, 1, 0, 8)]  # kernel, stride, pad, side


@pytest.mark.parametrize(("kernel", "stride", "padding", "side"), CONVOLUTIONS)
def test_a_convolution_over_its_own_norm_is_of_norm_one(kernel, stride, padding, side):
    """By the Lanczos norm of the very layer, and by that of its dense matrix."""
    layer = settled(ConvNorm(nn.Conv2d(2, 3, kernel, stride, padding), (2, side, side)))
    held = copy.deepcopy(layer.layer)
    held.weight = nn.Parameter(layer.weight().detach())
    assert operator_norm(held, (2, side, side)) == pytest.approx(1, abs=1e-4)
    x = torch.eye(2 * side * side, dtype=torch.float64).reshape(-1, 2, side, side)
    dense = (layer(x) - layer(torch.zeros_like(x[:1]))).flatten(1)
    assert norm_of(dense) == pytest.approx(1, abs=1e-4)


def test_the_norm_of_the_matrix_leaves_a_convolution_steeper():
    """E14, errata 29: of a 4x3x3x3 one on 8x8 the reshape is less than the norm, thrice at most."""
    layer = settled(SpectralNorm(nn.Conv2d(3, 4, 3, 1, 1)))
    held = copy.deepcopy(layer.layer)
    held.weight = nn.Parameter(layer.weight().detach())
    assert norm_of(held.weight.flatten(1)) == pytest.approx(1, abs=1e-4)
    assert 1.05 < operator_norm(held, (3, 8, 8)) <= 3


@pytest.mark.parametrize(("rows", "columns", "rank"), [(10, 8, 4.0), (8, 30, 4.0), (6, 6, 1.0)])
def test_the_stable_rank_is_what_was_asked_for(rows, columns, rank):
    """D17: 4.0000, at spectral norm 1."""
    weight = torch.eye(rows, columns, dtype=torch.float64) + 0.1 * matrix(rows, columns)
    assert stable_rank(weight) > rank
    result = of_stable_rank(weight, first_left(weight), rank)
    assert float(stable_rank(result)) == pytest.approx(rank, abs=1e-8)
    assert norm_of(result) == pytest.approx(1)


def test_a_stable_rank_below_the_limit_stays():
    weight = matrix(5, 7)
    result = of_stable_rank(weight, first_left(weight), 5.0)
    torch.testing.assert_close(result, weight / torch.linalg.matrix_norm(weight, 2))


def test_the_normalised_weight_is_the_nearest_of_its_stable_rank():
    """Sanyal et al.: of those that keep the first singular triple, by random trials."""
    weight, rank = matrix(6, 5), 1.5
    norm = torch.linalg.matrix_norm(weight, 2)
    result = norm * of_stable_rank(weight, first_left(weight), rank)
    u, s, v = torch.linalg.svd(weight, full_matrices=False)
    away = (result - weight).norm()
    for seed in range(200):
        rest = s[1:] * (1 + 0.3 * matrix(1, 4, seed)[0]).clamp_min(0)
        rest = rest * ((rank - 1) * s[0] ** 2 / rest.square().sum()).sqrt()
        other = u @ torch.diag(torch.cat([s[:1], rest])) @ v
        assert (other - weight).norm() >= away - 1e-12


def test_a_layer_of_one_row_has_nothing_to_shrink():
    layer = settled(StableRankNorm(nn.Linear(6, 1), 0.5))
    assert norm_of(layer.weight()) == pytest.approx(1)
    layer(torch.randn(3, 6, dtype=torch.float64)).sum().backward()
    assert layer.layer.weight.grad.isfinite().all()


def test_a_layer_is_of_the_stable_rank_that_its_share_allows():
    layer = settled(StableRankNorm(nn.Conv2d(3, 8, 3), 0.25))
    assert float(stable_rank(layer.weight().flatten(1)).detach()) == pytest.approx(2.0, abs=1e-6)


@given(st.integers(1, 9), st.integers(1, 9))
def test_factors_of_qr_are_orthonormal(rows, columns):
    weight = matrix(rows, columns)
    tall = weight if rows >= columns else weight.mT
    factor = torch.linalg.qr(tall)[0]
    assert float(unorthonormal(factor if rows >= columns else factor.mT)) < 1e-26


def test_of_the_greater_gram_matrix_the_penalty_could_not_be_zero():
    """D17: for a tall W the least of |W W^T - I|^2 is out - in."""
    factor = torch.linalg.qr(matrix(7, 3))[0]
    greater = (factor @ factor.mT - torch.eye(7, dtype=torch.float64)).square().sum()
    assert float(greater) == pytest.approx(4)
    assert float(unorthonormal(factor)) < 1e-26


def test_the_penalty_is_of_the_singular_values():
    """sum (s^2 - 1)^2, whatever the singular vectors."""
    weight = matrix(4, 6)
    s = torch.linalg.svdvals(weight)
    torch.testing.assert_close(unorthonormal(weight), ((s**2 - 1) ** 2).sum())


def test_all_weights_are_found_within_their_wraps():
    net = nn.Sequential(SpectralNorm(nn.Linear(4, 3)), nn.ReLU(), nn.Conv2d(2, 5, 3))
    assert [tuple(part.shape) for part in matrices(net)] == [(3, 4), (5, 18)]


@pytest.mark.parametrize(
    "made",
    [
        lambda: SpectralNorm(nn.Conv2d(2, 3, 3)),
        lambda: StableRankNorm(nn.Linear(4, 3), 0.5),
        lambda: ConvNorm(nn.Conv2d(2, 3, 4, 2, 1), (2, 8, 8)),
    ],
)
def test_what_is_needed_is_in_the_state(made):
    """A layer without weights takes over another's, as a file is opened."""
    layer = made().eval()
    with torch.device("meta"):
        blank = made()
    blank.load_state_dict(layer.state_dict(), assign=True)
    assert torch.equal(blank.eval().weight(), layer.weight())
