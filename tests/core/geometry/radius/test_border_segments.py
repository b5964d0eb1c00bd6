"""Short distances to a border, which the points on the lines of a grid alone make too long."""

import math

import numpy as np
import pytest
import torch
from scipy.stats import norm

from lacuna.core.geometry.radius.exact import RadiusConfig, exact_radii
from lacuna.core.scene.scene import Scene
from tests.jobs import last

TURN = 0.3  # radians from the lines of the grid


def radii(logits):
    return last(exact_radii(Scene("known", 0, lambda z: z, logits), RadiusConfig(256)))


def half_plane(offset=0.0):
    along = torch.tensor([math.cos(TURN), math.sin(TURN)])
    return lambda z: torch.stack([torch.zeros(len(z)), z @ along - offset], 1)


def wedges(count):
    def logits(z):
        angle = torch.atan2(z[:, 1], z[:, 0]) - TURN
        middles = 2 * math.pi * torch.arange(count) / count
        return torch.cos(angle[:, None] - middles) * z.norm(dim=1, keepdim=True)

    return logits


@pytest.mark.parametrize("share", [0.01, 0.03, 0.1, 0.5])
def test_low_quantiles_of_a_half_plane(share):
    """r = |x|; a cell is 0.039 wide, and the least of these quantiles 0.0125"""
    assert radii(half_plane()).quantile(share) == pytest.approx(norm.ppf((1 + share) / 2), rel=0.02)


def test_each_distance_to_a_half_plane():
    result = radii(half_plane(0.2))
    assert result.borders is not None
    random = np.random.default_rng(0).normal(size=(2000, 2))
    truth = np.abs(random @ [math.cos(TURN), math.sin(TURN)] - 0.2)
    found = result.borders.distance(random)
    assert np.all(found >= truth - 1e-3)
    near = truth > 0.02  # half a cell
    assert np.all(found[near] <= 1.01 * truth[near])


@pytest.mark.parametrize("count", [4, 10])
def test_wedges_meet_in_the_middle(count):
    """A wedge's point at rho is rho |sin(angle to its side)| from it"""
    result = radii(wedges(count))
    random = np.random.default_rng(0).normal(size=(2000, 2))
    angle = np.arctan2(random[:, 1], random[:, 0]) - TURN
    side = np.abs((angle + math.pi / count) % (2 * math.pi / count) - math.pi / count)
    truth = np.hypot(*random.T) * np.sin(math.pi / count - side)
    near = truth > 0.02
    assert np.quantile(result.borders.distance(random)[near] / truth[near], 0.999) < 1.03
