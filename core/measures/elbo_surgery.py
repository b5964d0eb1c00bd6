"""ELBO surgery: the KL term taken apart into information, marginal KL and total correlation.

theory: E2, E5. The mean KL of the posteriors from the prior is the mutual information of
image and code plus the divergence of the aggregated posterior q from the prior (Hoffman & Johnson
2016, "ELBO surgery"); the latter is the total correlation of q plus the divergences of its
coordinates (Chen et al. 2018, arXiv:1802.04942). q is taken over all of the codes: estimates from
a minibatch are biased by several nats.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ..engine.errors import Problem
from ..engine.jobs import Job, Progress
from ..figures.array import Array
from ..figures.estimate import Estimate, mean_of
from ..scene.codes import ACTIVE, Codes, Density, points_per_step, posterior_sample
from ..scene.mixture import log_mixture
from ..scene.prior import Gaussian, Prior

FIRST = 64  # draws after which there is a first answer
COLLAPSED = 0.1  # nats of KL per image, below which the codes tell next to nothing


@dataclass(frozen=True)
class ElboSurgery:
    """In nats, each with its 95 % interval over the draws; the codes are taken as they are.

    mean_kl = information + marginal, and marginal = correlation + coordinates.
    """

    mean_kl: Estimate  # of q(z|x)‖p over the images
    information: Estimate  # of image and code, in [0, ceiling] but for the draws
    marginal: Estimate  # KL(q‖p)
    correlation: Estimate  # total correlation of q
    coordinates: Estimate | None  # sum_j KL(q_j‖p_j); None: the prior's coordinates depend
    ceiling: float  # log n, where n codes have nothing in common
    draws: int  # so far
    step: int  # of the codes


@dataclass(frozen=True, eq=False)
class Activity:
    """Which coordinates of the latent space carry anything."""

    variance: Array  # (L,) float64, of the posterior means over the images
    kl: Array  # (L,) float64, nats: mean KL of the posteriors from the prior, exact
    step: int  # of the codes

    @property
    def active(self) -> Array:
        """(L,) bool"""
        above: Array = self.variance > ACTIVE
        return above

    @property
    def collapsed(self) -> bool:
        """Whether the codes tell next to nothing of the images."""
        return not self.active.any() or float(self.kl.sum()) < COLLAPSED


def elbo_surgery(
    codes: Codes, prior: Prior, draws: int = 4096, seed: int = 0
) -> Job[ElboSurgery | Progress]:
    """Takes the mean KL of `codes` from `prior` apart by `draws` of an image and a point of it.

    Answers each time the draws have doubled. Codes and prior belong together, and all codes to
    the same split. Raises Problem where there is no code, or one that is no number.
    """
    exact, random = _exact(codes), torch.Generator().manual_seed(seed)
    rows = torch.randint(len(codes.mean), (draws,), generator=random)
    z = posterior_sample(codes, rows, random).cpu()
    joint, single = exact.log_density, _coordinates(exact)
    chunk = points_per_step(exact, 1 + len(single))
    parts, done, due = [], 0, FIRST
    for some, of in zip(z.split(chunk), rows.split(chunk), strict=True):
        parts.append(_terms(exact, prior, joint, single, some, of))
        done += len(some)
        if done < due and done < draws:
            yield Progress(done / draws, "taking the KL apart") if len(parts) % 16 == 0 else None
            continue
        due = 2 * done
        yield _surgery(torch.cat(parts, dim=1), codes, isinstance(prior, Gaussian))


def activity(codes: Codes, prior: Gaussian) -> Activity:
    """Variance and KL of each coordinate of `codes`. Raises Problem as `surgery` does."""
    codes = _exact(codes)
    offset = (codes.mean - prior.mean).square() + codes.logvar.exp()
    logvar = codes.logvar - 2 * math.log(prior.deviation)
    kl = 0.5 * (offset / prior.deviation**2 - 1 - logvar)
    variance = codes.mean.var(0, correction=0)
    return Activity(variance.numpy(), kl.mean(0).numpy(), codes.step)


def _exact(codes: Codes) -> Codes:
    """The codes in float64 on the CPU"""
    mean, logvar = codes.mean.cpu().double(), codes.logvar.cpu().double()
    if len(mean) == 0:
        raise Problem("There is no code to measure: encode some images first.")
    if not (mean.isfinite().all() and logvar.isfinite().all()):
        raise Problem(
            "The encoder answers with no number (NaN). Its training may have diverged: go back to "
            "an earlier step, or train again at a lower rate."
        )
    return replace(codes, mean=mean, logvar=logvar, held_out=None)  # as they are


def _coordinates(codes: Codes) -> list[Density]:
    """The density of each coordinate of q"""
    pairs = zip(codes.mean.split(1, dim=1), codes.logvar.split(1, dim=1), strict=True)
    return [log_mixture(mean, logvar) for mean, logvar in pairs]


@torch.no_grad()
def _terms(
    codes: Codes, prior: Prior, joint: Density, single: list[Density], z: Tensor, rows: Tensor
) -> Tensor:
    """Of z (N, L) drawn from the codes in `rows`: log of q(z|x), q(z), prod_j q_j(z_j), p(z)"""
    exact, spread = z.double(), (0.5 * codes.logvar[rows]).exp()
    own = torch.distributions.Normal(codes.mean[rows], spread).log_prob(exact).sum(1)
    parts = zip(single, exact.split(1, dim=1), strict=True)
    product = torch.stack([one(part) for one, part in parts]).sum(0)
    return torch.stack([own, joint(exact), product, prior.log_density(z).double()])  # (4, N)


def _surgery(terms: Tensor, codes: Codes, independent: bool) -> ElboSurgery:
    own, joint, product, prior = terms.numpy()
    return ElboSurgery(
        mean_kl=mean_of(own - prior),
        information=mean_of(own - joint),
        marginal=mean_of(joint - prior),
        correlation=mean_of(joint - product),
        coordinates=mean_of(product - prior) if independent else None,
        ceiling=math.log(len(codes.mean)),
        draws=len(own),
        step=codes.step,
    )
