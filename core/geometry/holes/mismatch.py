"""How holes follow from a mismatch of aggregated posterior and prior (THEORY.md, B0)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy.special import rel_entr
from torch import Generator, Tensor

from ...engine.jobs import Job, Progress
from ...figures.estimate import Estimate, mean_of
from ...scene.codes import Codes, density_ratio, posterior_sample
from ...scene.prior import Prior
from .detectors.base import Part, scores
from .hole_map import STEP


@dataclass(frozen=True)
class Mismatch:
    """The divergence of the aggregated posterior from the prior, and what its hole demands of it.

    Whatever the set, KL(q‖p) >= kl(q(H)‖p(H)): data processing. Equal where q / p is constant on
    H and constant beside it.
    """

    kl: Estimate  # nats, KL(q‖p)
    floor: float  # nats, kl(q(H)‖p(H)) of two outcomes
    visited: float  # q(H)
    drawn: float  # p(H)


def mismatch(
    codes: Codes, prior: Prior, threshold: float, n: int = 4096, seed: int = 0
) -> Job[Mismatch | Progress]:
    """Both sides of the inequality for the hole where log p - log q > `threshold` (nats)."""
    random = torch.Generator().manual_seed(seed)
    visited, drawn = _visited(codes, n, random), prior.sample(n, codes.mean.shape[1], random)
    of_visited = yield from _ratio(codes, prior, visited)
    of_drawn = yield from _ratio(codes, prior, drawn)
    q, p = float((of_visited > threshold).mean()), float((of_drawn > threshold).mean())
    yield Mismatch(mean_of(-of_visited), kl_floor(q, p), q, p)


def kl_floor(visited: float, drawn: float) -> float:
    """kl(q(H)‖p(H)) in nats of the shares q(H), p(H) in [0, 1]; infinite where only p is 0 or 1."""
    q, p = np.array([visited, 1 - visited]), np.array([drawn, 1 - drawn])
    return float(rel_entr(q, p).sum())


def _visited(codes: Codes, n: int, random: Generator) -> Tensor:
    return posterior_sample(codes, torch.randint(len(codes.mean), (n,), generator=random), random)


def _ratio(codes: Codes, prior: Prior, z: Tensor) -> Part:
    """log p - log q at z (N, L), (N,) nats"""
    chunk = max(1, STEP // len(codes.mean))
    return scores(density_ratio(codes, prior), z, chunk, "comparing posterior and prior")
