"""The families of paths from A: what each is, what it needs, and the job that searches for it.

Every job's first report comes soon and later ones are better. A new family is an entry here and a
file beside this one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from ...engine.errors import Problem
from ...engine.jobs import Job
from ...scene.scene import Scene
from ..map.plane import whole_plane
from .adversarial_path import AdversarialPathConfig, adversarial_path
from .context import PathContext
from .fewest_classes import fewest_classes_path
from .geodesic_path import geodesic_path
from .hole_avoiding import hole_avoiding_path
from .nearest_class import nearest_class_path
from .path import Family, Path
from .seeds import target_seeds
from .slerp import slerp_path
from .straight import straight_path

Need = Literal["end", "classes", "target", "codes"]


@dataclass(frozen=True)
class PathFamily:
    """A family as read on screen, and its job (scene, start (L,), end (L,), context)."""

    title: str
    sentence: str
    formula: str
    source: str
    needs: tuple[Need, ...]
    job: Callable[[Scene, Tensor, Tensor, PathContext], Job[Path]]
    aims: bool = False  # at a class instead of the end


def _straight(scene: Scene, start: Tensor, end: Tensor, context: PathContext) -> Job[Path]:
    return straight_path(scene, start, end, context.frames)


def _slerp(scene: Scene, start: Tensor, end: Tensor, context: PathContext) -> Job[Path]:
    return slerp_path(scene, start, end, context.frames)


def _adversarial(scene: Scene, start: Tensor, _: Tensor, context: PathContext) -> Job[Path]:
    target, seeds = context.target, None
    if target is None:
        raise Problem("An adversarial path goes to a class: choose one.")
    if context.label_map is not None or context.codes is not None:
        on = context.plane or whole_plane(scene.latent)
        seeds = target_seeds(context.label_map, on, context.codes, target, start)
    yield from adversarial_path(
        scene, start, target, seeds, AdversarialPathConfig(frames=context.frames)
    )


def _nearest(scene: Scene, start: Tensor, _: Tensor, context: PathContext) -> Job[Path]:
    return nearest_class_path(scene, start, context)


FAMILIES: dict[Family, PathFamily] = {
    "straight": PathFamily(
        "Straight",
        "The straight line from A to B.",
        "z(t) = (1 - t) A + t B",
        "",
        ("end",),
        _straight,
    ),
    "slerp": PathFamily(
        "Great circle",
        "Turns from A to B around the centre, so that it stays as far out as the prior is.",
        "angle and norm linear in t",
        "Shoemake 1985; White 2016, arXiv:1609.04468",
        ("end",),
        _slerp,
    ),
    "adversarial": PathFamily(
        "Adversarial",
        "Climbs from A to the chosen class, which is more probable at every step.",
        "dz/dt = grad log p(class | z) / p(other | z)",
        "Szegedy et al. 2014, arXiv:1312.6199",
        ("classes", "target"),
        _adversarial,
        aims=True,
    ),
    "nearest": PathFamily(
        "Nearest",
        "The smallest step from A that changes what the judge sees.",
        "min |z - A| where class(z) is another",
        "Moosavi-Dezfooli et al. 2016, arXiv:1511.04599",
        ("classes",),
        _nearest,
        aims=True,
    ),
    "geodesic": PathFamily(
        "Geodesic",
        "From A to B with as little change of the images as possible.",
        "min of the integral of |d g(z(t)) / dt|",
        "Arvanitidis et al. 2018, arXiv:1710.11379",
        ("end",),
        geodesic_path,
    ),
    "avoiding": PathFamily(
        "Around holes",
        "A geodesic to which everything inside a hole is very long.",
        "min of the integral of (1 + 30 sigmoid((u - threshold) / width)) |d g(z(t)) / dt|",
        "Arvanitidis et al. 2018, arXiv:1710.11379",
        ("end", "codes"),
        hole_avoiding_path,
    ),
    "crossings": PathFamily(
        "Fewest classes",
        "From A to B with as few changes of class as possible, and short among those.",
        "min of (changes of class, length)",
        "Dijkstra 1959",
        ("end", "classes"),
        fewest_classes_path,
    ),
}
