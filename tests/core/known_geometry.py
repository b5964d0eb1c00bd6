"""Scenes whose geometry is known in closed form, and their surveys."""

import math

import numpy as np
import torch
from scipy.special import ndtri

from lacuna.core.analysis.measure_config import MeasureConfig
from lacuna.core.analysis.survey import Survey, survey
from lacuna.core.geometry.adversarial.perturbation import PerturbationConfig
from lacuna.core.geometry.classes.masses import prior_masses
from lacuna.core.geometry.holes.detectors.registry import fit_detector
from lacuna.core.geometry.radius.sampled import SearchConfig
from lacuna.core.scene.codes import Codes
from lacuna.core.scene.prior import Gaussian
from lacuna.core.scene.scene import Scene
from tests.jobs import last

STEP = 3
FEWER = SearchConfig(points=128, pool=256, search=PerturbationConfig(starts=1, chunk=64))
STRETCH = 3.0  # pixel l2 per unit of z, of every direction


def stretched(z):
    """A linear decoder whose Jacobian is STRETCH times an isometry."""
    return STRETCH * z[:, None, None]


def scene(logits, latent=2, deviation=1.0, decode=stretched, classes=("a", "b")):
    def scaled(z):
        return logits(z / deviation)

    prior = Gaussian(0.0, deviation)
    return Scene("analytic", STEP, decode, logits and scaled, None, latent, prior, classes)


def half_space(t):
    """Class 0 below t along the first axis: it has the share Phi(t) of the prior."""
    return lambda z: torch.stack([t - z[:, 0], z[:, 0] - t], 1)


def one_class(z):
    return torch.stack([z[:, 0] * 0 + 1, z[:, 0] * 0], 1)


def voronoi(centres):
    places = torch.tensor(centres)
    return lambda z: 2 * z @ places.mT - (places**2).sum(1)


def wedges(count):
    angle = torch.arange(count) * 2 * math.pi / count
    axes = torch.stack([angle.cos(), angle.sin()])
    return lambda z: z @ axes


def codes_of_prior(n=60, latent=2, deviation=1.0, spread=0.5):
    """Codes that fill the prior, so that there is hardly any hole."""
    mean = deviation * torch.randn(n, latent, generator=torch.Generator().manual_seed(1))
    logvar = torch.full_like(mean, 2 * math.log(spread * deviation))
    return Codes(mean, logvar, None, torch.arange(n), STEP)


def reports(scene, codes=None, insides=None, n=512):
    """Every Survey on the way; a search takes a fourth of the program's points."""
    fitted = (
        ()
        if codes is None
        else tuple(last(fit_detector(key, scene, codes)) for key in ("density", "realism"))
    )
    shares = None
    if scene.logits is not None or codes is not None:
        shares = last(prior_masses(scene, codes, math.log(20), n))
    return tried(scene, codes, shares, fitted, insides)


def tried(*given):
    job = survey(*given, config=MeasureConfig(search=FEWER))
    return [report for report in job if isinstance(report, Survey)]


def surveyed(*args, **more):
    return reports(*args, **more)[-1]


def slabs(shares):
    """Classes between planes across the first axis, with these shares of the prior."""
    borders = torch.tensor(ndtri(np.cumsum(shares)[:-1]), dtype=torch.float32)
    offsets = torch.cat([torch.zeros(1), borders.cumsum(0)])
    return lambda z: z[:, :1] * torch.arange(float(len(shares))) - offsets
