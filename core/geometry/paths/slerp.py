"""Spherical interpolation: great circles, which keep to the shell where a Gaussian prior draws."""

from __future__ import annotations

import torch
from torch import Tensor

from ...engine.jobs import Job
from ...scene.scene import Scene
from .path import Path, decode_path, sketch_path

SEGMENTS = 64  # of a great circle
PARALLEL = 1e-6  # sine of an angle: below it two directions are the same, or opposite


def slerp_path(scene: Scene, start: Tensor, end: Tensor, frames: int = 32) -> Job[Path]:
    """The great circle around the prior's mean from `start` to `end`, (L,) each."""
    nodes = slerp(start, end, SEGMENTS, scene.prior.mean)
    yield sketch_path(scene, "slerp", nodes)
    yield (yield from decode_path(scene, "slerp", nodes, frames))


def slerp(start: Tensor, end: Tensor, segments: int, centre: float = 0.0) -> Tensor:
    """From `start` to `end` (L,) along a great circle around `centre`: (segments + 1, L)

    The angle to `start` grows linearly and so does the norm (Shoemake 1985, "Animating rotation
    with quaternion curves", with norms). A straight segment where one end is zero or both lie on
    one ray. Opposite ends have no plane of their own: the path then turns through the coordinate
    axis that is the least aligned with them.
    """
    times = torch.linspace(0, 1, segments + 1, dtype=torch.float64)[:, None]
    first, last = start.double() - centre, end.double() - centre
    turn = _turn(first, last)
    if turn is None:
        nodes = torch.lerp(first, last, times)
    else:
        angle, unit, sideways = turn
        norms = torch.lerp(first.norm(), last.norm(), times)
        nodes = norms * ((times * angle).cos() * unit + (times * angle).sin() * sideways)
    nodes = (nodes + centre).to(start)
    nodes[0], nodes[-1] = start, end
    return nodes


def _turn(first: Tensor, last: Tensor) -> tuple[Tensor, Tensor, Tensor] | None:
    """The angle between two vectors and the orthonormal pair that spans it; None without a plane"""
    if float(first.norm()) == 0 or float(last.norm()) == 0:
        return None
    unit, other = first / first.norm(), last / last.norm()
    angle = 2 * torch.atan2((unit - other).norm(), (unit + other).norm())  # Kahan: exact near 0, pi
    sideways = other - (unit @ other) * unit
    if float(sideways.norm()) > PARALLEL:
        return angle, unit, sideways / sideways.norm()
    if float(unit @ other) > 0 or len(unit) == 1:
        return None
    axis = torch.eye(len(unit), dtype=unit.dtype)[unit.abs().argmin()]
    sideways = axis - (unit @ axis) * unit
    return angle, unit, sideways / sideways.norm()
