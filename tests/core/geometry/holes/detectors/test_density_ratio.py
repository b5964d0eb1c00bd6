"""The density ratio, where the holes are known."""

import pytest

from lacuna.core.geometry.holes.detectors.registry import fit_detector
from tests.core.known_holes import annulus, bent, in_annulus, prior_sample, quality
from tests.jobs import last


@pytest.mark.parametrize(
    ("deviation", "area", "recall"), [(0.05, 0.993, 0.85), (0.1, 0.996, 0.69), (0.2, 0.995, 0.41)]
)
def test_the_annulus_seen_by_the_density_ratio(deviation, area, recall):
    # theory: B2, S1 n=2000: the wider the posteriors, the smaller the hole that is seen
    fitted = last(fit_detector("density", bent(), annulus(2000, deviation=deviation)))
    z = prior_sample()
    result = quality(fitted, z, ~in_annulus(z))
    assert result[0] > 0.98
    assert result[1:] == pytest.approx((recall, area), abs=0.02)
    assert deviation != 0.1 or result[1] > 0.65
