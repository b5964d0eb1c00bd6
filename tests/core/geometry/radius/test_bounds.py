import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import gamma, ndtr
from scipy.stats import chi, norm

from lacuna.core.geometry.radius.bounds import CONCAVE, SLIDE, bounds
from lacuna.core.geometry.radius.halfspace import half_space_part, half_space_radius, slide_form

P10 = np.array([0.3, 0.2, 0.15, 0.1, 0.08, 0.07, 0.05, 0.03, 0.015, 0.005])


def judged(shares, n=None, **options):
    return {bound.key: bound for bound in bounds(np.asarray(shares, float), n, **options)}


def values(shares, **options):
    """Exact values; None where refused."""
    result = judged(shares, **options)
    return {key: bound.value and bound.value.value for key, bound in result.items()}


def equal(classes):
    return np.full(classes, 1 / classes)


def halves(share):
    return np.array([share, 1 - share])


def line(cuts, labels):
    """Shares and exact E[r] of classes on a line: the intervals between `cuts`, so labelled."""
    border = [i for i in range(len(cuts)) if labels[i] != labels[i + 1]]
    edges = np.array([-np.inf, *np.sort(cuts)[border], np.inf])
    owner = [labels[0], *(labels[i + 1] for i in border)]
    shares = np.bincount(owner, np.diff(ndtr(edges)))
    total = 0.0
    for left, right in itertools.pairwise(edges):
        middle = (left + right) / 2 if np.isfinite([left, right]).all() else None
        if np.isfinite(left):
            total += moment(left, left, right if middle is None else middle)
        if np.isfinite(right):
            total -= moment(right, left if middle is None else middle, right)
    return shares, total


def moment(origin, low, high):
    """The integral of (z - origin) phi(z) from low to high."""
    return norm.pdf(low) - norm.pdf(high) - origin * (ndtr(high) - ndtr(low))


def ball():
    """theory: F1, row 16: the disc of radius 1 in the plane, and what is around it."""
    mean = math.sqrt(2) * gamma(1.5) / gamma(1)
    inner, outer = chi.cdf(1, 2), chi.cdf(1, 3)
    return np.array([inner, 1 - inner]), (2 * inner - 1) + mean * (1 - 2 * outer)


def orthants(dimension):
    radius, _ = quad(lambda x: (2 * norm.sf(x)) ** dimension, 0, 40)
    return equal(2**dimension), radius


def wedges(classes):
    radius = math.sqrt(math.pi / 2) * classes / math.pi * (1 - math.cos(math.pi / classes))
    return equal(classes), radius


def argmax(classes):
    """From the two greatest of K normal numbers, each by its density."""

    def top(rank):
        def term(x):
            ways = math.comb(classes, rank) * rank
            return ways * x * norm.pdf(x) * ndtr(x) ** (classes - rank) * norm.sf(x) ** (rank - 1)

        return quad(term, -12, 12, limit=200)[0]

    return equal(classes), (top(1) - top(2)) / math.sqrt(2)


def slabs(classes):
    cuts = norm.ppf(np.arange(1, classes) / classes)
    return line(cuts, list(range(classes)))


def stripes(width):
    cuts = np.arange(-12, 12 + width, width)
    return line(cuts, [i % 2 for i in range(len(cuts) + 1)])


def checkerboard(width):
    """r is the least of two independent distances to the grid of lines."""

    def beyond(t):
        centres = np.arange(-12, 12 + width, width) + width / 2
        return (ndtr(centres + width / 2 - t) - ndtr(centres - width / 2 + t)).sum()

    return halves(0.5), quad(lambda t: beyond(t) ** 2, 0, width / 2)[0]


