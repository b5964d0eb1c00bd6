import math
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lacuna.core.engine.errors import Problem
from lacuna.core.geometry.holes.detectors.calibration import upper_limit
from lacuna.core.geometry.holes.detectors.cycle import cycle_error
from lacuna.core.geometry.holes.detectors.detector import FittedDetector, HeldOutData
from lacuna.core.geometry.holes.detectors.nearest_code import neighbour_distance
from lacuna.core.geometry.holes.detectors.registry import (
    DETECTORS,
    Key,
    fit_detector,
    unavailable,
    verdicts,
)
from lacuna.core.geometry.holes.hole_map import hole_map
from lacuna.core.geometry.map.plane import whole_plane
from lacuna.core.geometry.map.refinement import Grain
from lacuna.core.scene.codes import density_ratio
from lacuna.core.scene.prior import Gaussian
from lacuna.core.scene.scene import Scene
from tests.core.known_holes import bent, clamped, codes_at, noise, prior_sample
from tests.jobs import last

WINDOW = (-3.0, 3.0, -3.0, 3.0)


# ---- limits ----


@given(st.integers(1, 4000))
def test_a_limit_is_a_rank_of_what_was_held_out(n):
    # a new score has each of n + 1 ranks alike, so P(above) = 1 - rank / (n + 1) <= 1 %
    limit = upper_limit(np.arange(1.0, n + 1), 0.01)
    assert limit == min(n, math.ceil(0.99 * (n + 1)))


@pytest.mark.parametrize("key", [key for key in DETECTORS if key != "density"])
def test_one_in_a_hundred_is_a_false_alarm(key):
    # of 2000 ranks one is the limit: the rate is Beta(20, 1981), sd .0022; of 5000 draws .0014
    scene, codes = bent(), codes_at(noise(5000, 2, seed=3), 0.2)
    held = HeldOutData(codes_at(noise(2500, 2, seed=4), 0.2))
    fitted = last(fit_detector(key, scene, codes, held))
    fresh = noise(5000, 2, seed=5) + 0.2 * noise(5000, 2, seed=6)
    rate = (fitted.excess(fitted.score(fresh)) > 0).double().mean()
    assert abs(rate - 0.01) < 4 * math.hypot(0.0022, 0.0014)
    assert len(fitted.known) == 2000
    assert (np.diff(fitted.known) >= 0).all()
    assert (fitted.step, fitted.key) == (7, key)
    assert "2000 images held out" in fitted.calibration


def test_half_of_the_codes_calibrate_where_no_others_are_there():
    codes = codes_at(noise(3000, 2, seed=3), 0.2)
    fitted = last(fit_detector("nearest", bent(), codes))
    assert "1500 training images set aside" in fitted.calibration
    # of the half that was set aside: no code of it is a neighbour of its own
    distance = neighbour_distance(codes.mean)(codes.mean)
    assert distance.max() == 0
    assert (fitted.score(codes.mean) == 0).sum() == 1500


def test_the_density_ratio_keeps_its_own_limit():
    codes = codes_at(noise(500, 2, seed=3), 0.2)
    fitted = last(fit_detector("density", bent(), codes))
    assert fitted.threshold == math.log(20)
    assert fitted.calibration.startswith("Fixed")
    z = prior_sample(50)
    assert torch.equal(fitted.score(z), density_ratio(codes, Gaussian())(z))


@given(st.integers(0, 2**16))
@settings(max_examples=10, deadline=None)
def test_the_same_seed_gives_the_same_detector(seed):
    codes = codes_at(noise(60, 2, seed=3), 0.2)
    one, other = (last(fit_detector("fifth", bent(), codes, seed=seed)) for _ in range(2))
    assert (one.known == other.known).all()
    assert one.threshold == other.threshold


# ---- what there is not ----


def bare(latent=2):
    return Scene("bare", 0, lambda z: z[:, None, None], latent=latent)


@pytest.mark.parametrize(
    ("key", "reason"),
    [("cycle", "encoder"), ("cycle in deviations", "encoder"), ("entropy", "classes")],
)
def test_what_is_missing_is_said(key, reason):
    codes = codes_at(noise(40, 2))
    assert reason in unavailable(key, bare(), codes)
    with pytest.raises(Problem, match=reason):
        next(fit_detector(key, bare(), codes))


