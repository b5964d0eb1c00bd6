import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lacuna.core.engine.errors import Problem
from lacuna.core.geometry.paths.adversarial_path import adversarial_path
from lacuna.core.geometry.paths.straight import straight_path
from lacuna.core.scene.prior import Gaussian
from tests.core.latent_fields import affine, random, rings, scene, voronoi


def last(job):
    return [report for report in job if report][-1]


@given(st.integers(0, 10_000), st.integers(1, 8))
@settings(max_examples=40, deadline=None)
def test_a_linear_border_is_crossed_where_it_is(seed, latent):
    # C6: t = -(w z0 + b) / (w (z1 - z0))
    weight, bias = random(latent, seed=seed), 0.3
    start, end = random(2, latent, seed=seed + 1)
    result = last(straight_path(scene(affine(weight, bias), latent), start, end))
    line = [value.double() for value in (weight, start, end)]
    t = -(line[0] @ line[1] + bias) / (line[0] @ (line[2] - line[1]))
    if not 0.001 < t < 0.999:
        return
    (crossing,) = result.crossings
    # float32 rounds the logits: of relative size 1e-7, over the slope along the segment
    slope = float((line[0] @ (line[2] - line[1])).abs())
    assert crossing.t == pytest.approx(float(t), abs=1e-6 + 2e-6 / slope)
    assert np.allclose(crossing.z, start + crossing.t * (end - start), atol=1e-5)
    assert (crossing.before, crossing.after) == (result.labels[0], result.labels[-1])


def test_a_straight_path_is_straight():
    start, end = torch.tensor([-1.0, 2.0]), torch.tensor([2.0, -2.0])
    result = last(straight_path(scene(affine(torch.ones(2), 0.0)), start, end, frames=20))
    assert result.z.shape == (20, 2)
    assert np.allclose(result.z, np.linspace(start.numpy(), end.numpy(), 20), atol=1e-6)
    assert np.allclose(result.t, np.linspace(0, 1, 20))
    assert result.length == pytest.approx(5)
    assert result.image_length == pytest.approx(5)
    assert np.allclose(result.probabilities.sum(1), 1)
    assert (result.family, result.outcome, result.step) == ("straight", "reached", 8)


def test_lengths_are_in_deviations_of_the_prior():
    wide = scene(prior=Gaussian(0.0, 4.0))
    assert last(
        straight_path(wide, torch.zeros(2), torch.tensor([3.0, 4.0]))
    ).length == pytest.approx(1.25)


def test_without_a_judge_a_path_has_no_classes():
    result = last(straight_path(scene(), torch.zeros(2), torch.ones(2)))
    assert (result.probabilities, result.labels, result.crossings) == (None, None, ())
    assert result.images.shape == (32, 2, 1, 1)
    with pytest.raises(Problem, match="no judge"):
        last(adversarial_path(scene(), torch.zeros(2), 1, None))


def test_a_path_of_no_length():
    result = last(straight_path(scene(rings), torch.ones(2), torch.ones(2)))
    assert (result.length, result.image_length, result.crossings) == (0, 0, ())
    assert result.t[0] == 0
    assert result.t[-1] == 1


@pytest.mark.parametrize(("first", "second"), [(0.5, 4.5), (3.5, 1.5), (2.5, 2.5)])
def test_rings_are_crossed_one_by_one(first, second):
    # outwards along a ray: |i - j| crossings, at the whole radii
    start, end = torch.tensor([first, 0.0]), torch.tensor([second, 0.0])
    result = last(straight_path(scene(rings), start, end)).crossings
    radii = [crossing.z[0] for crossing in result]
    low, high = sorted([first, second])
    expected = list(range(math.ceil(low), math.floor(high) + 1))
    assert np.allclose(sorted(radii), expected, atol=1e-5)
    assert all(abs(crossing.before - crossing.after) == 1 for crossing in result)


def slab(width):
    """Class 1 where |x| < width / 2, class 0 to its left, class 2 to its right"""

    def logits(z):
        x = z[:, 0]
        return 9 * torch.stack([-x - width / 2, torch.zeros_like(x), x - width / 2], 1)

    return logits


def visit(width):
    """Class 1 where |x| < width / 2, class 0 on both sides"""
    return lambda z: 9 * torch.stack([z[:, 0].abs() - width / 2, torch.zeros(len(z))], 1)


def test_a_class_thinner_than_a_step_is_found():
    # steps of 6 / 31; the crossings at -+ 0.002 of a path from -3 to 3
    start, end = torch.tensor([-3.0, 0.0]), torch.tensor([3.0, 0.0])
    result = last(straight_path(scene(slab(0.004)), start, end)).crossings
    assert [(crossing.before, crossing.after) for crossing in result] == [(0, 1), (1, 2)]
    assert np.allclose([crossing.z[0] for crossing in result], [-0.002, 0.002], atol=2e-5)


def test_a_short_visit_between_two_frames_is_found():
    start, end = torch.tensor([-3.0, 0.0]), torch.tensor([3.0, 0.0])
    result = last(straight_path(scene(visit(0.16)), start, end))
    assert set(result.labels) == {0}
    assert [(crossing.before, crossing.after) for crossing in result.crossings] == [(0, 1), (1, 0)]
    assert np.allclose([crossing.z[0] for crossing in result.crossings], [-0.08, 0.08], atol=2e-5)


@given(st.integers(0, 1000))
@settings(max_examples=15, deadline=None)
def test_the_way_back_crosses_the_same_borders(seed):
    judge, (start, end) = voronoi(random(6, 2, seed=seed)), 2 * random(2, 2, seed=seed + 1)
    there = last(straight_path(scene(judge), start, end)).crossings
    back = last(straight_path(scene(judge), end, start)).crossings[::-1]
    assert [(one.before, one.after) for one in there] == [(one.after, one.before) for one in back]
    assert np.allclose([one.t for one in there], [1 - one.t for one in back], atol=1e-5)
    assert all(one.after == two.before for one, two in itertools.pairwise(there))