FAMILIES = [
    # classes, E[r], B_F, h(s), g(s): theory: F1; a row's h(s) and g(s) are the plain formulas
    ("row 1", line([0.0], [0, 1]), 0.797885, 0.797885, 0.797885, 1.838367),
    ("row 2", line([1.0], [0, 1]), 1.166631, 1.166631, 1.070522, 1.727739),
    ("row 3", line([norm.ppf(0.9)], [0, 1]), 1.376238, 1.376238, 1.235365, 1.450490),
    ("row 3b", line([norm.ppf(0.95)], [0, 1]), 1.686640, 1.686640, 1.497340, 0.507240),
    ("row 4", line([-0.5, 0.5], [0, 1, 2]), 0.493302, 0.663193, 0.662915, 1.773052),
    ("row 6, 5", slabs(5), 0.307870, 0.558188, 0.558188, 1.675978),
    ("row 6, 10", slabs(10), 0.158805, 0.473432, 0.473432, 1.568085),
    ("row 8, 2", stripes(2.0), 0.497085, 0.797885, 0.797885, 1.838367),
    ("row 8, 1", stripes(1.0), 0.250000, 0.797885, 0.797885, 1.838367),
    ("row 8, .5", stripes(0.5), 0.125000, 0.797885, 0.797885, 1.838367),
    ("row 9, 1", checkerboard(1.0), 0.166667, 0.797885, 0.797885, 1.838367),
    ("row 9, .5", checkerboard(0.5), 0.083333, 0.797885, 0.797885, 1.838367),
    ("row 10, 3", wedges(3), 0.598413, 0.660072, 0.660072, None),
    ("row 10, 4", wedges(4), 0.467390, 0.596617, 0.596617, None),
    ("row 10, 5", wedges(5), 0.380956, 0.558188, 0.558188, 1.675978),
    ("row 10, 6", wedges(6), 0.320689, None, None, None),
    ("row 10, 8", wedges(8), 0.242941, None, None, None),
    ("row 10, 10", wedges(10), 0.195256, 0.473432, 0.473432, 1.568085),
    ("row 10, 26", wedges(26), 0.075627, 0.401305, 0.401305, None),
    ("row 10, 62", wedges(62), 0.031746, 0.357653, 0.357653, None),
    ("row 14, 1", orthants(1), 0.797885, 0.797885, 0.797885, None),
    ("row 14, 2", orthants(2), 0.467390, 0.596617, 0.596617, None),
    ("row 14, 3", orthants(3), 0.334903, None, None, None),
    ("row 14, 5", orthants(5), 0.215692, None, None, None),
    ("row 14, 8", orthants(8), 0.141410, None, None, None),
    ("row 14, 16", orthants(16), 0.074072, None, None, None),
    ("row 15, 3", argmax(3), 0.598413, 0.660072, 0.660072, None),
    ("row 15, 4", argmax(4), 0.517860, 0.596617, 0.596617, None),
    ("row 15, 5", argmax(5), 0.472309, 0.558188, 0.558188, 1.675978),
    ("row 15, 10", argmax(10), 0.379996, 0.473432, 0.473432, 1.568085),
    ("row 15, 26", argmax(26), 0.309659, 0.401305, 0.401305, None),
    ("row 15, 62", argmax(62), 0.270386, 0.357653, 0.357653, None),
    ("row 16", ball(), 0.542065, 0.826853, 0.818927, 1.842117),
]


@pytest.mark.parametrize(
    ("case", "radius", "partition", "collision", "slide"),
    [row[1:] for row in FAMILIES],
    ids=[row[0] for row in FAMILIES],
)
def test_the_table_of_families(case, radius, partition, collision, slide):
    shares, result = case
    assert result == pytest.approx(radius, abs=1.1e-6)
    bound = values(shares)
    assert result <= bound["partition"] + 1e-10
    assert bound["floor"] <= bound["partition"] + 1e-12
    s = shares @ shares
    if partition is not None:
        assert bound["partition"] == pytest.approx(partition, abs=6e-7)
        assert half_space_radius(s) == pytest.approx(collision, abs=6e-7)
    if slide is not None:
        assert slide_form(s) == pytest.approx(slide, abs=6e-7)
    if shares.max() <= CONCAVE:
        assert bound["collision"] == pytest.approx(float(half_space_radius(s)), abs=1e-12)
        assert bound["partition"] <= bound["collision"] + 1e-12
    else:
        assert bound["collision"] is None


