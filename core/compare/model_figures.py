"""The figures by which two models of the same data are compared."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, TypeAlias, TypeVar

import torch
from torch import Tensor

from ..analysis.measure_config import MeasureConfig
from ..data.dataset import Dataset
from ..documents.document import Document
from ..documents.scenes import scene_of
from ..engine import device
from ..engine.drivers import result_of
from ..engine.jobs import Progress
from ..figures.array import Array
from ..figures.estimate import Estimate, mean_of
from ..geometry.classes.entropy import collision_entropy
from ..geometry.classes.masses import PriorMasses, prior_masses
from ..geometry.lipschitz.lipschitz import local_lipschitz
from ..geometry.radius.bounds import bounds
from ..geometry.radius.exact import exact_radii
from ..geometry.radius.radii import RadiusSample
from ..geometry.radius.sampled import searched_radii
from ..models.protocols import EvidenceBound
from ..runs.fit import finished
from ..scene.codes import Codes
from ..scene.prior import Gaussian
from ..scene.scene import Decode, Encode, Scene

T = TypeVar("T")

Part: TypeAlias = Generator[Progress | None, Any, T]
Parts: TypeAlias = Generator[None, Any, Tensor]
Which = Literal["before", "after"]

SAMPLES = 64  # samples, at the same points of the prior for every model
CHUNK = 16  # points in one step


@dataclass(frozen=True, eq=False)
class ModelFigures:
    """A model and its figures; None where there are no classes to measure it by."""

    name: Which
    document: Document
    shares: tuple[Estimate, ...]  # of the prior, by class
    entropy: Estimate | None  # collision entropy of the shares, nats
    bound: Estimate | None  # of the mean class radius, by the shares alone
    radius: Estimate | None  # mean distance to another class, in deviations of the prior
    exact: bool  # that radius is measured on a grid; else it was searched, and is at most so great
    hole: Estimate | None  # share of the prior; None where the codes say too little
    encoder_slope: Estimate  # mean norm of the Jacobian on images held out, deviations per pixel
    decoder_slope: Estimate  # mean norm of the Jacobian under the prior, pixel per deviation
    steepest: float  # the greatest of these: a lower bound of the decoder's Lipschitz constant
    recon: Estimate  # nats per image held out
    samples: Array  # (64, C, H, W) in [0, 1]
    points: Mapping[str, Array]  # (N,) float64, by figure: what it is the mean of


def measure_figures(
    name: Which, document: Document, dataset: Dataset, config: MeasureConfig = MeasureConfig()
) -> Part[ModelFigures]:
    """The figures of a trained model, and its document with its codes; on the same points always.

    Where no image is held out, those that it was trained on stand in for them.
    """
    text = f"measuring the model {name}"
    document = yield from finished(document, dataset)
    model, scene = document.model, scene_of(document, name)
    assert scene.encode is not None, f"{document.config} has no encoder"
    assert isinstance(model, EvidenceBound), f"{document.config} has no evidence bound"
    counted = yield from count_masses(scene, document.codes, text, config)
    radii = None
    if scene.logits is not None:
        radii = yield from measure_radii(scene, document.codes, text, config)
    images = (dataset.test if len(dataset.test.pixels) else dataset.train).images
    z = scene.prior.sample(config.slopes, scene.latent, torch.Generator().manual_seed(0))
    encoder_slope = partial(encoder_slopes, scene.encode)
    encoding = yield from _each(encoder_slope, images[: config.slopes], text)
    decoding = yield from _each(partial(local_lipschitz, scene.decode), z, text)
    recon = yield from _recon(model, device.home(document.model), images)
    entropy, bound = _diversity(counted, scene)
    return ModelFigures(
        name=name,
        document=document,
        shares=class_shares(counted),
        entropy=entropy,
        bound=bound,
        radius=radii.mean() if radii else None,
        exact=scene.latent <= 2,
        hole=_hole(counted),
        encoder_slope=mean_of(encoding),
        decoder_slope=mean_of(decoding),
        steepest=float(decoding.max()),
        recon=mean_of(recon),
        samples=_samples(scene.decode, z[:SAMPLES]),
        points={"encoder_slope": encoding, "decoder_slope": decoding, "recon": recon},
    )


def count_masses(
    scene: Scene, codes: Codes | None, text: str, config: MeasureConfig
) -> Part[PriorMasses]:
    """By the same draws of the prior for every model."""
    counted: PriorMasses = yield from result_of(
        prior_masses(scene, codes, config.threshold, n=config.masses), text
    )
    return counted


def measure_radii(
    scene: Scene, codes: Codes | None, text: str, config: MeasureConfig
) -> Part[RadiusSample]:
    """Exact in one and two dimensions, else searched: at most so near."""
    if scene.latent > 2:
        starts = None if codes is None else codes.mean
        searched: RadiusSample = yield from result_of(
            searched_radii(scene, starts, config=config.search), text
        )
        return searched
    exact: RadiusSample = yield from result_of(exact_radii(scene, config.radius), text)
    return exact


def encoder_slopes(encode: Encode, images: Tensor) -> Parts:
    """sigma_max of the Jacobian of the posterior's mean at images (N, C, H, W): (N,) float64

    In units of z per pixel. By reverse mode, one pass for each latent dimension: the rows of
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


def class_shares(counted: PriorMasses) -> tuple[Estimate, ...]:
    """(K,) of the prior."""
    rows = zip(counted.share, counted.low, counted.high, strict=True)
    return tuple(Estimate(*map(float, row)) for row in rows)


def _diversity(counted: PriorMasses, scene: Scene) -> tuple[Estimate | None, Estimate | None]:
    """Collision entropy and the bound on the mean class radius"""
    if not len(counted.share):
        return None, None
    limits = bounds(counted.share, counted.n, gaussian=isinstance(scene.prior, Gaussian))
    known = {bound.key: bound.value for bound in limits}
    return collision_entropy(counted.counts), known["partition"]


def _hole(counted: PriorMasses) -> Estimate | None:
    return None if counted.hole is None else Estimate(*counted.hole)


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
def _samples(decode: Decode, z: Tensor) -> Array:
    images: Array = decode(z).numpy()
    return images


def _each(function: Callable[[Tensor], Parts], points: Tensor, text: str) -> Part[Array]:
    """`function` of all points (N, ...), a chunk at a time: (N,)"""
    values: list[Tensor] = []
    for at, chunk in enumerate(points.split(CHUNK)):
        values.append((yield from function(chunk)))
        yield Progress(at * CHUNK / len(points), text)
    return _array(values)


def _array(parts: list[Tensor]) -> Array:
    values: Array = torch.cat(parts).double().cpu().numpy()
    return values
