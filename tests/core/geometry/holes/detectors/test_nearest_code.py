"""The distance to the nearest codes."""

import pytest
import torch

from lacuna.core.geometry.holes.detectors.detector import HeldOutData
from lacuna.core.geometry.holes.detectors.nearest_code import neighbour_distance
from lacuna.core.geometry.holes.detectors.registry import fit_detector
from lacuna.core.scene.codes import density_ratio
from lacuna.core.scene.prior import Gaussian
from tests.core.known_holes import annulus, bent, codes_at, in_annulus, noise, prior_sample, quality
from tests.jobs import last


def test_the_annulus_seen_by_the_nearest_code():
    # theory: B2, S1 n=2000: AUROC .982, P .99, R .89
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
