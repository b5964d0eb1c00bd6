import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lacuna.core.engine.errors import Problem
from lacuna.core.geometry.map.class_map import class_map
from lacuna.core.geometry.map.plane import whole_plane
from lacuna.core.geometry.map.refinement import Grain
from lacuna.core.geometry.paths.adversarial import PathConfig, adversarial_path
from lacuna.core.geometry.paths.gradient_ascent import gradient_ascent
from lacuna.core.geometry.paths.seeds import nearest_confirmed, target_seeds
from lacuna.core.geometry.paths.straight import straight_path
from lacuna.core.scene.codes import Codes
from lacuna.core.scene.prior import Gaussian
from lacuna.core.scene.scene import Scene
from tests.jobs import returned


def scene(logits=None, latent=2, **other):
    """Its images are z itself, as 1 x 1 pixels"""
    return Scene("analytic", 8, lambda z: z[:, :, None, None], logits, latent=latent, **other)


def last(job):
    return [report for report in job if report][-1]


def affine(weight, bias):
    """Two classes: 1 where w z + b > 0"""
    return lambda z: torch.stack([-(z @ weight + bias), z @ weight + bias], 1)


def voronoi(centres, sharpness=1.0):
    return lambda z: -sharpness * torch.cdist(z, centres) ** 2


def rings(z):
    """Class k where k <= |z| < k + 1"""
    return -((z.norm(dim=1, keepdim=True) - torch.arange(6) - 0.5) ** 2)


def random(*shape, seed):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@given(st.integers(0, 10_000), st.integers(1, 8))
@settings(max_examples=40, deadline=None)
def test_a_linear_border_is_crossed_where_it_is(seed, latent):
    # C6: t = -(w z0 + b) / (w (z1 - z0))
    weight, bias = random(latent, seed=seed), 0.3
    start, end = random(2, latent, seed=seed + 1)
    result = last(straight_path(scene(affine(weight, bias), latent), start, end))
    line = [value.double() for value in (weight, start, end)]
    t = -(line[0] @ line[1] + bias) / (line[0] @ (line[2] - line[1]))
    if not 0.001 < t < 0.999:
        return
    (crossing,) = result.crossings
    # float32 rounds the logits: of relative size 1e-7, over the slope along the segment
    slope = float((line[0] @ (line[2] - line[1])).abs())
    assert crossing.t == pytest.approx(float(t), abs=1e-6 + 2e-6 / slope)
    assert np.allclose(crossing.z, start + crossing.t * (end - start), atol=1e-5)
    assert (crossing.before, crossing.after) == (result.labels[0], result.labels[-1])


def test_a_straight_path_is_straight():
    start, end = torch.tensor([-1.0, 2.0]), torch.tensor([2.0, -2.0])
    result = last(straight_path(scene(affine(torch.ones(2), 0.0)), start, end, frames=20))
    assert result.z.shape == (20, 2)
    assert np.allclose(result.z, np.linspace(start.numpy(), end.numpy(), 20), atol=1e-6)
    assert np.allclose(result.t, np.linspace(0, 1, 20))
    assert result.length == pytest.approx(5)
    assert result.image_length == pytest.approx(5)
    assert np.allclose(result.probabilities.sum(1), 1)
    assert (result.family, result.outcome, result.step) == ("straight", "reached", 8)


def test_lengths_are_in_deviations_of_the_prior():
    wide = scene(prior=Gaussian(0.0, 4.0))
    assert last(
        straight_path(wide, torch.zeros(2), torch.tensor([3.0, 4.0]))
    ).length == pytest.approx(1.25)


def test_without_a_judge_a_path_has_no_classes():
    result = last(straight_path(scene(), torch.zeros(2), torch.ones(2)))
    assert (result.probabilities, result.labels, result.crossings) == (None, None, ())
    assert result.images.shape == (32, 2, 1, 1)
    with pytest.raises(Problem, match="no judge"):
        last(adversarial_path(scene(), torch.zeros(2), 1, None))


def test_a_path_of_no_length():
    result = last(straight_path(scene(rings), torch.ones(2), torch.ones(2)))
    assert (result.length, result.image_length, result.crossings) == (0, 0, ())
    assert result.t[0] == 0
    assert result.t[-1] == 1


@pytest.mark.parametrize(("first", "second"), [(0.5, 4.5), (3.5, 1.5), (2.5, 2.5)])
def test_rings_are_crossed_one_by_one(first, second):
    # outwards along a ray: |i - j| crossings, at the whole radii
    start, end = torch.tensor([first, 0.0]), torch.tensor([second, 0.0])
    result = last(straight_path(scene(rings), start, end)).crossings
    radii = [crossing.z[0] for crossing in result]
    low, high = sorted([first, second])
    expected = list(range(math.ceil(low), math.floor(high) + 1))
    assert np.allclose(sorted(radii), expected, atol=1e-5)
    assert all(abs(crossing.before - crossing.after) == 1 for crossing in result)


def slab(width):
    """Class 1 where |x| < width / 2, class 0 to its left, class 2 to its right"""

    def logits(z):
        x = z[:, 0]
        return 9 * torch.stack([-x - width / 2, torch.zeros_like(x), x - width / 2], 1)

    return logits


