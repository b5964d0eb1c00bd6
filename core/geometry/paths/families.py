"""The families of paths from A, each with what a person is told of it, and its job.

Every job's first report comes soon and later ones are better; all are followed, frame by frame and
judged, in core.geometry.paths.curve.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from ...engine.errors import Problem
from ...engine.jobs import Job
from ...scene.scene import Logits, Scene
from ..adversarial.perturbation import Perturbations, perturbations
from ..adversarial.starting_points import LabelledPoints
from ..evaluation import evaluate
from ..map.plane import whole_plane
from .adversarial import PathConfig, adversarial, named, straight
from .curve import Family, Path, follow, sketch
from .seeds import target_seeds
from .shortest import BEND, Context, around_holes, fewest_classes, shortest
from .slerp import slerp

Need = Literal["end", "classes", "target", "codes"]

FEW = 32  # points that may be of another class, for a first answer and to start at


@dataclass(frozen=True)
class Row:
    """A family as read on screen, and its job (scene, start (L,), end (L,), context)."""

    title: str
    sentence: str
    formula: str
    source: str
    needs: tuple[Need, ...]
    job: Callable[[Scene, Tensor, Tensor, Context], Job[Path]]
    aims: bool = False  # at a class instead of the end


def _straight(scene: Scene, start: Tensor, end: Tensor, context: Context) -> Job[Path]:
    return straight(scene, start, end, context.frames)


def _slerp(scene: Scene, start: Tensor, end: Tensor, context: Context) -> Job[Path]:
    nodes = slerp(start, end, BEND, scene.prior.mean)
    yield sketch(scene, "slerp", nodes)
    yield (yield from follow(scene, "slerp", nodes, context.frames))


def _adversarial(scene: Scene, start: Tensor, _: Tensor, context: Context) -> Job[Path]:
    target, seeds = context.target, None
    if target is None:
        raise Problem("An adversarial path goes to a class: choose one.")
    if context.label_map is not None or context.codes is not None:
        on = context.plane or whole_plane(scene.latent)
        seeds = target_seeds(context.label_map, on, context.codes, target, start)
    yield from adversarial(scene, start, target, seeds, PathConfig(frames=context.frames))


def _nearest(scene: Scene, start: Tensor, _: Tensor, context: Context) -> Job[Path]:
    logits, best = scene.logits, math.inf
    if logits is None:
        raise Problem("There are no other classes: no judge was trained for this model.")
    pool = yield from _others(scene, logits, start, context)
    if len(pool.z):
        best = float((pool.z[0] - start).double().norm())
        note = "To a place known to be of another class, while nearer ones are looked for."
        nodes, target = torch.stack([start, pool.z[0]]), context.target
        yield sketch(scene, "nearest", nodes, target, note)
        yield (yield from follow(scene, "nearest", nodes, context.frames, target, note))
    for said in perturbations(logits, start[None], pool, context.target):
        if isinstance(said, Perturbations) and (said.distance[0] < best or math.isinf(best)):
            best = float(said.distance[0])
            yield (yield from _perturbed(scene, start, said, context))
        else:
            yield None


FAMILIES: dict[Family, Row] = {
    "straight": Row(
        "Straight",
        "The straight line from A to B.",
        "z(t) = (1 - t) A + t B",
        "",
        ("end",),
        _straight,
    ),
    "slerp": Row(
        "Great circle",
        "Turns from A to B around the centre, so that it stays as far out as the prior is.",
        "angle and norm linear in t",
        "Shoemake 1985; White 2016, arXiv:1609.04468",
        ("end",),
        _slerp,
    ),
    "adversarial": Row(
        "Adversarial",
        "Climbs from A to the chosen class, which is more probable at every step.",
        "dz/dt = grad log p(class | z) / p(other | z)",
        "Szegedy et al. 2014, arXiv:1312.6199",
        ("classes", "target"),
        _adversarial,
        aims=True,
    ),
    "nearest": Row(
        "Nearest",
        "The smallest step from A that changes what the judge sees.",
        "min |z - A| where class(z) is another",
        "Moosavi-Dezfooli et al. 2016, arXiv:1511.04599",
        ("classes",),
        _nearest,
        aims=True,
    ),
    "geodesic": Row(
        "Geodesic",
        "From A to B with as little change of the images as possible.",
        "min of the integral of |d g(z(t)) / dt|",
        "Arvanitidis et al. 2018, arXiv:1710.11379",
        ("end",),
        shortest,
    ),
    "avoiding": Row(
        "Around holes",
        "A geodesic to which everything inside a hole is very long.",
        "min of the integral of (1 + 30 sigmoid((u - threshold) / width)) |d g(z(t)) / dt|",
        "Arvanitidis et al. 2018, arXiv:1710.11379",
        ("end", "codes"),
        around_holes,
    ),
    "crossings": Row(
        "Fewest classes",
        "From A to B with as few changes of class as possible, and short among those.",
        "min of (changes of class, length)",
        "Dijkstra 1959",
        ("end", "classes"),
        fewest_classes,
    ),
}


def _others(
    scene: Scene, logits: Logits, start: Tensor, context: Context
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
    scene: Scene, start: Tensor, found: Perturbations, context: Context
) -> Generator[None, Any, Path]:
    nodes = torch.stack([start, torch.from_numpy(found.adversary[0]).to(start)])
    away, target = float(found.distance[0]) / scene.prior.deviation, context.target
    note = "No other class was found near A."
    if away == 0:
        note = f"The model already draws {named(scene, int(found.before[0]))} here."
    elif math.isfinite(away):
        target = int(found.after[0])
        note = f"{named(scene, target).capitalize()} begins {away:.2f} from A."
    return (yield from follow(scene, "nearest", nodes, context.frames, target, note))
