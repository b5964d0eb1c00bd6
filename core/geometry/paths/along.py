"""What holds along a path: how far it is, what it crosses, how it stretches (THEORY.md, C6)."""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...engine.jobs import Job
from ...figures.array import Array
from ...scene.codes import Codes, Score
from ...scene.scene import Decode, Scene
from ..holes.hole_map import Fitted, density
from ..metric.forward_mode import prepared
from ..metric.pullback import jacobian
from .crossings import between, brackets
from .curve import Path, fractions
from .steps import Tear, energy, image_steps, tear

NODES, DIRECTIONS = 8, 4  # of the Jacobians of one step
DENSITY = "density"  # the key of the detector log p - log q


@dataclass(frozen=True, eq=False)
class Exposure:
    """How much of a path lies in holes, as one detector sees them."""

    score: Array  # (T,) at the nodes
    inside: Array  # (T,) which nodes lie in a hole
    threshold: float
    latent: float  # share of the latent length that lies in holes, in [0, 1]
    image: float  # the same of the image length

    @property
    def highest(self) -> float:
        """The greatest score of a node."""
        return float(self.score.max())


@dataclass(frozen=True, eq=False)
class Along:
    """Measures at the T nodes of a path, and of the whole of it."""

    path: Path
    latent: Array  # (T,) length so far, in deviations of the prior
    image: Array  # (T,) length so far, l2 of the pixels
    margin: Array | None  # (T,) probability of the first class less that of the second
    log_prior: Array  # (T,) log p in nats
    log_posterior: Array | None  # (T,) log q of the aggregated posterior; None without codes
    holes: Mapping[str, Exposure]  # by the key of the detector
    speed: Array  # (T,) |J v| / |v| along the path, in pixel l2 per deviation; NaN at rest
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


def along(
    scene: Scene,
    path: Path,
    codes: Codes | None,
    threshold: float,
    detectors: Sequence[Fitted] = (),
) -> Job[Along]:
    """The measures of `path`, at its nodes and in all.

    With `codes`, a hole is where log p - log q > `threshold` (nats): the detector `DENSITY`. There
    may be other `detectors`. Raises Problem where torch cannot differentiate the decoder.
    """
    z = torch.from_numpy(path.z)
    log_prior, log_posterior = _values(scene.prior.log_density, z), None
    if codes is not None:
        detectors = (density(codes, scene.prior, threshold), *detectors)
    holes = {}
    for fitted in detectors:
        holes[fitted.key] = yield from _exposure(path, fitted)
    if codes is not None:
        log_posterior = log_prior - holes[DENSITY].score
    speed, stretch = yield from _stretch(scene, z)
    steps = image_steps(path.images)
    yield Along(
        path=path,
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


# ---- of the classes ----


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
    return _shares(times, states, path.probabilities.shape[1])


def _crossing_log_prior(scene: Scene, path: Path) -> Array:
    if not path.crossings:
        return np.zeros(0)
    places = np.stack([crossing.z for crossing in path.crossings])
    return _values(scene.prior.log_density, torch.from_numpy(places))


# ---- of the holes ----


def _exposure(path: Path, fitted: Fitted) -> Generator[None, Any, Exposure]:
    """The path's parts in holes, their ends bisected on the curve"""

    def beyond(scores: Array) -> Array:
        return np.asarray(fitted.excess(torch.from_numpy(scores)).numpy())

    def inside(times: Array) -> Array:
        return (beyond(_values(fitted.score, _at(path, times))) > 0).astype(int)

    score = _values(fitted.score, torch.from_numpy(path.z))
    excess = beyond(score)
    seen = (excess > 0).astype(int)
    yield None
    extra = between(path.t, seen, np.abs(excess))
    times = np.concatenate([path.t, extra])
    states = np.concatenate([seen, inside(extra)])
    order = np.argsort(times, kind="stable")
    yield None
    found = yield from brackets(inside, times[order], states[order])
    ends = np.array([(bracket.left + bracket.right) / 2 for bracket in found])
    parts = [int(seen[0]), *(bracket.after for bracket in found)]
    in_images = np.interp(ends, path.t, _image_fractions(path))
    latent, image = (float(_shares(cuts, parts, 2)[1]) for cuts in (ends, in_images))
    return Exposure(score, seen > 0, fitted.threshold, latent, image)


def _image_fractions(path: Path) -> Array:
    """(T,) the part of the image length up to each frame"""
    return fractions(torch.from_numpy(path.images.reshape(len(path.images), -1)))


def _shares(times: Array, states: list[int], number: int) -> Array:
    """(number,) shares of [0, 1] in each state, which change at the sorted `times`"""
    lengths = np.diff(np.concatenate([[0.0], times, [1.0]]))
    return np.bincount(states, lengths, number)


# ---- of the decoder ----


def _stretch(scene: Scene, z: Tensor) -> Generator[None, Any, tuple[Array, Array]]:
    """The speed along the path and the greatest speed in any direction at its nodes z (T, L)"""
    yield from prepared()
    ways = torch.from_numpy(np.gradient(z.double().numpy(), axis=0))
    speeds, greatest = [], []
    for part, way in zip(z.split(NODES), ways.split(NODES), strict=True):
        slopes = yield from _jacobians(scene.decode, part)
        moved = (slopes @ way[:, :, None])[:, :, 0].norm(dim=1)
        speeds.append(moved / way.norm(dim=1))  # 0 / 0 at rest is NaN
        for slope in slopes:
            greatest.append(_greatest(slope))
            yield None
    unit = scene.prior.deviation
    return unit * torch.cat(speeds).numpy(), unit * np.array(greatest)


def _jacobians(decode: Decode, z: Tensor) -> Generator[None, Any, Tensor]:
    """(N, D, L) float64, a few directions at a time: spaces of hundreds take long"""
    parts = []
    for directions in torch.eye(z.shape[1]).split(DIRECTIONS):
        parts.append(_towards(decode, z, directions))
        yield None
    return torch.cat(parts, dim=-1).double()


@torch.no_grad()
def _towards(decode: Decode, z: Tensor, directions: Tensor) -> Tensor:
    """The Jacobian times each of the directions (M, L), (N, D, M)"""
    return jacobian(lambda by: decode(z + by @ directions), z.new_zeros(len(z), len(directions)))


def _greatest(slope: Tensor) -> float:
    """The greatest singular value of (D, L); NaN where the decoder has no slope"""
    if not slope.isfinite().all():
        return math.nan
    return math.sqrt(max(0.0, float(torch.linalg.eigvalsh(slope.mT @ slope)[-1])))


@torch.no_grad()
def _values(function: Score, z: Tensor) -> Array:
    """(N, L) -> (N,) float64"""
    return np.asarray(function(z).cpu().numpy(), np.float64)


def _at(path: Path, times: Array) -> Tensor:
    """The points (N, L) at these fractions of the latent length"""
    points = [np.interp(times, path.t, column) for column in path.z.T]
    return torch.from_numpy(np.stack(points, axis=1)).float()