@pytest.mark.parametrize("key", DETECTORS)
def test_without_codes_nothing_is_measured(key):
    assert "codes" in unavailable(key, bent(), None)
    assert "another model" in unavailable(key, bent(), codes_at(noise(40, 3)))
    assert "20 images" in unavailable(key, bent(), codes_at(noise(19, 2)))
    few = HeldOutData(codes_at(noise(5, 2)))
    assert "20 images" in unavailable(key, bent(), codes_at(noise(40, 2)), few)
    assert unavailable(key, bent(), codes_at(noise(40, 2))) is None


def test_a_collapsed_model_is_told_apart():
    with pytest.raises(Problem, match="none: its codes do not tell"):
        next(fit_detector("cycle in deviations", bent(), codes_at(torch.zeros(40, 2), 1.0)))


@pytest.mark.parametrize("latent", [1, 512])
@pytest.mark.parametrize("key", DETECTORS)
def test_any_number_of_dimensions(key, latent):
    scene, codes = bent(latent, pixels=600), codes_at(noise(60, latent), 0.3)
    why = unavailable(key, scene, codes)
    if (key, latent) == ("volume", 512):
        assert "512 dimensions" in why
        return
    assert why is None
    fitted = last(fit_detector(key, scene, codes))
    (verdict,) = verdicts((fitted,), noise(latent, seed=8))
    assert math.isfinite(verdict.score)


@pytest.mark.parametrize("detector", DETECTORS.values(), ids=DETECTORS)
def test_a_detector_says_what_it_is(detector):
    for report in (detector.meaning, detector.blind):
        assert report.endswith(".")
    assert all((detector.name, detector.unit, detector.cost, detector.formula, detector.source))
    assert DETECTORS[detector.key] is detector


# ---- maps and verdicts ----


def test_a_map_of_a_detector_equals_brute_force():
    scene = clamped()
    fitted = FittedDetector("cycle", cycle_error(scene.encode, scene.decode), 0.25, step=4)
    result = last(hole_map(fitted, whole_plane(), WINDOW, Grain(finest=129)))
    x = np.linspace(-3, 3, 129)
    rho = np.hypot(x, x[:, None])
    clear = np.abs(np.abs(rho - rho.clip(1, 2)) - 0.25) > 1e-3
    truth = np.abs(rho - rho.clip(1, 2)) > 0.25
    assert ((result.score > 0.25) == truth)[clear].mean() > 0.999
    assert (result.detector, result.threshold, result.step) == ("cycle", 0.25, 4)
    assert result.decodes < 0.8 * 129**2


def test_a_map_of_two_tails_has_one_limit():
    fitted = FittedDetector("volume", lambda z: z[:, 0], 2.0, low=-1.0)
    result = last(hole_map(fitted, whole_plane(), WINDOW, Grain(finest=65)))
    x = np.linspace(-3, 3, 65)
    assert result.threshold == 0
    expected = np.broadcast_to(np.maximum(x - 2, -1 - x), (65, 65))
    assert np.allclose(result.score, expected, atol=1e-5)


def test_a_verdict_in_words():
    known = np.arange(1.0, 1001)
    fitted = FittedDetector(
        "fifth", lambda z: z[:, 0], 990.0, known=known, whose="1000 images held out"
    )
    two = replace(fitted, key="volume", low=5.0)
    high, low = (
        verdicts((fitted, two), torch.tensor([995.5, 0.0]))[0],
        verdicts((two,), torch.tensor([3.5, 0.0]))[0],
    )
    assert (high.score, high.threshold, high.hole, high.quantile) == (995.5, 990.0, True, 0.995)
    assert high.words == "greater than for 99.5 % of 1000 images held out"
    assert (low.hole, low.low) == (True, 5.0)
    assert low.words == "smaller than for 99.7 % of 1000 images held out"


def test_every_detector_has_its_key_among_the_settings():
    assert get_args(Key) == tuple(DETECTORS)
