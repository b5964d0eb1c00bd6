"""Path to the nearest other class: the minimal adversarial perturbation of A, as a path."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

import torch
from torch import Tensor

from ...engine.errors import Problem
from ...engine.jobs import Job
from ...figures.units import LATENT
from ...scene.scene import Logits, Scene
from ..adversarial.perturbation import Perturbations, perturbations
from ..adversarial.starting_points import LabelledPoints
from ..evaluation import evaluate
from ..map.plane import whole_plane
from ..radius.nearest_border import beyond_nearest_border
from .context import REACH, PathContext
from .path import Path, decode_path, sketch_path
from .seeds import target_seeds
from .wording import class_phrase

FEW = 32  # points that may be of another class, for a first path and to start at


def nearest_class_path(scene: Scene, start: Tensor, context: PathContext) -> Job[Path]:
    """The segment from `start` (L,) to the nearest point of another class, or of the target.

    First to the nearest point that is known to be one; then shorter and shorter.
    """
    logits, best = scene.logits, math.inf
    if logits is None:
        raise Problem("There are no other classes: no judge was trained for this model.")
    pool = yield from _known_others(scene, logits, start, context)
    if len(pool.z):
        best = float((pool.z[0] - start).double().norm())
        note = "To a place known to be of another class, while nearer ones are looked for."
        nodes, target = torch.stack([start, pool.z[0]]), context.target
        yield sketch_path(scene, "nearest", nodes, target, note)
        yield (yield from decode_path(scene, "nearest", nodes, context.frames, target, note))
    if scene.latent <= 2:
        pool = yield from _with_nearest_border(scene, logits, start, pool, best, context.target)
    for report in perturbations(logits, start[None], pool, context.target):
        if isinstance(report, Perturbations) and (report.distance[0] < best or math.isinf(best)):
            best = float(report.distance[0])
            yield (yield from _perturbed(scene, start, report, context))
        else:
            yield None


def _with_nearest_border(
    scene: Scene,
    logits: Logits,
    start: Tensor,
    pool: LabelledPoints,
    known: float,
    target: int | None,
) -> Generator[None, Any, LabelledPoints]:
    """`pool` and points beyond the nearest border, which lies no farther than what is known."""
    centre, deviation = scene.prior.mean, scene.prior.deviation
    widest = float((start - centre).abs().max()) + REACH * deviation
    found = yield from beyond_nearest_border(logits, start, min(known, widest), target)
    return LabelledPoints(torch.cat([pool.z, found.z]), torch.cat([pool.label, found.label]))


def _known_others(
    scene: Scene, logits: Logits, start: Tensor, context: PathContext
) -> Generator[None, Any, LabelledPoints]:
    """Points near A that the judge confirms to be of the target, or of another class than A's.

    The nearest first; none where A is of the target already.
    """
    before = int(evaluate(logits, start[None]).argmax())
    yield None
    codes, target = context.codes, context.target
    z = start.new_empty(0, len(start))
    if target is not None and target != before:
        on = context.plane or whole_plane(scene.latent)
        z = target_seeds(context.label_map, on, codes, target, start, FEW)
    elif target is None and codes is not None and codes.labels is not None:
        z = codes.mean[codes.labels != before].to(start)
    away = (z - start).norm(dim=1)
    z = z[away.topk(min(FEW, len(z)), largest=False).indices]
    if len(z) == 0:
        return LabelledPoints(z, torch.empty(0, dtype=torch.int64))
    labels = evaluate(logits, z).argmax(1)
    yield None
    good = labels != before if target is None else labels == target
    return LabelledPoints(z[good], labels[good])


def _perturbed(
    scene: Scene, start: Tensor, nearest: Perturbations, context: PathContext
) -> Generator[None, Any, Path]:
    nodes = torch.stack([start, torch.from_numpy(nearest.adversary[0]).to(start)])
    away, target = float(nearest.distance[0]) / scene.prior.deviation, context.target
    note = "No other class was found near A."
    if away == 0:
        note = f"The model already draws {class_phrase(scene, int(nearest.before[0]))} here."
    elif math.isfinite(away):
        target = int(nearest.after[0])
        note = f"{class_phrase(scene, target).capitalize()} begins {away:.2f} {LATENT} from A."
    return (yield from decode_path(scene, "nearest", nodes, context.frames, target, note))
