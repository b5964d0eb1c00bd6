"""Codes of images, and the aggregated posterior that they stand for."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Generator, Tensor

from ..figures.finding import grouped, share
from .held_out_scores import HeldOutScores
from .mixture import MixtureDensity, log_mixture
from .prior import Prior

Score = Callable[[Tensor], Tensor]  # z (N, L) -> (N,), large where there is a hole
Density = Score  # in nats

ACTIVE = (
    0.01  # variance of a coordinate's posterior mean, in units of z squared (Burda et al. 2016)
)
MOST_SMOOTHING = 0.95  # beyond, one Gaussian stands for all
PAIRS = 1_000_000  # of point and code in one step: some 2-3 ms on one core


@dataclass(frozen=True, eq=False)
class Codes:
    """The posteriors of training images: their mean q is the aggregated posterior."""

    mean: Tensor  # (M, L)
    logvar: Tensor  # (M, L)
    labels: Tensor | None  # (M,) class of the image, None where the data has no classes
    index: Tensor  # (M,) which training image
    step: int  # of the scene that encoded them
    total: int | None = None  # training images; None: these are all, 0: nobody knows
    held_out: HeldOutScores | None = None  # None where nobody has looked

    @property
    def whole(self) -> bool:
        """Whether these are the codes of all training images."""
        return self.total is None or 0 < self.total <= len(self.mean)

    def part(self, rows: Tensor) -> Codes:
        """Those in `rows` (N,), of as many images as before."""
        labels = None if self.labels is None else self.labels[rows]
        total = len(self.mean) if self.total is None else self.total
        mean, logvar, index = self.mean[rows], self.logvar[rows], self.index[rows]
        return Codes(mean, logvar, labels, index, self.step, total)

    @cached_property
    def log_density(self) -> MixtureDensity:
        """log q, smoothed where only so the codes tell of images that were left out"""
        return log_mixture(*smoothed(self.mean, self.logvar, self.smoothing))

    @property
    def smoothing(self) -> float:
        """Of the density, in [0, 1); 0 where it is that of the codes as they are"""
        return 0.0 if self.held_out is None else self.held_out.smoothing

    def smoother(self, times: float) -> Codes:
        """Smoothed so many times as much."""
        if self.held_out is None:
            return self
        smoothing = min(times * self.smoothing, MOST_SMOOTHING)
        return replace(self, held_out=replace(self.held_out, smoothing=smoothing))

    def limit(self, threshold: float) -> float:
        """Where a hole begins, in nats of log p - log q: `threshold`, or what few codes demand."""
        return threshold if self.held_out is None else self.held_out.limit(threshold)

    def left_out(self, threshold: float) -> float | None:
        """Share of images left out, each by the codes of the others, in holes; None: not known"""
        return None if self.held_out is None else self.held_out.share(self.limit(threshold))

    @property
    def part_text(self) -> str:
        """Of how many images these are the codes; empty where of all."""
        if self.whole:
            return ""
        total = f" of {grouped(self.total)}" if self.total else ""
        return f"{grouped(len(self.mean))}{total} training images"

    def refusal(self, threshold: float) -> str:
        """Why nothing is said of holes, in a sentence; empty where something is."""
        if self.held_out is None or not self.held_out.refused(threshold):
            return ""
        return (
            f"The codes of {grouped(len(self.mean))} images say too little of other images: "
            f"{share(self.held_out.share(threshold))} of those left out would lie in holes."
        )


def smoothed(mean: Tensor, logvar: Tensor, smoothing: float) -> tuple[Tensor, Tensor]:
    """Codes (M, L) drawn together and as much wider, so that all of them spread as before.

    smoothing: the share of the variance between the means that goes into each; at 1 there is one
    Gaussian place left. Silverman & Young 1987, "The bootstrap: to smooth or not to smooth?".
    """
    if not smoothing:
        return mean, logvar
    centre, variance = mean.mean(0), mean.var(0, correction=0)
    together = centre + math.sqrt(1 - smoothing) * (mean - centre)
    return together, (logvar.exp() + smoothing * variance).log()


def posterior_sample(codes: Codes, rows: Tensor, random: Generator) -> Tensor:
    """A sample of the posterior of each code in `rows` (N,), (N, L)."""
    noise = torch.randn(len(rows), codes.mean.shape[1], generator=random).to(codes.mean)
    sample: Tensor = codes.mean[rows] + (0.5 * codes.logvar[rows]).exp() * noise
    return sample


def density_ratio(codes: Codes, prior: Prior) -> Density:
    """z: (N, L) -> log p(z) - log q(z), (N,) in nats; differentiable."""
    return lambda z: prior.log_density(z) - codes.log_density(z)


def points_per_step(codes: Codes, densities: int = 1) -> int:
    """Points at which so many densities like log q are evaluated between two pauses of a job."""
    return max(1, PAIRS // (codes.log_density.pairs * densities))
