"""The border nearest to a point, against all pixels of a map and against what is known."""

import numpy as np
import pytest
import torch

from lacuna.core.documents import archive
from lacuna.core.documents.scenes import scene_of
from lacuna.core.files.locations import bundled
from lacuna.core.geometry.map.class_map import class_map
from lacuna.core.geometry.map.grid import pixel_axes
from lacuna.core.geometry.map.plane import whole_plane
from lacuna.core.geometry.radius.nearest_border import BEYOND, beyond_nearest_border
from tests.jobs import last, returned

WINDOW = (-4.0, 4.0, -4.0, 4.0)
POINTS = 100  # of each model
WIDEST = 8.0


@pytest.fixture(scope="module", params=["strokes", "mnist"])
def scene(request):
    return scene_of(archive.load(bundled()[request.param]), request.param)


def nearest(logits, start, reach=WIDEST, target=None):
    """How far the nearest of the points is, and its class"""
    found = returned(beyond_nearest_border(logits, start, reach, target))
    away = (found.z - start).double().norm(dim=1)
    row = int(away.argmin())
    return float(away[row]), int(found.label[row])


def test_no_pixel_of_another_class_is_nearer(scene):
    """Of a fine map: a border that was overlooked would be a shorter way, by more than 1 %"""
    label_map = last(class_map(scene, whole_plane(), WINDOW))
    across, up = (axis.numpy() for axis in pixel_axes(WINDOW, len(label_map.label)))
    starts = torch.randn(POINTS, 2, generator=torch.Generator().manual_seed(0))
    named = torch.tensor([[0.07, -0.60]])  # where an 8 of strokes was overlooked
    for z in torch.cat([named, starts[starts.abs().amax(1) < 3]]):
        own = int(scene.logits(z[None]).argmax())
        pixels = np.hypot(across[None] - float(z[0]), up[:, None] - float(z[1]))
        known = pixels[label_map.label != own].min()
        away, _ = nearest(scene.logits, z, known)
        assert away / BEYOND <= 1.01 * known


@pytest.mark.parametrize("latent", [1, 2])
def test_it_is_that_of_a_half_space(latent):
    """The border is where the first coordinate is 0.3"""

    def logits(z):
        return torch.stack([torch.zeros(len(z)), 5 * (z[:, 0] - 0.3)], 1)

    start = torch.full((latent,), -0.5)
    away, label = nearest(logits, start)
    assert away == pytest.approx(0.8 * BEYOND, rel=1e-3)
    assert label == 1


def test_a_target_is_the_class_that_is_looked_for():
    """Rings of radius 1 and 2 about 0: from the middle to the outer one it is 2"""

    def logits(z):
        return -(z.norm(dim=1, keepdim=True) - torch.tensor([0.5, 1.5, 2.5])).square()

    away, label = nearest(logits, torch.zeros(2), target=2)
    assert away == pytest.approx(2 * BEYOND, rel=1e-2)
    assert label == 2


def test_a_narrow_field_far_smaller_than_the_reach_is_found():
    """A disc of radius 0.4 at a distance of 0.5, from a grid whose squares are 0.5 at first"""

    def logits(z):
        inside = 0.4 - (z - torch.tensor([0.9, 0.0])).norm(dim=1)
        return torch.stack([torch.zeros(len(z)), 10 * inside], 1)

    away, _ = nearest(logits, torch.zeros(2))
    assert away == pytest.approx(0.5 * BEYOND, rel=1e-3)


def test_one_class_has_no_border():
    found = returned(beyond_nearest_border(lambda z: torch.zeros(len(z), 1), torch.zeros(2), 5.0))
    assert len(found.z) == 0
