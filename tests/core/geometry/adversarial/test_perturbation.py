"""The nearest other class, against formulas, a projection by Dykstra, and what cannot change it."""

import itertools
import math

import numpy as np
import pytest
import torch
from torch import nn

from lacuna.core.documents.scenes import scene_of
from lacuna.core.engine.errors import Problem
from lacuna.core.engine.jobs import Progress
from lacuna.core.geometry.adversarial.perturbation import (
    PerturbationConfig,
    Perturbations,
    perturbations,
)
from lacuna.core.geometry.adversarial.starting_points import (
    LabelledPoints,
    label_points,
)
from tests.core.attacks import (
    affine,
    attack,
    ball,
    cells,
    exact_affine,
    exact_cells,
    network,
)
from tests.core.small_models import SHAPE, document, gaussian_noise
from tests.jobs import returned


@pytest.mark.parametrize("latent", [1, 2, 8, 512])
def test_affine_logits_are_exact(latent):
    weight, bias, z = (
        gaussian_noise(5, latent),
        gaussian_noise(5, seed=1),
        gaussian_noise(40, latent, seed=2),
    )
    assert attack(affine(weight, bias), z).distance == pytest.approx(
        exact_affine(weight, bias, z), rel=1e-6, abs=1e-9
    )


@pytest.mark.parametrize("latent", [2, 8, 32])
def test_voronoi_cells_are_exact(latent):
    # theory: A6: min over j of (|z - c_j|^2 - |z - c_i|^2) / (2 |c_i - c_j|)
    centres, z = gaussian_noise(10, latent), gaussian_noise(60, latent, seed=1)
    assert attack(cells(centres), z).distance == pytest.approx(exact_cells(centres, z), rel=1e-5)