@pytest.mark.parametrize(
    ("shares", "partition", "collision", "slide"),
    [
        ([1 / 3, 1 / 4, 1 / 4, 1 / 6], 0.606946, 0.607164, 1.726306),  # row 12
        ([0.25374, 0.19959, 0.21942, 0.18723, 0.14002], 0.563208, 0.563659, 1.682030),  # row 19
    ],
)
def test_the_rows_that_are_given_by_their_shares(shares, partition, collision, slide):
    assert half_space_part(shares).sum() == pytest.approx(partition, abs=3e-6)
    s = np.square(shares).sum()
    assert half_space_radius(s) == pytest.approx(collision, abs=3e-6)
    assert slide_form(s) == pytest.approx(slide, abs=6e-6)


def test_the_table_of_ten_classes():
    # theory: A4; one class of .3 is above what the collision forms allow
    result = values(P10)
    assert result["partition"] == pytest.approx(0.533681, abs=5e-7)
    assert result["floor"] == pytest.approx(0.513812, abs=5e-7)
    assert result["slide"] == pytest.approx(1.655516, abs=5e-7)
    assert (result["collision"], result["closed"]) == (None, None)
    assert half_space_radius(P10 @ P10) == pytest.approx(0.540376, abs=5e-7)


def test_the_closed_form():
    # theory: A4: .553504 where H_2 = 1.729066, here of equal classes (and not whole ones)
    shares = np.array([0.2] * 5)
    assert values(shares)["closed"] == pytest.approx(1.0293 / math.sqrt(2 * math.log(5)))
    assert 1.0293 / math.sqrt(2 * 1.729066) == pytest.approx(0.553504, abs=1e-6)


def test_which_bounds_are_shown_for_which_shares():
    def shown(shares):
        return {key for key, value in values(shares).items() if value is not None}

    always = {"partition", "floor"}
    assert shown(equal(10)) == always | {"collision", "closed", "slide"}
    assert shown(equal(5)) == always | {"collision", "closed", "slide"}
    assert shown(equal(4)) == always | {"collision", "slide"}
    assert shown(equal(3)) == always | {"slide"}
    assert shown(halves(0.8)) == always | {"slide"}
    assert shown(halves(0.9)) == always
    assert shown(halves(0.5)) == always | {"slide"}


def test_a_refusal_is_a_sentence_with_the_numbers_in_it():
    bound = judged(halves(0.95))["closed"]
    assert bound.value is None
    assert bound.because == (
        "Not applicable because one class has 95 % of the prior: this form only holds up to 22.3 %."
    )
    for shares in (equal(10), halves(0.95), [1.0]):
        assert all(bound.because.endswith(".") for bound in judged(shares).values())


# ---- what the lecture says, and where it fails (theory: L1, L2, L4, L5, L6) ----


@pytest.mark.parametrize("share", [0.91, 0.95, 0.99])
def test_row_4_the_slides_form_fails_and_is_refused(share):
    shares, radius = line([norm.ppf(share)], [0, 1])
    assert slide_form(shares @ shares) < radius
    result = values(shares)
    assert result["slide"] is None
    assert result["partition"] == pytest.approx(radius, abs=1e-10)


def test_row_4_the_slides_form_can_be_negative():
    shares = np.array([0.97, 0.01, 0.01, 0.01])
    assert slide_form(shares @ shares) == pytest.approx(-0.7826, abs=5e-5)
    assert values(shares)["slide"] is None


@given(st.floats(0.5, 0.844))
@settings(max_examples=50, deadline=None)
def test_row_4_the_slides_form_holds_up_to_its_limit(share):
    _, radius = line([norm.ppf(share)], [0, 1])
    assert radius <= values(halves(share))["slide"]


def test_row_5_the_slides_form_rewards_a_collapsed_generator():
    even, uneven = slide_form(0.5), slide_form(halves(0.97) @ halves(0.97))
    assert uneven < even  # and so would rank the collapsed one as the better
    assert values(halves(0.97))["partition"] > values(halves(0.5))["partition"]
    assert "not more diverse" in judged(halves(0.8))["slide"].note
    assert "not more diverse" not in judged(halves(0.6))["slide"].note


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=9), st.data())
@settings(max_examples=80, deadline=None)
def test_row_5_evening_out_two_classes_never_raises_the_bound(weights, data):
    shares = np.array(weights) / np.sum(weights)
    i, j = data.draw(st.permutations(range(len(shares))))[:2]
    moved = data.draw(st.floats(0, 1)) * (shares[i] - shares[j])
    evened = shares.copy()
    evened[i], evened[j] = shares[i] - moved, shares[j] + moved
    assert values(evened)["partition"] <= values(shares)["partition"] + 1e-12


