"""The volume that the decoder makes of a cell."""

import numpy as np
import torch

from lacuna.core.geometry.holes.detectors.registry import fit_detector
from lacuna.core.geometry.holes.detectors.volume import log_volume
from tests.core.known_holes import bent, codes_at, noise
from tests.jobs import last


def test_volume_of_a_linear_decoder_is_constant():
    weight = noise(8, 3).double()
    result = log_volume(lambda z: (z @ weight.mT)[:, None, None])(noise(5, 3).double())
    assert torch.allclose(result, 0.5 * torch.logdet(weight.mT @ weight))


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
