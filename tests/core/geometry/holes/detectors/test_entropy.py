"""The entropy of the judge."""

import math

import pytest
import torch

from lacuna.core.geometry.holes.detectors.entropy import class_entropy
from tests.core.known_holes import noise


def test_entropy_from_certain_to_undecided():
    assert class_entropy(lambda z: torch.zeros(len(z), 7))(noise(3, 2)) == pytest.approx(
        math.log(7)
    )
    sure = class_entropy(lambda z: torch.tensor([[0.0, 200.0]]).expand(len(z), 2))
    assert sure(noise(3, 2)).abs().max() == 0
