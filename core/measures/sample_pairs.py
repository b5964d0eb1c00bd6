"""Two samples that are to be compared: checked, and brought to one form."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ..engine.errors import Problem
from ..figures.array import Array


def matched_features(a: Array, b: Array) -> tuple[Array, Array]:
    """Features (N, D) and (M, D) in float64; Problem where they differ or are no numbers."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1]:
        raise Problem(
            f"Only samples with the same features can be compared, not {a.shape} with {b.shape}."
        )
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise Problem("A sample has a feature that is no number: the model may have diverged.")
    return a, b


def pooled(x: Tensor, y: Tensor, least: int) -> Tensor:
    """Both samples, (N + M, F) float64, centred: squares of small numbers cancel less"""
    if min(len(x), len(y)) < least:
        raise Problem(
            f"Samples of {len(x)} and {len(y)} points cannot be compared: take {least} of each "
            "at least."
        )
    points = torch.cat([x.flatten(1), y.flatten(1)]).detach().cpu().double()
    if not points.isfinite().all():
        raise Problem("One of the samples holds what is no number (NaN): take other points.")
    return points - points.mean(0)
