"""Codes of a part of the images, and of many dimensions, against what is known of all of them.

theory: B0, B2.
"""

import math
from dataclasses import replace

import pytest
import torch

from lacuna.core.geometry.classes.masses import prior_masses
from lacuna.core.geometry.holes.mismatch import mismatch
from lacuna.core.scene.calibrate_codes import RARE, calibrated
from lacuna.core.scene.codes import Codes, smoothed
from lacuna.core.scene.held_out_scores import HeldOutScores
from lacuna.core.scene.prior import Gaussian
from lacuna.core.scene.scene import Scene
from tests.jobs import last, returned

WIDTH = 0.05  # of a posterior: so narrow that few codes leave gaps between them


def codes_of(spread, count, latent, total=60_000, seed=0):
    """`count` of `total` codes of which all together are N(0, spread^2)"""
    random = torch.Generator().manual_seed(seed)
    mean = math.sqrt(spread**2 - WIDTH**2) * torch.randn(count, latent, generator=random)
    logvar = torch.full((count, latent), 2 * math.log(WIDTH))
    codes = Codes(mean, logvar, None, torch.arange(count), 0, total)
    return returned(calibrated(codes, Gaussian()))


def holes_of(codes):
    scene = Scene("codes", 0, lambda z: z[:, None, None], latent=codes.mean.shape[1])
    return last(prior_masses(scene, codes, RARE)).holes


def shrunk_mass(spread, latent):
    """P(|z|^2 > 2 (t - d log s) / (1 / s^2 - 1)) for t = log 20 (THEORY S0)"""
    reach = 2 * (RARE - latent * math.log(spread)) / (1 / spread**2 - 1)
    return float(torch.special.gammaincc(torch.tensor(latent / 2), torch.tensor(reach / 2)))


@pytest.mark.parametrize("count", [1000, 5000, 20_000])
def test_the_hole_mass_does_not_depend_on_how_many_codes_there_are(count):
    _, low, high = holes_of(codes_of(0.5, count, 2)).share
    assert low <= shrunk_mass(0.5, 2) <= high
    assert high - low < 0.2


@pytest.mark.parametrize("latent", [1, 2, 4, 10])
@pytest.mark.parametrize("count", [1000, 5000])
def test_there_is_no_hole_where_the_codes_are_the_prior(latent, count):
    holes = holes_of(codes_of(1.0, count, latent))
    assert holes.share[0] < 1e-3
    assert holes.share[1] == 0
    assert holes.left_out < 0.01


def test_ten_dimensions_have_the_mass_that_they_have():
    """(d, s) = (10, .7); raw, 5 000 codes make 98 % of the prior a hole and more"""
    codes = codes_of(0.7, 5000, 10)
    share, low, high = holes_of(codes).share
    assert low <= shrunk_mass(0.7, 10) <= high
    raw = holes_of(replace(codes, held_out=None, total=None)).share[0]
    assert share < 0.3 < 0.9 < raw


@pytest.mark.parametrize(("spread", "latent"), [(0.5, 2), (0.7, 10)])
@pytest.mark.parametrize("count", [1000, 5000])
def test_the_divergence_is_between_its_two_sides(spread, latent, count):
    """KL(N(0, s^2) || N(0, 1)) = d ((s^2 - 1) / 2 - log s)"""
    kl = last(mismatch(codes_of(spread, count, latent), Gaussian(), RARE)).kl
    assert kl.low <= latent * ((spread**2 - 1) / 2 - math.log(spread)) <= kl.high


def test_all_codes_are_taken_as_they_are():
    codes = codes_of(1.0, 5000, 1, total=5000)
    assert codes.whole
    assert codes.smoothing == 0
    assert codes.limit(RARE) == RARE
    assert codes.part_text == codes.refusal(RARE) == ""


def test_codes_that_tell_nothing_of_others_give_no_number():
    """Each a point of its own, far from all others in 40 dimensions, spread unlike a Gaussian"""
    random = torch.Generator().manual_seed(0)
    mean = torch.randn(200, 40, generator=random) * 10 ** torch.randn(200, 1, generator=random)
    codes = Codes(mean, torch.full_like(mean, -12.0), None, torch.arange(200), 0)
    codes = returned(calibrated(codes, Gaussian(0.0, 10.0)))
    assert codes.refusal(RARE)
    holes = holes_of(codes)
    assert holes.share is None
    assert holes.refusal == codes.refusal(RARE)


def test_smoothing_keeps_mean_and_variance():
    random = torch.Generator().manual_seed(0)
    mean = torch.randn(500, 3, generator=random, dtype=torch.float64).exp()
    logvar = torch.randn(500, 3, generator=random, dtype=torch.float64)
    other = smoothed(mean, logvar, 0.3)
    torch.testing.assert_close(other[0].mean(0), mean.mean(0))
    spreads = [m.var(0, correction=0) + v.exp().mean(0) for m, v in ((mean, logvar), other)]
    torch.testing.assert_close(*spreads)


def test_a_limit_is_raised_until_few_of_the_left_out_are_in_holes():
    scores = torch.linspace(0, 3.1, 1000).numpy()  # 3 % above log 20
    held_out = HeldOutScores(scores, 0.1)
    assert held_out.spiky(RARE)
    assert not held_out.refused(RARE)
    assert held_out.share(held_out.limit(RARE)) <= math.exp(-RARE) / 5
    assert held_out.limit(3.2) == 3.2
