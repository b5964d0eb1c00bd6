"""The cycle error: decoded and encoded again."""

import math
from dataclasses import replace

import pytest
import torch
from scipy.stats import chi2, kstest

from lacuna.core.geometry.holes.detectors.cycle import (
    active_units,
    cycle_error,
    cycle_in_deviations,
)
from lacuna.core.geometry.holes.detectors.detector import HeldOutData
from lacuna.core.geometry.holes.detectors.registry import fit_detector
from lacuna.core.scene.scene import Scene
from tests.core.known_holes import (
    annulus,
    clamped,
    codes_at,
    in_annulus,
    noise,
    prior_sample,
    quality,
)
from tests.jobs import last


def test_the_cycle_sees_the_annulus_exactly():
    # theory: B2, S3: the error is the distance to the annulus
    scene = clamped()
    fitted = last(fit_detector("cycle", scene, annulus(500), HeldOutData(annulus(500, seed=1))))
    z = prior_sample(4000)
    z = z[((z.norm(dim=1) - 1).abs() > 1e-6) & ((z.norm(dim=1) - 2).abs() > 1e-6)]
    assert quality(fitted, z, ~in_annulus(z)) == (1.0, 1.0, 1.0)
    rho = z.norm(dim=1)
    assert torch.allclose(fitted.score(z), (rho - rho.clamp(1, 2)).abs(), atol=1e-6)


def linear_model(weight, variance):
    """Probabilistic PCA as a VAE (Tipping & Bishop 1999): M = WᵀW + σ²I, posterior σ²M⁻¹"""
    inverse = torch.linalg.inv(weight.mT @ weight + variance * torch.eye(weight.shape[1]))

    def encode(images):
        mean = images.flatten(1) @ weight @ inverse
        return mean, (variance * inverse.diag()).log().expand_as(mean)

    return Scene(
        "linear", 0, lambda z: (z @ weight.mT)[:, None, None], encode=encode, latent=3
    ), inverse


def test_a_collapsed_coordinate_fools_the_cycle_only():
    # theory: B0: f(g(z)) - z = -σ² M⁻¹ z, in a collapsed coordinate -z_j whatever the others
    axes, _ = torch.linalg.qr(noise(6, 3, seed=1))
    scene, inverse = linear_model(axes * torch.tensor([2.0, 1.0, 0.0]), 0.1)
    z = prior_sample(3000, 3)
    images = scene.decode(z) + math.sqrt(0.1) * noise(3000, 1, 1, 6, seed=2)
    mean, logvar = scene.encode(images)
    codes = replace(codes_at(mean), logvar=logvar.contiguous())
    assert active_units(codes.mean).tolist() == [True, True, False]
    plain = cycle_error(scene.encode, scene.decode)(z)
    assert torch.allclose(plain, (0.1 * z @ inverse).norm(dim=1), atol=1e-5)
    in_use = cycle_in_deviations(scene.encode, scene.decode, active_units(codes.mean))(z)
    every = cycle_in_deviations(scene.encode, scene.decode, torch.ones(3, dtype=torch.bool))(z)
    assert torch.allclose(every - in_use, z[:, 2].square(), rtol=1e-4, atol=1e-4)
    lone = torch.tensor([[0.1, 0.1, 4.0]])
    flagged = [
        last(fit_detector(key, scene, codes)).score(lone)
        > last(fit_detector(key, scene, codes)).threshold
        for key in ("cycle", "cycle in deviations")
    ]
    assert [bool(flag) for flag in flagged] == [True, False]


def test_where_the_decoder_undoes_the_encoder_the_cycle_is_chi_squared():
    # theory: H4: each posterior sample is decoded to its own image
    def encode(images):
        mean = images.flatten(1)
        return mean, torch.full_like(mean, 2 * math.log(0.5))

    scene = Scene("snap", 0, lambda z: 10 * z.sign()[:, None, None], encode=encode)
    codes = codes_at(10 * noise(4000, 2).sign(), 0.5)
    fitted = last(fit_detector("cycle in deviations", scene, codes))
    assert kstest(fitted.known, chi2(2).cdf).pvalue > 0.01
    assert f"{chi2(2).ppf(0.99):.2f}" in fitted.calibration


@pytest.mark.parametrize("shift", [0.0, 3.0])
def test_active_units_are_those_that_vary(shift):
    # Burda et al.: a variance above .01; a constant encoder has none
    means = shift + noise(1000, 3) * torch.tensor([1.0, 0.2, 0.01])
    assert active_units(means).tolist() == [True, True, False]
    assert active_units(means[:, [2, 0, 1]]).tolist() == [False, True, True]
    assert not active_units(torch.full((50, 3), shift)).any()
