"""The distance of what is drawn to the nearest image."""

import torch
from torch import nn

from lacuna.core.geometry.holes.detectors.detector import HeldOutData
from lacuna.core.geometry.holes.detectors.realism import penultimate
from lacuna.core.geometry.holes.detectors.registry import fit_detector
from lacuna.core.models.judge import Judge
from lacuna.core.scene.scene import Scene
from tests.core.known_holes import bent, codes_at, noise
from tests.jobs import last


def test_realism_is_the_distance_to_the_nearest_image():
    scene, codes = bent(), codes_at(noise(200, 2, seed=3), 0.2)
    images = scene.decode(noise(100, 2, seed=5))
    fitted = last(fit_detector("realism", scene, codes, HeldOutData(images=images)))
    z = noise(10, 2, seed=6)
    samples, known = scene.decode(z).flatten(1), images[::2].flatten(1)
    expected = (samples[:, None] - known).double().norm(dim=2).amin(1)
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
