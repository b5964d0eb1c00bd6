import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linear_sum_assignment

from lacuna.core.geometry.holes.persistence import (
    Loop,
    distance_field,
    merge_tree,
    persistent_loops,
)
from tests.core.known_holes import annulus
from tests.jobs import returned

WINDOW = (-2.0, 2.0, -2.0, 2.0)


def polygon(m, turn=0.0):
    angle = 2 * np.pi * np.arange(m) / m + turn
    return np.stack([np.cos(angle), np.sin(angle)], 1)


def half_diagonal(side, width=4.0):
    return width / (side - 1) / math.sqrt(2)


def flooded(field):
    """The pairs by the definition: pixels in falling order, the outside joined to the edge"""
    side, outside = len(field), field.size
    level, root, pairs = field.ravel(), {outside: outside}, []

    def find(pixel):
        while root[pixel] != pixel:
            pixel = root[pixel]
        return pixel

    order = np.lexsort((np.arange(field.size), level))[::-1]
    height = {int(pixel): -count for count, pixel in enumerate(order)} | {outside: 1}
    for pixel in map(int, order):
        root[pixel] = pixel
        row, column = divmod(pixel, side)
        near = [
            (row + down) * side + column + right
            for down in (-1, 0, 1)
            for right in (-1, 0, 1)
            if 0 <= row + down < side and 0 <= column + right < side
        ]
        if row in (0, side - 1) or column in (0, side - 1):
            near.append(outside)
        for other in near:
            if other in root:
                low, high = sorted((find(pixel), find(other)), key=height.get)
                if low != high:
                    root[low] = high
                    if low != pixel:
                        pairs.append((level[pixel], level[low], *divmod(low, side)))
    return sorted(pairs)


def loops(points, window, side):
    return returned(persistent_loops(returned(distance_field(points, window, side)), window))


@given(arrays(np.float64, (9, 9), elements=st.integers(0, 12)))
@settings(max_examples=80, deadline=None)
def test_basins_merge_as_the_flood_falls(field):
    assert sorted(returned(merge_tree(field))) == flooded(field)


@pytest.mark.parametrize("m", [3, 5, 12, 40])
@pytest.mark.parametrize("turn", [0.0, 0.3])
def test_a_polygon_is_one_loop(m, turn):
    # theory: B1: (sin π/m, 1). The distance is 1-Lipschitz: right to half a pixel's diagonal
    result = loops(polygon(m, turn), WINDOW, 400)
    error = half_diagonal(400)
    assert result[0].birth == pytest.approx(math.sin(math.pi / m), abs=error)
    assert result[0].death == pytest.approx(1, abs=error)
    assert np.hypot(*result[0].place) < 2 * error
    assert all(loop.death - loop.birth < 2 * error for loop in result[1:])


@pytest.mark.parametrize(("m", "birth", "death"), [(12, 0.25883, 0.99317), (40, 0.07789, 0.99293)])
def test_polygons_on_the_grid_of_the_specification(m, birth, death):
    # theory: B1, m-gons on a grid of 400²
    result = loops(polygon(m), WINDOW, 400)[0]
    assert (result.birth, result.death) == pytest.approx((birth, death), abs=5e-4)


def test_the_annulus_is_one_deep_loop_among_many_shallow_ones():
    # theory: B1: annulus sample of 2000, top pair (.038, .989), second (.040, .100)
    result = loops(annulus(2000).mean.numpy(), (-5.0, 5.0, -5.0, 5.0), 257)
    error = half_diagonal(257, 10)
    assert (result[0].birth, result[0].death) == pytest.approx((0.038, 0.989), abs=error)
    assert (result[1].birth, result[1].death) == pytest.approx((0.040, 0.100), abs=error)
    assert [loop for loop in result if loop.lasts(0.15)] == [result[0]]


@pytest.mark.parametrize(
    ("birth", "death", "lasts"), [(0.4, 1.0, True), (0.6, 1.0, False), (0.01, 0.2, False)]
)
def test_a_hole_lasts_and_is_deep(birth, death, lasts):
    assert Loop(birth, death, (0.0, 0.0), (0, 0)).lasts(0.3) == lasts


def test_neither_order_nor_a_quarter_turn_matters():
    points = np.random.default_rng(0).normal(size=(300, 2)).clip(-1.9, 1.9)
    window = (-2.0, 2.0, -2.0, 2.0)
    expected = [(loop.birth, loop.death) for loop in loops(points, window, 129)]
    turned = np.stack([-points[:, 1], points[:, 0]], 1)
    for moved in (points[::-1], turned):
        results = [(loop.birth, loop.death) for loop in loops(moved, window, 129)]
        assert np.allclose(results, expected, atol=1e-12)


def test_distances_are_to_the_nearest_point():
    points = np.array([[0.5, 1.0], [-1.0, 0.0]])
    result = returned(distance_field(points, (-2.0, 2.0, -1.0, 3.0), 65))
    x, y = np.meshgrid(np.linspace(-2, 2, 65), np.linspace(-1, 3, 65))
    expected = np.minimum(np.hypot(x - 0.5, y - 1), np.hypot(x + 1, y))
    assert np.allclose(result, expected)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_pairs_of_an_alpha_complex(seed):
    gudhi = pytest.importorskip("gudhi", reason="gudhi, the oracle, is not installed")
    random = np.random.default_rng(seed)
    points = np.concatenate([1.2 * polygon(30), polygon(20) * 0.4 + 0.1])
    points += 0.03 * random.normal(size=points.shape)
    tree = gudhi.AlphaComplex(points=points).create_simplex_tree()
    tree.compute_persistence(min_persistence=0)
    truth = np.sqrt(tree.persistence_intervals_in_dimension(1))  # gudhi's radii are squared
    side = 513
    error = half_diagonal(side)
    truth = truth[truth[:, 1] - truth[:, 0] > 4 * error]
    result = np.array([(loop.birth, loop.death) for loop in loops(points, WINDOW, side)])
    away = np.abs(truth[:, None] - result).max(2)  # of the bottleneck matching
    one, other = linear_sum_assignment(away)
    assert len(truth) >= 2
    assert away[one, other].max() <= error
    assert np.diff(result[np.setdiff1d(np.arange(len(result)), other)]).max() <= 6 * error
