import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import ndtr
from scipy.stats import chi2

from lacuna.core.geometry.holes.detectors.density_ratio import density_ratio_detector
from lacuna.core.geometry.holes.detectors.detector import FittedDetector, HeldOutData
from lacuna.core.geometry.holes.detectors.registry import fit_detector
from lacuna.core.geometry.holes.grid_holes import SIDE, SQUARE, cell_masses, components, grid_mass
from lacuna.core.geometry.holes.hole_list import HoleListConfig, hole_list
from lacuna.core.scene.prior import Gaussian
from lacuna.core.scene.scene import Scene
from tests.core.known_holes import INNER, annulus, codes_at, ring_of_clusters, shrunken
from tests.jobs import last


def scene(latent=2, logits=None, prior=Gaussian()):
    return Scene("analytic", 4, lambda z: z[:, None, None], logits, latent=latent, prior=prior)


def sides(z):
    return torch.stack([z[:, 0], -z[:, 0]], 1)


def found_by_density(codes, threshold, **more):
    on = scene(codes.mean.shape[1], **more)
    return last(hole_list(on, codes, density_ratio_detector(codes, on.prior, threshold)))


def total(listed):
    masses = [hole.mass for hole in listed]
    return [sum(ends) for ends in zip(*((m.low, m.value, m.high) for m in masses), strict=True)]


# ---- the closed forms ----


@pytest.mark.parametrize(("deviation", "truth"), [(0.5, 0.231750), (0.8, 0.002184)])
def test_beyond_a_shrunken_gaussian(deviation, truth):
    # theory: B2, S0: all outside of a circle, and nothing else
    (result,) = found_by_density(shrunken(2, deviation), 3.0)
    assert result.exterior
    assert result.mass.low < truth < result.mass.high
    assert result.mass.value == pytest.approx(truth, abs=1e-3)
    assert (result.area, result.depth, result.centre, result.loop) == (None,) * 4


def test_the_hole_amid_a_widened_gaussian():
    # theory: B2, S0 (2, 1.2, log 1.2): a ball of mass .449369 = 1 - exp(-rho² / 2)
    (result,) = found_by_density(shrunken(2, 1.2), math.log(1.2), logits=sides)
    assert not result.exterior
    assert result.mass.low < 0.449369 < result.mass.high
    assert result.mass.value == pytest.approx(0.449369, abs=2e-3)
    squared = -2 * math.log(1 - 0.449369)
    assert result.area == pytest.approx(math.pi * squared, rel=0.01)
    assert result.depth == pytest.approx(math.sqrt(squared), abs=10 / 256)
    assert dict(result.classes) == pytest.approx({0: 0.5, 1: 0.5}, abs=0.05)


