"""Speed of the images along a path, and the greatest stretch of the decoder at its points."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...figures.array import Array
from ...scene.scene import Decode, Scene
from ..metric.forward_mode import load_forward_mode
from ..metric.pullback import jacobian

NODES, DIRECTIONS = 8, 4  # of the Jacobians of one step


def speed_and_stretch(scene: Scene, z: Tensor) -> Generator[None, Any, tuple[Array, Array]]:
    """The speed along the path and the greatest in any direction, (T,) each, at its nodes z (T, L).

    |J v| / |v| and the greatest singular value of J, in pixels per deviation of the prior. NaN
    where the path rests or the decoder has no slope. Raises Problem where torch cannot
    differentiate the decoder.
    """
    yield from load_forward_mode()
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
