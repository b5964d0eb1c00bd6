"""Distance to the k-th nearest code: was any image encoded near here? (theory: H2)"""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from typing import Any

import torch
from scipy.spatial import cKDTree
from torch import Tensor

from ....engine.jobs import Progress
from ....scene.codes import Score
from .detector import Detector, DetectorInputs, Fit, Uncalibrated, on_samples

TREE = 10  # dimensions up to which a tree is faster than looking at all
QUERIES = 1000  # of a tree in one step
PRODUCTS = 20_000_000  # in one step where all are looked at


def neighbour_distance(points: Tensor, k: int = 1) -> Score:
    """The distance of z (N, F) to the k-th nearest of points (M, F), (N,) float64."""
    known = points.detach().cpu().double()
    if known.shape[1] > TREE:
        return lambda z: torch.cdist(z.cpu().double(), known).kthvalue(k, dim=1).values.to(z.device)
    tree = cKDTree(known.numpy())

    def distance(z: Tensor) -> Tensor:
        away, _ = tree.query(z.detach().cpu().double().numpy(), k=[k])
        return torch.from_numpy(away[:, 0]).to(z.device)

    return distance


def _fit(k: int) -> Fit:
    def fit(inputs: DetectorInputs) -> Generator[Progress | None, Any, Uncalibrated]:
        count, latent = inputs.reference.mean.shape
        chunk = QUERIES if latent <= TREE else max(1, PRODUCTS // (count * latent))
        score = neighbour_distance(inputs.reference.mean, k)
        yield None
        return on_samples(score, inputs, chunk)

    return fit


_neighbour_detector = partial(
    Detector,
    side="encoder",
    unit="units of z",
    cost="a search in a tree up to 10 dimensions, all codes beyond",
    blind="Where codes are sparse by nature all looks empty, and in many dimensions all "
    "distances are alike.",
    source="Loftsgaarden & Quesenberry 1965",
    theory="H2",
)

NEAREST_CODE = _neighbour_detector(
    key="nearest",
    name="Far from any code",
    meaning="No training image was encoded near here.",
    formula="distance to the nearest code",
    fit=_fit(1),
)

FIFTH_NEAREST_CODE = _neighbour_detector(
    key="fifth",
    name="Far from five codes",
    meaning="Fewer than five training images were encoded near here, so one stray code fills "
    "no hole.",
    formula="distance to the fifth nearest code",
    fit=_fit(5),
)
