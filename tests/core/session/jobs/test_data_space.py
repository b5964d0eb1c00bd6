"""The plane of points: the bent grid, the critic, and the best critic there could be."""

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from sklearn.neighbors import KernelDensity

from lacuna.core.data.dataset import DataConfig
from lacuna.core.data.toy import HALF, POINT, RING, Mixture, to_images, to_plane
from lacuna.core.geometry.map.plane import Plane, whole_plane
from lacuna.core.measures.optimal_critic import (
    LEAST,
    WIDTHS,
    density,
    kernel_width,
    lattice,
    optimal_critic,
)
from lacuna.core.models.gan.gan import GAN, GANConfig
from lacuna.core.models.gan.mad_gan import MADGAN, MADGANConfig
from lacuna.core.models.gan.semi_supervised_gan import SGAN, SGANConfig
from lacuna.core.scene.prior import Gaussian
from lacuna.core.scene.scene import Critic, Scene
from lacuna.core.session.jobs.data_space import (
    SIDE,
    latent_grid,
    probability,
    slopes,
)
from lacuna.core.session.recipes import RECIPES
from lacuna.core.session.request_context import JobContext
from lacuna.core.session.results import Results
from lacuna.core.session.settings import Settings
from lacuna.core.session.state import State
from tests.jobs import returned

TURN = torch.tensor([[0.6, -0.3], [0.2, 0.5]])
SHIFT = torch.tensor([0.3, -0.1])
WEIGHTS = torch.tensor([1.5, -0.5])
ALONE = JobContext(lambda name: False)  # no other job is under way


def linear(z):
    return to_images(z @ TURN + SHIFT)


def slope(images):
    return to_plane(images) @ WEIGHTS + 0.25


def state(scene, shape=POINT, plane=None, **results):
    """A scene on screen, of a model for images of `shape`."""
    known = {"scene": scene, "document": SimpleNamespace(shape=shape)}
    known["plane"] = plane or whole_plane(2)
    return State(Settings(), replace(Results(), **known, **results))


def generator_grid_of(*arguments, **known):
    return reports(RECIPES["generator_grid"].start(state(*arguments, **known), ALONE))


def critic_map_in(*arguments, **known):
    return reports(RECIPES["critic_map"].start(state(*arguments, **known), ALONE))


def reports(job):
    return [value for value in job if value is not None]


# ---- the generator ----


def test_a_linear_generator_bends_no_line():
    prior = Gaussian(mean=0.5, deviation=2.0)
    (generator_grid,) = generator_grid_of(Scene("linear", 7, linear, prior=prior))
    grid, away = latent_grid()
    expected = (0.5 + 2 * grid) @ TURN + SHIFT
    np.testing.assert_allclose(generator_grid.lines, expected, atol=1e-5)
    assert generator_grid.step == 7
    assert away.max() == 3
    assert away.min() == 0
    np.testing.assert_allclose(
        generator_grid.samples, torch.from_numpy(generator_grid.z) @ TURN + SHIFT, atol=1e-5
    )


def test_of_more_dimensions_the_plane_of_the_map_is_shown():
    """Every line lies within the slice, whose middle is the foot of the prior's."""
    plane = Plane(torch.tensor([0.0, 0.0, 1.5]), torch.eye(2, 3))
    scene = Scene("slice", 0, lambda z: to_images(0.3 * z[:, 1:]), latent=3)
    (generator_grid,) = generator_grid_of(scene, plane=plane)
    np.testing.assert_allclose(generator_grid.lines[..., 1], 0.45, atol=1e-6)
    assert generator_grid.z.shape[1] == 3


def test_there_is_nothing_of_images():
    scene = Scene(
        "images", 0, lambda z: torch.zeros(len(z), 1, 4, 4), critic=Critic(slope, "height")
    )
    assert generator_grid_of(scene, (1, 4, 4)) == []
    assert critic_map_in(scene, (1, 4, 4)) == []


def test_there_is_no_critic_map_without_a_critic():
    assert critic_map_in(Scene("alone", 0, linear)) == []


# ---- the critic ----


def test_the_map_of_a_known_logit():
    scene = Scene("known", 0, linear, critic=Critic(slope, "log odds"))
    (result,) = critic_map_in(scene, resting=False)
    side = len(result.values)
    along = torch.linspace(-HALF, HALF, side)
    expected = 1.5 * along[None, :] - 0.5 * along[:, None] + 0.25  # row 0 at the bottom
    np.testing.assert_allclose(result.values, expected, atol=1e-5)
    np.testing.assert_allclose(result.share, expected.sigmoid(), atol=1e-5)
    assert result.best is None


def test_slopes_are_the_gradient_per_unit_of_the_plane():
    places = lattice(5, inset=True)
    torch.testing.assert_close(slopes(Critic(slope, "log odds"), places), WEIGHTS.expand(25, 2))
    assert places.abs().max() == pytest.approx(HALF * 4 / 5)


def test_a_probability_is_what_it_says_and_a_height_is_none():
    answer = np.array([-1000.0, -0.5, 0.25, 1000.0])
    np.testing.assert_allclose(probability(answer, "probability"), [0, 0, 0.25, 1])
    odds = probability(answer, "log odds")
    np.testing.assert_allclose(odds, [0, 1 / (1 + math.exp(0.5)), 1 / (1 + math.exp(-0.25)), 1])
    assert probability(answer, "height") is None