def test_the_missing_middle_of_nine():
    # theory: B2, S2
    listed = found_by_density(ring_of_clusters(), math.log(20))
    low, value, high = total(listed)
    assert low < 0.290351 < high
    assert value == pytest.approx(0.290351, abs=1e-3)
    middle = next(result for result in listed if result.cells[SIDE // 2, SIDE // 2])
    assert not middle.exterior
    assert np.hypot(*middle.centre) < 10 / 256
    assert middle.depth == pytest.approx(1.4, abs=10 / 256)


def test_the_inside_of_the_annulus():
    # theory: B2: largest bounded component mass .349 ± .02, depth .976 ± .03
    codes = annulus(2000)
    nearest = last(fit_detector("nearest", scene(), codes, HeldOutData(annulus(2000, seed=1))))
    listed = last(hole_list(scene(logits=sides), codes, nearest))
    largest, beyond = listed[0], listed[-1]
    assert largest.mass.value == pytest.approx(0.349, abs=0.02)
    assert largest.mass.high < 1 - INNER
    assert largest.depth == pytest.approx(0.976, abs=0.03)
    assert largest.area < math.pi
    assert largest.loop.lasts(nearest.threshold)
    assert largest.loop.death == largest.depth
    assert beyond.exterior
    assert [result.exterior for result in listed[:-1]] == [False] * (len(listed) - 1)
    masses = [result.mass.value for result in listed[:-1]]
    assert masses == sorted(masses, reverse=True)


def test_the_prior_is_the_unit_of_length():
    # with all lengths doubled and moved by 1, masses, areas and depths are the same
    codes = annulus(300)
    moved = codes_at(1 + 2 * codes.mean)
    lists = []
    for on, at in ((scene(), codes), (scene(prior=Gaussian(1.0, 2.0)), moved)):
        score = last(fit_detector("nearest", on, at, seed=3)).score
        limit = 0.2 * on.prior.deviation
        lists.append(last(hole_list(on, at, FittedDetector("nearest", score, limit, chunk=1000))))
    for one, other in zip(*lists, strict=True):
        assert one.mass.value == pytest.approx(other.mass.value, abs=1e-3)
        assert one.exterior == other.exterior
        if not one.exterior:
            assert (one.area, one.depth) == pytest.approx((other.area, other.depth), rel=0.05)
    assert np.allclose(1 + 2 * np.array(lists[0][0].centre), lists[1][0].centre, atol=0.1)


# ---- components ----


@given(arrays(np.bool_, (12, 12)))
@settings(deadline=None)
def test_the_parts_are_the_whole(inside):
    numbers, count = components(inside)
    assert ((numbers != 0) == inside).all()
    assert set(np.unique(numbers)) - {-1, 0} == set(range(1, count + 1))
    edge = np.ones((12, 12), bool)
    edge[1:-1, 1:-1] = False
    assert not (numbers[edge] > 0).any()
    grown = np.pad(numbers, 1)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            near = np.roll(grown, (down, right), (0, 1))[1:-1, 1:-1]
            assert (near == numbers)[(near != 0) & (numbers != 0)].all()


@given(arrays(np.bool_, (12, 12)), st.integers(0, 3))
@settings(deadline=None)
def test_turning_the_grid_turns_the_parts(inside, turns):
    one, count = components(inside)
    other, same = components(np.rot90(inside, turns))
    assert count == same
    assert ((np.rot90(one, turns) < 0) == (other < 0)).all()


def test_holes_that_touch_at_a_corner_are_one():
    inside = np.zeros((7, 7), bool)
    inside[2, 2] = inside[3, 3] = inside[5, 1] = inside[6, 5] = True
    numbers, count = components(inside)
    assert count == 2
    assert numbers[2, 2] == numbers[3, 3] != numbers[5, 1]
    assert numbers[6, 5] == -1


def test_the_holes_of_a_model_are_all_of_its_hole():
    codes = codes_at(torch.randn(120, 2, generator=torch.Generator().manual_seed(2)), 0.2)
    on = scene()
    fitted = density_ratio_detector(codes, on.prior, 2.0)
    listed = last(hole_list(on, codes, fitted))
    cells = np.stack([result.cells for result in listed])
    assert (cells.sum(0) <= 1).all()
    x = torch.linspace(-5, 5, SIDE)
    z = torch.stack(torch.meshgrid(x, x, indexing="xy"), -1).reshape(-1, 2)
    truth = (fitted.score(z) > 2.0).reshape(SIDE, SIDE).numpy()
    assert (cells.any(0) == truth).mean() > 0.999
    assert total(listed)[1] == pytest.approx(cell_masses(SQUARE, SIDE)[truth].sum(), abs=1e-3)


def test_cells_share_the_prior_out():
    masses = cell_masses(SQUARE, SIDE)
    assert masses.sum() == pytest.approx(1, abs=1e-12)
    middle = 2 * ndtr(5 / 256) - 1
    assert masses[SIDE // 2, SIDE // 2] == pytest.approx(middle**2, rel=1e-12)
    half = np.zeros((SIDE, SIDE), bool)
    half[:, : SIDE // 2] = True
    result = grid_mass(half, masses)
    assert result.value == pytest.approx(ndtr(-5 / 256), rel=1e-12)
    assert result.low < result.value < 0.5 < result.high


# ---- other dimensions ----


def test_two_tails_of_a_line_are_two_holes():
    # hole where |z| > rho, rho² = 2 (3 - log .5) / 3: no way from one tail to the other
    listed = found_by_density(shrunken(1, 0.5), 3.0)
    squared = 2 * (3 - math.log(0.5)) / 3
    assert len(listed) == 2
    low, _, high = total(listed)
    assert low < chi2(1).sf(squared) < high
    assert {math.copysign(1, result.centre[0]) for result in listed} == {-1, 1}


def test_a_ball_in_three_dimensions():
    # s = 1.2: inside rho² = 2 (3 log 1.2 - log 1.2) / (1 - 1 / 1.44)
    listed = found_by_density(shrunken(3, 1.2), math.log(1.2), logits=sides)
    squared = 4 * math.log(1.2) / (1 - 1 / 1.44)
    assert listed[0].mass.low < chi2(3).cdf(squared) < listed[0].mass.high
    assert sum(result.mass.value for result in listed[1:]) < 0.005
    assert listed[0].depth == pytest.approx(math.sqrt(squared), abs=0.1)
    assert (listed[0].area, listed[0].cells, listed[0].loop) == (None, None, None)
    assert [share for _, share in listed[0].classes] == pytest.approx([0.5, 0.5], abs=0.15)


@pytest.mark.parametrize("latent", [1, 2, 512])
def test_where_there_is_no_hole_there_is_no_void(latent):
    on, codes = scene(latent), shrunken(latent, 1.0)
    full = FittedDetector("none", lambda z: z.new_zeros(len(z)), 1.0, chunk=1000)
    few = HoleListConfig(samples=64)
    assert last(hole_list(on, codes, full, few)) == ()
    empty = FittedDetector("all", lambda z: z.new_ones(len(z)), 0.0, chunk=1000)
    masses = [hole.mass.value for hole in last(hole_list(on, codes, empty, few))]
    assert sum(masses) == pytest.approx(1)
