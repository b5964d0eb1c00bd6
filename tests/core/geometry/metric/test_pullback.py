import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lacuna.core.engine.errors import Problem
from lacuna.core.geometry.metric.pullback import (
    conformal_factor,
    jacobian,
    magnification,
    margin_field,
    pullback,
    tissot_ellipses,
)


def random(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def network(latent=3, pixels=5):
    """A smooth decoder of images 1 x 1 x pixels"""
    first, second = random(latent, 7, seed=1), random(7, pixels, seed=2)
    return lambda z: ((z @ first).tanh() @ second).sigmoid()[:, None, None]


def sphere(z):
    """Polar angle and azimuth to the unit sphere"""
    polar, azimuth = z.T
    return torch.stack(
        [polar.sin() * azimuth.cos(), polar.sin() * azimuth.sin(), polar.cos()], dim=1
    )


def test_forward_mode_agrees_with_reverse_mode():
    decode, z = network(), random(40, 3)
    result = jacobian(decode, z)
    assert result.shape == (40, 5, 3)
    for point, columns in zip(z, result, strict=True):
        oracle = torch.autograd.functional.jacobian(lambda p: decode(p[None]).flatten(), point)
        assert torch.allclose(columns, oracle, atol=1e-12)
    assert torch.allclose(jacobian(decode, z[:1]), result[:1], atol=1e-12)
    assert not result.requires_grad


def test_a_linear_decoder_has_one_metric_everywhere():
    weight, z = random(6, 2, seed=3), random(9, 2)
    metric = pullback(lambda at: at @ weight.T, z)
    assert torch.allclose(metric, (weight.T @ weight).expand(9, 2, 2))
    area = math.sqrt(float(torch.det(weight.T @ weight)))
    assert torch.allclose(magnification(lambda at: at @ weight.T, z), torch.tensor(area).double())


def test_the_sphere():
    # G = diag(1, sin^2 polar), so areas are stretched by sin polar
    z = torch.tensor([[0.3, 1.0], [1.0, -2.0], [math.pi / 2, 0.0]], dtype=torch.float64)
    expected = torch.diag_embed(torch.stack([torch.ones(3).double(), z[:, 0].sin() ** 2], 1))
    assert torch.allclose(pullback(sphere, z), expected, atol=1e-12)
    assert torch.allclose(magnification(sphere, z), z[:, 0].sin(), atol=1e-12)


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_other_coordinates_are_the_same_metric(seed):
    # z = psi(w): G_w = B^T G_z B with B = d psi / d w; volumes go along with |det B|
    decode, w = network(2, 4), random(5, 2, seed=seed)

    def coordinates(w):
        return torch.stack([w[:, 0] + 0.3 * w[:, 1] ** 2, 2 * w[:, 1] + 0.1 * w[:, 0].sin()], 1)

    change, metric = jacobian(coordinates, w), pullback(decode, coordinates(w))
    result = pullback(lambda at: decode(coordinates(at)), w)
    assert torch.allclose(result, change.mT @ metric @ change, atol=1e-10)
    volume = magnification(lambda at: decode(coordinates(at)), w)
    assert torch.allclose(volume, magnification(decode, coordinates(w)) * change.det().abs())


def test_a_thin_image_has_no_area():
    # one pixel cannot tell two directions apart
    assert magnification(lambda z: z[:, :1], random(3, 2)).tolist() == [0, 0, 0]


def test_ellipses_are_steps_of_one_image_unit():
    radii, directions = tissot_ellipses(torch.tensor([[[0.25, 0.0], [0.0, 4.0]]]))
    assert torch.allclose(radii, torch.tensor([[2.0, 0.5]]))
    assert torch.allclose(directions[0].abs(), torch.eye(2))
    metric = pullback(network(2), random(20, 2))
    radii, directions = tissot_ellipses(metric)
    axes = radii[:, :, None] * directions
    assert torch.allclose(axes @ metric @ axes.mT, torch.eye(2).double().expand(20, 2, 2))
    assert (radii[:, 0] >= radii[:, 1]).all()


def test_where_nothing_changes_an_ellipse_is_endless():
    radii, _ = tissot_ellipses(torch.tensor([[[0.0, 0.0], [0.0, 1.0]]]))
    assert radii.tolist() == [[math.inf, 1.0]]


def test_the_factor_of_a_hole():
    factor = conformal_factor(lambda z: z[:, 0], threshold=3.0, width=0.1, strength=30.0)
    values = factor(torch.tensor([[-100.0], [3.0], [100.0]]))
    assert values.tolist() == pytest.approx([1, 16, 31])


def test_the_field_points_to_the_other_class():
    # affine scores: s_1 - s_0 = 2 (w z + b) has the gradient 2 w, from class 1 it is -2 w
    weight = torch.tensor([1.0, -2.0])
    z = torch.tensor([[-1.0, 0.0], [1.0, 0.0]])
    field = margin_field(lambda at: torch.stack([-(at @ weight), at @ weight], 1), z)
    assert torch.allclose(field, torch.stack([2 * weight, -2 * weight]))
    assert margin_field(lambda at: at[:, :1], z).eq(0).all()
    assert margin_field(lambda at: torch.ones(2, 3), z).eq(0).all()


def test_a_decoder_without_a_slope_says_so():
    with pytest.raises(Problem, match="differentiate"):
        jacobian(lambda z: z.detach() ** 2, random(3, 2))
