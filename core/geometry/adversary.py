"""One adversary as it is told, and what its perturbation is worth in pixels (THEORY.md, C1, A8)."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ..estimate import Estimate
from ..scene import Decode, Scene
from .holes import Density
from .perturbation import Perturbations
from .radii import Pairs
from .regions import Array, evaluate


@dataclass(frozen=True, eq=False)
class Adversary:
    """The nearest found point of another class, and how far away it is in every sense."""

    z: Array  # (L,)
    adversary: Array  # (L,)
    distance: float  # in deviations of the prior
    image_distance: float  # l2 of the pixels
    image_rms: float  # the same per pixel, in [0, 1]
    before: int  # class at z
    after: int  # class at the adversary
    margin: float  # first score less the second at the adversary: 0 at the border
    certificate: float | None  # in deviations of the prior: no other class is nearer than this
    log_density_ratio: float  # log p(adversary) - log p(z), in nats
    hole: float | None  # score of the holes at z; None where nobody scores
    hole_there: float | None  # the same at the adversary: above the threshold, it is in a hole

    @property
    def gap(self) -> float | None:
        """What is not known of the radius: found less certified, in deviations of the prior."""
        return None if self.certificate is None else self.distance - self.certificate


@dataclass(frozen=True, eq=False)
class ImageRadii:
    """What the perturbations that were found change in the image: l2 of the pixels.

    The perturbed image is one that the model draws. A perturbation of the pixels alone, free of
    the model, may be much smaller.
    """

    distance: Array  # (N,) float64; infinite where no adversary was found
    mean: Estimate  # at least the mean image-space radius


def adversary_of(
    scene: Scene,
    found: Perturbations,
    row: int = 0,
    certificate: float | None = None,
    hole: Density | None = None,
) -> Adversary | None:
    """The record of one row of `found`; None where it found no adversary.

    certificate: a proven radius, in units of z (see `core.geometry.certificate`).
    """
    if not math.isfinite(found.distance[row]):
        return None
    pair = torch.from_numpy(found.adversary[[row]])
    pair = torch.cat([torch.from_numpy(found.z[[row]]), pair])
    images = evaluate(scene.decode, pair).double().flatten(1)
    density = scene.prior.log_density(pair.double())
    scores = None if hole is None else evaluate(lambda z: hole(z)[:, None], pair)[:, 0].tolist()
    moved = float((images[1] - images[0]).norm())
    unit = scene.prior.deviation
    return Adversary(
        z=found.z[row],
        adversary=found.adversary[row],
        distance=float(found.distance[row]) / unit,
        image_distance=moved,
        image_rms=moved / math.sqrt(images.shape[1]),
        before=int(found.before[row]),
        after=int(found.after[row]),
        margin=float(found.margin[row]),
        certificate=None if certificate is None else certificate / unit,
        log_density_ratio=float(density[1] - density[0]),
        hole=None if scores is None else scores[0],
        hole_there=None if scores is None else scores[1],
    )


def image_radii(
    decode: Decode, found: Perturbations | Pairs, chunk: int = 16
) -> Generator[None, Any, ImageRadii]:
    """|g(z) - g(z*)| of every z and its adversary z*, and their mean."""
    distance = []
    z, adversary = torch.from_numpy(found.z), torch.from_numpy(found.adversary)
    for here, there in zip(z.split(chunk), adversary.split(chunk), strict=True):
        pair = evaluate(decode, torch.cat([here, there])).double().flatten(1)
        distance.append((pair[len(here) :] - pair[: len(here)]).norm(dim=1))
        yield None
    away = torch.cat(distance).masked_fill(~torch.from_numpy(found.distance).isfinite(), torch.inf)
    return ImageRadii(away.numpy(), _mean(away))


def image_bound(slope: float, radius: float) -> float:
    """The image-space radius that a decoder of this Lipschitz constant can have at most.

    Of one z, or in the mean: E[r_img] <= slope E[r], and E[r] may be any bound of it.
    """
    return slope * radius


def _mean(values: Tensor) -> Estimate:
    mean = float(values.mean())
    if not math.isfinite(mean):
        return Estimate(mean, mean, mean)
    half = 1.96 * float(values.std(correction=0)) / math.sqrt(len(values))
    return Estimate(mean, mean - half, mean + half)
