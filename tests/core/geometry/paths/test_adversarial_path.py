import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lacuna.core.engine.errors import Problem
from lacuna.core.geometry.paths.adversarial_path import AdversarialPathConfig, adversarial_path
from lacuna.core.geometry.paths.straight import straight_path
from lacuna.core.scene.prior import Gaussian
from tests.core.latent_fields import affine, random, scene, voronoi


def last(job):
    return [report for report in job if report][-1]


@given(st.integers(0, 1000), st.integers(1, 12))
@settings(max_examples=25, deadline=None)
def test_towards_an_affine_class_the_way_is_the_normal(seed, latent):
    # log-odds 2 (w z + b): log 9 is reached at distance (log 9 / 2 - w z0 - b) / |w|
    weight, start = random(latent, seed=seed), 0.3 * random(latent, seed=seed + 1)
    weight = 2 * weight / weight.norm()
    bias = -0.4 - float(weight @ start)
    result = last(adversarial_path(scene(affine(weight, bias), latent), start, 1, None))
    distance = (math.log(9) / 2 + 0.4) / 2
    assert result.outcome == "reached"
    assert result.length == pytest.approx(distance, abs=1e-3)
    assert np.allclose(result.z[-1], start + distance * weight / 2, atol=2e-3)
    assert result.probabilities[-1, 1] == pytest.approx(0.9, abs=1e-3)


@pytest.mark.parametrize("latent", [2, 8, 32])
def test_every_voronoi_cell_is_reached(latent):
    centres = random(10, latent, seed=latent)
    result = scene(voronoi(centres, 3.0), latent)
    for target in range(10):
        start = random(latent, seed=target)
        path = last(adversarial_path(result, start, target, centres + 0.01))
        assert path.outcome == "reached"
        assert path.labels[-1] == target
        assert np.allclose(path.z[0], start)
        # no less sure than at the seed, and where that is sure, never longer than to it
        seed = centres[target] + 0.01
        there = float(result.logits(seed[None]).softmax(1)[0, target])
        assert path.probabilities[-1, target] >= min(0.9, there) - 1e-3
        assert there < 0.9 or path.length <= float((seed - start).norm()) + 1e-5


def plateau(z):
    """Class 1 beyond x = 2, with nothing that leads there from x < 1"""
    return torch.stack([torch.full_like(z[:, 0], 3.0), 3 * (z[:, 0] - 1).clamp_min(0)], 1)


def two_hills(z):
    """Class 1 on a high hill around (2, 0); at (-1, 0) a low one that is not it"""
    high = 9 * torch.exp(-2 * (z - torch.tensor([2.0, 0.0])).square().sum(1))
    low = 3 * torch.exp(-2 * (z - torch.tensor([-1.0, 0.0])).square().sum(1))
    return torch.stack([torch.full_like(high, 4.0), high + low], 1)


@pytest.mark.parametrize("judge", [plateau, two_hills])
def test_a_stalled_climb_is_rescued_by_a_seed(judge):
    start, seeds = torch.tensor([-1.2, 0.1]), torch.tensor([[-2.0, 0.0], [2.4, 0.0], [9.0, 9.0]])
    alone = last(adversarial_path(scene(judge), start, 1, None))
    assert alone.outcome == "not reached"
    result = last(adversarial_path(scene(judge), start, 1, seeds))
    assert result.outcome == "reached"
    assert result.probabilities[-1, 1] >= 0.89
    assert "nearest place" in result.note


def test_from_a_doubtful_seed_the_climb_goes_on():
    # at 2.1 the target is first, with sigmoid(0.3) = 0.57 only; 0.9 is at 2 + log 9 / 3
    result = last(adversarial_path(scene(plateau), torch.zeros(2), 1, torch.tensor([[2.1, 0.0]])))
    assert result.z[-1] == pytest.approx([2 + math.log(9) / 3, 0], abs=0.11)
    assert result.probabilities[-1, 1] >= 0.89


def test_the_end_may_be_less_than_sure_but_says_so():
    # two classes that never differ by more than 2 tanh(1): 0.82 at most
    def judge(z):
        return torch.tanh(torch.stack([-z[:, 0], z[:, 0]], 1))

    result = last(adversarial_path(scene(judge), torch.tensor([-0.5, 0.0]), 1, None))
    assert result.outcome == "reached"
    assert "only 8" in result.note
    assert 0.8 < result.probabilities[-1, 1] < 0.9


