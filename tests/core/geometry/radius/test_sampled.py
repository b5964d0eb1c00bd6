"""The radius of the prior by search, against the closed forms of theory: F1."""

import math

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from scipy.stats import norm
from torch import nn

from lacuna.core.documents.scenes import scene_of
from lacuna.core.engine.errors import Problem
from lacuna.core.engine.jobs import Progress
from lacuna.core.geometry.adversarial.perturbation import PerturbationConfig
from lacuna.core.geometry.lipschitz.layers import logit_layers
from lacuna.core.geometry.radius.interval_bounds import interval_radii
from lacuna.core.geometry.radius.radii import RadiusSample
from lacuna.core.geometry.radius.sampled import SearchConfig, searched_radii
from lacuna.core.models.vae.vae import VAEConfig
from lacuna.core.scene.prior import Gaussian
from lacuna.core.scene.scene import Scene
from tests.core.small_models import document

SEARCH = PerturbationConfig(starts=1, chunk=256)


def scene(logits, latent, deviation=1.0):
    def precise(z):
        return logits(z.double() / deviation)

    return Scene("analytic", 4, lambda z: z, precise, latent=latent, prior=Gaussian(0.0, deviation))


def parity(z):
    """Which orthant, by turns: neighbours differ, so that the borders are those of the orthants"""
    product = z.prod(1)
    return torch.stack([product, -product], 1)


def radii(logits, latent, points=256, deviation=1.0, **more):
    config = SearchConfig(points=points, pool=256, search=SEARCH, **more)
    report = searched_radii(scene(logits, latent, deviation), config=config)
    return [value for value in report if isinstance(value, RadiusSample)][-1]


def near(found, truth):
    """Within three standard errors of the sample"""
    mean = found.mean()
    return abs(mean.value - truth) < 3 * (mean.high - mean.value) / 1.96


@pytest.mark.parametrize(
    ("latent", "truth"), [(3, 0.334903), (5, 0.215692), (8, 0.141410), (16, 0.074072)]
)
def test_orthants(latent, truth):
    # F1, row 14: the integral of (2 Q(x))^d
    assert quad(lambda x: (2 * norm.sf(x)) ** latent, 0, 10)[0] == pytest.approx(truth, abs=1e-6)
    result = radii(parity, latent)
    assert near(result, truth)
    assert result.kind == "searched"
    assert result.sampled


@pytest.mark.parametrize(
    ("latent", "truth"), [(3, 0.598413), (4, 0.517860), (5, 0.472309), (10, 0.379996)]
)
def test_the_greatest_coordinate(latent, truth):
    # F1, row 15
    result = radii(lambda z: z, latent)
    assert near(result, truth)
    assert result.classes == latent
    ordered = sorted_sample(latent)
    exact = (ordered[:, -1] - ordered[:, -2]) / math.sqrt(2)
    assert result.radius == pytest.approx(exact, rel=1e-5, abs=1e-6)


def sorted_sample(latent, points=256):
    z = Gaussian().sample(points, latent, torch.Generator().manual_seed(0))
    return np.sort(z.double().numpy(), axis=1)


@pytest.mark.parametrize("latent", [8, 16])
def test_the_greatest_coordinate_by_quadrature(latent):
    # F1, row 15: (E z_(1) - E z_(2)) / sqrt 2, the gap of the two greatest being
    # the integral of d F^(d-1) (1 - F)
    gap = quad(lambda x: latent * norm.cdf(x) ** (latent - 1) * norm.sf(x), -10, 10)[0]
    assert near(radii(lambda z: z, latent), gap / math.sqrt(2))


def test_the_unit_is_a_deviation_of_the_prior():
    one, two = radii(parity, 3, 64), radii(parity, 3, 64, deviation=2.0)
    assert two.radius == pytest.approx(one.radius, rel=1e-4)


def test_a_half_space_of_any_dimension():
    # F1, row 1: sqrt(2 / pi)
    result = radii(lambda z: torch.stack([z[:, 0], -z[:, 0]], 1), 12)
    assert near(result, math.sqrt(2 / math.pi))
    assert result.weight.sum() == pytest.approx(1)
    assert result.step == 4


def test_the_distance_to_every_class():
    result = radii(lambda z: z, 4, 64, to_class=True)
    row = np.arange(64)
    assert result.to_class.shape == (64, 4)
    assert (result.to_class[row, result.label] == 0).all()
    others = np.where(np.eye(4, dtype=bool)[result.label], np.inf, result.to_class)
    assert (others.min(1) == result.radius).all()
    assert result.radius == pytest.approx(radii(lambda z: z, 4, 64).radius, rel=1e-5)


def test_a_class_that_is_never_drawn_is_infinitely_far():
    def logits(z):
        return torch.cat([z, torch.full_like(z[:, :1], -1e6)], 1)

    result = radii(logits, 2, 32, to_class=True)
    assert np.isfinite(result.radius).all()
    lone = radii(lambda z: torch.stack([0 * z[:, 0] + 1, 0 * z[:, 0]], 1), 2, 32)
    assert lone.mean().value == math.inf


def test_a_first_answer_comes_before_the_last():
    config = SearchConfig(points=50, pool=64, search=PerturbationConfig(starts=1, chunk=20))
    reports = list(searched_radii(scene(parity, 3), config=config))
    answers = [value for value in reports if isinstance(value, RadiusSample)]
    assert [len(answer.radius) for answer in answers] == [20, 40, 50]
    assert (answers[0].radius == answers[-1].radius[:20]).all()
    assert all(answer.weight.sum() == pytest.approx(1) for answer in answers)
    fractions = [value.fraction for value in reports if isinstance(value, Progress)]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


def test_the_codes_are_starts_too():
    # the other class is where the prior never goes, and only a code knows of it
    def logits(z):
        inside = ((z - 9) ** 2).sum(1) < 1
        return torch.stack([0.5 + 0 * z[:, 0], inside.double()], 1).detach()

    config = SearchConfig(points=4, pool=64, search=SEARCH)
    for codes, there in ((None, False), (torch.full((1, 2), 9.0), True)):
        report = searched_radii(scene(logits, 2), codes, config=config)
        result = [value for value in report if isinstance(value, RadiusSample)][-1]
        assert np.isfinite(result.radius).all() == there


def test_proofs_are_below_what_is_found():
    made = document(VAEConfig(latent=3, body="dense", hidden=16), classes=("a", "b", "c"))
    for part in made.judge.modules():
        if isinstance(part, nn.Linear):
            part.weight *= 4
    chain = logit_layers(made.model, made.judge, 3)
    config = SearchConfig(points=16, pool=64, search=SEARCH)
    report = searched_radii(
        scene_of(made, "s"), certify=lambda z: interval_radii(chain, z), config=config
    )
    result = [value for value in report if isinstance(value, RadiusSample)][-1]
    assert (result.certified <= result.radius).all()
    assert result.certified.shape == (16,)


def test_without_a_judge_there_is_no_radius():
    with pytest.raises(Problem, match="no judge"):
        next(searched_radii(Scene("blank", 0, lambda z: z)))
