"""Mismatch of aggregated posterior and prior, and the least that a hole proves of it.

theory: B0.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from scipy.special import rel_entr
from torch import Tensor

from ...engine.errors import Problem
from ...engine.jobs import Job, Progress
from ...figures.array import Array
from ...figures.estimate import Estimate, mean_of
from ...figures.intervals import wilson
from ...scene.calibrate_codes import FINER
from ...scene.codes import Codes, density_ratio, points_per_step, posterior_sample
from ...scene.prior import Prior
from .detectors.calibration import scores


@dataclass(frozen=True)
class Mismatch:
    """The divergence of the aggregated posterior from the prior, and what its hole demands of it.

    Whatever the set, KL(q‖p) >= kl(q(H)‖p(H)): data processing. Equal where q / p is constant on
    H and constant beside it.
    """

    kl: Estimate  # nats, KL(q‖p)
    floor: Estimate  # nats, kl(q(H)‖p(H)) of two outcomes
    visited: float  # q(H)
    sampled: float  # p(H)


def mismatch(
    codes: Codes, prior: Prior, threshold: float, n: int = 4096, seed: int = 0
) -> Job[Mismatch | Progress]:
    """Both sides of the inequality for the hole where log p - log q > `threshold` (nats).

    The divergence of smoothed codes lies between what they say of images left out, which is less
    by what they are off, and what less smooth ones say of themselves. Raises Problem where the
    codes say too little of other images.
    """
    if why := codes.refusal(threshold):
        raise Problem(why)
    random, limit = torch.Generator().manual_seed(seed), codes.limit(threshold)
    posterior, sample = _aggregated(codes, n, random), prior.sample(n, codes.mean.shape[1], random)
    at_posterior = yield from _ratio(codes, prior, posterior)
    at_prior = yield from _ratio(codes, prior, sample)
    kl, held_out = mean_of(-at_posterior), codes.held_out
    if held_out is not None and held_out.smoothing:
        least = mean_of(-held_out.scores)
        finer = yield from _ratio(codes.smoother(1 / FINER), prior, posterior)
        kl = Estimate(least.value, least.low, mean_of(-finer).high)
    hits = int((at_posterior > limit).sum()), int((at_prior > limit).sum())
    yield Mismatch(kl, _floor(*hits, n), hits[0] / n, hits[1] / n)


def _floor(visited: int, sampled: int, n: int) -> Estimate:
    """Of so many of `n` draws each: between the ends next to each other, and those farthest off"""
    (q_low, q_high), (p_low, p_high) = (map(float, wilson(hits, n)) for hits in (visited, sampled))
    near, far = (q_high, p_low), (q_low, p_high)
    if visited > sampled:
        near, far = far, near
    apart = q_high < p_low or p_high < q_low
    value = kl_floor(visited / n, sampled / n)
    return Estimate(value, kl_floor(*near) if apart else 0.0, kl_floor(*far))


def kl_floor(visited: float, sampled: float) -> float:
    """kl(q(H)‖p(H)) in nats of the shares q(H), p(H) in [0, 1]; infinite where only p is 0 or 1."""
    q, p = np.array([visited, 1 - visited]), np.array([sampled, 1 - sampled])
    return float(rel_entr(q, p).sum())


def _aggregated(codes: Codes, n: int, random: torch.Generator) -> Tensor:
    return posterior_sample(codes, torch.randint(len(codes.mean), (n,), generator=random), random)


def _ratio(codes: Codes, prior: Prior, z: Tensor) -> Generator[Progress | None, Any, Array]:
    """log p - log q at z (N, L), (N,) nats"""
    score, chunk = density_ratio(codes, prior), points_per_step(codes)
    return scores(score, z, chunk, "comparing posterior and prior")
