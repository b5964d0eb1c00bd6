import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from lacuna.core.engine.errors import Problem
from lacuna.core.geometry.radius.border import ClassGrid, find_borders
from lacuna.core.geometry.radius.exact import RadiusConfig, exact_radii, radius_map
from lacuna.core.scene.prior import Gaussian
from lacuna.core.scene.scene import Scene
from tests.jobs import last

WIDE = (-3.0, 3.0, -2.0, 4.0)
FIVE = [(0, 0), (1.2, 0.3), (-0.7, 1.1), (-0.9, -1), (0.8, -1.3)]  # theory: F1, row 19


def scene(logits, latent=2, **more):
    return Scene("analytic", 7, lambda z: z, logits, latent=latent, **more)


def measured(logits, n=256, latent=2, reach=5.0, targeted=False, **more):
    return last(exact_radii(scene(logits, latent, **more), RadiusConfig(n, reach, targeted)))


def nodes(n, reach=5.0):
    """(N, 2), rows upwards"""
    x, y = np.meshgrid(*[np.linspace(-reach, reach, n + 1)] * 2)
    return np.stack([x, y], -1).reshape(-1, 2)


def slabs(*thresholds):
    """Classes 0, 1, ... from left to right"""
    offset = -torch.tensor([0.0, *thresholds], dtype=torch.float64).cumsum(0)
    return lambda z: z[:, :1].double() * torch.arange(len(offset)) + offset


def two(margin):
    """Class 0 where margin(x, y) > 0"""

    def logits(z):
        report = margin(*z.double().unbind(1))
        return torch.stack([report, -report], 1)

    return logits


def wedges(*degrees, turn=0.0):
    """Sectors around the origin; s_k - s_j is proportional to the distance to their border"""
    width = torch.tensor(degrees, dtype=torch.float64).deg2rad()
    middle = width.cumsum(0) - width / 2 + turn

    def logits(z):
        x, y = z.double().unbind(1)
        away = torch.remainder(torch.atan2(y, x)[:, None] - middle + math.pi, 2 * math.pi) - math.pi
        return z.double().norm(dim=1, keepdim=True) * (width / 2 - away.abs())

    return logits


def equal_wedges(classes, turn=0.3):
    return wedges(*[360 / classes] * classes, turn=turn)


def voronoi(centres):
    """The cells of `centres` (K, L)"""
    centres = torch.as_tensor(np.array(centres, float))
    return lambda z: -((z.double()[:, None] - centres) ** 2).sum(-1)


def voronoi_radius(centres, z):
    """min_{j != i} (|z - c_j|^2 - |z - c_i|^2) / (2 |c_i - c_j|), theory: A6"""
    centres = np.array(centres, float)
    square = ((z[:, None] - centres) ** 2).sum(-1)
    own = square.argmin(1)
    gap = np.linalg.norm(centres[own][:, None] - centres, axis=-1)
    gap[np.arange(len(z)), own] = np.nan
    return np.nanmin((square - square.min(1, keepdims=True)) / (2 * gap), axis=1)


def turned(logits, angle):
    c, s = math.cos(angle), math.sin(angle)
    rotation = torch.tensor([[c, -s], [s, c]], dtype=torch.float64)
    return lambda z: logits(z.double() @ rotation)


def half_space(t):
    return 2 * norm.pdf(t) + t * (2 * norm.cdf(t) - 1)


def stripes(width):
    return two(lambda x, y: torch.sin(math.pi * x / width))


def checkerboard(width):
    return two(lambda x, y: torch.sin(math.pi * x / width) * torch.sin(math.pi * y / width))


def equiprobable(classes):
    return slabs(*norm.ppf(np.arange(1, classes) / classes))


BALL = two(lambda x, y: 1 - x**2 - y**2)
# theory: F1, by row; 14 and 15 in a plane are wedges, and half-spaces on a line
ROWS = {
    "1": (slabs(0.0), math.sqrt(2 / math.pi)),
    "2": (slabs(1.0), 1.166631),
    "3": (slabs(norm.ppf(0.9)), 1.376238),
    "3b": (slabs(norm.ppf(0.95)), 1.686640),
    "4": (slabs(-0.5, 0.5), 0.493302),
    "6, 5 slabs": (equiprobable(5), 0.307870),
    "6, 10 slabs": (equiprobable(10), 0.158805),
    "8, w = 2": (stripes(2), 0.497085),
    "8, w = 1": (stripes(1), 0.250000),
    "8, w = 0.5": (stripes(0.5), 0.125000),
    "9, w = 1": (checkerboard(1), 0.166667),
    "9, w = 0.5": (checkerboard(0.5), 0.083333),
    "10, K = 3; 15, K = 3": (equal_wedges(3), 0.598413),
    "10, K = 4; 14, d = 2": (equal_wedges(4), 0.467390),
    "10, K = 5": (equal_wedges(5), 0.380956),
    "10, K = 6": (equal_wedges(6), 0.320689),
    "10, K = 8": (equal_wedges(8), 0.242941),
    "10, K = 10": (equal_wedges(10), 0.195256),
    "12": (wedges(120, 90, 90, 60), 0.486614),
    "16": (BALL, 0.542065),
    "19": (voronoi(FIVE), 0.42603),
    "A5, half-space": (slabs(0.3), half_space(0.3)),
    "A5, 4 wedges along the axes": (equal_wedges(4, 0.0), 0.467390),
}
FINE = 0.5 * (10 / 256) ** 2  # theory: A5: the error is 0.1 to 0.5 of the spacing squared


