import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lacuna.core.engine.errors import Problem
from lacuna.core.geometry.holes.detectors.detector import FittedDetector
from lacuna.core.geometry.paths.comparison import COLUMNS, compare_paths
from lacuna.core.geometry.paths.path import decode_path
from lacuna.core.geometry.paths.path_measures import DENSITY, measure_path
from lacuna.core.scene.codes import Codes
from lacuna.core.scene.prior import Gaussian
from tests.core.latent_fields import random, scene, voronoi
from tests.jobs import last, returned


def linear(matrix):
    """z (N, L) -> images (N, 1, 1, D)"""
    return lambda z: (z @ matrix.mT)[:, None, None]


def path_of(scene, *nodes, frames=32):
    nodes = torch.stack([torch.as_tensor(node, dtype=torch.float32) for node in nodes])
    return returned(decode_path(scene, "straight", nodes, frames))


def measured(scene, *nodes, frames=32, codes=None, threshold=math.log(20), detector=None):
    path = path_of(scene, *nodes, frames=frames)
    return last(measure_path(scene, path, codes, threshold, [detector] if detector else []))


def logistic(margin):
    """Two classes, of log-odds margin(z)"""
    return lambda z: torch.stack([torch.zeros(len(z)), margin(z)], 1)


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def ball(z):
    """The truth set of S1's inner hole: 1 where |z| < 1 (theory: B2)"""
    return (z.norm(dim=1) < 1).float()


def clamp(z):
    """S3's decoder: to the annulus 1 < |z| < 2 (theory: B2)"""
    away = z.norm(dim=1, keepdim=True)
    return (z * away.clamp(1, 2) / away)[:, :, None, None]


# ---- classes ----


@given(st.integers(0, 10_000), st.integers(1, 8))
@settings(max_examples=30, deadline=None)
def test_the_parts_of_two_classes_meet_where_the_border_is(seed, latent):
    # C6: t = -(w z0 + b) / (w (z1 - z0))
    weight, bias = random(latent, seed=seed).double(), 0.3
    start, end = random(2, latent, seed=seed + 1)
    slope = float(weight @ (end - start).double())
    t = -(float(weight @ start.double()) + bias) / slope
    if not (0.001 < t < 0.999 and abs(slope) > 0.1):
        return
    # float64: a judge that rounds its own logits has its border elsewhere
    judge = logistic(lambda z: z.double() @ weight + bias)
    result = measured(scene(judge, latent), start, end)
    first = result.path.labels[0]
    # z is float32: 1e-7 of its size, over the slope
    assert result.path.crossings[0].t == pytest.approx(t, abs=1e-6 + 1e-6 / abs(slope))
    assert result.shares[first] == pytest.approx(t, abs=1e-6 + 1e-6 / abs(slope))
    assert result.shares.sum() == pytest.approx(1, abs=1e-12)
    place = start + t * (end - start)
    expected = -0.5 * float(place @ place) - latent / 2 * math.log(2 * math.pi)
    assert result.crossing_log_prior == pytest.approx([expected], abs=1e-4)


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_the_parts_of_all_classes_are_the_whole(seed):
    centres, (start, end) = random(6, 2, seed=seed), 2 * random(2, 2, seed=seed + 1)
    result = measured(scene(voronoi(centres)), start, end)
    assert result.shares.sum() == pytest.approx(1, abs=1e-12)
    t = torch.linspace(0, 1, 20_001)[:, None]
    observed = voronoi(centres)(start + t * (end - start)).argmax(1).numpy()
    # a visit of less than a quarter of a step between two frames may be overlooked
    assert np.allclose(
        result.shares, np.bincount(observed, minlength=6) / len(t), atol=1 / (4 * 31)
    )
    assert result.classes == len(np.flatnonzero(result.shares))


def test_the_class_profile_varies_as_far_as_it_rises():
    judge = scene(logistic(lambda z: 4 * z[:, 0]))
    there = measured(judge, (-1.0, 0.0), (0.7, 0.0))
    assert there.variation == pytest.approx(sigmoid(2.8) - sigmoid(-4.0), abs=1e-6)
    back = measured(judge, (-1.0, 0.0), (0.5, 0.0), (-1.0, 0.0), frames=33)  # a node on the top
    assert back.variation == pytest.approx(2 * (sigmoid(2.0) - sigmoid(-4.0)), abs=1e-6)