@pytest.mark.parametrize("classes", [3, 10, 1000])
def test_row_6_the_slides_form_is_said_to_say_nothing(classes):
    bound = judged(equal(classes))["slide"]
    assert bound.value.value > math.sqrt(2 / math.pi)
    assert "says nothing" in bound.note


@pytest.mark.parametrize(("edge", "truth"), [(0.5, 1.641078), (2.0, 4.373216)])
def test_row_8_between_two_classes_lies_a_hole(edge, truth):
    mass = norm.sf(edge)
    # a class is reached from the other one across the hole: E[r] = a + phi(a) / Q(a)
    radius = edge + norm.pdf(edge) / mass
    assert radius == pytest.approx(truth, abs=5e-7)
    assert half_space_part([0.5, 0.5]).sum() < radius  # of the shares renormalised: false
    result = judged([mass, mass], hole=1 - 2 * mass)
    assert result["holes"].value.value == pytest.approx(radius, abs=1e-9)
    refused = {key for key, bound in result.items() if bound.value is None}
    assert refused == {"partition", "collision", "closed", "slide", "floor"}
    assert "belongs to no class" in result["partition"].because


def test_row_8_renormalising_also_fails_for_an_argmax_with_a_margin():
    # theory: F1, row 21: ten classes, and a hole where the two greatest are within m = .5.
    # Its hole of .573 was sampled: the integral is .573849, and the bound there 2.4249
    margin, classes = 0.5, 10
    mass, _ = quad(lambda x: norm.pdf(x) * ndtr(x - margin) ** (classes - 1), -12, 12)
    hole = 1 - classes * mass
    assert hole == pytest.approx(0.573849, abs=5e-7)
    bound = values(np.full(classes, mass), hole=hole)["holes"]
    deep = norm.ppf(mass + hole)  # by the proof in A3: a class keeps at most this beyond t
    beyond, _ = quad(lambda t: min(mass, ndtr(deep - t)), 0, 15, points=[deep - norm.ppf(mass)])
    assert bound == pytest.approx(beyond / mass, abs=1e-8)
    assert values(np.full(classes, 0.0427), hole=0.573)["holes"] == pytest.approx(2.4228, abs=2e-3)
    z = np.random.default_rng(0).standard_normal((40_000, classes))
    z.partition(classes - 2, axis=1)
    gap = z[:, -1] - z[:, -2]
    least = (gap[gap > margin] + margin) / math.sqrt(2)  # to z_j - z_i >= m, one of its conditions
    assert least.mean() == pytest.approx(1.0325, abs=4 * least.std() / math.sqrt(len(least)))
    assert half_space_part(equal(classes)).sum() < least.mean() < bound


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=9))
@settings(max_examples=30, deadline=None)
def test_without_a_hole_the_bound_with_holes_is_the_first(weights):
    shares = np.array(weights) / np.sum(weights)
    result = values(shares, hole=0.0)
    assert result["holes"] == pytest.approx(result["partition"], abs=1e-12)
    assert values(shares)["holes"] is None


def test_the_bound_with_holes_of_hardly_any_class():
    assert math.isinf(values([0.3], hole=0.7)["holes"])
    assert values([0.0, 0.0], hole=1.0)["holes"] is None


@pytest.mark.parametrize("options", [{}, {"hole": 0.0}])
def test_row_9_lengths_scale_with_the_prior(options):
    result, twice = values(P10, **options), values(P10, deviation=2.0, **options)
    for key, value in result.items():
        assert twice[key] == (None if value is None else pytest.approx(2 * value))


def test_row_9_another_prior_is_refused():
    for bound in judged(equal(10), gaussian=False).values():
        assert bound.value is None
        assert "not one Gaussian" in bound.because


# ---- the bounds hold ----