@pytest.mark.parametrize("row", ROWS)
def test_mean_radius_of_the_reference_cases(row):
    logits, truth = ROWS[row]
    report = measured(logits)
    assert report.mean().value == pytest.approx(truth, abs=FINE)
    assert report.weight.sum() == pytest.approx(1)
    assert (report.kind, report.sampled, report.to_class, report.step) == ("exact", False, None, 7)


@pytest.mark.parametrize(("classes", "truth", "reach"), [(26, 0.075627, 4.0), (62, 0.031746, 3.5)])
def test_many_wedges_take_smaller_squares(classes, truth, reach):
    # theory: F1, row 10; near the origin they are narrower than any square
    report = measured(equal_wedges(classes), reach=reach)
    assert report.mean().value == pytest.approx(truth, abs=1e-3)


@pytest.mark.parametrize("threshold", [0.0, 0.3, 1.0, norm.ppf(0.95)])
def test_a_line_is_cut_as_exactly(threshold):
    report = measured(slabs(threshold), latent=1)
    assert len(report.radius) == 257
    assert report.mean().value == pytest.approx(half_space(threshold), abs=FINE)
    assert report.borders.points == pytest.approx(np.array([[threshold]]), abs=1e-6)
    assert report.shares[0] == pytest.approx(
        norm.cdf(threshold), abs=10 / 256 * norm.pdf(threshold)
    )


def ten():
    return np.random.default_rng(3).normal(size=(10, 2))


def ten_mean():
    """By 400^2 midpoints weighed with the density; half as many change it by less than 1e-4"""
    across = np.linspace(-5.5, 5.5, 401)[:-1] + 0.01375
    z = np.stack(np.meshgrid(across, across), -1).reshape(-1, 2)
    weight = np.exp(-0.5 * (z**2).sum(1))
    return weight @ voronoi_radius(ten(), z) / weight.sum()


def test_mean_radius_of_ten_voronoi_cells():
    assert measured(voronoi(ten())).mean().value == pytest.approx(ten_mean(), abs=FINE)


@pytest.mark.parametrize("row", ["1", "10, K = 3; 15, K = 3", "10, K = 4; 14, d = 2", "16", "19"])
def test_half_the_spacing_is_a_third_of_the_error(row):
    logits, truth = ROWS[row]
    truth = {"1": half_space(0.0), "16": ball_mean()}.get(row, truth)
    coarse, fine = (abs(measured(logits, n).mean().value - truth) for n in (128, 256))
    assert coarse >= 3 * fine


def ball_mean():
    return quad(lambda rho: abs(1 - rho) * rho * math.exp(-(rho**2) / 2), 0, 12, points=[1])[0]


def test_borders_are_where_the_margin_is_zero():
    # sin has its zeros at whole numbers, and is straight nowhere else
    report = measured(two(lambda x, y: torch.sin(math.pi * (x - 0.013 + 0.4 * y))), 64).borders
    crossing = report.points[:, 0] - 0.013 + 0.4 * report.points[:, 1]
    assert np.abs(crossing - crossing.round()).max() < 1e-3 * 10 / 64


def test_a_jump_is_found_as_well():
    report = measured(two(lambda x, y: torch.where(x + 0.3 * y > 0.21, 1.0, -1.0)), 64).borders
    jump = report.points[:, 0] + 0.3 * report.points[:, 1]
    assert np.abs(jump - 0.21).max() < 1e-3 * 10 / 64


def test_a_third_class_on_an_edge_has_both_its_borders():
    # the strip from 0.30 to 0.32 lies between the nodes 0 and 0.625, of classes 0 and 2
    report = measured(slabs(0.30, 0.32), 16, latent=1)
    assert set(report.label) == {0, 2}
    order = report.borders.points[:, 0].argsort()
    assert report.borders.points[order, 0] == pytest.approx([0.30, 0.32], abs=1e-5)
    assert [*report.borders.before[order]] == [0, 1]
    assert [*report.borders.after[order]] == [1, 2]
    assert report.radius[8] == pytest.approx(0.30, abs=1e-5)


