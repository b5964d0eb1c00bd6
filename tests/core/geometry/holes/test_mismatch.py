import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import rel_entr

from lacuna.core.geometry.holes.detectors.detector import FittedDetector
from lacuna.core.geometry.holes.hole_table import hole_table
from lacuna.core.geometry.holes.mismatch import kl_floor, mismatch
from lacuna.core.scene.prior import Gaussian
from lacuna.core.scene.scene import Scene
from tests.core.known_holes import INNER, OUTER, codes_at, shrunken
from tests.jobs import last


@pytest.mark.parametrize(
    ("latent", "deviation", "truth"), [(2, 0.5, 0.636294), (2, 0.8, 0.086287), (10, 0.7, 1.016749)]
)
def test_the_divergence_of_a_shrunken_gaussian(latent, deviation, truth):
    # theory: B2, S0
    result = last(mismatch(shrunken(latent, deviation), Gaussian(), 0.0, n=20_000)).kl
    assert abs(result.value - truth) < 4 / 1.96 * (result.high - result.value)
    assert result.high - result.value < 0.05 * max(1, truth)


def test_the_interval_holds_the_truth_as_often_as_it_says():
    # 40 intervals of 95 %: fewer than 33 hits have a probability below 1e-3
    truth, codes = 0.25 - 1 - 2 * math.log(0.5), shrunken(2, 0.5)
    results = [last(mismatch(codes, Gaussian(), 0.0, 500, seed)).kl for seed in range(40)]
    assert sum(one.low < truth < one.high for one in results) >= 33


def test_a_hole_that_is_never_visited_takes_all_of_the_divergence():
    # theory: B0: q the prior where 1 < |z| < 2. KL = -log .471195 = .752482, p(H) = .528805
    mass = INNER - OUTER
    assert -math.log(mass) == pytest.approx(0.752482, abs=1e-6)
    assert 1 - mass == pytest.approx(0.528805, abs=1e-6)
    assert kl_floor(0.0, 1 - mass) == pytest.approx(-math.log(mass), rel=1e-12)


@given(st.data())
@settings(deadline=None)
def test_no_set_tells_more_than_the_whole(data):
    shares = st.lists(st.floats(0.01, 1), min_size=6, max_size=6)
    q, p = (np.array(data.draw(shares)) for _ in "qp")
    q, p = q / q.sum(), p / p.sum()
    inside = sorted(data.draw(st.sets(st.integers(0, 5), min_size=1, max_size=5)))
    assert kl_floor(q[inside].sum(), p[inside].sum()) <= rel_entr(q, p).sum() + 1e-12


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_no_mismatch_no_divergence(share):
    assert kl_floor(share, share) == 0
    assert kl_floor(0.5, share) == pytest.approx(kl_floor(0.5, 1 - share))
    assert math.isinf(kl_floor(0.5, share)) == (share in (0, 1))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("threshold", [1.0, math.log(20)])
def test_a_hole_is_rarely_visited_and_explained(seed, threshold):
    # q(H) <= exp(-threshold) p(H), and KL(q‖p) >= kl(q(H)‖p(H)), whatever the codes
    noise = torch.Generator().manual_seed(seed)
    codes = codes_at(torch.randn(150, 2, generator=noise), 0.15)
    result = last(mismatch(codes, Gaussian(), threshold, 10_000, seed))
    error = math.sqrt(math.exp(-threshold) * result.sampled / 10_000)
    assert result.sampled > 0
    assert result.visited <= math.exp(-threshold) * result.sampled + 4 * error
    assert result.floor.value == kl_floor(result.visited, result.sampled)
    assert result.floor.low <= result.floor.value <= result.floor.high
    assert result.floor.low <= result.kl.high


# ---- the table ----


def halves():
    scene = Scene("halves", 3, lambda z: z[:, None, None])
    return (
        scene,
        FittedDetector("a", lambda z: z[:, 0], 0.0),
        FittedDetector("b", lambda z: z[:, 1], -1.0, -2.0),
    )


def test_two_independent_holes_share_their_product():
    # P(z0 > 0) = 1/2; P(z1 > -1 or z1 < -2) = 1 - Φ(-1) + Φ(-2) = .864095
    scene, a, b = halves()
    reports = [result for result in hole_table(scene, a, b, n=8000) if result]
    table = reports[-1]
    truth = {True: 0.864095, False: 0.135905}
    for cell in table.cells:
        expected = 0.5 * truth[cell.unreal]
        error = math.sqrt(expected * (1 - expected) / 8000)
        assert abs(cell.share.value - expected) < 4 * error
        assert cell.share.low < cell.share.value < cell.share.high
        assert cell.share.high - cell.share.low == pytest.approx(2 * 1.96 * error, rel=0.1)
    assert sum(cell.share.value for cell in table.cells) == pytest.approx(1)
    assert [result.n for result in reports] == sorted({result.n for result in reports})
    assert (table.n, table.step) == (8000, 3)


def test_each_cell_has_a_name():
    scene, a, b = halves()
    cells = last(hole_table(scene, a, b, n=100)).cells
    names = {(cell.unvisited, cell.unreal): cell.name for cell in cells}
    assert names[True, False] == "generalisation"
    assert names[False, True] == "decoder failure"
    assert len(set(names.values())) == 4


def test_swapping_the_detectors_transposes_the_table():
    scene, a, b = halves()
    one, other = (last(hole_table(scene, *pair, n=500)) for pair in ((a, b), (b, a)))
    turned = {(cell.unreal, cell.unvisited): cell.share for cell in other.cells}
    assert {(cell.unvisited, cell.unreal): cell.share for cell in one.cells} == turned
