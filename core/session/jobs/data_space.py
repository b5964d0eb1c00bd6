"""The plane that points lie in: the latent grid as it is drawn there, and what a critic says."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...data.dataset import Batch, DataConfig
from ...data.toy import MIXTURES, Mixture, to_images, to_plane
from ...engine.jobs import Job
from ...figures.array import Array
from ...geometry.map.plane import Plane
from ...measures.optimal_critic import Pauses, blur, kernel_width, lattice, optimal_critic
from ...scene.scene import Critic, Decode, RealnessScale, Scene

REACH, APART, FINE = 3.0, 0.5, 61  # of the latent grid: prior sigmas, and points of a line
DRAWN = 1024  # draws of the prior that are shown
SIDE, QUICK = 121, 41  # of the critic's map, at rest and not
ARROWS = 15  # to a side
KERNELS, HELD_OUT = 4096, 256  # samples that a density is estimated from, and that choose its width
CHUNK = 256  # places at a time


@dataclass(frozen=True, eq=False)
class GeneratorGrid:
    """Where the generator takes lines of the map's plane, and draws of the prior."""

    lines: Array  # (M, T, 2) the images of upright lines first, then of level ones
    away: Array  # (M,) of a line from the prior's middle, in its sigmas
    z: Array  # (N, L) draws of the prior
    samples: Array  # (N, 2) what is made of them
    step: int


@dataclass(frozen=True, eq=False)
class CriticMap:
    """What the critic says over the square of the data, beside the best it could say.

    Maps are (S, S), row 0 at the bottom, and span the square corner to corner.
    """

    values: Array  # its numbers
    realness_scale: RealnessScale
    share: Array | None  # in [0, 1]: its probability that a point is real; None for a height
    best: Array | None  # p / (p + q), nan where neither has mass; None while it is not known
    known: bool  # p is that of the toy's formula, no estimate
    width: float | None  # of the kernel that both densities are blurred by
    places: Array  # (A, 2)
    slopes: Array  # (A, 2) the gradient of the critic's number there, per unit of length
    step: int


# ---- jobs ----


@dataclass(frozen=True, eq=False)
class GeneratorGridRequest:
    """A generator of points, and the plane of its latent space."""

    scene: Scene
    plane: Plane


def generator_grid_job(request: GeneratorGridRequest) -> Job[GeneratorGrid]:
    """The latent grid as it lies in the plane of the data."""
    scene, plane = request.scene, request.plane
    middle = plane.to_plane(torch.full((1, scene.latent), scene.prior.mean))
    grid, away = latent_grid()
    places = middle + scene.prior.deviation * grid.flatten(0, 1)
    lines = yield from decoded(scene.decode, plane.to_latent(places))
    z, points = yield from _samples(scene, DRAWN)
    yield GeneratorGrid(
        lines.unflatten(0, grid.shape[:2]).numpy(),
        away.numpy(),
        z.numpy(),
        points.numpy(),
        scene.step,
    )


@dataclass(frozen=True, eq=False)
class CriticMapRequest:
    """A critic, and the data it tells samples from."""

    scene: Scene
    critic: Critic
    source: DataConfig | None
    data: Batch | None
    thorough: bool  # finely, and beside the best critic


def critic_map_job(request: CriticMapRequest) -> Job[CriticMap]:
    """The critic at once, and the best there could be once the model is at rest."""
    critic = request.critic
    side = SIDE if request.thorough else QUICK
    values = yield from _spread(critic, lattice(side))
    places = lattice(ARROWS, inset=True)
    picture = values.unflatten(0, (side, side)).numpy()
    critic_map = CriticMap(
        picture,
        critic.realness_scale,
        probability(picture, critic.realness_scale),
        None,
        False,
        None,
        places.numpy(),
        slopes(critic, places).numpy(),
        request.scene.step,
    )
    yield critic_map
    if request.thorough:
        yield from _judged(request, critic_map)