@pytest.mark.parametrize(
    ("loss", "says"),
    [
        ("non-saturating", "log odds"),
        ("least squares", "probability"),
        ("hinge", "height"),
        ("wasserstein", "height"),
    ],
)
def test_what_the_critic_of_a_loss_says(loss, says):
    model = GAN(GANConfig(body="dense", hidden=8, loss=loss), POINT).eval()
    assert model.realness_scale == says
    images = to_images(lattice(3))
    assert model.realness(images).shape == (9,)
    torch.testing.assert_close(
        model.realness(images), model.critic(model.network_input(images))[:, 0]
    )


def test_a_critic_of_several_generators_that_knows_nothing_is_undecided():
    """Each of the k + 1 answers alike: p = q by D_{k+1} = p / (p + k q), theory: D19."""
    model = MADGAN(MADGANConfig(body="dense", hidden=8, generators=3, penalty="none"), POINT)
    torch.nn.init.zeros_(model.critic.head.weight)
    torch.nn.init.zeros_(model.critic.head.bias)
    torch.testing.assert_close(model.realness(to_images(lattice(2))), torch.zeros(4))


def test_a_critic_of_classes_has_log_odds():
    model = SGAN(SGANConfig(body="dense", hidden=8), POINT, 3)
    images = to_images(lattice(2))
    torch.testing.assert_close(
        model.realness(images), model.critic(model.network_input(images)).exp().sum(1).log()
    )


# ---- the best critic ----


def test_the_best_critic_between_two_gaussians_is_a_logistic_function():
    """log p - log q is linear in x: (m - n) x / sigma^2 - (m^2 - n^2) / (2 sigma^2)."""
    m, n, sigma = torch.tensor([1.0, 0.5]), torch.tensor([-0.5, 0.0]), 0.8
    p, q = Mixture(m[None], sigma), Mixture(n[None], sigma)
    best = returned(optimal_critic(p, q, 31))
    odds = (lattice(31) @ (m - n) - (m @ m - n @ n) / 2) / sigma**2
    known = ~best.isnan()
    expected = odds.double().sigmoid().unflatten(0, (31, 31))
    torch.testing.assert_close(best[known], expected[known], atol=1e-6, rtol=0)
    both = (p.log_density(lattice(31)).exp() + q.log_density(lattice(31)).exp()).reshape(31, 31)
    assert torch.equal(known, both >= LEAST)


def test_a_density_on_the_lattice_is_that_of_the_mixture():
    spread = Mixture(RING.centres, 0.4)
    expected = spread.log_density(lattice(25).double()).exp().unflatten(0, (25, 25))
    torch.testing.assert_close(returned(density(spread, 25)), expected, atol=1e-9, rtol=1e-5)


def test_the_width_is_the_one_of_the_greatest_likelihood():
    random = torch.Generator().manual_seed(1)
    points, held_out = RING.sample(800, random), RING.sample(80, random)
    scores = [KernelDensity(bandwidth=w).fit(points).score(held_out) for w in WIDTHS]
    assert returned(kernel_width(points, held_out)) == WIDTHS[int(np.argmax(scores))]


class Drawn:
    """A prior that is the data themselves, so that a generator has nothing to do."""

    mean, deviation = 0.0, 1.0

    def __init__(self, mixture):
        self.mixture = mixture

    def sample(self, n, latent, random):
        return self.mixture.sample(n, random)


def critic_map_of(mixture, **more):
    scene = Scene(
        "drawn", 0, to_images, prior=Drawn(mixture), critic=Critic(slope, "log odds"), **more
    )
    source = DataConfig(name="ring")
    return critic_map_in(scene, source=source)[-1]


def at_modes(picture):
    """What is said nearest to each of the eight modes."""
    rows = ((RING.centres + HALF) / (2 * HALF) * (SIDE - 1)).round().long()
    return picture[rows[:, 1], rows[:, 0]]


def test_where_all_is_drawn_as_it_is_the_best_critic_is_undecided():
    """4096 kernels of 0.02 on a mode's peak are off by 8 % (one sigma), and D* by 0.02."""
    result = critic_map_of(RING)
    assert result.known
    np.testing.assert_allclose(at_modes(result.best), 0.5, atol=0.1)
    assert np.isnan(result.best[0, 0])


def test_a_generator_of_one_mode_is_told_from_eight():
    """q there is eight times p: 1 / 9; where nothing is drawn p is all."""
    result = critic_map_of(replace(RING, centres=RING.centres[:1]))
    modes = at_modes(result.best)
    assert modes[0] == pytest.approx(1 / 9, abs=0.02)
    assert (modes[1:] > 0.999).all()


def test_of_a_class_only_its_mode_is_the_data():
    """The same generator, asked for that class, is as good as can be."""
    names = tuple(str(1 + k) for k in range(8))
    one = replace(RING, centres=RING.centres[:1])
    result = critic_map_of(one, condition=0, conditions=names, classes=names)
    assert at_modes(result.best)[0] == pytest.approx(0.5, abs=0.1)
    assert np.isnan(at_modes(result.best)[1:]).all()


def test_data_without_a_formula_are_estimated():
    random = torch.Generator().manual_seed(2)
    images = to_images(RING.sample(1200, random))
    dataset = SimpleNamespace(train=SimpleNamespace(images=images, labels=None))
    scene = Scene("drawn", 0, to_images, prior=Drawn(RING), critic=Critic(slope, "log odds"))
    result = critic_map_in(scene, source=DataConfig(name="drawn"), dataset=dataset)[-1]
    assert not result.known
    np.testing.assert_allclose(at_modes(result.best), 0.5, atol=0.15)
