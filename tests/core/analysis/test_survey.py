"""The survey against closed forms (theory: F1), and what it says of models that lack much."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from scipy.special import ndtr
from scipy.stats import norm

import lacuna.core.analysis.survey
from lacuna.core.analysis.measure_config import MeasureConfig
from lacuna.core.analysis.survey import Insides
from lacuna.core.documents.scenes import scene_of
from lacuna.core.geometry.radius.interval_bounds import interval_radii
from lacuna.core.models.vae.vae import VAEConfig
from tests.core.known_geometry import (
    STRETCH,
    codes_of_prior,
    half_space,
    one_class,
    reports,
    scene,
    stretched,
    surveyed,
    tried,
    voronoi,
)
from tests.core.small_models import DENSE, document

FIELDS = ("masses", "radii", "images", "slopes", "mismatch", "table")


def within(estimate, truth, errors=4):
    """Within so many standard errors of its interval."""
    return abs(estimate.value - truth) <= errors * (estimate.high - estimate.value) / 1.96


def half_space_mean(t):
    """E|x - t| of a standard normal x (F1, row 2)"""
    return 2 * norm.pdf(t) + t * (2 * norm.cdf(t) - 1)


# ---- all of it ----


@pytest.mark.parametrize("latent", [1, 2, 3])
def test_everything_comes_in_order_and_stays(latent):
    answer = reports(scene(half_space(0.3), latent), codes_of_prior(latent=latent))
    first = [next(i for i, s in enumerate(answer) if getattr(s, name)) for name in FIELDS]
    assert first == sorted(first)
    for before, after in pairwise(answer):
        assert all(getattr(after, name) for name in FIELDS if getattr(before, name))
    assert answer[-1].step == answer[-1].radii.step == 3
    assert set(answer[-1].missing) == (set() if latent < 3 else {"certificate"})


@pytest.mark.parametrize("deviation", [1.0, 2.5])
@pytest.mark.parametrize("latent", [1, 2, 3, 8])
def test_a_half_space(latent, deviation):
    result = surveyed(scene(half_space(1.0), latent, deviation))
    truth = half_space_mean(1.0)
    assert truth == pytest.approx(1.166631, abs=1e-6)  # F1, row 2
    if latent <= 2:
        assert result.radii.kind == "exact"
        assert result.radii.mean().value == pytest.approx(truth, abs=(10 / 256) ** 2)
        assert result.radii.shares[0] == pytest.approx(ndtr(1.0), abs=5e-3)
    else:
        assert result.radii.kind == "searched"
        assert within(result.radii.mean(), truth)
    # an isometry but for a factor: the image changes by as much (A8)
    assert within(result.images.mean, STRETCH * deviation * truth)
    assert result.slopes.local == pytest.approx(STRETCH, rel=1e-5)
    assert result.slopes.lower == pytest.approx(STRETCH, rel=1e-3)


def test_voronoi_cells():
    # F1, row 19
    centres = [(0.0, 0.0), (1.2, 0.3), (-0.7, 1.1), (-0.9, -1.0), (0.8, -1.3)]
    result = surveyed(scene(voronoi(centres), classes=tuple("abcde")))
    assert result.radii.mean().value == pytest.approx(0.42603, abs=(10 / 256) ** 2)
    shares = [0.25374, 0.19959, 0.21942, 0.18723, 0.14002]
    assert result.radii.shares == pytest.approx(np.array(shares), abs=2e-3)


def test_codes_that_are_the_prior_have_no_divergence():
    # one code at the mean as wide as the prior, thirty times: q is p
    codes = codes_of_prior(30)
    codes = type(codes)(codes.mean * 0, codes.logvar * 0, None, codes.index, 3)
    result = surveyed(scene(half_space(0.0)), codes)
    assert result.mismatch.kl.value == pytest.approx(0, abs=1e-6)
    assert result.mismatch.sampled == result.mismatch.floor.value == result.mismatch.floor.low == 0


# ---- what is missing ----


def test_without_codes_the_rest_is_there():
    result = surveyed(scene(half_space(0.0)))
    assert result.radii is not None
    assert result.slopes is not None
    assert set(result.missing) == {"mismatch", "table"}
    assert "codes" in result.missing["mismatch"]


def test_without_classes_the_rest_is_there():
    result = surveyed(scene(None, classes=()), codes_of_prior())
    assert set(result.missing) == {"radii"}
    assert "No judge" in result.missing["radii"]
    assert result.images is None
    assert None not in (result.slopes, result.mismatch, result.table)


def test_without_anything_there_is_still_the_decoder():
    result = surveyed(scene(None, classes=()))
    assert set(result.missing) == {"radii", "mismatch", "table"}
    assert result.slopes.lower == pytest.approx(STRETCH, rel=1e-3)


@pytest.mark.parametrize("latent", [2, 3])
def test_one_class_is_infinitely_deep(latent):
    result = surveyed(scene(one_class, latent))
    assert math.isinf(result.radii.mean().value)
    assert result.missing["images"] == "No point of another class was found."
    assert result.slopes is not None


@pytest.mark.parametrize("latent", [2, 3])
def test_scores_that_are_no_numbers_are_said_and_the_rest_goes_on(latent):
    healthy = scene(half_space(0.0), latent)
    ill = scene(lambda z: half_space(0.0)(z) * math.nan, latent)
    result = tried(ill, codes_of_prior(latent=latent), None)[-1]
    assert result.radii is None
    assert "NaN" in result.missing["radii"]
    assert result.slopes.lower == pytest.approx(surveyed(healthy).slopes.lower)


def test_drawings_that_are_no_numbers_are_said():
    result = surveyed(scene(half_space(0.0), decode=lambda z: stretched(z) * math.nan))
    assert "NaN" in result.missing["slopes"]
    assert "NaN" in result.missing["images"]
    assert result.radii.mean().value == pytest.approx(math.sqrt(2 / math.pi), abs=(10 / 256) ** 2)


def through_numpy(z):
    return torch.from_numpy(stretched(z.detach()).numpy().copy())


@pytest.mark.parametrize("latent", [2, 3, 40])
def test_a_decoder_that_torch_cannot_follow(latent):
    def logits(z):
        return half_space(0.3)(torch.from_numpy(z.detach().numpy().copy()))

    result = surveyed(scene(logits, latent, decode=through_numpy))
    assert "differentiate" in result.missing["slopes"]
    assert result.gradient_free == (latent > 2)
    assert (result.radii.radius > 0).all()
    assert np.isfinite(result.radii.radius).all()
    assert result.images is not None


def test_a_followed_search_is_not_called_coarse():
    assert not surveyed(scene(half_space(0.0), 3)).gradient_free


def test_too_few_codes_are_said():
    result = tried(scene(half_space(0.0)), codes_of_prior(5), None)[-1]
    assert "20 images" in result.missing["mismatch"]
    assert result.radii is not None


# ---- size ----


def test_many_dimensions_take_fewer_points():
    requests = []

    def logits(z):
        requests.append(len(z))
        return half_space(0.5)(z)

    result = surveyed(scene(logits, 512), n=64)
    assert len(result.radii.radius) == MeasureConfig().wide_search.points
    assert len(result.slopes.local) == lacuna.core.analysis.survey.ITERATED
    assert result.slopes.local == pytest.approx(STRETCH, rel=1e-5)
    assert within(result.radii.mean(), half_space_mean(0.5))
    assert max(requests) <= 64


def test_of_many_codes_some_are_starts():
    some = lacuna.core.analysis.survey.start_codes(
        codes_of_prior(2 * lacuna.core.analysis.survey.STARTS + 1)
    )
    assert lacuna.core.analysis.survey.STARTS / 2 < len(some) <= lacuna.core.analysis.survey.STARTS


# ---- certificates ----


def test_what_is_proven_is_below_what_is_found(monkeypatch):
    sizes = []

    def proof(layers, z):
        sizes.append(len(z))
        return interval_radii(layers, z)

    monkeypatch.setattr(lacuna.core.analysis.survey, "interval_radii", proof)
    made = document(VAEConfig(body="dense", hidden=16, latent=3))
    result = surveyed(scene_of(made, "a"), insides=Insides(made.model, made.judge, 0.5))
    assert result.accuracy == 0.5
    assert "certificate" not in result.missing
    assert (result.radii.certified <= result.radii.radius).all()
    assert (result.radii.certified > 0).any()
    assert max(sizes) == 4
    assert result.slopes.lower <= result.slopes.upper


def test_why_nothing_is_proven():
    result = surveyed(scene(half_space(0.0), 3))
    assert result.missing["certificate"] == "The layers of this model are not known."


def test_the_slope_of_a_network_is_bounded_in_two_dimensions():
    made = document(DENSE)
    result = surveyed(scene_of(made, "a"), insides=Insides(made.model, made.judge))
    assert 0 < result.slopes.lower <= result.slopes.upper
