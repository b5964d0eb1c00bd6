"""Masses of the prior: how much of it each class and the holes take up.

Measured on one fixed sample of the prior, never on the visible window (theory: A1, B0).
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...engine.jobs import Job
from ...figures.array import Array
from ...figures.intervals import NEVER, NORMAL, wilson
from ...scene.calibrate_codes import FINER
from ...scene.codes import Codes, density_ratio, points_per_step
from ...scene.prior import Prior
from ...scene.scene import Scene
from ..evaluation import evaluate

CHUNK = 16  # decodes in one step: a map may be refined at the same time
BLOCK = 128  # points whose densities are summed in one step
NODES = 2048  # whose densities are taken in one step
FIRST = 256  # points before the first report; then whenever their number has doubled


@dataclass(frozen=True)
class HoleMass:
    """How much of the prior lies in holes, and what its codes know of other images (theory: B0)."""

    share: tuple[float, float, float] | None  # of the prior, low, high; None where it is refused
    left_out: float | None = None  # share of images left out that would be in them; None: not known
    part: str = ""  # whose codes say so, where they are not those of all training images
    refusal: str = ""  # why they say nothing, in a sentence; empty where they do


@dataclass(frozen=True, eq=False)
class PriorMasses:
    """Shares of the prior in [0, 1], with 95 % intervals."""

    share: Array  # (K,) of each class; empty where the data has no classes
    low: Array  # (K,)
    high: Array  # (K,)
    counts: Array  # (K,) points of the sample drawn as each class
    clear: Array  # (K,) those of them outside of holes
    holes: HoleMass | None  # None without codes
    n: int  # points of the sample judged so far
    step: int  # of the scene

    @property
    def hole(self) -> tuple[float, float, float] | None:
        """The share of holes, low, high; None where nothing is known of them."""
        return None if self.holes is None else self.holes.share


def prior_masses(
    scene: Scene, codes: Codes | None, threshold: float, n: int = 4096, seed: int = 0
) -> Job[PriorMasses]:
    """The shares of classes and holes among `n` points of the prior, better and better.

    A hole is where log p - log q > `threshold` (nats), or the limit that the codes demand; they
    may tell so little of other images that there is no share of holes.
    """
    sample = scene.prior.sample(n, scene.latent, torch.Generator().manual_seed(seed))
    holes = _Holes(scene.prior, codes, threshold)
    hits = clear = np.zeros(0, np.int64)
    empty, judged, due = np.zeros(1, np.int64), 0, min(FIRST, n)
    for chunk, inside in holes.each(sample):
        here, outside = _counts(scene, chunk, ~inside[0])
        hits, clear = _added(hits, here), _added(clear, outside)
        empty = empty + inside.sum(1)
        judged += len(chunk)
        if judged < due and judged < n:
            yield None
            continue
        due = 2 * judged
        share, low, high = _intervals(hits, judged)
        mass = holes.mass(empty, judged)
        yield PriorMasses(share, low, high, hits, clear, mass, judged, scene.step)


@dataclass(frozen=True, eq=False)
class _Holes:
    """What is a hole by the codes; and, where they had to be smoothed, by others that might be"""

    prior: Prior
    codes: Codes | None
    threshold: float

    @cached_property
    def variants(self) -> tuple[Codes, ...]:
        """The codes; less smooth and smoother ones; both halves of them"""
        codes = self.codes
        if codes is None or codes.refusal(self.threshold):
            return ()
        if not codes.smoothing:
            return (codes,)
        rows = torch.arange(len(codes.mean))
        halves = (replace(codes.part(rows[side::2]), held_out=codes.held_out) for side in (0, 1))
        return (codes, codes.smoother(1 / FINER), codes.smoother(FINER), *halves)

    def each(self, sample: Tensor) -> Iterator[tuple[Tensor, Array]]:
        """Few points at a time, for their decodes, and which of them are inside, (V, N)"""
        size = min([BLOCK, *map(points_per_step, self.variants)]) // CHUNK * CHUNK
        for block in sample.split(max(CHUNK, size)):
            inside = torch.from_numpy(self._inside(block))
            for chunk, some in zip(block.split(CHUNK), inside.split(CHUNK, dim=1), strict=True):
                yield chunk, some.numpy()

    @torch.no_grad()
    def _inside(self, z: Tensor) -> Array:
        if self.codes is None or not self.variants:
            return np.zeros((1, len(z)), bool)
        limit = self.codes.limit(self.threshold)
        scores = [density_ratio(codes, self.prior)(z) for codes in self.variants]
        return np.stack([(score > limit).numpy() for score in scores])

    def mass(self, empty: Array, n: int) -> HoleMass | None:
        """empty: (V,) of `n` points that are in holes.

        The interval is that of the draws, of the smoothing, and of which images were encoded.
        Nothing at least where as many of those left out are in holes as the claim allows for.
        """
        codes = self.codes
        if codes is None:
            return None
        left_out, mass = codes.left_out(self.threshold), None
        if self.variants:
            share, low, high = _intervals(empty, n)
            apart = NORMAL * abs(float(np.diff(share[3:]).sum())) / 2  # halves: of the mean of both
            least, most = max(0.0, low[:3].min() - apart), min(1.0, high[:3].max() + apart)
            claim = (left_out or 0.0) * math.exp(self.threshold) <= most
            mass = float(share[0]), float(least) if claim else 0.0, float(most)
        return HoleMass(mass, left_out, codes.part_text, codes.refusal(self.threshold))


def grid_shares(nodes: Array, prior: Prior) -> Generator[None, Any, Array]:
    """(N,) of the prior, of each of nodes (N, L) of an even grid; they sum to 1.

    By its density there: right where the grid is finer than the prior's narrowest part.
    """
    parts = []
    for some in torch.from_numpy(nodes).float().split(NODES):
        parts.append(prior.log_density(some).detach())
        yield None
    share: Array = torch.cat(parts).double().softmax(0).numpy()
    return share


def _intervals(hits: Array, n: int) -> tuple[Array, Array, Array]:
    """Share, low, high; the upper limit of what never occurred is the rule of three's"""
    low, high = wilson(hits, n)
    return hits / n, low, np.where(hits == 0, min(1.0, -math.log(NEVER) / n), high)


def _counts(scene: Scene, z: Tensor, clear: Array) -> tuple[Array, Array]:
    """How many of these points decode to each class, (K,), and how many of the `clear` (N,) ones"""
    if scene.logits is None:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    logits = evaluate(scene.logits, z)
    label, classes = logits.argmax(1).numpy(), logits.shape[1]
    return np.bincount(label, minlength=classes), np.bincount(label[clear], minlength=classes)


def _added(hits: Array, more: Array) -> Array:
    return more if len(hits) == 0 else hits + more
