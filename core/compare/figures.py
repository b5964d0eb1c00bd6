"""The figures by which two models of the same data are told apart."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, TypeAlias, TypeVar

import numpy as np
import torch
from torch import Tensor

from ..data.dataset import Dataset
from ..documents.document import Document
from ..documents.scenes import scene_of
from ..engine import device
from ..engine.drivers import answered
from ..engine.jobs import Job, Progress
from ..figures.estimate import Estimate, mean_of
from ..geometry.classes.entropy import collision
from ..geometry.classes.masses import Masses, masses
from ..geometry.lipschitz.lipschitz import local_slopes
from ..geometry.radius.bounds import bounds
from ..geometry.radius.exact import radius_2d
from ..geometry.radius.radii import Radii
from ..geometry.radius.sampled import searched_radii
from ..models.protocols import EvidenceBound
from ..reports.summary import SAMPLE, THRESHOLD
from ..runs.fit import finished
from ..scene.codes import Codes
from ..scene.prior import Gaussian
from ..scene.scene import Decode, Encode, Scene

T = TypeVar("T")

Array: TypeAlias = np.ndarray[Any, Any]
Part: TypeAlias = Generator[Progress | None, Any, T]
Parts: TypeAlias = Generator[None, Any, Tensor]
Name = Literal["before", "after"]
Change = Literal["lower", "higher", "not told apart"]

SLOPES = 512  # images, and points of the prior, where a slope is measured
DRAWN = 64  # samples, at the same points of the prior for every model
CHUNK = 16  # points in one step


@dataclass(frozen=True, eq=False)
class Side:
    """A model and its figures; None where there are no classes to measure it by."""

    name: Name
    document: Document
    shares: tuple[Estimate, ...]  # of the prior, by class
    entropy: Estimate | None  # collision entropy of the shares, nats
    bound: Estimate | None  # of the mean class radius, by the shares alone
    radius: Estimate | None  # mean distance to another class, in deviations of the prior
    exact: bool  # that radius is measured on a grid; else it was searched, and is at most so great
    hole: Estimate  # share of the prior
    encoder_slope: Estimate  # mean norm of the Jacobian on images held out, deviations per pixel-l2
    decoder_slope: Estimate  # mean norm of the Jacobian under the prior, pixel-l2 per deviation
    steepest: float  # the greatest of these: a lower bound of the decoder's Lipschitz constant
    recon: Estimate  # nats per image held out
    samples: Array  # (64, C, H, W) in [0, 1]
    points: Mapping[str, Array]  # (N,) float64, by figure: what it is the mean of


def measured(name: Name, document: Document, dataset: Dataset) -> Part[Side]:
    """The figures of a trained model, and its document with its codes; on the same points always.

    Where no image is held out, those that it was trained on stand in for them.
    """
    told = f"measuring the model {name}"
    document = yield from finished(document, dataset)
    scene = scene_of(document, name)
    found = yield from masses_of(scene, document.codes, told)
    radii = None
    if scene.logits is not None:
        radii = yield from radii_of(scene, document.codes, told)
    assert scene.encode is not None, f"{document.config} has no encoder"
    images = (dataset.test if len(dataset.test.images) else dataset.train).images
    z = scene.prior.sample(SLOPES, scene.latent, torch.Generator().manual_seed(0))
    encoding = yield from _each(partial(encoder_slopes, scene.encode), images[:SLOPES], told)
    decoding = yield from _each(partial(local_slopes, scene.decode), z, told)
    model = document.model
    assert isinstance(model, EvidenceBound), f"{document.config} has no evidence bound"
    recon = yield from _recon(model, device.home(document.model), images)
    points = {"encoder_slope": encoding, "decoder_slope": decoding, "recon": recon}
    means = {name: mean_of(values) for name, values in points.items()}
    return Side(
        name, document, shares_of(found), *_diversity(found, scene),
        radii.mean() if radii else None, scene.latent <= 2, _hole(found), **means,
        steepest=float(decoding.max()), points=points, samples=_drawn(scene.decode, z[:DRAWN]),
    )  # fmt: skip


def masses_of(scene: Scene, codes: Codes | None, told: str) -> Part[Masses]:
    """By the same draws of the prior for every model."""
    found: Masses = yield from answered(masses(scene, codes, THRESHOLD, n=SAMPLE), told)
    return found


def radii_of(scene: Scene, codes: Codes | None, told: str) -> Part[Radii]:
    """Exact in one and two dimensions, else searched: found is at most so near."""
    job: Job[Any] = radius_2d(scene)
    if scene.latent > 2:
        job = searched_radii(scene, None if codes is None else codes.mean)
    found: Radii = yield from answered(job, told)
    return found


def encoder_slopes(encode: Encode, images: Tensor) -> Parts:
    """sigma_max of the Jacobian of the posterior's mean at images (N, C, H, W): (N,) float64

    In units of z per pixel-l2. By reverse mode, one pass for each latent dimension: the rows of
    this Jacobian are few, and as long as an image.
    """
    images = images.detach().requires_grad_()
    rows = []
    for means in encode(images)[0].T:
        (row,) = torch.autograd.grad(means.sum(), images, retain_graph=True)
        rows.append(row.flatten(1).double())
        yield None
    jacobian = torch.stack(rows, 1)  # (N, L, D)
    greatest: Tensor = torch.linalg.matrix_norm(jacobian, 2)
    return greatest


def told_apart(one: Estimate, other: Estimate) -> Change:
    """Whether `other` is lower or higher than `one` by more than both intervals allow.

    The interval of the difference from those of its parts, as if they were independent (Newcombe
    1998, "Interval estimation for the difference between independent proportions"). Equal
    infinities are not told apart.
    """
    if other.value > one.value:
        gap, margin = other.value - one.value, math.hypot(_width(other, -1), _width(one, 1))
        return "higher" if gap > margin else "not told apart"
    if other.value < one.value:
        return "lower" if told_apart(other, one) == "higher" else "not told apart"
    return "not told apart"


def _width(estimate: Estimate, side: int) -> float:
    end = estimate.high if side > 0 else estimate.low
    return 0.0 if end == estimate.value else abs(end - estimate.value)


def told_apart_at(one: Array, other: Array) -> Change:
    """The same for what was measured at the very same points, (N,) each: by the differences there.

    What makes one point harder than another is in both, and drops out.
    """
    return told_apart(Estimate(0.0, 0.0, 0.0), mean_of(other - one))


def shares_of(found: Masses) -> tuple[Estimate, ...]:
    """(K,) of the prior."""
    rows = zip(found.share, found.low, found.high, strict=True)
    return tuple(Estimate(*map(float, row)) for row in rows)


def _diversity(found: Masses, scene: Scene) -> tuple[Estimate | None, Estimate | None]:
    """Collision entropy and the bound on the mean class radius"""
    if not len(found.share):
        return None, None
    limits = bounds(found.share, found.n, gaussian=isinstance(scene.prior, Gaussian))
    known = {bound.key: bound.value for bound in limits}
    return collision(found.counts), known["partition"]


def _hole(found: Masses) -> Estimate:
    assert found.hole is not None, "a finished document has codes"
    return Estimate(*found.hole)


def _recon(model: EvidenceBound, where: torch.device, images: Tensor) -> Part[Array]:
    """(N,) nats, of one posterior draw each, the same draws at every use"""
    noise = torch.Generator(where).manual_seed(0)
    parts = []
    for chunk in images.split(CHUNK):
        parts.append(_nats(model, chunk.to(where), noise))
        yield None
    return _array(parts)


@torch.no_grad()
def _nats(model: EvidenceBound, images: Tensor, noise: torch.Generator) -> Tensor:
    return model.terms(images, noise)[0]


@torch.no_grad()
def _drawn(decode: Decode, z: Tensor) -> Array:
    images: Array = decode(z).numpy()
    return images


def _each(function: Callable[[Tensor], Parts], points: Tensor, told: str) -> Part[Array]:
    """What `function` says of all points (N, ...), a chunk at a time."""
    found: list[Tensor] = []
    for at, chunk in enumerate(points.split(CHUNK)):
        found.append((yield from function(chunk)))
        yield Progress(at * CHUNK / len(points), told)
    return _array(found)


def _array(parts: list[Tensor]) -> Array:
    values: Array = torch.cat(parts).double().cpu().numpy()
    return values
