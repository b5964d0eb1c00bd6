import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.stats import norm

from lacuna.core.geometry.radius.exact import RadiusConfig, exact_radii
from lacuna.core.geometry.radius.radii import RadiusSample
from lacuna.core.scene.scene import Scene
from tests.jobs import last

LENGTHS = np.linspace(0, 3, 13)


def sample(radius, label=None, classes=2, **more):
    radius = np.asarray(radius, float)
    label = np.zeros(len(radius), int) if label is None else np.asarray(label)
    return RadiusSample(
        radius, label, np.full(len(radius), 1 / len(radius)), classes, "searched", **more
    )


def half_line():
    logits = lambda z: torch.cat([-z, z], 1)  # noqa: E731
    return last(exact_radii(Scene("line", 0, lambda z: z, logits, latent=1), RadiusConfig(1024)))


def disc():
    def logits(z):
        inside = 1 - (z**2).sum(1, keepdim=True)
        return torch.cat([inside, -inside], 1)

    return last(exact_radii(Scene("disc", 0, lambda z: z, logits), RadiusConfig(256)))


def test_survival_of_a_half_space():
    # r = |x|; half a square of the grid is the finest it tells
    expected = 2 * norm.sf(LENGTHS)
    assert half_line().survival(LENGTHS) == pytest.approx(expected, abs=10 / 1024)


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 0.75, 0.9])
def test_quantiles_of_a_half_space(share):
    assert half_line().quantile(share) == pytest.approx(norm.ppf((1 + share) / 2), abs=10 / 1024)


def test_survival_of_a_disc():
    # |z| < 1 - l or |z| > 1 + l
    inner, outer = np.maximum(1 - LENGTHS, 0), 1 + LENGTHS
    expected = 1 - np.exp(-(inner**2) / 2) + np.exp(-(outer**2) / 2)
    assert disc().survival(LENGTHS) == pytest.approx(expected, abs=10 / 256)


def test_classes_share_the_mean():
    # E[r] = sum p_i E[r | i]; inside a disc of radius 1 by integration over its rings
    report = disc()
    both = sum(report.shares[k] * report.mean(k).value for k in (0, 1))
    assert both == pytest.approx(report.mean().value, abs=1e-12)
    assert report.shares[0] == pytest.approx(1 - math.exp(-0.5), abs=2e-3)
    rings = np.linspace(0, 1, 100_001)
    weight = rings * np.exp(-(rings**2) / 2)
    inside = np.average(1 - rings, weights=weight)
    assert report.mean(0).value == pytest.approx(inside, abs=2e-3)


def test_survival_and_quantile_undo_each_other():
    report = sample([4.0, 1.0, 3.0, 2.0])
    assert [report.quantile(share) for share in (0.25, 0.5, 0.75, 1.0)] == [1, 2, 3, 4]
    assert report.survival(np.array([0.0, 1.0, 2.5, 4.0])) == pytest.approx([1, 0.75, 0.5, 0])


def test_a_quantile_of_one_class():
    report = sample([4.0, 1.0, 3.0, 2.0], [0, 0, 1, 1])
    assert report.quantile(0.5, of=1) == 2
    assert math.isnan(sample([1.0]).quantile(0.5, of=1))


def test_infinities_are_passed_on():
    report = sample([1.0, math.inf], [0, 1])
    assert report.mean().value == math.inf
    assert report.mean(0).value == 1
    assert report.quantile(0.5) == 1
    assert report.quantile(0.9) == math.inf
    assert report.survival(np.array([100.0])) == pytest.approx([0.5])


def test_a_class_that_is_never_drawn_has_no_mean():
    assert math.isnan(sample([1.0, 2.0]).mean(1).value)


def test_the_interval_of_a_sample_covers():
    # half-space: r = |x|, 400 samples of 500 points; 95 % +- 4 standard errors
    radii = np.abs(np.random.default_rng(0).normal(size=(400, 500)))
    means = [sample(radius).mean() for radius in radii]
    hits = sum(mean.low <= math.sqrt(2 / math.pi) <= mean.high for mean in means)
    assert abs(hits / 400 - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 400)


def test_the_interval_of_a_grid_is_its_numerical_error():
    report = sample([1.0, 3.0], sampled=False, change=-0.1, unsure=0.01)
    mean = report.mean()
    assert (mean.value, mean.low, mean.high) == (2, pytest.approx(1.88), pytest.approx(2.12))


def test_lower_bounds_have_a_mean_of_their_own():
    report = sample([1.0, 3.0], certified=np.array([0.5, 1.0]))
    assert report.certified_mean().value == 0.75
    assert sample([1.0]).certified_mean() is None


def test_the_distance_between_classes_is_the_mean_over_the_points_of_the_first():
    """Three points of the class 0, one of the class 1, none of the class 2."""
    to_class = np.array([[0, 1, 2], [0, 3, 4], [0, 5, 6], [2, 0, 7]], float)
    weight = np.array([0.2, 0.2, 0.4, 0.2])
    radii = RadiusSample(np.ones(4), np.array([0, 0, 0, 1]), weight, 3, "exact", to_class=to_class)
    between = radii.between
    np.testing.assert_allclose(between[0], [0, 3.5, 4.5])
    np.testing.assert_allclose(between[1], [2, 0, 7])
    assert np.isnan(between[2]).all()
    assert replace(radii, to_class=None).between is None


SEEDS = 400
COVERED = 0.92  # 0.95 less 2.7 standard errors of so many trials


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_the_interval_of_a_quantile_covers(share):
    truth = norm.ppf((1 + share) / 2)  # r = |x| of N(0, 1)
    covered = 0
    for seed in range(SEEDS):
        estimate = sample(np.abs(np.random.default_rng(seed).normal(size=300))).quantile_estimate(
            share
        )
        covered += estimate.low <= truth <= estimate.high
    assert covered >= COVERED * SEEDS


@pytest.mark.parametrize("offset", [0.0, 0.7, 1.5])
def test_the_upper_end_of_a_mean_bounds_the_radius_of_a_half_space(offset):
    """r = |x - t|, with E[r] = 2 phi(t) + t (2 Phi(t) - 1): .98575 for t = .7"""
    truth = 2 * norm.pdf(offset) + offset * (2 * norm.cdf(offset) - 1)
    draws = (np.random.default_rng(seed).normal(size=300) for seed in range(SEEDS))
    above = sum(sample(np.abs(x - offset)).mean().high >= truth for x in draws)
    assert above >= 0.95 * SEEDS
