import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lacuna.core.geometry.map.plane import slice_plane, whole_plane


def codes(latent, seed=0, deviations=None):
    """(500, L) with the greatest variances first"""
    noise = torch.Generator().manual_seed(seed)
    scale = torch.tensor(deviations or [3.0, 2.0] + [0.5] * (latent - 2))
    return torch.randn(500, latent, generator=noise) * scale


def rotation(latent, seed):
    noise = torch.Generator().manual_seed(seed)
    return torch.linalg.qr(torch.randn(latent, latent, generator=noise))[0]


def turned(degrees):
    """A rotation of the first two of five coordinates"""
    angle, matrix = math.radians(degrees), torch.eye(5)
    matrix[:2, :2] = torch.tensor(
        [[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]]
    )
    return matrix


def test_two_dimensions_are_shown_as_they_are():
    z = torch.tensor([[0.5, -2.0], [3.0, 1.0]])
    plane = whole_plane()
    assert plane.to_latent(z).equal(z)
    assert plane.to_plane(z).equal(z)
    assert not plane.is_slice
    assert slice_plane(codes(2), torch.ones(2)).axes.equal(torch.eye(2))


def test_a_line_ignores_the_vertical():
    plane = slice_plane(torch.randn(9, 1), torch.zeros(1))
    assert plane.to_latent(torch.tensor([[2.0, 7.0]])).tolist() == [[2.0]]
    assert plane.to_plane(torch.tensor([[2.0]])).tolist() == [[2.0, 0.0]]


@given(st.integers(3, 40), st.integers(0, 1000))
@settings(max_examples=30, deadline=None)
def test_a_slice_contains_its_point_and_keeps_coordinates(latent, seed):
    turn = rotation(latent, seed)
    through = torch.randn(latent, generator=torch.Generator().manual_seed(seed))
    plane = slice_plane(codes(latent, seed) @ turn, through)
    assert plane.is_slice
    assert torch.allclose(plane.axes @ plane.axes.mT, torch.eye(2), atol=1e-5)
    assert torch.allclose(plane.to_plane(through[None])[0], plane.axes @ through, atol=1e-4)
    assert torch.allclose(plane.to_latent(plane.to_plane(through[None]))[0], through, atol=1e-4)
    xy = torch.tensor([[0.3, -1.0], [2.0, 5.0]])
    assert torch.allclose(plane.to_plane(plane.to_latent(xy)), xy, atol=1e-4)


def test_the_axes_are_the_leading_directions_of_the_codes():
    turn = rotation(6, 1)
    plane = slice_plane(codes(6) @ turn, torch.zeros(6))
    # the sample's directions are near the law's: sin of the angle is of order 1 / sqrt(500)
    assert (plane.axes @ turn.mT).abs()[0, 0] > 0.95
    assert (plane.axes @ turn.mT).abs()[1, 1] > 0.95


def test_the_plane_does_not_depend_on_the_sign_of_the_codes():
    points = codes(5)
    first, second = slice_plane(points, torch.ones(5)), slice_plane(-points, torch.ones(5))
    assert torch.allclose(first.axes, second.axes, atol=1e-5)


@given(st.integers(0, 100))
@settings(max_examples=10, deadline=None)
def test_the_largest_entry_of_an_axis_is_positive(seed):
    axes = slice_plane(codes(5, seed) @ rotation(5, seed), torch.ones(5)).axes
    assert (axes.gather(1, axes.abs().argmax(1, keepdim=True)) > 0).all()


def test_the_picture_turns_less_than_its_codes():
    # while codes drift, the axes follow; those of the same plane do not move at all
    points = codes(5, deviations=[3.0, 2.0, 0.0, 0.0, 0.0])
    before = slice_plane(points, torch.zeros(5))
    again = slice_plane(points @ turned(80), torch.zeros(5), before)
    assert torch.allclose(again.axes, before.axes, atol=1e-5)


def test_crossing_variances_do_not_swap_the_axes():
    wide = slice_plane(codes(4, deviations=[2.1, 2.0, 0.1, 0.1]), torch.zeros(4))
    tall = slice_plane(codes(4, deviations=[2.0, 2.1, 0.1, 0.1]), torch.zeros(4), wide)
    assert torch.allclose(tall.axes, wide.axes, atol=0.02)


def test_a_plane_of_another_space_is_forgotten():
    before = slice_plane(codes(5), torch.zeros(5))
    alone = slice_plane(codes(7), torch.zeros(7))
    assert slice_plane(codes(7), torch.zeros(7), before).axes.equal(alone.axes)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_type_of_the_codes_is_kept(dtype):
    plane = slice_plane(codes(5).to(dtype), torch.zeros(5))
    assert plane.to_latent(torch.zeros(3, 2)).dtype == dtype
