"""Measures of a path: how long it is, what it crosses, how it stretches (theory: C6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ...engine.jobs import Job
from ...figures.array import Array
from ...scene.codes import Codes
from ...scene.scene import Scene
from ..holes.detectors.density_ratio import density_ratio_detector
from ..holes.detectors.detector import FittedDetector
from .hole_exposure import HoleExposure, evaluate_exactly, hole_exposure, state_shares
from .image_steps import Tear, energy, image_steps, tear
from .path import Path
from .path_speed import speed_and_stretch

DENSITY = "density"  # the key of the detector log p - log q


@dataclass(frozen=True, eq=False)
class PathMeasures:
    """Measures at the T nodes of a path, and of the whole of it."""

    path: Path
    codes: Codes | None  # that tell where holes are
    threshold: float  # nats, that a hole was to begin at
    latent: Array  # (T,) length so far, in deviations of the prior
    image: Array  # (T,) length so far, l2 of the pixels
    margin: Array | None  # (T,) probability of the first class less that of the second
    log_prior: Array  # (T,) log p in nats
    log_posterior: Array | None  # (T,) log q of the aggregated posterior; None without codes
    holes: Mapping[str, HoleExposure]  # by the key of the detector
    speed: Array  # (T,) |J v| / |v| along the path, in pixels per deviation; NaN at rest
    stretch: Array  # (T,) the greatest singular value of J, in the same unit
    shares: Array | None  # (K,) of the latent length in each class, summing to 1
    crossing_log_prior: Array  # (number of crossings,) log p where the class changes, in nats
    variation: float | None  # of the class profile: half the sum of its absolute changes
    energy: float  # half the mean squared image speed if passed in one unit of time
    tear: Tear

    @property
    def classes(self) -> int | None:
        """How many classes the path visits, those between two frames included."""
        return None if self.shares is None else int((self.shares > 0).sum())


def measure_path(
    scene: Scene,
    path: Path,
    codes: Codes | None,
    threshold: float,
    detectors: Sequence[FittedDetector] = (),
) -> Job[PathMeasures]:
    """The measures of `path`, at its nodes and in all.

    With `codes`, a hole is where log p - log q > `threshold` (nats): the detector `DENSITY`. There
    may be other `detectors`. Raises Problem where torch cannot differentiate the decoder.
    """
    z = torch.from_numpy(path.z)
    log_prior, log_posterior = evaluate_exactly(scene.prior.log_density, z), None
    if codes is not None:
        detectors = (density_ratio_detector(codes, scene.prior, threshold), *detectors)
    holes = {}
    for fitted in detectors:
        holes[fitted.key] = yield from hole_exposure(path, fitted)
    if codes is not None:
        log_posterior = log_prior - holes[DENSITY].score
    speed, stretch = yield from speed_and_stretch(scene, z)
    steps = image_steps(path.images)
    yield PathMeasures(
        path=path,
        codes=codes,
        threshold=threshold,
        latent=path.t * path.length,
        image=np.append(0.0, steps.cumsum()),
        margin=None if path.probabilities is None else _margin(path.probabilities),
        log_prior=log_prior,
        log_posterior=log_posterior,
        holes=holes,
        speed=speed,
        stretch=stretch,
        shares=_class_shares(path),
        crossing_log_prior=_crossing_log_prior(scene, path),
        variation=None if path.probabilities is None else total_variation(path.probabilities),
        energy=energy(steps),
        tear=tear(path.t, steps, path.images[0].size),
    )


def total_variation(probabilities: Array) -> float:
    """(T, K) -> half the sum of absolute changes: |p_T - p_1| for two classes in monotone change"""
    return float(np.abs(np.diff(probabilities.astype(np.float64), axis=0)).sum() / 2)


def _margin(probabilities: Array) -> Array:
    if probabilities.shape[1] == 1:
        return np.ones(len(probabilities))
    ordered = np.partition(probabilities, -2, axis=1)
    margin: Array = ordered[:, -1] - ordered[:, -2]
    return margin


def _class_shares(path: Path) -> Array | None:
    if path.probabilities is None or path.labels is None:
        return None
    times = np.array([crossing.t for crossing in path.crossings])
    states = [int(path.labels[0]), *(crossing.after for crossing in path.crossings)]
    return state_shares(times, states, path.probabilities.shape[1])


def _crossing_log_prior(scene: Scene, path: Path) -> Array:
    if not path.crossings:
        return np.zeros(0)
    places = np.stack([crossing.z for crossing in path.crossings])
    return evaluate_exactly(scene.prior.log_density, torch.from_numpy(places))
