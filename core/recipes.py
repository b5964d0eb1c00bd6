"""The jobs that a change of state sets off: one table, and the job of each row."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from .alignment import Frames, frames
from .data import is_local, load
from .dataspace import contest_job, warp_job
from .engine import Job, Priority, Progress
from .fit import CODES, codes_of
from .geometry import holes, masses, plane, regions
from .geometry.curve import Family
from .measures.held_out import HeldOut, held_out
from .measures.inversion import Inverted, inverted
from .path_jobs import alongs, mesh, path_job
from .quality_jobs import diagnoses_job, quality_job
from .scene import Scene
from .state import Array, Cloud, Grid, Inversion, Picked, Point, Sample
from .survey_jobs import (
    chosen_detector,
    detectors_job,
    glyphs_job,
    relief_job,
    survey_job,
    verdicts_job,
    voids_job,
)

if TYPE_CHECKING:
    from .board import Board

DENSE, FINEST, CHUNK = 33, 257, 16  # of the map while a model trains: small steps, the cursor waits
SAMPLE, QUICK = 4096, 1024  # points of the prior that masses are measured on, at rest and not
SKETCH = 256  # codes that stand for all while the step is dragged
PRIOR_DRAWS = 2000  # that span the slice where there are no codes


@dataclass(frozen=True)
class Recipe:
    """A job, the fields it needs, and what a change of each means for one that is under way.

    A field that another row answers counts as changed when that row is done.
    """

    start: Callable[[Board, Any], Job[Any]]  # the board and its scene, None where not needed
    replace: frozenset[str] = frozenset()  # start over: the user is waiting for just this
    finish: frozenset[str] = frozenset()  # finish, then once more on the newest
    priority: Priority = Priority.SCREEN
    needs_scene: bool = True


def _thorough(s: Board) -> bool:
    """Whether the picture of now stays long enough for a fine one."""
    return s.results.resting and not s.results.scrubbing


def _tensor(z: Point) -> Tensor:
    return torch.tensor([z], dtype=torch.float32)  # (1, L)


# ---- data ----


def _dataset(s: Board, _: None) -> Job[Any]:
    """The images, where nobody has to be asked for them."""
    source = s.results.source
    if source is not None and s.results.dataset is None and is_local(source):
        yield from load(source)


def _codes(s: Board, scene: Scene) -> Job[holes.Codes | Progress]:
    """Those of the file, or the first 5 000 training images as this scene encodes them."""
    document, dataset = s.results.document, s.results.dataset
    stored = document.codes if document is not None and scene.condition is None else None
    if stored is not None and stored.step == scene.step:
        yield stored
    elif dataset is not None and scene.encode is not None:
        limit = SKETCH if s.results.scrubbing else CODES
        yield (yield from codes_of(scene, dataset.train, limit))


def _frames(s: Board, _: None) -> Job[Frames]:
    """Once there are images that all the scenes have codes of."""
    dataset = s.results.dataset
    if dataset is not None and len(s.results.timeline) > 1:
        yield from frames(s.results.timeline, dataset.train.images, s.results.frames)


def _plane(s: Board, scene: Scene) -> Job[plane.Plane]:
    codes = s.results.codes
    means = codes.mean if codes is not None else None
    if means is None or means.shape[1] != scene.latent:
        random = torch.Generator().manual_seed(0)
        means = scene.prior.sample(PRIOR_DRAWS, scene.latent, random)
    before, through = s.results.plane, torch.tensor(s.settings.through)
    if scene.latent <= 2 and before is not None and before.latent == scene.latent:
        return  # it is all there is: nothing changes
    yield plane.slice_plane(means, through, before)


def _cloud(s: Board, scene: Scene) -> Job[Cloud | Progress]:
    """Every training image while nothing trains, else those that stand for all."""
    codes, dataset, on = s.results.codes, s.results.dataset, s.results.plane
    if codes is None or on is None or codes.mean.shape[1] != on.latent:
        return
    yield _cloud_of(codes, on)
    if _thorough(s) and dataset is not None and scene.encode is not None:
        if len(dataset.train.images) == len(codes.mean):
            return
        yield _cloud_of((yield from codes_of(scene, dataset.train, limit=None)), on)


def _cloud_of(codes: holes.Codes, on: plane.Plane) -> Cloud:
    points = on.to_plane(codes.mean).numpy().astype(np.float32)
    labels = None if codes.labels is None else codes.labels.numpy()
    return Cloud(codes.mean.numpy(), points, labels, codes.index.numpy(), codes.step)


# ---- under the cursor ----


def _sample(s: Board, scene: Scene) -> Job[Sample]:
    z, codes = _tensor(s.settings.cursor), s.results.codes
    if z.shape[1] != scene.latent:
        return
    began = time.perf_counter()
    image, probabilities = _drawn(scene, z)
    milliseconds = 1000 * (time.perf_counter() - began)
    log_posterior, nearest, distance = None, None, None
    if codes is not None and codes.mean.shape[1] == scene.latent:
        log_posterior = holes.log_aggregated(codes)(z).item()
        away = (codes.mean - z).square().sum(1)
        nearest = int(away.argmin())
        distance = away[nearest].sqrt().item()
    yield Sample(
        s.settings.cursor, image[0], None if probabilities is None else probabilities[0],
        scene.prior.log_density(z).item(), log_posterior, nearest, distance, scene.step,
        milliseconds,
    )  # fmt: skip


@torch.no_grad()
def _drawn(scene: Scene, z: Tensor) -> tuple[Array, Array | None]:
    """Images and class probabilities at z (N, L)."""
    images = scene.decode(z)
    if scene.logits is None:
        return images.cpu().numpy(), None
    logits = scene.judge(images) if scene.judge else scene.logits(z)
    return images.cpu().numpy(), logits.softmax(-1).cpu().numpy()


def _picked(s: Board, scene: Scene) -> Job[Picked]:
    """The image whose code was clicked, beside what the model makes of that code."""
    z, cloud, dataset = s.settings.picked, s.results.cloud, s.results.dataset
    if z is None or cloud is None or cloud.means.shape[1] != scene.latent:
        return
    row = int(((cloud.means - np.asarray(z, np.float32)) ** 2).sum(1).argmin())
    image, probabilities = _drawn(scene, torch.from_numpy(cloud.means[row : row + 1]))
    original = None
    if dataset is not None:
        original = dataset.train.images[int(cloud.index[row])].numpy()
    label = None if cloud.labels is None else int(cloud.labels[row])
    judged = None if probabilities is None else int(probabilities[0].argmax())
    yield Picked(tuple(map(float, cloud.means[row])), original, image[0], label, judged, scene.step)


def _inversion(s: Board, scene: Scene) -> Job[Inversion | Progress]:
    """From where the encoder puts the picked image to what draws it better, at rest"""
    picked = s.results.picked
    if picked is None or picked.original is None or not s.results.resting:
        return
    if picked.step == scene.step:
        image, start = torch.from_numpy(picked.original)[None], torch.tensor([picked.z])
        for said in inverted(scene, image, start):
            yield _closest(scene, picked, said) if isinstance(said, Inverted) else said


def _closest(scene: Scene, picked: Picked, found: Inverted) -> Inversion:
    image, _ = _drawn(scene, found.z)
    z = tuple(map(float, found.z[0]))
    return Inversion(picked, z, image[0], float(found.error[0]), float(found.started[0]))


# ---- the map ----


def _grain(s: Board) -> regions.Grain:
    """As fine as is asked for; coarser while the next picture is near."""
    grain = s.settings.grain
    if _thorough(s):
        return grain
    most = DENSE if s.results.scrubbing else FINEST
    dense, finest = min(grain.dense, DENSE), min(grain.finest, most)
    return replace(grain, dense=dense, finest=finest, chunk=CHUNK)


def _map(s: Board, scene: Scene) -> Job[regions.ClassMap]:
    on = s.results.plane
    if scene.logits is not None and on is not None and on.latent == scene.latent:
        began = time.perf_counter()
        for found in regions.class_map(scene, on, s.settings.window, _grain(s)):
            yield found and replace(found, seconds=time.perf_counter() - began)


def _holes(s: Board, scene: Scene) -> Job[holes.HoleMap]:
    on, fitted = s.results.plane, chosen_detector(s, scene)
    if fitted is not None and on is not None and on.latent == scene.latent:
        yield from holes.detector_map(fitted, on, s.settings.window, _grain(s))


def _masses(s: Board, scene: Scene) -> Job[masses.Masses]:
    codes = s.results.codes
    if codes is not None and codes.mean.shape[1] != scene.latent:
        codes = None
    if scene.logits is not None or codes is not None:
        points = SAMPLE if _thorough(s) else QUICK
        yield from masses.masses(scene, codes, s.settings.threshold, points)


# ---- samples and figures ----


def _samples(s: Board, scene: Scene, chunk: int = 16) -> Job[Grid]:
    random = torch.Generator().manual_seed(s.settings.draw)
    z = scene.prior.sample(s.settings.columns**2, scene.latent, random)
    images, labels = [], []
    for part in z.split(chunk):
        image, probabilities = _drawn(scene, part)
        images.append(image)
        if probabilities is not None:
            labels.append(probabilities.argmax(1))
        yield None
    judged = np.concatenate(labels) if labels else None
    yield Grid(z.numpy(), np.concatenate(images), judged, scene.step)


def _measured(s: Board, scene: Scene) -> Job[HeldOut | Progress]:
    """The figures of a model at rest on images that were held out."""
    document, dataset = s.results.document, s.results.dataset
    ready = s.results.resting and document is not None and document.step == scene.step
    if ready and document is not None and dataset is not None:
        yield from held_out(document.model, document.judge, dataset.test, scene.step)


def _row(
    start: Callable[[Board, Any], Job[Any]],
    restart: str = "",
    finish: str = "",
    priority: Priority = Priority.SCREEN,
    needs_scene: bool = True,
) -> Recipe:
    """`restart` and `finish` name fields, those of the settings as "?name"."""
    full = [
        frozenset(
            f"settings.{name[1:]}" if name[0] == "?" else f"results.{name}"
            for name in names.split()
        )
        for names in (restart, finish)
    ]
    return Recipe(start, full[0], full[1], priority, needs_scene)


def _path(family: Family, restart: str, finish: str = "") -> Recipe:
    return _row(path_job(family), f"?start {restart} ?families", f"scene {finish}")


BACKGROUND = Priority.BACKGROUND
PATHS = {
    "straight": _path("straight", "?end"),
    "slerp": _path("slerp", "?end"),
    "adversarial": _path("adversarial", "?end ?target", "codes"),
    "nearest": _path("nearest", "?target", "codes"),
    "geodesic": _path("geodesic", "?end", "mesh resting"),
    "avoiding": _path("avoiding", "?end", "codes mesh resting ?threshold"),
    "crossings": _path("crossings", "?end", "resting"),
}

RECIPES = {
    "dataset": _row(_dataset, "source", priority=BACKGROUND, needs_scene=False),
    "sample": _row(_sample, "?cursor scene codes", priority=Priority.CURSOR),
    "picked": _row(_picked, "?picked", "scene cloud dataset"),
    "inversion": _row(_inversion, "picked", "scene resting", BACKGROUND),
    **PATHS,
    "mesh": _row(mesh, "", "scene codes resting ?families", BACKGROUND),
    "alongs": _row(
        alongs, "?compared ?families", f"{' '.join(PATHS)} codes ?threshold", BACKGROUND
    ),
    "map": _row(_map, "?window ?step ?grain", "scene plane resting scrubbing"),
    "codes": _row(_codes, "", "scene dataset scrubbing", BACKGROUND),
    "frames": _row(_frames, "", "timeline dataset", BACKGROUND, needs_scene=False),
    "plane": _row(_plane, "?through", "scene codes"),
    "samples": _row(_samples, "?columns ?draw", "scene"),
    "cloud": _row(_cloud, "", "codes plane dataset resting", BACKGROUND),
    "warp": _row(warp_job, "", "scene plane"),
    "contest": _row(contest_job, "", "scene dataset resting scrubbing", BACKGROUND),
    "holes": _row(
        _holes, "?window ?threshold ?grain ?detector", "codes plane resting detectors", BACKGROUND
    ),
    "masses": _row(_masses, "?threshold", "scene codes resting", BACKGROUND),
    "detectors": _row(detectors_job, "?surveyed", "scene codes dataset resting", BACKGROUND),
    "survey": _row(survey_job, "?surveyed", "masses detectors resting", BACKGROUND),
    "voids": _row(voids_job, "?surveyed ?detector ?threshold", "detectors resting", BACKGROUND),
    "verdicts": _row(verdicts_job, "?cursor", "detectors"),
    "relief": _row(relief_job, "?window ?height", "scene plane resting holes survey", BACKGROUND),
    "glyphs": _row(glyphs_job, "?window ?shape", "scene plane resting", BACKGROUND),
    "measured": _row(_measured, "", "resting dataset document", BACKGROUND),
    "quality": _row(quality_job, "?measuring", "scene document dataset resting", BACKGROUND),
    "diagnoses": _row(diagnoses_job, "", "quality masses", BACKGROUND),
}