def visit(width):
    """Class 1 where |x| < width / 2, class 0 on both sides"""
    return lambda z: 9 * torch.stack([z[:, 0].abs() - width / 2, torch.zeros(len(z))], 1)


def test_a_class_thinner_than_a_step_is_found():
    # steps of 6 / 31; the crossings at -+ 0.002 of a path from -3 to 3
    start, end = torch.tensor([-3.0, 0.0]), torch.tensor([3.0, 0.0])
    result = last(straight_path(scene(slab(0.004)), start, end)).crossings
    assert [(crossing.before, crossing.after) for crossing in result] == [(0, 1), (1, 2)]
    assert np.allclose([crossing.z[0] for crossing in result], [-0.002, 0.002], atol=2e-5)


def test_a_short_visit_between_two_frames_is_found():
    start, end = torch.tensor([-3.0, 0.0]), torch.tensor([3.0, 0.0])
    result = last(straight_path(scene(visit(0.16)), start, end))
    assert set(result.labels) == {0}
    assert [(crossing.before, crossing.after) for crossing in result.crossings] == [(0, 1), (1, 0)]
    assert np.allclose([crossing.z[0] for crossing in result.crossings], [-0.08, 0.08], atol=2e-5)


@given(st.integers(0, 1000))
@settings(max_examples=15, deadline=None)
def test_the_way_back_crosses_the_same_borders(seed):
    judge, (start, end) = voronoi(random(6, 2, seed=seed)), 2 * random(2, 2, seed=seed + 1)
    there = last(straight_path(scene(judge), start, end)).crossings
    back = last(straight_path(scene(judge), end, start)).crossings[::-1]
    assert [(one.before, one.after) for one in there] == [(one.after, one.before) for one in back]
    assert np.allclose([one.t for one in there], [1 - one.t for one in back], atol=1e-5)
    assert all(one.after == two.before for one, two in itertools.pairwise(there))


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


@given(st.integers(0, 1000), st.integers(0, 7))
@settings(max_examples=15, deadline=None)
def test_each_step_of_a_climb_makes_the_target_more_probable(seed, target):
    judge = voronoi(random(8, 2, seed=seed))
    *_, result = gradient_ascent(judge, torch.tensor([2.0, 2.0]), target, 3.0, 0.1, 160)
    logs = judge(result.nodes).log_softmax(1)[:, target]
    assert (logs.diff() > -1e-5).all()  # judged in one batch, float32 may differ in the last digit
    already = len(result.nodes) == 1 and result.odds >= 3.0  # it began where it was to end
    assert already or logs[-1] > logs[0]
    assert (result.nodes.diff(dim=0).norm(dim=1) <= 0.1 + 1e-6).all()


def test_a_sure_seed_goes_before_a_nearer_doubtful_one():
    # sigmoid(2 x): 0.9 from x = 1.1 on
    judge, near = affine(torch.tensor([1.0, 0.0]), 0.0), torch.zeros(2)

    def outcome(*seeds):
        return returned(nearest_confirmed(judge, near, torch.tensor(seeds), 1, 0.9, chunk=2))

    assert outcome([-1.0, 0.0], [0.2, 0.0], [2.0, 0.0], [3.0, 0.0])[0].tolist() == [2.0, 0.0]
    doubtful, sure = outcome([0.3, 0.0], [0.2, 0.0], [-1.0, 0.0])
    assert (doubtful[0].item(), sure) == (pytest.approx(0.2), False)
    assert outcome([-0.3, 0.0], [-0.2, 0.0]) is None


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


def test_seeds_are_the_nearest_cells_and_codes():
    judge, near = affine(torch.tensor([1.0, 0.0]), 0.0), torch.tensor([-1.0, 0.5])
    window = (-2.0, 2.0, -2.0, 2.0)
    cells = last(class_map(scene(judge), whole_plane(), window, Grain(finest=33)))
    means = torch.tensor([[0.5, 0.5], [-0.5, 0.5], [7.0, 0.0]])
    codes = Codes(means, means, torch.tensor([1, 0, 1]), torch.arange(3), 8)
    result = target_seeds(cells, whole_plane(), codes, 1, near)
    assert len(result) <= 64
    assert (judge(result).argmax(1) == 1).all()
    assert ((result - near).norm(dim=1).diff() >= 0).all()
    assert (result == means[0]).all(1).any()
    assert (judge(result).softmax(1)[:, 1] > 0.9).any()
    assert target_seeds(None, whole_plane(), None, 1, near).shape == (0, 2)


def test_gradients_are_as_before_between_steps():
    for _ in adversarial_path(scene(voronoi(random(4, 2, seed=0))), torch.zeros(2), 1, None):
        assert torch.is_grad_enabled()


def test_a_surer_end_costs_length():
    start, judge = torch.tensor([-1.0, 0.0]), affine(torch.tensor([1.0, 0.0]), 0.0)
    lengths = [
        last(adversarial_path(scene(judge), start, 1, None, PathConfig(sure=sure))).length
        for sure in (0.6, 0.9, 0.99)
    ]
    # 1 + logit(sure) / 2
    expected = [1 + math.log(sure / (1 - sure)) / 2 for sure in (0.6, 0.9, 0.99)]
    assert lengths == pytest.approx(expected, abs=1e-3)
