"""What the judge sees, and how its nets are told apart."""

import numpy as np
import pytest
import torch

from lacuna.core.engine.jobs import Progress
from lacuna.core.measures.features import CHUNK, evaluate_images, features, fingerprint
from lacuna.core.models.judge import Judge
from tests.core.small_models import SHAPE, images
from tests.jobs import last


def judge(classes=3):
    return Judge(classes, SHAPE).eval().requires_grad_(False)


def test_the_features_are_what_the_last_layer_reads():
    net, x = judge(), images(5)
    result = features(net)(x)
    assert result.shape == (5, 128)
    assert torch.equal(net.body[-1](result), net(x))


@pytest.mark.parametrize("n", [1, CHUNK, CHUNK + 1])
def test_all_images_are_looked_at(n):
    net, x = judge(), images(n)
    reports = list(evaluate_images(features(net), x))
    result = reports[-1]
    assert result.dtype == np.float64
    assert result == pytest.approx(features(net)(x).double().numpy(), abs=1e-5)
    assert all(isinstance(one, Progress) for one in reports[:-1])
    assert reports[-2].fraction == 1


def test_only_these_rows_are_looked_at():
    net, x, rows = judge(), images(50), torch.arange(0, 50, 7)
    some = last(evaluate_images(features(net), x, rows))
    assert some == pytest.approx(last(evaluate_images(features(net), x))[rows], abs=1e-5)


def test_no_gradient_is_kept_and_grad_mode_stays():
    net = Judge(3, SHAPE)
    for report in evaluate_images(features(net), images(40)):
        assert torch.is_grad_enabled()
        assert isinstance(report, np.ndarray | Progress)


def test_no_image_says_nothing():
    assert list(evaluate_images(features(judge()), images(0))) == []


def test_the_mark_is_of_the_weights():
    net, other = judge(), judge()
    assert fingerprint(net) != fingerprint(other)
    other.load_state_dict(net.state_dict())
    assert fingerprint(net) == fingerprint(other)
    assert len(fingerprint(net)) == 8
    with torch.no_grad():
        other.body[-1].weight.add_(1)
    assert fingerprint(net) == fingerprint(other)  # the head changes no feature
    with torch.no_grad():
        other.body[0].bias[0] += 1e-6
    assert fingerprint(net) != fingerprint(other)


def test_the_mark_does_not_depend_on_how_weights_lie_in_memory():
    net, other = judge(), judge()
    other.load_state_dict(net.state_dict())
    weight = other.body[5].weight
    weight.data = weight.data.T.contiguous().T
    assert last(evaluate_images(features(other), images(3))) == pytest.approx(
        last(evaluate_images(features(net), images(3))), abs=1e-5
    )
    assert fingerprint(net) == fingerprint(other)