def test_the_margin_is_the_first_class_over_the_second():
    result = measured(scene(logistic(lambda z: z[:, 0])), (-2.0, 0.0), (1.0, 0.0), frames=4)
    expected = [abs(2 * sigmoid(x) - 1) for x in (-2.0, -1.0, 0.0, 1.0)]
    assert np.allclose(result.margin, expected, atol=1e-6)
    path = replace(
        result.path, probabilities=np.ones((4, 1)), labels=np.zeros(4, int), crossings=()
    )
    lone = last(measure_path(scene(), path, None, 0.0))
    assert (lone.margin == 1).all()
    assert (lone.shares.tolist(), lone.classes, lone.variation) == ([1.0], 1, 0.0)


def test_without_classes_and_codes_the_rest_is_measured():
    result = measured(scene(), (-1.0, 0.0), (1.0, 0.0))
    assert result.margin is result.shares is result.classes is result.variation is None
    assert (result.log_posterior, result.holes, len(result.crossing_log_prior)) == (None, {}, 0)
    assert result.image[-1] == pytest.approx(2)


# ---- holes ----


@pytest.mark.parametrize("frames", [5, 32, 64])
def test_two_thirds_of_the_way_lie_in_the_hole_of_the_annulus(frames):
    # C6: from (-1.5, 0) to (1.5, 0), whatever the frames are
    result = measured(
        scene(), (-1.5, 0.0), (1.5, 0.0), frames=frames, detector=FittedDetector("truth", ball, 0.5)
    )
    hole = result.holes["truth"]
    assert hole.latent == pytest.approx(2 / 3, abs=2e-6)
    assert hole.image == pytest.approx(2 / 3, abs=2e-6)  # the images are z
    assert hole.highest == 1
    assert (hole.inside == (np.abs(result.path.z[:, 0]) < 1)).all()


def test_the_share_of_the_image_length_is_another():
    # S3: .5 + 2 + .5 = 3 in the images, 2 of them in the hole, all in one step; with the images
    # squeezed to a tenth left of it, .05 + 2 + .5
    def squeezed(z):
        image = clamp(z)
        return torch.where(image < -1, -1 + (image + 1) / 10, image)

    for decode, whole in ((clamp, 3.0), (squeezed, 2.55)):
        samples = scene(decode=decode)
        hole = measured(
            samples, (-1.5, 0.0), (1.5, 0.0), detector=FittedDetector("truth", ball, 0.5)
        ).holes["truth"]
        assert hole.latent == pytest.approx(2 / 3, abs=2e-6)
        # the hole ends between two frames, whose step it is given a part of
        assert hole.image == pytest.approx(2 / whole, abs=2 * (3 / 31) / whole)


def test_the_density_score_is_that_of_one_narrow_gaussian():
    # S0, row (2, .5, 3): the hole is |z|^2 > 2.924196
    codes = Codes(torch.zeros(1, 2), torch.full((1, 2), 2 * math.log(0.5)), None, torch.zeros(1), 8)
    result = measured(scene(), (-3.0, 0.0), (3.0, 0.0), codes=codes, threshold=3.0)
    hole = result.holes[DENSITY]
    assert hole.latent == pytest.approx(1 - math.sqrt(2.924196) / 3, abs=3e-6)
    squares = (result.path.z.astype(float) ** 2).sum(1)
    log_p, log_q = -squares / 2 - math.log(2 * math.pi), -2 * squares - math.log(math.pi / 2)
    assert np.allclose(result.log_prior, log_p, atol=1e-5)
    assert np.allclose(result.log_posterior, log_q, atol=1e-5)
    assert np.allclose(hole.score, log_p - log_q, atol=1e-5)
    assert hole.highest == pytest.approx(13.5 + 2 * math.log(0.5), abs=1e-5)


