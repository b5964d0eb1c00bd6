"""The jobs that begin with the images: their codes, and the plane and the cloud made of these."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ...data.dataset import Batch, DataConfig, Dataset
from ...data.registry import is_local, load
from ...documents.document import Document
from ...engine.jobs import Job, Progress
from ...figures.array import Array
from ...geometry.map import plane
from ...measures.held_out import HeldOut, held_out
from ...runs.encode import codes_of, training_codes
from ...scene.alignment import Alignment, align_timeline
from ...scene.codes import Codes
from ...scene.scene import Scene
from ...scene.timeline import Timeline
from ..settings import Point

PRIOR_DRAWS = 2000  # that span the slice where there are no codes


@dataclass(frozen=True, eq=False)
class Cloud:
    """Encoded images on the plane."""

    means: Array  # (N, L) posterior means
    points: Array  # (N, 2) float32 on the plane
    labels: Array | None  # (N,)
    index: Array  # (N,) which training image
    step: int


def dataset_job(source: DataConfig) -> Job[Dataset | Progress]:
    """The images, where nobody has to be asked for them."""
    if is_local(source):
        yield from load(source)


@dataclass(frozen=True, eq=False)
class CodesRequest:
    """The codes that a file holds, or the images to encode."""

    scene: Scene
    stored: Codes | None  # of the scene
    images: Batch | None
    limits: tuple[int | None, ...]  # images at most, one answer after the other; None: all


def codes_job(request: CodesRequest) -> Job[Codes | Progress]:
    """Those of the file, or those of some training images and then of all."""
    known = request.stored
    if known is not None:
        yield known
    if request.images is None or request.scene.encode is None:
        return
    for limit in request.limits:
        if known is None or not known.whole:
            known = yield from training_codes(request.scene, request.images, limit)
            yield known


@dataclass(frozen=True, eq=False)
class AlignmentRequest:
    """Scenes of one training, and the images whose codes they are laid over one another by."""

    timeline: Timeline
    images: Tensor
    before: Alignment | None  # what is known by now


def alignment_job(request: AlignmentRequest) -> Job[Alignment]:
    """How the scenes of a training lie to one another."""
    yield from align_timeline(request.timeline, request.images, request.before)


@dataclass(frozen=True, eq=False)
class PlaneRequest:
    """What the slice of the map is laid along and through."""

    scene: Scene
    means: Tensor | None  # (M, L) of codes; None where there are none
    through: Point
    before: plane.Plane | None


def plane_job(request: PlaneRequest) -> Job[plane.Plane]:
    """The slice along the codes, through where it was asked for."""
    scene, means, before = request.scene, request.means, request.before
    if scene.latent <= 2 and before is not None and before.latent == scene.latent:
        return  # it is all there is: nothing changes
    if means is None:
        random = torch.Generator().manual_seed(0)
        means = scene.prior.sample(PRIOR_DRAWS, scene.latent, random)
    yield plane.slice_plane(means, torch.tensor(request.through), before)


@dataclass(frozen=True, eq=False)
class CloudRequest:
    """Codes to lay on the plane, and the images of which all are encoded besides."""

    scene: Scene
    codes: Codes
    plane: plane.Plane
    images: Batch | None  # None where the few that stand for all suffice


def cloud_job(request: CloudRequest) -> Job[Cloud | Progress]:
    """The codes that stand for all, then every training image."""
    scene, images = request.scene, request.images
    yield _cloud_of(request.codes, request.plane)
    if images is None or scene.encode is None or len(images.pixels) == len(request.codes.mean):
        return
    yield _cloud_of((yield from codes_of(scene, images)), request.plane)


def _cloud_of(codes: Codes, on: plane.Plane) -> Cloud:
    points = on.to_plane(codes.mean).numpy().astype(np.float32)
    labels = None if codes.labels is None else codes.labels.numpy()
    return Cloud(codes.mean.numpy(), points, labels, codes.index.numpy(), codes.step)


@dataclass(frozen=True, eq=False)
class MeasuredRequest:
    """A model at rest, and the images that were held out."""

    document: Document
    images: Batch


def measured_job(request: MeasuredRequest) -> Job[HeldOut | Progress]:
    """The figures of a model at rest on images that were held out."""
    document = request.document
    yield from held_out(document.model, document.judge, request.images, document.step)