def _judged(request: CriticMapRequest, critic_map: CriticMap) -> Job[CriticMap]:
    """`critic_map` with the best critic there could be, where the data are known"""
    truth, points = _density(request), _points(request)
    if truth is None and not len(points):
        return
    _, samples = yield from _samples(request.scene, KERNELS + HELD_OUT)
    kernels, few = _parted(samples)
    width = yield from kernel_width(kernels, few)
    p = truth
    if p is None:
        mine, few = _parted(points)
        width = max(width, (yield from kernel_width(mine, few)))
        p = Mixture(mine, 0.0)
    best = yield from optimal_critic(
        blur(p, width), Mixture(kernels, width), len(critic_map.values)
    )
    yield replace(critic_map, best=best.numpy(), known=truth is not None, width=width)


def _samples(scene: Scene, n: int) -> Generator[None, Any, tuple[Tensor, Tensor]]:
    """Draws of the prior (N, L) and the points (N, 2) that are made of them."""
    z = scene.prior.sample(n, scene.latent, torch.Generator().manual_seed(0))
    return z, (yield from decoded(scene.decode, z))


def _density(request: CriticMapRequest) -> Mixture | None:
    """Of the data that the scene draws: of a toy whose classes are modes, by its formula"""
    scene, source = request.scene, request.source
    mixture = None if source is None else MIXTURES.get(source.name)
    if mixture is None or scene.condition is None or scene.conditions != scene.classes:
        return mixture
    return replace(mixture, centres=mixture.centres[scene.condition][None])


def _points(request: CriticMapRequest) -> Tensor:
    """The training points that the scene draws, in no order: (N, 2)"""
    scene = request.scene
    if request.data is None:
        return torch.zeros(0, 2)
    images, labels = request.data.images, request.data.labels
    if labels is not None and scene.conditions == scene.classes and scene.conditions:
        images = images[labels == scene.condition]
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))
    return to_plane(images[order[: KERNELS + HELD_OUT]])


def _parted(points: Tensor) -> tuple[Tensor, Tensor]:
    """The many that make a density, and the few that choose its width."""
    few = min(HELD_OUT, len(points) // 4)
    return points[few:], points[:few]


# ---- the generator ----


def latent_grid() -> tuple[Tensor, Tensor]:
    """Lines (M, T, 2) of the plane in prior sigmas, and how far each is from the middle, (M,)."""
    at = torch.arange(-REACH, REACH + APART / 2, APART)
    along = torch.linspace(-REACH, REACH, FINE)
    across, up = torch.meshgrid(at, along, indexing="ij")
    lines = torch.cat([torch.stack([across, up], -1), torch.stack([up, across], -1)])
    return lines, at.abs().repeat(2)


def decoded(decode: Decode, z: Tensor) -> Pauses:
    """z: (N, L) -> points of the plane (N, 2), with pauses"""
    parts = []
    for part in z.split(CHUNK):
        parts.append(_decoded(decode, part))
        yield None
    return torch.cat(parts)


@torch.no_grad()
def _decoded(decode: Decode, z: Tensor) -> Tensor:
    return to_plane(decode(z)).clone()


# ---- the critic ----


def _spread(critic: Critic, places: Tensor) -> Pauses:
    parts = []
    for part in places.split(CHUNK):
        parts.append(_said(critic, part))
        yield None
    return torch.cat(parts)


@torch.no_grad()
def _said(critic: Critic, places: Tensor) -> Tensor:
    return critic.realness(to_images(places)).clone()


def probability(values: Array, says: RealnessScale) -> Array | None:
    """What a critic says as its probability, in [0, 1], that a point is real."""
    if says == "height":
        return None
    share: Array = 0.5 * (1 + np.tanh(0.5 * values)) if says == "log odds" else values.clip(0, 1)
    return share


@torch.enable_grad()
def slopes(critic: Critic, places: Tensor) -> Tensor:
    """The gradient (N, 2) of the critic's number at places (N, 2) of the plane."""
    places = places.detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic.realness(to_images(places)).sum(), places)
    return slope.detach()