def test_a_hole_between_two_frames_counts():
    # its share is 0.02 where frames are 0.25 apart; the score tells that it is near
    def near(z):
        return 0.01 - (z[:, 0] - 0.375).abs()

    result = measured(
        scene(), (0.0, 0.0), (1.0, 0.0), frames=5, detector=FittedDetector("near", near, 0.0)
    )
    assert not result.holes["near"].inside.any()
    assert result.holes["near"].latent == pytest.approx(0.02, abs=2e-6)


def test_what_lies_below_the_lower_of_two_limits_is_a_hole_too():
    both = FittedDetector("both", lambda z: z[:, 0], 0.75, low=-0.5)
    result = measured(scene(), (-1.0, 0.0), (1.0, 0.0), detector=both).holes["both"]
    assert result.latent == pytest.approx(0.75 / 2, abs=2e-6)
    assert (result.inside == ((result.score > 0.75) | (result.score < -0.5))).all()


def test_back_and_forth_the_shares_are_the_same():
    centres, truth = random(5, 2, seed=3), FittedDetector("truth", ball, 0.5)
    samples = scene(voronoi(centres))
    nodes = [(-1.5, 0.2), (0.1, 1.2), (1.5, -0.3)]
    there = measured(samples, *nodes, detector=truth)
    back = measured(samples, *nodes[::-1], detector=truth)
    assert np.allclose(there.shares, back.shares, atol=5e-6)
    assert np.allclose(there.stretch, back.stretch[::-1])
    for name in ("latent", "image"):
        one, other = (getattr(result.holes["truth"], name) for result in (there, back))
        assert one == pytest.approx(other, abs=5e-6)
    for name in ("energy", "variation"):
        assert getattr(there, name) == pytest.approx(getattr(back, name), rel=1e-5)


# ---- the decoder ----


@pytest.mark.parametrize("latent", [1, 2, 5, 9])
@pytest.mark.parametrize("deviation", [1.0, 3.0])
def test_a_linear_decoder_is_as_fast_as_its_matrix(latent, deviation):
    matrix, (start, end) = random(16, latent, seed=latent), random(2, latent, seed=7)
    samples = scene(latent=latent, decode=linear(matrix), prior=Gaussian(0.0, deviation))
    result = measured(samples, start, end, frames=20)
    along_it = float((matrix @ (end - start)).norm() / (end - start).norm())
    greatest = float(torch.linalg.svdvals(matrix.double())[0])
    assert np.allclose(result.speed, deviation * along_it, rtol=1e-4)
    assert np.allclose(result.stretch, deviation * greatest, rtol=1e-5)
    assert result.latent[-1] == pytest.approx(float((end - start).norm()) / deviation, rel=1e-5)
    assert result.image[-1] == pytest.approx(float((matrix @ (end - start)).norm()), rel=1e-5)
    assert len(result.tear.times) == 0
    assert result.tear.ratio == pytest.approx(1, abs=1e-3)


def test_speeds_are_those_of_the_jacobian_by_autograd():
    matrix = random(12, 3, seed=1)
    samples = scene(latent=3, decode=lambda z: linear(matrix)(z).sin().exp())
    result = measured(samples, *random(4, 3, seed=2), frames=20)
    way = np.gradient(result.path.z, axis=0)
    for node in range(20):
        z = torch.from_numpy(result.path.z[node])
        slope = torch.autograd.functional.jacobian(lambda z: samples.decode(z[None]).flatten(), z)
        speed = np.linalg.norm(slope.numpy() @ way[node]) / np.linalg.norm(way[node])
        assert result.speed[node] == pytest.approx(speed, rel=1e-4)
        assert result.stretch[node] == pytest.approx(np.linalg.norm(slope.numpy(), 2), rel=1e-4)
        assert result.speed[node] <= result.stretch[node] * (1 + 1e-6)


def test_who_rests_has_no_speed_and_who_is_at_a_kink_no_stretch():
    rest = measured(scene(logistic(lambda z: z[:, 0])), (1.0, 0.0), (1.0, 0.0))
    assert np.isnan(rest.speed).all()
    assert np.allclose(rest.stretch, 1)
    assert (rest.path.length, rest.energy, rest.tear.ratio, rest.classes) == (0, 0, 1, 1)
    root = scene(decode=lambda z: (z**2).sum(1)[:, None, None, None].sqrt())
    kink = measured(root, (-1.5, 0.0), (1.5, 0.0), frames=3)
    assert np.allclose(kink.stretch, [1, np.nan, 1], equal_nan=True)
    assert compare_paths([kink])[0].stretch == pytest.approx(1)


