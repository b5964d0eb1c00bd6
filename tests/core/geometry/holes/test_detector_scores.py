import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.stats import chi2, kstest
from sklearn.metrics import roc_auc_score
from torch import nn

from lacuna.core.geometry.holes.detectors.cycle import (
    active_units,
    cycle_error,
    cycle_in_deviations,
)
from lacuna.core.geometry.holes.detectors.detector import HeldOutData
from lacuna.core.geometry.holes.detectors.entropy import class_entropy
from lacuna.core.geometry.holes.detectors.nearest_code import neighbour_distance
from lacuna.core.geometry.holes.detectors.realism import penultimate
from lacuna.core.geometry.holes.detectors.registry import fit_detector
from lacuna.core.geometry.holes.detectors.volume import log_volume
from lacuna.core.models.judge import Judge
from lacuna.core.scene.codes import density_ratio
from lacuna.core.scene.prior import Gaussian
from lacuna.core.scene.scene import Scene
from tests.core.known_holes import annulus, bent, clamped, codes_at, in_annulus, noise, prior_sample
from tests.jobs import last


def quality(fitted, z, truth):
    """Precision, recall and area under the curve of a detector of `truth` (N,)"""
    score = fitted.score(z).double()
    flagged = fitted.excess(score) > 0
    hits = (flagged & truth).sum()
    area = roc_auc_score(truth, score)
    return float(hits / flagged.sum()), float(hits / truth.sum()), float(area)


# ---- encoder side ----


@pytest.mark.parametrize(
    ("deviation", "area", "recall"), [(0.05, 0.993, 0.85), (0.1, 0.996, 0.69), (0.2, 0.995, 0.41)]
)
def test_the_annulus_seen_by_the_density_ratio(deviation, area, recall):
    # THEORY.md B2, S1 n=2000: the wider the posteriors, the smaller the hole that is seen
    fitted = last(fit_detector("density", bent(), annulus(2000, deviation=deviation)))
    z = prior_sample()
    found = quality(fitted, z, ~in_annulus(z))
    assert found[0] > 0.98
    assert found[1:] == pytest.approx((recall, area), abs=0.02)
    assert deviation != 0.1 or found[1] > 0.65


def test_the_annulus_seen_by_the_nearest_code():
    # THEORY.md B2, S1 n=2000: AUROC .982, P .99, R .89
    fitted = last(
        fit_detector("nearest", bent(), annulus(2000), HeldOutData(annulus(2000, seed=1)))
    )
    z = prior_sample()
    precision, recall, area = quality(fitted, z, ~in_annulus(z))
    print(f"\nprecision {precision:.3f}, recall {recall:.3f}, area {area:.3f}")
    assert precision > 0.97
    assert recall > 0.85
    assert area == pytest.approx(0.982, abs=0.005)


@pytest.mark.parametrize("latent", [1, 2, 10, 11, 512])
@pytest.mark.parametrize("k", [1, 5])
def test_the_kth_neighbour_is_that_of_a_sort(latent, k):
    points, z = noise(40, latent, seed=1), noise(7, latent, seed=2)
    away = (z[:, None].double() - points.double()).square().sum(-1).sqrt()
    expected = away.sort(1).values[:, k - 1]
    assert torch.allclose(neighbour_distance(points, k)(z), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("latent", [2, 12])
def test_turning_or_shuffling_the_codes_changes_no_score(latent):
    turn, _ = torch.linalg.qr(noise(latent, latent, seed=1).double())
    mean, z = noise(200, latent, seed=2).double(), noise(50, latent, seed=3).double()
    order = torch.randperm(200)
    for moved, at in ((mean[order], z), (mean @ turn, z @ turn)):
        for score in (
            lambda points: neighbour_distance(points, 5),
            lambda points: density_ratio(codes_at(points, 0.3), Gaussian()),
        ):
            assert torch.allclose(score(moved)(at), score(mean)(z), atol=1e-5)


# ---- cycle ----


def test_the_cycle_sees_the_annulus_exactly():
    # THEORY.md B2, S3: the error is the distance to the annulus
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
    # THEORY.md B0: f(g(z)) - z = -σ² M⁻¹ z, in a collapsed coordinate -z_j whatever the others
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
    # THEORY.md H4: each posterior sample is decoded to its own image
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


# ---- what is drawn ----


def test_entropy_from_certain_to_undecided():
    assert class_entropy(lambda z: torch.zeros(len(z), 7))(noise(3, 2)) == pytest.approx(
        math.log(7)
    )
    sure = class_entropy(lambda z: torch.tensor([[0.0, 200.0]]).expand(len(z), 2))
    assert sure(noise(3, 2)).abs().max() == 0


def test_volume_of_a_linear_decoder_is_constant():
    weight = noise(8, 3).double()
    found = log_volume(lambda z: (z @ weight.mT)[:, None, None])(noise(5, 3).double())
    assert torch.allclose(found, 0.5 * torch.logdet(weight.mT @ weight))


def test_volume_equals_autograd():
    scene, z = bent(), noise(6, 2, seed=4)
    jacobians = [torch.autograd.functional.jacobian(scene.decode, one[None]) for one in z]
    flat = [jacobian.reshape(9, 2).double() for jacobian in jacobians]
    expected = torch.stack([0.5 * torch.logdet(j.mT @ j) for j in flat])
    assert torch.allclose(log_volume(scene.decode)(z).double(), expected, atol=1e-5)


def test_volume_has_two_tails_and_a_floor():
    fitted = last(fit_detector("volume", bent(), codes_at(noise(4000, 2, seed=3), 0.2)))
    assert fitted.low < np.median(fitted.known) < fitted.threshold
    assert (
        log_volume(lambda z: torch.zeros(len(z), 1, 2, 2) * z[:, :1, None, None])(noise(3, 2))
        .isfinite()
        .all()
    )


def test_realism_is_the_distance_to_the_nearest_image():
    scene, codes = bent(), codes_at(noise(200, 2, seed=3), 0.2)
    images = scene.decode(noise(100, 2, seed=5))
    fitted = last(fit_detector("realism", scene, codes, HeldOutData(images=images)))
    z = noise(10, 2, seed=6)
    drawn, known = scene.decode(z).flatten(1), images[::2].flatten(1)
    expected = (drawn[:, None] - known).double().norm(dim=2).amin(1)
    assert torch.allclose(fitted.score(z).double(), expected, atol=1e-6)
    assert "50 images held out" in fitted.calibration
    assert "not on this machine" in last(fit_detector("realism", scene, codes)).calibration


def test_realism_looks_through_the_judge():
    judge = Judge(3, (1, 8, 8)).eval().requires_grad_(False)
    images = torch.rand(6, 1, 8, 8)
    features = penultimate(judge)
    assert features(images).shape == (6, 128)
    assert torch.equal(judge.body[-1](features(images)), judge(images))
    scene = Scene("small", 0, nn.Sequential(nn.Linear(2, 64), nn.Unflatten(1, (1, 8, 8))))
    fitted = last(
        fit_detector("realism", scene, codes_at(noise(40, 2)), HeldOutData(None, images, features))
    )
    assert len(fitted.known) == 3
