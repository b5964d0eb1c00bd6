import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lacuna.core.engine.errors import Problem
from lacuna.core.geometry.evaluation import evaluate
from lacuna.core.geometry.map.class_map import class_map
from lacuna.core.geometry.map.plane import Plane, whole_plane
from lacuna.core.geometry.map.refinement import Grain
from lacuna.core.scene.scene import Scene

WINDOW = (-3.0, 3.0, -3.0, 3.0)
SMALL = Grain(finest=65)


def scene(logits, latent=2):
    return Scene("analytic", 3, lambda z: z, logits, latent=latent)


def voronoi(centres):
    """Softmax of -|z - c|^2: the cells of `centres` (K, L)"""
    return lambda z: -((z[:, None] - centres) ** 2).sum(-1)


def waves(classes, frequency, seed):
    """A smooth random field, 40 plane waves to each class"""
    noise = torch.Generator().manual_seed(seed)
    slope = frequency * torch.randn(2, 40, generator=noise)
    phase = 6.3 * torch.rand(40, generator=noise)
    height = torch.randn(40, classes, generator=noise)
    return lambda z: torch.cos(z @ slope + phase) @ height


def levels(found, plane=None, window=WINDOW, grain=SMALL):
    return [report for report in class_map(found, plane or whole_plane(), window, grain) if report]


def pixels(side, window=WINDOW):
    """(S * S, 2), rows upwards"""
    left, right, bottom, top = window
    y, x = torch.meshgrid(
        torch.linspace(bottom, top, side), torch.linspace(left, right, side), indexing="ij"
    )
    return torch.stack([x, y], dim=-1).reshape(-1, 2)


def brute(field, side, window=WINDOW):
    """(S, S) labels, every pixel decoded"""
    parts = [evaluate(field, part).argmax(1) for part in pixels(side, window).split(4096)]
    return torch.cat(parts).reshape(side, side).numpy()


def test_levels_refine_the_same_picture():
    results = levels(scene(lambda z: 5 * torch.stack([z[:, 0], -z[:, 0]], 1)))
    assert [level.label.shape for level in results] == [(17, 17), (33, 33), (65, 65)]
    for level in results:
        middle = len(level.label) // 2
        assert (level.label[:, :middle] == 1).all()
        assert (level.label[:, middle + 1 :] == 0).all()
        assert (level.step, level.window) == (3, WINDOW)
        assert level.margin.shape == level.lead.shape == level.label.shape
        assert level.classes == 2


def test_margin_is_the_difference_of_probabilities():
    # sigmoid(10 x) - sigmoid(-10 x) = tanh(5 x)
    result = levels(scene(lambda z: 5 * torch.stack([z[:, 0], -z[:, 0]], 1)))[-1]
    expected = np.tanh(5 * np.abs(np.linspace(-3, 3, 65)))
    assert np.allclose(result.margin, expected[None], atol=1e-6)


def test_lead_is_the_difference_of_log_probabilities():
    result = levels(scene(lambda z: 5 * torch.stack([z[:, 0], -z[:, 0]], 1)))[-1]
    assert np.allclose(result.lead, 10 * np.abs(np.linspace(-3, 3, 65))[None], atol=1e-4)


def test_rows_go_upwards():
    result = levels(scene(lambda z: torch.stack([z[:, 1], -z[:, 1]], 1)))[-1]
    assert (result.label[:30] == 1).all()
    assert (result.label[-30:] == 0).all()


@pytest.mark.parametrize(
    ("classes", "frequency", "seed"), [(10, 1.0, 0), (10, 0.6, 1), (3, 1.5, 2)]
)
def test_refinement_equals_brute_force(classes, frequency, seed):
    field = waves(classes, frequency, seed)
    result = levels(scene(field), grain=Grain(chunk=512))[-1]
    share, equal = result.decodes / 513**2, (result.label == brute(field, 513)).mean()
    print(f"\n{share:.2%} of the decodes, {equal:.4%} of the pixels equal")
    assert equal >= 0.9999
    assert share <= 0.025


def test_a_rough_field_is_asked_more_often():
    field = waves(10, 4.0, 0)
    result = levels(scene(field), grain=Grain(dense=17, finest=257, chunk=512))[-1]
    share, equal = result.decodes / 257**2, (result.label == brute(field, 257)).mean()
    print(f"\n{share:.2%} of the decodes, {equal:.4%} of the pixels equal")
    assert equal >= 0.999


@given(st.lists(st.tuples(st.floats(-2, 2), st.floats(-2, 2)), min_size=2, max_size=6, unique=True))
@settings(max_examples=15, deadline=None)
def test_voronoi_cells(centres):
    assume(torch.pdist(torch.tensor(centres)).min() > 0.1)  # nearer ones differ by rounding alone
    field = voronoi(torch.tensor(centres))
    result = levels(scene(field), grain=Grain(finest=129, chunk=512))[-1]
    assert (result.label == brute(field, 129)).mean() >= 0.999
    assert result.margin.min() >= 0
    assert result.margin.max() <= 1


def test_turning_the_space_turns_the_map():
    field = waves(5, 1.0, 3)
    quarter = torch.tensor([[0.0, 1.0], [-1.0, 0.0]])  # (x, y) -> (-y, x), as z @ quarter
    upright = levels(scene(field))[-1]
    turned = levels(scene(lambda z: field(z @ quarter)))[-1]
    # the map at (x, y) is the old one at (-y, x)
    expected = upright.label.T[::-1]
    assert (turned.label == expected).mean() > 0.999


def test_a_slice_shows_the_space_behind_it():
    # in the plane through (., ., 1) the class depends on x + z3
    axes = torch.eye(2, 3)
    plane = Plane(torch.tensor([0.0, 0.0, 1.0]), axes)
    results = levels(
        scene(lambda z: torch.stack([z[:, 0] + z[:, 2], -z[:, 0] - z[:, 2]], 1), 3), plane
    )
    across = np.linspace(-3, 3, 65)
    assert (results[-1].label[10] == np.where(across >= -1, 0, 1)).mean() >= 64 / 65


def test_a_class_of_probability_zero_can_be_interpolated():
    results = levels(
        scene(lambda z: torch.stack([z[:, 0], -z[:, 0], torch.full_like(z[:, 0], -torch.inf)], 1))
    )
    assert set(np.unique(results[-1].label)) == {0, 1}


def test_a_lone_class_is_sure_of_itself():
    result = levels(scene(lambda z: z[:, :1]))[-1]
    assert (result.margin == 1).all()
    assert np.isposinf(result.lead).all()


def test_no_number_is_a_problem_in_a_sentence():
    with pytest.raises(Problem, match=r"no number \(NaN\).*earlier step"):
        levels(scene(lambda z: z / 0.0 * 0.0))


def test_without_a_judge_there_is_no_map():
    with pytest.raises(Problem, match="no judge"):
        next(class_map(Scene("plain", 0, lambda z: z), whole_plane(), WINDOW))


def test_gradients_are_not_switched_off_between_steps():
    job = class_map(scene(waves(3, 1.0, 0)), whole_plane(), WINDOW, SMALL)
    for _ in job:
        assert torch.is_grad_enabled()