def test_a_decoder_that_cannot_be_differentiated_is_said_to_be_so():
    samples = scene(decode=lambda z: z.detach()[:, :, None, None])
    with pytest.raises(Problem, match="differentiate"):
        measured(samples, (0.0, 0.0), (1.0, 0.0))


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_energy_is_least_at_constant_speed(seed):
    # C3: L^2 <= 2 E, equality iff the speed is constant
    matrix, nodes = random(6, 2, seed=seed), random(3, 2, seed=seed + 1)
    bent = measured(scene(decode=lambda z: linear(matrix)(z).sin()), *nodes)
    assert bent.image[-1] ** 2 <= 2 * bent.energy * (1 + 1e-9)
    assert bent.image[-1] == pytest.approx(bent.path.image_length, rel=1e-5)
    straight = measured(scene(decode=linear(matrix)), *nodes[:2])
    assert straight.image[-1] ** 2 == pytest.approx(2 * straight.energy, rel=1e-5)


# ---- tears ----


def test_a_jump_is_a_tear_and_what_is_smooth_is_none():
    def torn(z):  # 1 wide where the steps are 2 / 31
        return torch.stack([z[:, 0] + (z[:, 0] > 0.3), z[:, 1]], 1)[:, :, None, None]

    def turning(z):  # at a speed that varies by half
        return torch.stack([z[:, 0].cos(), (1.5 * z[:, 0]).sin()], 1)[:, :, None, None]

    result = measured(scene(decode=torn), (-1.0, 0.0), (1.0, 0.0)).tear
    assert result.ratio == pytest.approx((1 + 2 / 31) / (2 / 31), rel=1e-4)
    (time,) = result.times
    assert time == pytest.approx(0.65, abs=0.5 / 31)  # x = 0.3 in the middle of a step
    for smooth in (turning, lambda z: z[:, :, None, None]):
        result = measured(scene(decode=smooth), (-1.0, 0.0), (1.0, 0.0)).tear
        assert len(result.times) == 0
        assert result.ratio < 2


def test_where_most_frames_are_alike_a_jump_is_infinitely_greater():
    decode = scene(decode=lambda z: ((z[:, :1] > 0.3) + 0 * z)[:, :, None, None])
    result = measured(decode, (-1.0, 0.0), (1.0, 0.0)).tear
    assert (result.ratio, len(result.times)) == (math.inf, 1)
    still = measured(scene(decode=lambda z: 0 * z[:, :, None, None]), (0.0, 0.0), (1.0, 0.0)).tear
    assert (still.ratio, len(still.times)) == (1.0, 0)


# ---- side by side ----


def test_a_comparison_has_a_row_for_each_path():
    judge = scene(voronoi(torch.tensor([[-1.0, 0.0], [1.0, 0.0], [0.0, 1.5]])))
    codes = Codes(torch.zeros(1, 2), torch.full((1, 2), 2 * math.log(0.5)), None, torch.zeros(1), 8)
    there = measured(judge, (-2.0, 0.0), (2.0, 0.0), codes=codes)
    around = measured(judge, (-2.0, 0.0), (0.0, 2.0), (2.0, 0.0), frames=33)  # a node at the corner
    one, other = compare_paths([there, around])
    assert (one.family, one.outcome, one.crossings, one.classes) == ("straight", "reached", 1, 2)
    assert (other.crossings, other.classes) == (2, 3)
    assert (one.length, other.length) == pytest.approx((4, 4 * math.sqrt(2)), rel=1e-6)
    assert one.hole_length == pytest.approx(there.holes[DENSITY].latent)
    assert other.hole_length is other.hole_image_length is other.highest_score is None
    assert (one.stretch, other.stretch) == pytest.approx((1, 1))
    assert set(COLUMNS) == set(vars(one))