@given(
    st.lists(st.floats(-3, 3), min_size=1, max_size=9, unique=True),
    st.lists(st.integers(0, 4), min_size=10, max_size=10),
)
@settings(max_examples=150, deadline=None)
def test_on_the_line_the_mean_radius_is_below_the_bound(cuts, labels):
    shares, radius = line(np.sort(cuts), labels[: len(cuts) + 1])
    result = values(shares)
    for key in ("partition", "collision", "closed", "slide"):
        assert result[key] is None or radius <= result[key] + 1e-9


def test_the_exact_radius_on_the_line_is_the_quadrature():
    cuts = [-1.2, -0.1, 0.4, 1.7]
    border = np.array([-1.2, -0.1, 1.7])  # 0.4 lies within one class
    _, radius = line(cuts, [0, 1, 2, 2, 0])
    result, _ = quad(
        lambda z: np.abs(z - border).min() * norm.pdf(z), -12, 12, points=[-1.2, -0.1, 1.7, 0.8]
    )
    assert radius == pytest.approx(result, abs=1e-8)


def test_random_linear_classifiers_are_below_the_bound():
    # the exact radius is min_j (s_y - s_j) / |w_y - w_j|; its deviation is at most 1 (A2)
    random = np.random.default_rng(0)
    z = random.standard_normal((1000, 3))
    for _ in range(1000):
        weight, offset = random.standard_normal((6, 3)), random.standard_normal(6)
        logits = z @ weight.T + offset
        label = logits.argmax(1)
        apart = np.linalg.norm(weight[:, None] - weight, axis=2) + np.eye(6)
        lead = (logits.max(1)[:, None] - logits) / apart[label]
        lead[np.arange(len(z)), label] = np.inf
        shares = np.bincount(label, minlength=6) / len(z)
        assert lead.min(1).mean() <= values(shares)["partition"] + 4 / math.sqrt(len(z))


def test_the_collision_form_is_above_the_first_for_ten_thousand_shares():
    random = np.random.default_rng(0)
    shares = random.dirichlet(np.full(9, 2.0), 60_000)
    shares = shares[shares.max(1) <= CONCAVE][:10_000]
    assert len(shares) == 10_000
    first = half_space_part(shares).sum(1)
    squares = (shares**2).sum(1)
    assert (first <= half_space_radius(squares) + 1e-12).all()
    narrow = shares.max(1) <= math.exp(-1.5)
    assert narrow.any()
    closed = 1.0293 / np.sqrt(-2 * np.log(squares[narrow]))
    assert (first[narrow] <= closed).all()


def test_the_first_bound_is_between_its_floor_and_the_collision_form():
    random = np.random.default_rng(1)
    shares = random.dirichlet(np.full(6, 0.5), 10_000)
    shares = np.maximum(shares, 1e-300)
    shannon = -(shares * np.log(shares)).sum(1)
    first = half_space_part(shares).sum(1)
    assert (half_space_radius(np.exp(-shannon)) <= first + 1e-12).all()
    for one in shares[:200]:
        result = values(one)
        assert result["floor"] <= result["partition"] + 1e-12


def test_the_collision_form_fails_just_above_its_limit():
    # theory: A3: K = 3 with max p = .33338, and K = 2 with p = (.9, .1)
    shares = np.array([0.33338, 0.33331, 0.33331])
    assert half_space_part(shares).sum() > half_space_radius(shares @ shares)
    assert values(shares)["collision"] is None
    assert half_space_radius(halves(0.9) @ halves(0.9)) == pytest.approx(1.2354, abs=5e-5)


# ---- counted shares ----


@pytest.mark.parametrize("n", [200, 1000, 10_000])
def test_the_intervals_hold_the_truth_as_often_as_they_say(n):
    # theory: A3: .954/.951/.948 of the intervals; four standard errors of 1000 trials are .028
    truth = half_space_part(P10).sum()
    samples = np.random.default_rng(n).multinomial(n, P10, 1000) / n
    results = [bounds(shares, n)[0].value for shares in samples]
    assert np.mean([e.low <= truth <= e.high for e in results]) == pytest.approx(0.95, abs=0.03)


