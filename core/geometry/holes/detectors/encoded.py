"""Detectors that ask the encoder: does it ever send anything here? (THEORY.md, H1 and H2)"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from functools import partial
from typing import Any

import torch
from scipy.spatial import cKDTree
from torch import Tensor

from ....engine.jobs import Progress
from ....scene.codes import Score
from ..hole_map import density
from .base import Detector, Material, Scale, scale_of

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
        found, _ = tree.query(z.detach().cpu().double().numpy(), k=[k])
        return torch.from_numpy(found[:, 0]).to(z.device)

    return distance


def _density(of: Material) -> Generator[Progress | None, Any, Scale]:
    fitted = density(of.codes, of.scene.prior, DENSITY.threshold or 0.0)
    yield None
    note = "The encoder visits here less than 1/20 as often as the prior samples here."
    return scale_of(fitted.score, of, fitted.chunk, note)


def _neighbour(k: int) -> Callable[[Material], Generator[Progress | None, Any, Scale]]:
    def scale(of: Material) -> Generator[Progress | None, Any, Scale]:
        count, latent = of.reference.mean.shape
        chunk = QUERIES if latent <= TREE else max(1, PRODUCTS // (count * latent))
        score = neighbour_distance(of.reference.mean, k)
        yield None
        return scale_of(score, of, chunk)

    return scale


DENSITY = Detector(
    key="density",
    name="Rarely visited",
    side="encoder",
    meaning="The prior draws from here far more often than the encoder sends anything here.",
    unit="nats",
    cost="one Gaussian for each code",
    blind="Posteriors are as wide as they are: holes are drawn too small by some two of their "
    "deviations, and small ones are missed.",
    formula="log p(z) - log q(z), q the mean of all posteriors",
    source="Makhzani et al. 2015, arXiv:1511.05644; Hoffman & Johnson 2016",
    scale=_density,
    threshold=math.log(20),
)

_neighbour_detector = partial(
    Detector,
    side="encoder",
    unit="units of z",
    cost="a search in a tree up to 10 dimensions, all codes beyond",
    blind="Where codes are sparse by nature all looks empty, and in many dimensions all "
    "distances are alike.",
    source="Loftsgaarden & Quesenberry 1965",
)

NEAREST = _neighbour_detector(
    key="nearest",
    name="Far from any code",
    meaning="No training image was encoded near here.",
    formula="distance to the nearest code",
    scale=_neighbour(1),
)

FIFTH = _neighbour_detector(
    key="fifth",
    name="Far from five codes",
    meaning="Fewer than five training images were encoded near here, so one stray code fills "
    "no hole.",
    formula="distance to the fifth nearest code",
    scale=_neighbour(5),
)
