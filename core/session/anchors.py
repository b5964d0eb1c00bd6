"""Where A and B may stand before anybody has placed them."""

from __future__ import annotations

import torch
from torch import Tensor

from ..scene.codes import Codes
from .settings import Point

RARE = 20  # codes that a class needs to be proposed


def suggested(codes: Codes | None, latent: int) -> tuple[Point, Point]:
    """The typical codes of the two classes that lie farthest apart; one sigma off without codes."""
    middles = _middles(codes) if codes is not None and codes.labels is not None else None
    if middles is None or len(middles) < 2:
        away = (1.0,) + (0.0,) * (latent - 1)
        return tuple(-x for x in away), away
    apart = torch.cdist(middles, middles)
    first, second = divmod(int(apart.argmax()), len(middles))
    return _point(middles[first]), _point(middles[second])


def _middles(codes: Codes) -> Tensor:
    """(C, L): of each class, the code nearest to the coordinatewise median of its codes."""
    assert codes.labels is not None
    middles = []
    for label in codes.labels.unique():
        means = codes.mean[codes.labels == label]
        if len(means) >= RARE:
            away = (means - means.median(0).values).square().sum(1)
            middles.append(means[away.argmin()])
    return torch.stack(middles) if middles else codes.mean[:0]


def _point(z: Tensor) -> Point:
    return tuple(float(part) for part in z)
