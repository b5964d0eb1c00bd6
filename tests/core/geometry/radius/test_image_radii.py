import math

import numpy as np
import pytest
import torch

from lacuna.core.geometry.radius.image_radii import image_bound, image_radii
from tests.core.attacks import attack, cells
from tests.core.small_models import gaussian_noise
from tests.jobs import returned


def test_a_linear_decoder_in_pixels():
    # theory: A8: |g(z) - g(z*)| = |A (z - z*)|, at most sigma_max(A) of the distance
    matrix, centres, z = (
        gaussian_noise(12, 3),
        gaussian_noise(5, 3, seed=1),
        gaussian_noise(9, 3, seed=2),
    )
    answer = attack(cells(centres), z)
    moved = (answer.adversary - answer.z) @ matrix.numpy().T
    pixels = returned(image_radii(lambda z: (z @ matrix.mT)[:, None, None], answer, chunk=4))
    assert pixels.distance == pytest.approx(np.linalg.norm(moved, axis=1), rel=1e-4)
    assert pixels.mean.value == pytest.approx(pixels.distance.mean())
    assert pixels.mean.low < pixels.mean.value < pixels.mean.high
    steepest = float(torch.linalg.matrix_norm(matrix, 2))
    bounds = [image_bound(steepest, radius) for radius in answer.distance]
    assert (pixels.distance <= np.array(bounds) * (1 + 1e-4)).all()


def test_an_isometry_keeps_the_radius():
    turn, _ = torch.linalg.qr(gaussian_noise(6, 3))
    answer = attack(cells(gaussian_noise(5, 3, seed=1)), gaussian_noise(9, 3, seed=2))
    pixels = returned(image_radii(lambda z: (z @ turn.mT).reshape(-1, 1, 2, 3), answer))
    assert pixels.distance == pytest.approx(answer.distance, rel=1e-4)


def test_what_was_not_found_has_infinite_pixels():
    answer = attack(lambda z: z[:, :1], gaussian_noise(3, 2))
    pixels = returned(image_radii(lambda z: z.reshape(-1, 1, 1, 2), answer))
    assert pixels.mean.value == math.inf
