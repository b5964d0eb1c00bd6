"""Heights, ellipses and arrows over the plane, against closed forms."""

import math

import numpy as np
import pytest
import torch

from lacuna.core.geometry.layers.glyphs import glyphs, lattice
from lacuna.core.geometry.layers.height_map import radius_height_map, stretch_map
from lacuna.core.geometry.map.plane import Plane, whole_plane
from lacuna.core.geometry.radius.exact import RadiusConfig, exact_radii
from lacuna.core.scene.scene import Scene
from tests.jobs import last

WINDOW = (-1.0, 1.0, -1.0, 1.0)
LINEAR = torch.tensor(
    [[3.0, 0.0, 0.0, 0.0], [0.0, 0.5, 0.0, 0.0]]
)  # (L, D): stretches by 3 and 1/2


def scene(latent=2, slopes=LINEAR):
    """A linear decoder; the second class where x > 0.3."""

    def logits(z):
        lead = z[:, 0] - 0.3
        return torch.stack([-lead, lead], dim=1)

    return Scene("linear", 7, lambda z: (z @ slopes).reshape(-1, 1, 2, 2), logits, latent=latent)


def test_a_linear_decoder_stretches_everywhere_by_its_determinant():
    result = last(stretch_map(scene(), whole_plane(), WINDOW))
    np.testing.assert_allclose(result.values, 1.5, rtol=1e-5)
    assert (result.kind, result.window, result.step) == ("stretch", WINDOW, 7)


def test_levels_come_coarse_to_fine():
    sides = [len(report.values) for report in stretch_map(scene(), whole_plane(), WINDOW) if report]
    assert sides == sorted(sides)
    assert len(sides) > 1


def test_a_slice_sees_the_stretch_along_itself():
    slopes = torch.eye(3, 4) * torch.tensor([[2.0], [3.0], [5.0]])
    on = Plane(torch.zeros(3), torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]))
    result = last(stretch_map(scene(3, slopes), on, WINDOW))
    np.testing.assert_allclose(result.values, 10.0, rtol=1e-5)


def test_ellipses_hold_the_steps_that_change_the_image_by_one():
    result = last(glyphs(scene(), whole_plane(), WINDOW, "ellipses"))
    long, short = result.vectors[:, 0], result.vectors[:, 1]
    np.testing.assert_allclose(np.abs(long), np.broadcast_to([0, 2], long.shape), atol=1e-5)
    np.testing.assert_allclose(np.abs(short), np.broadcast_to([1 / 3, 0], short.shape), atol=1e-5)


def test_arrows_point_across_the_border_from_both_sides():
    result = last(glyphs(scene(), whole_plane(), WINDOW, "arrows"))
    side = np.where(result.at[:, 0] > 0.3, -1, 1)
    np.testing.assert_allclose(result.vectors[:, 0, 0], 2 * side, atol=1e-6)
    np.testing.assert_allclose(result.vectors[:, 0, 1], 0, atol=1e-6)


def test_the_radius_is_the_distance_to_the_border():
    """The border is known where lines of the grid cross it: half a square from there at most."""
    config = RadiusConfig(n=64)
    result = last(radius_height_map(last(exact_radii(scene(), config)), WINDOW, 7))
    exact = np.abs(np.linspace(-1, 1, result.values.shape[1]) - 0.3)
    half = config.reach / config.n
    assert (result.values >= exact - 1e-5).all()
    assert (result.values <= np.hypot(exact, half) + 1e-5).all()


def test_nothing_is_drawn_where_no_border_is_known():
    assert [report for report in radius_height_map(None, WINDOW, 0) if report] == []


@pytest.mark.parametrize("moved", [0.0, 0.137, 3.21])
def test_glyphs_stay_on_the_plane_while_the_window_moves(moved):
    here, pitch = lattice(WINDOW)
    there, same = lattice(tuple(edge + moved for edge in WINDOW))
    assert same == pitch
    for points in (here, there):
        steps = points.numpy() / pitch
        np.testing.assert_allclose(steps, np.round(steps), atol=1e-5)
        assert len(points) >= (math.floor(2 / pitch) - 1) ** 2