def test_borders_take_about_one_decode_each():
    requested = []

    def field(z):
        requested.append(len(z))
        return voronoi(FIVE)(z)

    across = np.linspace(-5, 5, 65)
    values = field(torch.from_numpy(nodes(64))).T.numpy().reshape(5, 65, 65)
    requested.clear()
    grid, kept = ClassGrid(across, values), []

    def job():
        kept.extend((yield from find_borders(field, grid, 1.0)))

    assert set(job()) == {None}
    borders, edge = kept
    assert sum(requested) <= 1.2 * len(borders.points)
    assert set(edge) == set(range(len(grid.edges[0])))


@given(st.lists(st.tuples(st.floats(-2, 2), st.floats(-2, 2)), min_size=2, max_size=6, unique=True))
@settings(max_examples=25, deadline=None)
def test_radii_are_upper_bounds_and_one_lipschitz(centres):
    centres = np.round(np.array(centres), 1) + np.arange(len(centres))[:, None] * 0.013
    report, z = measured(voronoi(centres), 32), nodes(32)
    assert (report.radius >= voronoi_radius(centres, z) - 1e-4).all()
    pair = np.random.default_rng(0).integers(len(z), size=(2, 2000))
    apart = np.linalg.norm(z[pair[0]] - z[pair[1]], axis=1)
    assert (np.abs(report.radius[pair[0]] - report.radius[pair[1]]) <= apart + 1e-9).all()


def test_a_radius_exceeds_the_truth_by_less_than_a_square():
    # as far as the grid has seen: nearer to a border than to the window's edge
    report, z = measured(voronoi(FIVE), 128), nodes(128)
    sure = report.radius <= 5 - np.abs(z).max(1)
    over = (report.radius - voronoi_radius(FIVE, z))[sure]
    assert over.min() > -1e-5
    assert over.max() < 10 / 128


def test_a_quarter_turn_changes_nothing():
    upright = measured(voronoi(FIVE), 128)
    quarter = measured(turned(voronoi(FIVE), math.pi / 2), 128)
    assert quarter.mean().value == pytest.approx(upright.mean().value, abs=1e-6)
    assert quarter.shares == pytest.approx(upright.shares, abs=1e-6)


def test_any_turn_changes_less_than_a_square_of_the_spacing():
    upright, thirty = (measured(turned(voronoi(FIVE), angle), 128) for angle in (0.0, math.pi / 6))
    assert abs(thirty.mean().value - upright.mean().value) < (10 / 128) ** 2


def test_renaming_the_classes_renames_the_radii():
    order = [3, 0, 4, 1, 2]
    report, renamed = (
        measured(voronoi([FIVE[k] for k in names]), 64, targeted=True)
        for names in (range(5), order)
    )
    assert (np.array(order)[renamed.label] == report.label).all()
    assert renamed.radius == pytest.approx(report.radius, abs=1e-6)
    assert renamed.to_class == pytest.approx(report.to_class[:, order], abs=1e-6)
    assert renamed.mean(1).value == pytest.approx(report.mean(0).value, abs=1e-6)


def test_the_nearest_class_is_the_radius_away():
    report = measured(voronoi(FIVE), 64, targeted=True)
    own = np.arange(5) == report.label[:, None]
    assert (report.to_class[own] == 0).all()
    assert (np.where(own, np.inf, report.to_class).min(1) == report.radius).all()


def test_slabs_are_as_far_as_their_thresholds():
    report, x = measured(slabs(-0.7, 1.1), 64, targeted=True), nodes(64)[:, 0]
    assert report.to_class[:, 0] == pytest.approx(np.maximum(x + 0.7, 0), abs=1e-5)
    assert report.to_class[:, 2] == pytest.approx(np.maximum(1.1 - x, 0), abs=1e-5)
    between = np.maximum(np.maximum(-0.7 - x, x - 1.1), 0)
    assert report.to_class[:, 1] == pytest.approx(between, abs=1e-5)


def test_a_lone_class_is_infinitely_far_from_any_border():
    for logits in (lambda z: z[:, :1], two(lambda x, y: 1 + 0 * x)):
        report = measured(logits, 32, targeted=True)
        assert np.isinf(report.radius).all()
        assert (report.mean().value, report.change) == (math.inf, 0.0)
        assert (report.to_class[:, 0] == 0).all()
        assert np.isinf(report.to_class[:, 1:]).all()


