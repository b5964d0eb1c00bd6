import pytest
import torch

from lacuna.core.geometry.map.class_map import class_map
from lacuna.core.geometry.map.plane import whole_plane
from lacuna.core.geometry.map.refinement import Grain
from lacuna.core.geometry.paths.seeds import nearest_confirmed, target_seeds
from lacuna.core.scene.codes import Codes
from tests.core.latent_fields import affine, scene
from tests.jobs import returned


def last(job):
    return [report for report in job if report][-1]


def test_a_sure_seed_goes_before_a_nearer_doubtful_one():
    # sigmoid(2 x): 0.9 from x = 1.1 on
    judge, near = affine(torch.tensor([1.0, 0.0]), 0.0), torch.zeros(2)

    def outcome(*seeds):
        return returned(nearest_confirmed(judge, near, torch.tensor(seeds), 1, 0.9, chunk=2))

    assert outcome([-1.0, 0.0], [0.2, 0.0], [2.0, 0.0], [3.0, 0.0])[0].tolist() == [2.0, 0.0]
    doubtful, sure = outcome([0.3, 0.0], [0.2, 0.0], [-1.0, 0.0])
    assert (doubtful[0].item(), sure) == (pytest.approx(0.2), False)
    assert outcome([-0.3, 0.0], [-0.2, 0.0]) is None


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
