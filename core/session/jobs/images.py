"""The jobs that begin with the images: their codes, and the plane and the cloud made of these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from ...data.registry import is_local, load
from ...engine.jobs import Job, Progress
from ...geometry.map import plane
from ...measures.held_out import HeldOut, held_out
from ...runs.encode import CODES, codes_of
from ...scene.alignment import Frames, frames
from ...scene.codes import Codes
from ...scene.scene import Scene

if TYPE_CHECKING:
    from ..board import Board

Array = np.ndarray[Any, Any]

SKETCH = 256  # codes that stand for all while the step is dragged
PRIOR_DRAWS = 2000  # that span the slice where there are no codes


@dataclass(frozen=True, eq=False)
class Cloud:
    """Encoded images on the plane."""

    means: Array  # (N, L) posterior means
    points: Array  # (N, 2) float32 on the plane
    labels: Array | None  # (N,)
    index: Array  # (N,) which training image
    step: int


def dataset_job(s: Board, _: None) -> Job[Any]:
    """The images, where nobody has to be asked for them."""
    source = s.results.source
    if source is not None and s.results.dataset is None and is_local(source):
        yield from load(source)


def codes_job(s: Board, scene: Scene) -> Job[Codes | Progress]:
    """Those of the file, or the first 5 000 training images as this scene encodes them."""
    document, dataset = s.results.document, s.results.dataset
    stored = document.codes if document is not None and scene.condition is None else None
    if stored is not None and stored.step == scene.step:
        yield stored
    elif dataset is not None and scene.encode is not None:
        limit = SKETCH if s.results.scrubbing else CODES
        yield (yield from codes_of(scene, dataset.train, limit))


def frames_job(s: Board, _: None) -> Job[Frames]:
    """Once there are images that all the scenes have codes of."""
    dataset = s.results.dataset
    if dataset is not None and len(s.results.timeline) > 1:
        yield from frames(s.results.timeline, dataset.train.images, s.results.frames)


def plane_job(s: Board, scene: Scene) -> Job[plane.Plane]:
    """The slice along the codes, through where it was asked for."""
    codes = s.results.codes
    means = codes.mean if codes is not None else None
    if means is None or means.shape[1] != scene.latent:
        random = torch.Generator().manual_seed(0)
        means = scene.prior.sample(PRIOR_DRAWS, scene.latent, random)
    before, through = s.results.plane, torch.tensor(s.settings.through)
    if scene.latent <= 2 and before is not None and before.latent == scene.latent:
        return  # it is all there is: nothing changes
    yield plane.slice_plane(means, through, before)


def cloud_job(s: Board, scene: Scene) -> Job[Cloud | Progress]:
    """Every training image while nothing trains, else those that stand for all."""
    codes, dataset, on = s.results.codes, s.results.dataset, s.results.plane
    if codes is None or on is None or codes.mean.shape[1] != on.latent:
        return
    yield _cloud_of(codes, on)
    if s.results.thorough and dataset is not None and scene.encode is not None:
        if len(dataset.train.images) == len(codes.mean):
            return
        yield _cloud_of((yield from codes_of(scene, dataset.train, limit=None)), on)


def _cloud_of(codes: Codes, on: plane.Plane) -> Cloud:
    points = on.to_plane(codes.mean).numpy().astype(np.float32)
    labels = None if codes.labels is None else codes.labels.numpy()
    return Cloud(codes.mean.numpy(), points, labels, codes.index.numpy(), codes.step)


def measured_job(s: Board, scene: Scene) -> Job[HeldOut | Progress]:
    """The figures of a model at rest on images that were held out."""
    document, dataset = s.results.document, s.results.dataset
    ready = s.results.resting and document is not None and document.step == scene.step
    if ready and document is not None and dataset is not None:
        yield from held_out(document.model, document.judge, dataset.test, scene.step)
