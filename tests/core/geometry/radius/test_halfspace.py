import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad, trapezoid
from scipy.optimize import brentq, minimize_scalar
from scipy.special import ndtr
from scipy.stats import norm

from lacuna.core.geometry.radius.bounds import CLOSED, CONCAVE, FACTOR, PEAK, SLIDE, TRIVIAL
from lacuna.core.geometry.radius.halfspace import (
    half_space_part,
    half_space_radius,
    normal_quantile,
    slide_form,
    survival_bound,
)


def birnbaum(share):
    """2 / (t + sqrt(t^2 + 4)), t = -a: above h(p) for p in [0, 1/2]

    Birnbaum 1942, "An inequality for Mill's ratio".
    """
    t = -norm.ppf(share)
    return 2 / (t + np.hypot(t, 2))


@pytest.mark.parametrize(
    ("share", "radius"),
    [
        (0.5, 0.79788456),
        (0.2, 0.55818837),
        (0.1, 0.47343175),
        (1e-2, 0.33886635),
        (1e-3, 0.27685777),
        (1e-6, 0.19490841),
    ],
)
def test_the_table_of_radii(share, radius):
    # theory: A3
    assert half_space_radius(share) == pytest.approx(radius, abs=6e-9)


def test_the_ends():
    assert half_space_part([0.0, 0.5, 1.0]).tolist() == [
        0.0,
        pytest.approx(1 / math.sqrt(2 * math.pi), abs=1e-15),
        math.inf,
    ]
    assert half_space_radius([0.0, 1.0]).tolist() == [0.0, math.inf]


@pytest.mark.parametrize("t", np.linspace(-4, 4, 50))
def test_a_pair_of_half_spaces_has_the_radius_of_its_parts(t):
    truth = 2 * norm.pdf(t) + t * (2 * ndtr(t) - 1)
    assert half_space_part([ndtr(t), ndtr(-t)]).sum() == pytest.approx(truth, abs=1e-10)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.95])
def test_a_part_is_the_mean_distance_to_the_plane(share):
    a = norm.ppf(share)
    result, _ = quad(lambda x: (a - x) * norm.pdf(x), -12, a)
    assert half_space_part(share) == pytest.approx(result, abs=1e-8)


@pytest.mark.parametrize("exponent", [-2, -20, -100, -250, -300, -307])
def test_the_smallest_shares_lose_nothing(exponent):
    with mpmath.workdps(400):
        share = mpmath.mpf(10.0**exponent)
        guess = float(normal_quantile(10.0**exponent))
        a = mpmath.findroot(lambda x: mpmath.log(mpmath.ncdf(x)) - mpmath.log(share), guess)
        truth = float(a + mpmath.npdf(a) / share)
    assert half_space_radius(10.0**exponent) == pytest.approx(truth, rel=1e-11)


def test_a_share_below_the_normal_numbers_still_has_a_radius():
    assert 0 < half_space_radius(5e-324) < half_space_radius(1e-300)


@given(st.floats(1e-6, 1 - 1e-6))
@settings(max_examples=50, deadline=None)
def test_the_derivatives_of_a_part(share):
    # F' = p / phi(a) and F'' = F / phi(a)^2 > 0 (theory: A3), by integrating them back
    def slope(p):
        return p / norm.pdf(norm.ppf(p))

    step = min(share, 1 - share) * 1e-3
    low, high = share - step, share + step
    assert quad(slope, low, high)[0] == pytest.approx(
        half_space_part(high) - half_space_part(low), rel=1e-6, abs=1e-13
    )
    curvature, _ = quad(lambda p: half_space_part(p) / norm.pdf(norm.ppf(p)) ** 2, low, high)
    assert curvature == pytest.approx(slope(high) - slope(low), rel=1e-6)


def test_the_constants():
    # theory: F2
    def excess(p):
        return float(half_space_radius(p) - slide_form(p))

    assert brentq(excess, 0.7, 0.9, xtol=1e-13) == pytest.approx(SLIDE, abs=1e-11)
    assert math.exp(-(math.e**2) / (4 * math.pi)) == pytest.approx(PEAK, abs=1e-12)
    assert slide_form(PEAK) == pytest.approx(1.84427401779, abs=1e-11)
    assert slide_form(math.exp(-1 / (4 * math.pi))) == pytest.approx(0, abs=1e-12)
    assert math.exp(-1 / (4 * math.pi)) == pytest.approx(0.923506471723, abs=1e-12)
    assert half_space_radius(CONCAVE) == pytest.approx(0.6141650438, abs=1e-10)
    assert pytest.approx(0.22313, abs=1e-6) == CLOSED
    assert pytest.approx(half_space_radius(0.5)) == TRIVIAL