@pytest.mark.parametrize("latent", [1, 2, 8, 32])
def test_curved_borders_are_exact(latent):
    z = gaussian_noise(40, latent)
    truth = (z.norm(dim=1) - 1).abs().numpy()
    assert attack(ball, z).distance == pytest.approx(truth, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_an_adversary_is_of_another_class_and_where_it_is_said_to_be(dtype):
    net, z = network().to(dtype), gaussian_noise(50, 2, seed=3).to(dtype)
    pool, _ = returned(label_points(net, gaussian_noise(300, 2, seed=4).to(dtype)))
    answer = attack(net, z, pool)
    after = net(torch.from_numpy(answer.adversary)).argmax(1).numpy()
    assert (after == answer.after).all()
    assert (after != answer.before).all()
    assert (answer.before == net(z).argmax(1).numpy()).all()
    away = np.linalg.norm((answer.adversary - answer.z).astype(np.float64), axis=1)
    assert answer.distance == pytest.approx(away)
    assert answer.margin.max() < (1e-3 if dtype == torch.float32 else 1e-8)
    assert not answer.gradient_free


def test_no_start_makes_it_worse():
    net, z = network(seed=5), gaussian_noise(30, 2, seed=6)
    pool, _ = returned(label_points(net, gaussian_noise(300, 2, seed=7)))
    config = PerturbationConfig(starts=3, each_class=True, chunk=64)
    reports = list(perturbations(net, z, pool, None, config))
    answers = [value for value in reports if isinstance(value, Perturbations)]
    assert [answer.starts for answer in answers] == [1, 2, 3, 4, 5, 6, 7, 8]
    for before, after in itertools.pairwise(answers):
        assert (after.distance <= before.distance).all()
    fewer = attack(net, z, pool, config=PerturbationConfig(starts=1, chunk=64))
    assert (fewer.distance == answers[1].distance).all()
    assert all(0 <= p.fraction <= 1 for p in reports if isinstance(p, Progress))


def test_a_dense_search_finds_nothing_nearer():
    net, z = network(seed=8), gaussian_noise(16, 2, seed=9)
    axis = torch.linspace(-6, 6, 401, dtype=torch.float64)
    grid = torch.cartesian_prod(axis, axis)
    pool = LabelledPoints(grid, net(grid).argmax(1))
    away = torch.cdist(z, grid).masked_fill(net(z).argmax(1)[:, None] == pool.label, torch.inf)
    dense = away.amin(1).numpy()  # beyond the border by less than a cell's diagonal
    answer = attack(net, z, pool)
    assert (answer.distance <= dense + 1e-9).all()
    assert (answer.distance > dense - 0.03 * math.sqrt(2)).all()


def test_dimensions_that_do_not_matter_change_nothing():
    net, z = network(), gaussian_noise(20, 2, seed=1)
    wide = torch.cat([z, gaussian_noise(20, 5, seed=2)], 1)
    flat = attack(net, z)
    assert attack(lambda x: net(x[:, :2]), wide).distance == pytest.approx(flat.distance)


def test_a_rotation_changes_nothing():
    net, z = network(latent=4), gaussian_noise(20, 4, seed=1)
    turn, _ = torch.linalg.qr(gaussian_noise(4, 4, seed=2))
    turned = attack(lambda x: net(x @ turn), z @ turn.mT)
    assert turned.distance == pytest.approx(attack(net, z).distance, rel=1e-6)


def dykstra(z, normals, offsets, sweeps=1000):
    """The projection of z on normals x >= offsets (Boyle & Dykstra 1986)"""
    x, memory = z.copy(), np.zeros_like(normals)
    for _ in range(sweeps):
        for k, (normal, offset) in enumerate(zip(normals, offsets, strict=True)):
            y = x + memory[k]
            x = y + max(0.0, (offset - normal @ y) / (normal @ normal)) * normal
            memory[k] = y - x
    return x


@pytest.mark.parametrize("latent", [2, 5])
def test_the_nearest_point_of_a_cell_may_be_its_corner(latent):
    centres, z = gaussian_noise(6, latent), gaussian_noise(8, latent, seed=1)
    target = 2
    others = [k for k in range(6) if k != target]
    normals = 2 * (centres[target] - centres[others])
    offsets = (centres[target] ** 2).sum() - (centres[others] ** 2).sum(1)
    truth = [np.linalg.norm(dykstra(p, normals.numpy(), offsets.numpy()) - p) for p in z.numpy()]
    answer = attack(cells(centres), z, target=target)
    assert answer.distance == pytest.approx(np.array(truth), rel=1e-5, abs=1e-9)
    assert (answer.after == target).all()


def test_the_nearest_class_is_the_nearest_of_all():
    centres, z = gaussian_noise(6, 3), gaussian_noise(30, 3, seed=1)
    nearest = attack(cells(centres), z)
    each = np.stack([attack(cells(centres), z, target=k).distance for k in range(6)], 1)
    own = np.eye(6, dtype=bool)[nearest.before]
    assert (each[own] == 0).all()
    assert np.where(own, np.inf, each).min(1) == pytest.approx(nearest.distance, rel=1e-6)


def test_where_there_is_one_class_no_other_is_near():
    for logits in (lambda z: z[:, :1], lambda z: torch.stack([0 * z[:, 0] + 1, 0 * z[:, 0]], 1)):
        z = gaussian_noise(5, 3)
        answer = attack(
            logits, z, LabelledPoints(gaussian_noise(9, 3), torch.zeros(9, dtype=torch.int64))
        )
        assert (answer.distance == math.inf).all()
        assert (answer.adversary == z.numpy()).all()
        assert (answer.after == answer.before).all()


WEIGHT, BIAS = gaussian_noise(3, 3, seed=5), gaussian_noise(3, seed=6)


def silent(z):
    return affine(WEIGHT, BIAS)(z).detach()


def foreign(z):
    return torch.from_numpy(affine(WEIGHT, BIAS)(z).numpy())


def stepwise(z):
    hard = nn.functional.one_hot(silent(z).argmax(1), 3).double()
    return hard + 0 * z.sum(1, keepdim=True)


@pytest.mark.parametrize("logits", [silent, foreign, stepwise])
def test_without_a_gradient_labels_are_asked(logits):
    z = gaussian_noise(5, 3)
    pool, _ = returned(label_points(logits, gaussian_noise(400, 3, seed=1)))
    answer = attack(logits, z, pool, config=PerturbationConfig(starts=2, trials=250))
    truth = exact_affine(WEIGHT, BIAS, z)
    assert answer.gradient_free
    assert (answer.distance >= truth * (1 - 1e-6)).all()
    assert (answer.distance <= truth * 1.01 + 1e-6).all()
    assert (attack(logits, z).distance == math.inf).all()  # nowhere to start


def test_a_model_that_diverged_is_a_problem():
    def broken(z):
        return torch.stack([z[:, 0], z[:, 0] / 0 * 0], 1)

    with pytest.raises(Problem, match="NaN"):
        attack(broken, gaussian_noise(3, 2))


def test_an_unknown_class_is_a_problem():
    with pytest.raises(Problem, match="no class 7"):
        attack(ball, gaussian_noise(3, 2), target=7)


def test_a_model_of_the_program():
    scene = scene_of(document(shape=SHAPE), "small")
    z = gaussian_noise(20, 2).float()
    pool, classes = returned(label_points(scene.logits, 3 * gaussian_noise(400, 2, seed=1).float()))
    assert classes == 2
    answer = attack(scene.logits, z, pool)
    reached = np.isfinite(answer.distance)
    assert (answer.after[reached] != answer.before[reached]).all()