def test_counting_makes_the_plain_sum_too_large_and_not_the_estimate():
    truth = half_space_part(P10).sum()
    samples = np.random.default_rng(0).multinomial(200, P10, 4000) / 200
    plain = half_space_part(samples).sum(1)
    mended = np.array([bounds(shares, 200)[0].value.value for shares in samples])
    error = mended.std() / math.sqrt(len(mended))
    assert plain.mean() - truth > 8 * error
    assert abs(mended.mean() - truth) < 4 * error


def test_equal_classes_are_in_their_interval_where_first_derivatives_vanish():
    truth = half_space_radius(1 / 62)
    samples = np.random.default_rng(0).multinomial(4096, equal(62), 300) / 4096
    results = [bounds(shares, 4096)[0].value for shares in samples]
    assert np.mean([e.low <= truth <= e.high for e in results]) > 0.93


@pytest.mark.parametrize("n", [200, 1000, 10_000])
def test_the_interval_of_the_bound_with_holes(n):
    shares, hole = np.array([0.3, 0.2, 0.1, 0.05]), 0.35
    truth = values(shares, hole=hole)["holes"]
    samples = np.random.default_rng(n).multinomial(n, [*shares, hole], 1000) / n
    results = [judged(one[:4], n, hole=one[4])["holes"].value for one in samples]
    assert np.mean([e.low <= truth <= e.high for e in results]) == pytest.approx(0.95, abs=0.03)


@pytest.mark.parametrize("shares", [equal(10), P10, halves(0.6)])
def test_intervals_close_on_the_exact_value(shares):
    exact, counted = judged(shares), judged(shares, 10**10)
    for key, bound in exact.items():
        if bound.value is not None:
            value = bound.value
            assert value.low == value.value == value.high
            near = counted[key].value
            assert near.low <= near.value <= near.high
            assert (near.low, near.high) == pytest.approx((value.value,) * 2, abs=1e-4)


def test_the_interval_of_the_slides_form_reaches_its_peak():
    # s = .5554 on either side of which the form falls
    share = (1 + math.sqrt(2 * 0.555435714838 - 1)) / 2
    value = judged(halves(share), 100)["slide"].value
    assert value.high == pytest.approx(1.84427401779, abs=1e-9)
    assert value.low < value.value <= value.high


def test_a_largest_share_that_may_be_beyond_the_limit_is_noted():
    assert "Only just" in judged(equal(4), 200)["collision"].note
    assert judged(equal(4), 10_000)["collision"].note == ""
    assert judged(equal(4))["collision"].note == ""


# ---- ends ----


def test_a_collapsed_generator_has_no_finite_radius():
    result = judged([1.0, 0.0, 0.0])
    assert math.isinf(result["partition"].value.value)
    assert "Only one class" in result["partition"].note
    assert math.isinf(result["floor"].value.value)
    assert result["slide"].value is None


def test_one_class_seen_leaves_room_for_another():
    result = judged([1.0, 0.0], 300)["partition"].value
    assert result.value == result.high == math.inf
    unseen = 1 - 0.05 ** (1 / 300)
    assert result.low == pytest.approx(half_space_part([1 - unseen, unseen]).sum())
    holes = judged([0.001], 1000, hole=0.999)["holes"].value
    assert 0 < holes.low < holes.value


def test_no_class_drawn_twice_tells_nothing_yet():
    result = judged(equal(50), 50)
    assert result["collision"].value is None
    assert "draw more" in result["closed"].because
    assert result["partition"].value is not None


def test_a_few_points_may_not_exclude_a_single_class():
    result = judged(equal(5), 10)["closed"].value
    assert result.low < result.value < result.high


def test_shares_must_sum_to_one():
    with pytest.raises(ValueError, match=r"0\.9"):
        bounds(np.array([0.5, 0.4]), None)
    with pytest.raises(ValueError, match=r"1\.1"):
        bounds(np.array([0.5, 0.5]), None, hole=0.1)


def test_renaming_and_absent_classes_change_nothing():
    result = values(P10)
    again = values(np.append(P10[::-1], [0.0, 0.0]))
    assert again == {key: value and pytest.approx(value) for key, value in result.items()}


def test_the_limit_of_the_slides_form_is_inclusive():
    assert values(halves(SLIDE))["slide"] is not None
    assert values(halves(SLIDE + 1e-9))["slide"] is None
