"""Holes: where the prior draws from and the encoder hardly ever sends anything.

The score is H1 of THEORY.md, log p(z) - log q(z) in nats, q the aggregated posterior (Makhzani et
al. 2015, arXiv:1511.05644; Hoffman & Johnson 2016, "ELBO surgery"). A hole H is where it is above a
threshold; whatever the model, q(H) <= exp(-threshold) p(H).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ..engine import Job
from ..scene import Gaussian
from .plane import Plane
from .regions import Array, Grain, Window, refine

Density = Callable[[Tensor], Tensor]  # z (N, L) -> (N,) in nats

PAIRS = 320_000  # of point and code in one block: what fits a core's cache
STEP = 1_000_000  # pairs between two pauses: some 2-3 ms on one core
UNSEEN = -60.0  # nats below the greatest term: lost in float32, and faster than denormal numbers


@dataclass(frozen=True, eq=False)
class Codes:
    """The posteriors of at most 5 000 training images, which stand for the aggregated one."""

    mean: Tensor  # (M, L)
    logvar: Tensor  # (M, L)
    labels: Tensor | None  # (M,) class of the image, None where the data has no classes
    index: Tensor  # (M,) which training image
    step: int  # of the scene that encoded them


@dataclass(frozen=True, eq=False)
class HoleMap:
    """Row 0 is the bottom of the window; pixel centres run from corner to corner."""

    score: Array  # (S, S) float32, log p(z) - log q(z) in nats
    threshold: float  # a hole is where the score is above it
    window: Window
    step: int  # of the codes
    decodes: int  # points that were scored


def hole_map(
    codes: Codes,
    prior: Gaussian,
    plane: Plane,
    window: Window,
    threshold: float,
    grain: Grain = Grain(),
) -> Job[HoleMap]:
    """Where the prior samples exp(threshold) times more often than the encoder visits.

    A channel of its own, refined where the score is near the threshold. A score is cheaper than a
    decode: a step takes as many as `grain.chunk` or `STEP` allow, whichever is more.
    """
    score = density_ratio(codes, prior)
    chunk = max(grain.chunk, STEP // len(codes.mean))

    def field(xy: Tensor) -> Tensor:
        return score(plane.to_latent(xy))[:, None]

    def margin(values: Tensor) -> Tensor:
        return (values[0] - threshold).abs()

    for level in refine(field, margin, window, replace(grain, chunk=chunk)):
        if level is None:
            yield None
            continue
        found = level.values[0].numpy()
        yield HoleMap(found, threshold, window, codes.step, level.decodes)


def density_ratio(codes: Codes, prior: Gaussian) -> Density:
    """z: (N, L) -> log p(z) - log q(z), (N,) in nats; differentiable."""
    visited = log_aggregated(codes)
    return lambda z: prior.log_density(z) - visited(z)


def log_aggregated(codes: Codes) -> Density:
    """log q(z) = log mean_i N(z; mean_i, diag exp logvar_i), the codes' Gaussians; differentiable.

    The squares are multiplied out, so that all pairs are one matrix product; float64, for they
    cancel. The exponentials, which take nearly all of the time, need no more than float32.
    """
    home = "cpu" if codes.mean.device.type == "mps" else codes.mean.device  # mps has no float64
    mean, logvar = codes.mean.to(home).double(), codes.logvar.to(home).double()
    precision = (-logvar).exp()
    weight = torch.cat([-0.5 * precision, mean * precision], dim=1).mT.contiguous()  # (2L, M)
    constant = -0.5 * (mean**2 * precision + logvar + math.log(2 * math.pi)).sum(1)
    constant = constant - math.log(len(mean))

    def density(z: Tensor) -> Tensor:
        blocks = z.to(home).double().split(max(1, PAIRS // len(mean)))
        return torch.cat([_log_sum(block, weight, constant) for block in blocks]).to(z)

    return density


def _log_sum(z: Tensor, weight: Tensor, constant: Tensor) -> Tensor:
    """z: (N, L) -> log sum_i exp(constant_i + [z^2, z] weight_i), (N,)"""
    exponent = torch.addmm(constant, torch.cat([z * z, z], dim=1), weight)  # (N, M)
    greatest = exponent.detach().amax(1, keepdim=True)
    terms = (exponent - greatest).float().clamp(min=UNSEEN).exp_()
    return terms.sum(1).log().double() + greatest[:, 0]
