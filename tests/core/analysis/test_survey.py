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
    drawn,
    half_space,
    one_class,
    reports,
    scene,
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
    said = reports(scene(half_space(0.3), latent), codes_of_prior(latent=latent))
    first = [next(i for i, s in enumerate(said) if getattr(s, name)) for name in FIELDS]
    assert first == sorted(first)
    for before, after in pairwise(said):
        assert all(getattr(after, name) for name in FIELDS if getattr(before, name))
    assert said[-1].step == said[-1].radii.step == 3
    assert set(said[-1].missing) == (set() if latent < 3 else {"certificate"})


@pytest.mark.parametrize("deviation", [1.0, 2.5])
@pytest.mark.parametrize("latent", [1, 2, 3, 8])
def test_a_half_space(latent, deviation):
    found = surveyed(scene(half_space(1.0), latent, deviation))
    truth = half_space_mean(1.0)
    assert truth == pytest.approx(1.166631, abs=1e-6)  # F1, row 2
    if latent <= 2:
        assert found.radii.kind == "exact"
        assert found.radii.mean().value == pytest.approx(truth, abs=(10 / 256) ** 2)
        assert found.radii.shares[0] == pytest.approx(ndtr(1.0), abs=5e-3)
    else:
        assert found.radii.kind == "searched"
        assert within(found.radii.mean(), truth)
    # an isometry but for a factor: the image changes by as much (A8)
    assert within(found.images.mean, STRETCH * deviation * truth)
    assert found.slopes.local == pytest.approx(STRETCH, rel=1e-5)
    assert found.slopes.lower == pytest.approx(STRETCH, rel=1e-3)


def test_voronoi_cells():
    # F1, row 19
    centres = [(0.0, 0.0), (1.2, 0.3), (-0.7, 1.1), (-0.9, -1.0), (0.8, -1.3)]
    found = surveyed(scene(voronoi(centres), classes=tuple("abcde")))
    assert found.radii.mean().value == pytest.approx(0.42603, abs=(10 / 256) ** 2)
    shares = [0.25374, 0.19959, 0.21942, 0.18723, 0.14002]
    assert found.radii.shares == pytest.approx(np.array(shares), abs=2e-3)


def test_codes_that_are_the_prior_have_no_divergence():
    # one code at the mean as wide as the prior, thirty times: q is p
    codes = codes_of_prior(30)
    codes = type(codes)(codes.mean * 0, codes.logvar * 0, None, codes.index, 3)
    found = surveyed(scene(half_space(0.0)), codes)
    assert found.mismatch.kl.value == pytest.approx(0, abs=1e-6)
    assert found.mismatch.sampled == found.mismatch.floor == 0


# ---- what is missing ----


def test_without_codes_the_rest_is_there():
    found = surveyed(scene(half_space(0.0)))
    assert found.radii is not None
    assert found.slopes is not None
    assert set(found.missing) == {"mismatch", "table"}
    assert "codes" in found.missing["mismatch"]


def test_without_classes_the_rest_is_there():
    found = surveyed(scene(None, classes=()), codes_of_prior())
    assert set(found.missing) == {"radii"}
    assert "No judge" in found.missing["radii"]
    assert found.images is None
    assert None not in (found.slopes, found.mismatch, found.table)


def test_without_anything_there_is_still_the_decoder():
    found = surveyed(scene(None, classes=()))
    assert set(found.missing) == {"radii", "mismatch", "table"}
    assert found.slopes.lower == pytest.approx(STRETCH, rel=1e-3)


@pytest.mark.parametrize("latent", [2, 3])
def test_one_class_is_infinitely_deep(latent):
    found = surveyed(scene(one_class, latent))
    assert math.isinf(found.radii.mean().value)
    assert found.missing["images"] == "No point of another class was found."
    assert found.slopes is not None


@pytest.mark.parametrize("latent", [2, 3])
def test_scores_that_are_no_numbers_are_said_and_the_rest_goes_on(latent):
    healthy = scene(half_space(0.0), latent)
    ill = scene(lambda z: half_space(0.0)(z) * math.nan, latent)
    found = tried(ill, codes_of_prior(latent=latent), None)[-1]
    assert found.radii is None
    assert "NaN" in found.missing["radii"]
    assert found.slopes.lower == pytest.approx(surveyed(healthy).slopes.lower)


def test_drawings_that_are_no_numbers_are_said():
    found = surveyed(scene(half_space(0.0), decode=lambda z: drawn(z) * math.nan))
    assert "NaN" in found.missing["slopes"]
    assert "NaN" in found.missing["images"]
    assert found.radii.mean().value == pytest.approx(math.sqrt(2 / math.pi), abs=(10 / 256) ** 2)


def through_numpy(z):
    return torch.from_numpy(drawn(z.detach()).numpy().copy())


@pytest.mark.parametrize("latent", [2, 3, 40])
def test_a_decoder_that_torch_cannot_follow(latent):
    def logits(z):
        return half_space(0.3)(torch.from_numpy(z.detach().numpy().copy()))

    found = surveyed(scene(logits, latent, decode=through_numpy))
    assert "differentiate" in found.missing["slopes"]
    assert found.gradient_free == (latent > 2)
    assert (found.radii.radius > 0).all()
    assert np.isfinite(found.radii.radius).all()
    assert found.images is not None


def test_a_followed_search_is_not_called_coarse():
    assert not surveyed(scene(half_space(0.0), 3)).gradient_free


def test_too_few_codes_are_said():
    found = tried(scene(half_space(0.0)), codes_of_prior(5), None)[-1]
    assert "20 images" in found.missing["mismatch"]
    assert found.radii is not None


# ---- size ----


def test_many_dimensions_take_fewer_points():
    asked = []

    def logits(z):
        asked.append(len(z))
        return half_space(0.5)(z)

    found = surveyed(scene(logits, 512), n=64)
    assert len(found.radii.radius) == MeasureConfig().wide_search.points
    assert len(found.slopes.local) == lacuna.core.analysis.survey.ITERATED
    assert found.slopes.local == pytest.approx(STRETCH, rel=1e-5)
    assert within(found.radii.mean(), half_space_mean(0.5))
    assert max(asked) <= 64


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
    found = surveyed(scene_of(made, "a"), insides=Insides(made.model, made.judge, 0.5))
    assert found.accuracy == 0.5
    assert "certificate" not in found.missing
    assert (found.radii.certified <= found.radii.radius).all()
    assert (found.radii.certified > 0).any()
    assert max(sizes) == 4
    assert found.slopes.lower <= found.slopes.upper


def test_why_nothing_is_proven():
    found = surveyed(scene(half_space(0.0), 3))
    assert found.missing["certificate"] == "The layers of this model are not known."


def test_the_slope_of_a_network_is_bounded_in_two_dimensions():
    made = document(DENSE)
    found = surveyed(scene_of(made, "a"), insides=Insides(made.model, made.judge))
    assert 0 < found.slopes.lower <= found.slopes.upper