def test_a_border_beyond_the_window_is_reckoned_with():
    # a radius |x| is more than 5 - max(|x|, |y|)
    tail = quad(lambda x: norm.pdf(x) * 2 * norm.sf(5 - abs(x)), -2.5, 2.5)[0]
    truth = 2 * norm.sf(2.5) + tail
    assert measured(slabs(0.0)).unsure == pytest.approx(truth, abs=2 * norm.pdf(2.5) * 10 / 256)
    assert measured(equal_wedges(10)).unsure < 1e-2


def test_a_strip_between_the_nodes_of_a_coarser_grid_shows_as_a_change():
    # nodes 10 / 64 apart; the strip around the second is 0.04 wide
    def logits(strip):
        return lambda z: torch.stack(
            [0 * z[:, 0], strip - (z[:, 0] - 10 / 64).abs(), z[:, 0] - 1.5], 1
        )

    assert abs(measured(logits(-9.0), 64).change) < 0.005
    assert measured(logits(0.02), 64).change < -0.5


def test_the_change_is_that_of_a_coarser_grid():
    coarse, fine = measured(BALL, 64), measured(BALL, 128)
    assert fine.change == pytest.approx(fine.mean().value - coarse.mean().value, abs=1e-4)


def test_the_interval_holds_the_truth():
    for logits, truth in ROWS.values():
        mean = measured(logits, 64).mean()
        assert mean.low - 1e-3 <= truth <= mean.high + 1e-3


def test_the_prior_is_the_unit():
    # theory: F1: a prior of deviation s with classes scaled by s
    wide = Gaussian(0.5, 2.0)
    upright = measured(voronoi(FIVE), 64)
    scaled = measured(voronoi(0.5 + 2 * np.array(FIVE)), 64, prior=wide)
    assert scaled.radius == pytest.approx(upright.radius, abs=1e-5)
    assert scaled.weight == pytest.approx(upright.weight, abs=1e-12)
    assert scaled.unsure == pytest.approx(upright.unsure)
    assert scaled.borders.points.mean(0) == pytest.approx(
        0.5 + 2 * upright.borders.points.mean(0), abs=1e-4
    )


def test_answers_come_early():
    job = exact_radii(scene(voronoi(FIVE)))
    reports = []
    for report in job:
        assert torch.is_grad_enabled()
        reports += [report] if report else []
    assert [len(report.radius) for report in reports] == [65**2, 129**2, 257**2]
    for report in reports:
        assert report.mean().value == pytest.approx(0.42603, abs=5e-3)


def test_a_height_map_over_any_window():
    borders = measured(slabs(0.4), 128).borders
    report = last(radius_map(borders, WIDE, 31))
    x = np.linspace(-3, 3, 31)
    expected = np.abs(x - 0.4)[None].repeat(31, 0)
    assert report.radius.dtype == np.float32
    assert report.window == WIDE
    assert np.abs(report.radius - expected).max() < 10 / 128 / 2
    assert (report.radius >= expected - 1e-5).all()


def test_rows_of_a_height_map_go_upwards():
    borders = measured(two(lambda x, y: y - 1.0), 128).borders
    report = last(radius_map(borders, WIDE, 13)).radius
    expected = np.abs(np.linspace(-2, 4, 13) - 1)
    assert report[:, 0] == pytest.approx(expected, abs=10 / 128 / 2)


def test_a_height_map_of_a_line_has_equal_rows():
    report = last(radius_map(measured(slabs(0.4), 64, latent=1).borders, WIDE, 25)).radius
    assert (report == report[0]).all()
    assert report[0] == pytest.approx(np.abs(np.linspace(-3, 3, 25) - 0.4), abs=1e-5)


def test_the_nearest_border_of_a_disc_is_straight_outwards():
    borders = measured(BALL).borders
    distance, row = borders.tree.query([0.3, 0.4])
    assert distance == pytest.approx(0.5, abs=(10 / 256) ** 2)
    assert borders.points[row] == pytest.approx([0.6, 0.8], abs=10 / 256)


@pytest.mark.parametrize(
    ("logits", "latent", "config", "sentence"),
    [
        (lambda z: z / 0.0 * 0.0, 2, RadiusConfig(32), r"no number \(NaN\)"),
        (lambda z: z / 0.0 * 0.0, 1, RadiusConfig(32), r"no number \(NaN\)"),
        (lambda z: z, 3, RadiusConfig(), "exact only in 1 or 2 dimensions"),
        (lambda z: z, 2, RadiusConfig(100), "power of two"),
        (lambda z: z, 2, RadiusConfig(8), "at least 16"),
        (None, 2, RadiusConfig(), "no judge"),
    ],
)
def test_what_cannot_be_measured_is_said(logits, latent, config, sentence):
    with pytest.raises(Problem, match=sentence):
        last(exact_radii(scene(logits, latent), config))
