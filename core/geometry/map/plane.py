"""Plane of the map: the 2-D chart of a latent space."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Plane:
    """Points origin + x axes[0] + y axes[1]; x and y are in the units of z.

    The axes are orthonormal rows and the origin is orthogonal to them, so that x and y are z's own
    coordinates along the axes. On a line (L = 1) the second axis is zero: no orthonormal rows, and
    the vertical means nothing.
    """

    origin: Tensor  # (L,)
    axes: Tensor  # (2, L)

    @property
    def latent(self) -> int:
        """L"""
        return self.axes.shape[1]

    @property
    def is_slice(self) -> bool:
        """Whether there is more to the space than the plane shows."""
        return self.latent > 2

    def to_latent(self, xy: Tensor) -> Tensor:
        """xy: (N, 2) -> z (N, L)"""
        return self.origin + xy.to(self.axes) @ self.axes

    def to_plane(self, z: Tensor) -> Tensor:
        """z: (N, L) -> xy (N, 2), the nearest points of the plane"""
        return (z.to(self.axes) - self.origin) @ self.axes.mT


def whole_plane(latent: int = 2) -> Plane:
    """All of a space of one or two dimensions."""
    return Plane(torch.zeros(latent), torch.eye(2, latent))


def slice_plane(means: Tensor, through: Tensor, before: Plane | None = None) -> Plane:
    """The plane of the codes' two leading principal directions that contains a point.

    means: (M, L), through: (L,). Within the plane the axes are turned as little as possible from
    those of `before`, so that the picture neither flips nor spins from one training step to the
    next, not even where the two variances cross. A space of one or two dimensions is all shown.
    """
    latent = means.shape[1]
    if latent <= 2:
        return whole_plane(latent)
    axes = _principal(means.double())
    if before is not None and before.latent == latent:
        axes = _turned(axes, before.axes.double())
    point = through.double()
    origin = point - axes.mT @ (axes @ point)
    return Plane(origin.to(means), axes.to(means))


def _principal(means: Tensor) -> Tensor:
    """(M, L) -> (2, L) directions of greatest variance, the largest entry of each positive"""
    centred = means - means.mean(0)
    _, directions = torch.linalg.eigh(centred.mT @ centred)
    axes = directions[:, -2:].flip(1).mT
    largest = axes.gather(1, axes.abs().argmax(1, keepdim=True))
    signed: Tensor = axes * largest.sign()
    return signed


def _turned(axes: Tensor, before: Tensor) -> Tensor:
    """The rotation or reflection of `axes` in their plane that is nearest to `before`.

    Orthogonal Procrustes (Schönemann 1966, "A generalized solution of the orthogonal Procrustes
    problem").
    """
    left, _, right = torch.linalg.svd(before @ axes.mT)
    turned: Tensor = left @ right @ axes
    return turned
