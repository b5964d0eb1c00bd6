"""Polylines in latent space: their length, and points at equal distances along them."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ...figures.array import Array


def latent_length(nodes: Tensor) -> float:
    """Of the polyline (P, L), in units of z."""
    return float(nodes.double().diff(dim=0).norm(dim=1).sum())


def arc_fractions(nodes: Tensor) -> Array:
    """(T, L) -> (T,) the part of the polyline's length up to each node, from 0 to 1."""
    steps = nodes.double().diff(dim=0).norm(dim=1).numpy()
    if steps.sum() == 0:
        return np.linspace(0, 1, len(nodes))
    travelled = np.concatenate([[0.0], steps.cumsum()])
    share: Array = travelled / travelled[-1]
    return share


def resample(nodes: Tensor, frames: int) -> Tensor:
    """(P, L) -> (T, L), equally spaced along the polyline; all the same where it has no length."""
    return points_at(nodes, np.linspace(0, 1, frames))


def points_at(nodes: Tensor, times: Array) -> Tensor:
    """Points (N, L) of the polyline at these fractions of its length; its ends exactly."""
    points = interpolate(arc_fractions(nodes), nodes.double().numpy(), times)
    return torch.from_numpy(points).to(nodes)


def interpolate(t: Array, nodes: Array, times: Array) -> Array:
    """Of nodes (T, L) at rising t (T,), the points (N, L) between them at `times` (N,)."""
    return np.stack([np.interp(times, t, column) for column in nodes.T], axis=1)
