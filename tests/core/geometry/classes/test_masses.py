import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from lacuna.core.figures.intervals import wilson
from lacuna.core.geometry.classes.masses import prior_masses
from lacuna.core.scene.codes import Codes
from lacuna.core.scene.prior import Gaussian
from lacuna.core.scene.scene import Scene


def scene(logits=None, latent=2):
    return Scene("analytic", 6, lambda z: z, logits, latent=latent)


def halves(threshold):
    return lambda z: torch.stack([threshold - z[:, 0], z[:, 0] - threshold], 1)


def shrunken(latent, deviation):
    logvar = torch.full((1, latent), 2 * math.log(deviation))
    return Codes(torch.zeros(1, latent), logvar, None, torch.zeros(1), step=6)


def last(job):
    return [report for report in job if report][-1]


@given(st.integers(1, 10_000), st.data())
@settings(max_examples=60, deadline=None)
def test_wilson_limits_are_the_shares_at_the_edge_of_belief(n, data):
    # the limits solve (p - hits / n)^2 = z^2 p (1 - p) / n
    hits = data.draw(st.integers(0, n))
    for limit in wilson(hits, n):
        assert (limit - hits / n) ** 2 == pytest.approx(3.8416 * limit * (1 - limit) / n, abs=1e-9)
    low, high = wilson(hits, n)
    mirrored = wilson(n - hits, n)
    assert 0 <= low <= hits / n <= high <= 1
    assert (1 - high, 1 - low) == (pytest.approx(mirrored[0]), pytest.approx(mirrored[1]))


def test_wilson_of_nothing_seen():
    low, high = wilson(0, 100)
    assert low == 0
    assert high == pytest.approx(3.8416 / 103.8416)


@pytest.mark.parametrize("threshold", [0.0, 1.0, -1.5])
def test_half_spaces_have_the_mass_of_the_normal_law(threshold):
    result = last(prior_masses(scene(halves(threshold)), None, 3.0))
    truth = norm.cdf(threshold)
    assert abs(result.share[0] - truth) < 4 * math.sqrt(truth * (1 - truth) / 4096)
    assert result.share.sum() == pytest.approx(1)
    assert result.hole is None
    assert (result.n, result.step) == (4096, 6)


def test_an_absent_class_has_an_upper_limit():
    # rule of three: (1 - p)^n = 5 %
    def logits(z):
        return torch.stack([z[:, 0], -z[:, 0], torch.full_like(z[:, 0], -99.0)], 1)

    result = last(prior_masses(scene(logits), None, 3.0, n=1000))
    assert (result.share[2], result.low[2]) == (0, 0)
    assert result.high[2] == pytest.approx(-math.log(0.05) / 1000)


@pytest.mark.parametrize(
    ("latent", "deviation", "threshold", "truth"),
    [
        (2, 0.5, 3.0, 0.231750),
        (2, 0.8, 3.0, 0.002184),
        (10, 0.7, 3.0, 0.245793),
        (2, 1.2, math.log(1.2), 0.449369),
    ],
)
def test_the_hole_of_a_shrunken_gaussian(latent, deviation, threshold, truth):
    # theory: B2, S0
    codes = shrunken(latent, deviation)
    result = last(prior_masses(scene(latent=latent), codes, threshold, n=20_000))
    share, low, high = result.hole
    assert abs(share - truth) < 4 * math.sqrt(truth * (1 - truth) / 20_000)
    assert low < share < high
    assert len(result.share) == 0


def test_answers_come_early_and_grow():
    reports = [result for result in prior_masses(scene(halves(0)), None, 3.0) if result]
    assert [result.n for result in reports] == [256, 512, 1024, 2048, 4096]
    assert (np.diff([result.high[0] - result.low[0] for result in reports]) < 0).all()


@given(st.integers(1, 700), st.integers(0, 50))
@settings(max_examples=20, deadline=None)
def test_the_sample_is_fixed_by_its_seed(n, seed):
    result = last(prior_masses(scene(halves(0.5)), shrunken(2, 0.5), 3.0, n, seed))
    again = last(prior_masses(scene(halves(0.5)), shrunken(2, 0.5), 3.0, n, seed))
    assert result.n == again.n == n
    assert (result.share == again.share).all()
    assert result.hole == again.hole


def test_renaming_the_classes_renames_the_masses():
    order = torch.tensor([1, 0])
    result = last(prior_masses(scene(halves(1.0)), None, 3.0))
    swapped = last(prior_masses(scene(lambda z: halves(1.0)(z)[:, order]), None, 3.0))
    assert (result.share == swapped.share[order.numpy()]).all()


def test_the_prior_of_the_scene_is_the_measure():
    wide = Scene("wide", 0, lambda z: z, halves(2.0), prior=Gaussian(0.0, 2.0))
    result = last(prior_masses(wide, None, 3.0))
    assert result.share[0] == last(prior_masses(scene(halves(1.0)), None, 3.0)).share[0]
