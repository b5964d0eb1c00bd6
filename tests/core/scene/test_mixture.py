"""A prior that is not one Gaussian, alone and in everything that is measured under it."""

import math

import pytest
import torch
from scipy.special import ndtr
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal

from lacuna.core.compare.model_figures import measure_figures
from lacuna.core.geometry.classes.masses import grid_shares
from lacuna.core.geometry.holes.detectors.density_ratio import density_ratio_detector
from lacuna.core.geometry.holes.hole_list import hole_list
from lacuna.core.geometry.radius.bounds import NOT_GAUSSIAN, TRIVIAL
from lacuna.core.models.vae.vamp_prior import VampConfig
from lacuna.core.reports.geometry.bounds import survey_bounds
from lacuna.core.reports.geometry.chapters import chapters
from lacuna.core.scene.codes import Codes
from lacuna.core.scene.mixture import Mixture
from lacuna.core.scene.scene import Scene
from tests.core.known_geometry import STEP, half_space, stretched, surveyed
from tests.core.small_models import SHAPE, dataset, document
from tests.jobs import last, returned

AWAY, SPREAD = 3.0, 0.5  # of two clusters left and right of 0


def mixture(means=((0.0, 0.0), (3.0, -1.0)), logvars=((0.0, -2.0), (-1.0, 0.5))):
    return Mixture(torch.tensor(means), torch.tensor(logvars))


def within(values, expected, sigmas=4.0):
    """Whether the mean of values (N,) is no farther from `expected` than so many standard errors"""
    return abs(values.mean() - expected) < sigmas * values.std() / math.sqrt(len(values))


# ---- the prior as a value ----


def test_a_mixture_is_that_of_torch():
    prior = mixture()
    parts = Independent(Normal(prior.means, (0.5 * prior.logvars).exp()), 1)
    law = MixtureSameFamily(Categorical(torch.ones(2)), parts)
    z = 3 * torch.randn(50, 2, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(prior.log_density(z), law.log_prob(z), rtol=1e-5, atol=1e-5)


def test_a_mixture_is_drawn_as_often_as_its_density_says():
    """Moments of coordinates: mean (3/2, -1/2), variance the mean of squares less its square."""
    prior = mixture()
    z = prior.sample(20_000, 2, torch.Generator().manual_seed(0)).double()
    assert torch.equal(z.float(), prior.sample(20_000, 2, torch.Generator().manual_seed(0)))
    squares = (prior.means.square() + prior.logvars.exp()).mean(0).double()
    for coordinate in (0, 1):
        assert within(z[:, coordinate], prior.means[:, coordinate].double().mean())
        assert within(z[:, coordinate].square(), squares[coordinate])
    assert prior.mean == pytest.approx(0.5)
    assert prior.deviation**2 == pytest.approx(float(squares.mean()) - 0.25)


def test_the_density_of_a_mixture_has_a_gradient():
    prior, z = mixture(), torch.randn(4, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(
        Mixture(*(part.double() for part in (prior.means, prior.logvars))).log_density,
        z,
        eps=1e-4,
        atol=1e-3,
    )


# ---- a space of two clusters ----


def clusters(latent=2, logits=None):
    """Two classes, left and right of 0, in the middle of each the prior's only clusters"""
    middle = torch.zeros(2, latent)
    middle[:, 0] = torch.tensor([-AWAY, AWAY])
    prior = Mixture(middle, torch.full((2, latent), 2 * math.log(SPREAD)))
    logits = half_space(0.0) if logits is None else logits
    return Scene("analytic", STEP, stretched, logits, None, latent, prior, ("a", "b"))


def left_codes(latent=2, n=200):
    """Of data that fills the left cluster only"""
    mean = torch.zeros(n, latent)
    mean[:, 0] = -AWAY
    return Codes(mean, torch.full_like(mean, 2 * math.log(SPREAD)), None, torch.arange(n), STEP)


def exact_radius(scene):
    """E|z_0| in deviations: of a normal folded at 0."""
    folded = SPREAD * math.sqrt(2 / math.pi) * math.exp(-((AWAY / SPREAD) ** 2) / 2)
    folded += AWAY * (1 - 2 * float(ndtr(-AWAY / SPREAD)))
    return folded / scene.prior.deviation


def test_the_shares_of_a_grid_are_those_of_its_density():
    """An even grid of a cluster's half: half of it, but what lies in the middle column."""
    scene = clusters()
    across = torch.linspace(-6, 6, 241)
    nodes = torch.cartesian_prod(across, across).numpy()
    result = returned(grid_shares(nodes, scene.prior))
    assert result.sum() == pytest.approx(1)
    assert result[nodes[:, 0] < 0].sum() == pytest.approx(0.5, abs=1e-6)
    squares = result @ (nodes[:, 1] ** 2)
    assert squares == pytest.approx(SPREAD**2, rel=1e-4)


def test_the_radius_is_measured_where_the_prior_is():
    scene = clusters()
    result = surveyed(scene)
    exact = exact_radius(scene)
    assert result.radii.mean().value == pytest.approx(exact, abs=(10 / 256) ** 2)
    assert exact > TRIVIAL  # which no Gaussian prior allows of two equal classes


@pytest.mark.parametrize("latent", [2, 3])
def test_no_bound_is_claimed(latent):
    result = surveyed(clusters(latent), left_codes(latent))
    limits = survey_bounds(result)
    assert {bound.key for bound in limits} >= {"partition", "collision", "closed", "slide", "holes"}
    assert all(bound.value is None and bound.because == NOT_GAUSSIAN for bound in limits)
    reported = {
        one.key: one for chapter in chapters(result, ("a", "b")) for one in chapter.findings
    }
    assert all(reported[f"bound {bound.key}"].number is None for bound in limits)
    assert "image bound" not in reported
    assert reported["mean"].number is not None


@pytest.mark.parametrize("latent", [2, 3])
def test_the_cluster_that_no_code_reaches_is_a_hole(latent):
    """Half of the prior; beyond it, where the densities are as at the edges, next to nothing."""
    scene, codes = clusters(latent), left_codes(latent)
    listed = last(hole_list(scene, codes, density_ratio_detector(codes, scene.prior, math.log(20))))
    mass = sum(void.mass.value for void in listed)
    assert mass == pytest.approx(0.5, abs=4 * math.sqrt(0.25 / 2048))


def test_a_trained_model_is_compared_without_a_bound():
    """The figures of an experiment, of a model with a VampPrior."""
    model = document(VampConfig(body="dense", hidden=16, pseudo_inputs=5), SHAPE)
    side = returned(measure_figures("before", model, dataset()))
    assert side.bound is None
    assert sum(share.value for share in side.shares) == pytest.approx(1)
    assert math.isfinite(side.hole.value)