def never(z):
    """Class 2 is never the first"""
    return torch.stack([z[:, 0], -z[:, 0], z[:, 0].abs() - 1], 1)


@pytest.mark.parametrize("seeds", [torch.empty(0, 2), random(9, 2, seed=0)])
def test_an_absent_class_is_said_to_be_absent(seeds):
    names = ("sandal", "shirt", "ankle boot")
    result = last(adversarial_path(scene(never, classes=names), torch.zeros(2), 2, seeds))
    assert result.outcome == "absent"
    assert result.note == (
        "The model never draws an ankle boot here: no point of the map or stored code decodes "
        "to it."
    )
    unknown = last(adversarial_path(scene(never), torch.zeros(2), 2, None))
    assert unknown.outcome == "not reached"


def test_where_the_class_is_already_drawn_there_is_no_way_to_go():
    start = torch.tensor([3.0, 0.0])
    reports = [
        path for path in adversarial_path(scene(affine(torch.ones(2), 0.0)), start, 1, None) if path
    ]
    assert len(reports) == 1
    assert reports[0].length == 0
    assert reports[0].note == "The model already draws a 1 here."


def test_a_first_report_comes_before_the_climb_ends():
    judge = affine(torch.tensor([0.5, 0.0]), -3.0)  # 8 deviations away: 80 steps
    job = adversarial_path(
        scene(judge, prior=Gaussian(0.0, 2.0)), torch.tensor([-9.0, 0.0]), 1, None
    )
    reports = [path for path in job if path]
    assert [path.outcome for path in reports] == ["not reached", "reached"]
    assert "looking" in reports[0].note
    assert reports[0].length < reports[1].length


def test_a_climb_that_is_sure_replaces_the_straight_way_to_a_seed():
    judge = affine(torch.tensor([2.0, 0.0]), 0.0)
    behind = torch.tensor([[0.9, 6.0]])
    reports = [
        path
        for path in adversarial_path(scene(judge), torch.tensor([-0.5, 0.0]), 1, behind)
        if path
    ]
    assert [path.sketched for path in reports] == [True, False, False]
    assert [path.outcome for path in reports] == ["reached"] * 3
    assert reports[2].length < reports[1].length < reports[0].length  # the glance goes all the way
    assert reports[2].z[-1, 1] == 0


def test_a_judge_without_a_gradient_needs_seeds():
    def judge(z):
        return torch.stack([-z[:, 0], z[:, 0]], 1).detach()

    start = torch.tensor([-1.0, 0.0])
    assert last(adversarial_path(scene(judge), start, 1, None)).outcome == "not reached"
    result = last(adversarial_path(scene(judge), start, 1, torch.tensor([[2.0, 0.0]])))
    # sigmoid(2 x) = 0.9 at x = log 9 / 2
    assert result.z[-1] == pytest.approx([math.log(9) / 2, 0], abs=1e-3)


def test_beyond_the_prior_no_way_is_claimed():
    judge = affine(torch.tensor([1.0, 0.0]), -9.0)  # the class begins 9 deviations out
    result = last(adversarial_path(scene(judge), torch.zeros(2), 1, None))
    assert result.outcome == "not reached"
    assert np.abs(result.z).max() < math.sqrt(2) + 4.1


def test_no_number_is_a_problem():
    broken = scene(lambda z: z / 0 * 0)
    with pytest.raises(Problem, match="NaN"):
        last(straight_path(broken, torch.zeros(2), torch.ones(2)))
    with pytest.raises(Problem, match="NaN"):
        last(adversarial_path(broken, torch.zeros(2), 1, None))


def test_gradients_are_as_before_between_steps():
    for _ in adversarial_path(scene(voronoi(random(4, 2, seed=0))), torch.zeros(2), 1, None):
        assert torch.is_grad_enabled()


def test_a_surer_end_costs_length():
    start, judge = torch.tensor([-1.0, 0.0]), affine(torch.tensor([1.0, 0.0]), 0.0)
    lengths = [
        last(
            adversarial_path(scene(judge), start, 1, None, AdversarialPathConfig(sure=sure))
        ).length
        for sure in (0.6, 0.9, 0.99)
    ]
    # 1 + logit(sure) / 2
    expected = [1 + math.log(sure / (1 - sure)) / 2 for sure in (0.6, 0.9, 0.99)]
    assert lengths == pytest.approx(expected, abs=1e-3)
