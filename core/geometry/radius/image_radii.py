"""Image-space radius: what a perturbation in latent space is worth in pixels (theory: A8)."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import torch

from ...figures.array import Array
from ...figures.estimate import Estimate, mean_of
from ...scene.scene import Decode
from ..adversarial.perturbation import Perturbations
from ..evaluation import CHUNK, evaluate
from .radii import AdversaryPairs


@dataclass(frozen=True, eq=False)
class ImageRadii:
    """What minimal perturbations change in the image: l2 of the pixels.

    The perturbed image is one that the model draws. A perturbation of the pixels alone, free of
    the model, may be much smaller.
    """

    distance: Array  # (N,) float64; infinite where no adversary was found
    mean: Estimate  # at least the mean image-space radius


def image_radii(
    decode: Decode, adversaries: Perturbations | AdversaryPairs, chunk: int = CHUNK // 2
) -> Generator[None, Any, ImageRadii]:
    """|g(z) - g(z*)| of every z and its adversary z*, and their mean."""
    distance = []
    z, adversary = torch.from_numpy(adversaries.z), torch.from_numpy(adversaries.adversary)
    for here, there in zip(z.split(chunk), adversary.split(chunk), strict=True):
        pair = evaluate(decode, torch.cat([here, there])).double().flatten(1)
        distance.append((pair[len(here) :] - pair[: len(here)]).norm(dim=1))
        yield None
    missing = ~torch.from_numpy(adversaries.distance).isfinite()
    away = torch.cat(distance).masked_fill(missing, torch.inf)
    return ImageRadii(away.numpy(), mean_of(away.numpy()))


def image_bound(slope: float, radius: float) -> float:
    """The image-space radius that a decoder of this Lipschitz constant can have at most.

    Of one z, or in the mean: E[r_img] <= slope E[r], and E[r] may be any bound of it.
    """
    return slope * radius