def test_the_radius_is_concave_up_to_its_inflection():
    # a' = 1/phi and phi' = -a, both by p, so h' = 1/phi - a/p - phi/p^2, and once more:
    def bend(p):
        a, height = norm.ppf(p), norm.pdf(norm.ppf(p))
        return a / height**2 - 1 / (p * height) + 2 * a / p**2 + 2 * height / p**3

    assert brentq(bend, 0.2, 0.4, xtol=1e-14) == pytest.approx(CONCAVE, abs=1e-9)


def test_the_factor_of_the_closed_form_is_just_above_its_supremum():
    def negative(exponent):
        share = 10.0**exponent
        return -float(half_space_radius(share)) * math.sqrt(-2 * math.log(share))

    best = minimize_scalar(negative, bounds=(-6, -1), method="bounded", options={"xatol": 1e-9})
    assert -best.fun == pytest.approx(1.0292269756, abs=1e-10)
    assert best.x == pytest.approx(-2.6238, abs=1e-3)
    assert -best.fun < FACTOR < -best.fun + 1e-4


def test_the_slides_form_is_concave():
    # theory: L3: the sign of its curvature, u = log 1/x
    u = np.linspace(1e-3, 60, 200_000)
    length = np.log(4 * np.pi * u)
    sign = 3 * length - 8 + 2 * u * (2 - length)
    assert sign.max() == pytest.approx(-1.4685932835, abs=1e-6)
    assert u[sign.argmax()] == pytest.approx(0.987712464673, abs=1e-3)


def test_the_slides_form_says_nothing_for_any_real_number_of_classes():
    # theory: L6
    assert slide_form(math.exp(-26.492788)) == pytest.approx(TRIVIAL, abs=1e-8)
    assert slide_form(math.exp(-119.28723)) == pytest.approx(half_space_radius(0.1), abs=1e-8)
    assert slide_form(0.1) == pytest.approx(1.568085, abs=5e-7)


def test_the_slides_form_fails_for_a_large_class():
    # theory: L2. Its digits (1.4766, .6115) are off by one in the last place:
    # a + phi(a) / .9 with a = 1.2815516 and phi = .1754983, and log(4 pi .1053605) / sqrt(.2107210)
    assert half_space_radius(0.9) == pytest.approx(1.2815516 + 0.1754983 / 0.9, abs=2e-7)
    assert slide_form(0.9) == pytest.approx(0.2806569 / 0.4590436, abs=5e-7)
    assert slide_form(0.9) < half_space_radius(0.9)


@given(st.floats(1e-300, 0.5))
@settings(max_examples=100, deadline=None)
def test_birnbaums_form_is_above_and_close(share):
    assert half_space_radius(share) <= birnbaum(share) * (1 + 1e-9)
    assert birnbaum(share) <= 1.26 * half_space_radius(share)  # 1.2533 at a half


def test_birnbaums_form_at_a_tenth():
    # theory: A3: 15 % loose
    assert birnbaum(0.1) / half_space_radius(0.1) == pytest.approx(1.15, abs=0.01)


def test_the_tail_of_ten_equal_classes():
    # theory: A3: P(r >= .5) = .2851 <= .3741 for argmax-10
    assert survival_bound(np.full(10, 0.1), [0.5]) == pytest.approx(0.3741, abs=5e-5)
    z = np.random.default_rng(0).standard_normal((40_000, 10))
    z.partition(8, axis=1)
    radius = (z[:, 9] - z[:, 8]) / math.sqrt(2)
    lengths = np.linspace(0, 3, 31)
    survival = (radius > lengths[:, None]).mean(1)
    error = np.sqrt(survival * (1 - survival) / len(radius))
    assert (survival - 4 * error <= survival_bound(np.full(10, 0.1), lengths)).all()
    assert survival[5] == pytest.approx(0.2851, abs=4 * error[5])


@given(st.lists(st.floats(0.001, 1), min_size=2, max_size=8))
@settings(max_examples=20, deadline=None)
def test_the_tail_integrates_to_the_sum_of_the_parts(weights):
    shares = np.array(weights) / np.sum(weights)
    lengths = np.linspace(0, 14, 4001)
    below = survival_bound(shares, lengths)
    assert below[0] == pytest.approx(1)
    assert (np.diff(below) <= 0).all()
    area = trapezoid(below, lengths)
    assert area == pytest.approx(half_space_part(shares).sum(), abs=1e-5)


def test_the_tail_of_one_class_never_ends():
    assert survival_bound([1.0, 0.0], [0.0, 10.0]).tolist() == [1.0, 1.0]
