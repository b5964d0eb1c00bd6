"""Class radius of the prior in any dimension, searched at a sample of points (theory: A2, A6).

A search ends at an upper bound of each radius; a certificate proves a lower one.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...engine.drivers import final_report
from ...engine.errors import Problem
from ...engine.jobs import Job, Progress
from ...figures.array import Array
from ...scene.scene import Logits, Scene
from ..adversarial.perturbation import PerturbationConfig, Perturbations, perturbations
from ..adversarial.starting_points import LabelledPoints, label_points
from .radii import AdversaryPairs, RadiusSample

Certify = Callable[[Tensor], Generator[None, Any, Tensor]]  # z (N, L) -> proven radii (N,)


@dataclass(frozen=True)
class SearchConfig:
    """How many points, and how hard the search tries at each."""

    points: int = 512  # of the prior, whose radii are searched
    pool: int = 4096  # of the prior, where searches may start
    to_class: bool = False  # the distance to every class, not only to the nearest other one
    seed: int = 0
    search: PerturbationConfig = PerturbationConfig()


def searched_radii(
    scene: Scene,
    codes: Tensor | None = None,
    certify: Certify | None = None,
    config: SearchConfig = SearchConfig(),
) -> Job[RadiusSample | Progress]:
    """The radii of a sample of the prior: of its first points soon, then of more and more.

    codes: (M, L), more points at which searches may start. certify: proven radii in units of z,
    such as `interval_bounds.interval_radii` of the model's layers.
    """
    logits = scene.logits
    if logits is None:
        raise Problem("There are no classes to tell apart: no judge was trained for this model.")
    random = torch.Generator().manual_seed(config.seed)
    z = scene.prior.sample(config.points, scene.latent, random)
    starts = scene.prior.sample(config.pool, scene.latent, random)
    if codes is not None:
        starts = torch.cat([starts, codes.to(starts)])
    yield Progress(0.0, "judging where searches start")
    pool, _ = yield from label_points(logits, starts, config.search.chunk)
    parts: list[RadiusSample] = []
    for part in z.split(config.search.chunk):
        proven = None if certify is None else (yield from certify(part))
        parts.append((yield from _radii(scene, logits, part, pool, proven, config)))
        yield _joined(parts)
        done = sum(len(radii.radius) for radii in parts) / len(z)
        yield Progress(done, "looking for the nearest other class")


def _radii(
    scene: Scene,
    logits: Logits,
    z: Tensor,
    pool: LabelledPoints,
    proven: Tensor | None,
    config: SearchConfig,
) -> Generator[None, Any, RadiusSample]:
    """Of one chunk of the sample"""
    search = config.search
    nearest = yield from final_report(perturbations(logits, z, pool, None, search))
    radius, to_class = nearest.distance, None
    if config.to_class:
        to_class = yield from _distances(logits, z, pool, nearest, search)
        others = np.where(np.eye(nearest.classes, dtype=bool)[nearest.before], np.inf, to_class)
        radius = others.min(1)
    unit = scene.prior.deviation
    return RadiusSample(
        radius=radius / unit,
        label=nearest.before,
        weight=np.full(len(z), 1 / len(z)),
        classes=nearest.classes,
        kind="searched",
        certified=None if proven is None else proven.double().numpy() / unit,
        to_class=None if to_class is None else to_class / unit,
        step=scene.step,
        pairs=AdversaryPairs(nearest.z, nearest.adversary, nearest.distance),
    )


def _distances(
    logits: Logits,
    z: Tensor,
    pool: LabelledPoints,
    nearest: Perturbations,
    search: PerturbationConfig,
) -> Generator[None, Any, Array]:
    """(N, K) to every class; to that of the nearest adversary at most as far as it"""
    away = np.empty((len(z), nearest.classes))
    for k in range(nearest.classes):
        targeted = yield from final_report(perturbations(logits, z, pool, k, search))
        away[:, k] = targeted.distance
    row = np.arange(len(z))
    own = np.where(nearest.after == nearest.before, 0.0, nearest.distance)
    away[row, nearest.after] = np.minimum(away[row, nearest.after], own)
    return away


def _joined(parts: list[RadiusSample]) -> RadiusSample:
    def both(values: list[Array | None]) -> Array | None:
        known = [value for value in values if value is not None]
        return np.concatenate(known) if len(known) == len(values) else None

    radius = np.concatenate([part.radius for part in parts])
    pairs = [part.pairs for part in parts if part.pairs is not None]
    return replace(
        parts[0],
        radius=radius,
        label=np.concatenate([part.label for part in parts]),
        weight=np.full(len(radius), 1 / len(radius)),
        certified=both([part.certified for part in parts]),
        to_class=both([part.to_class for part in parts]),
        pairs=AdversaryPairs(*(np.concatenate(column) for column in zip(*pairs, strict=True))),
    )
