"""How good a model at rest is, measured on images held out: its bound, its codes, its samples."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from .data import Dataset
from .engine import Job, Progress
from .geometry.holes import Codes
from .measures.disentanglement import Disentanglement
from .measures.frechet import Frechet, KernelDistance
from .measures.held_out import HeldOut
from .measures.likelihood import Likelihood
from .measures.manifold import Manifold
from .measures.memorisation import Memorisation
from .measures.modes import Classes, Modes
from .measures.surgery import Activity, Surgery
from .measures.two_sample import Discrepancy, Distinction
from .problem import Problem
from .quality_parts import PARTS, Material, Samples
from .scene import Scene
from .store import Document


@dataclass(frozen=True, eq=False)
class Quality:
    """What is known by now; None where it is not, or not yet. Each part under its own name."""

    step: int  # of the scene
    latent: int
    held_out: HeldOut | None = None
    variance: float | None = None  # of a pixel held out about its mean in training: what is to tell
    codes: Codes | None = None  # of images held out
    activity: Activity | None = None  # of these codes
    surgery: Surgery | None = None  # of the same
    samples: Samples | None = None  # what the rest was measured on
    classes: Classes | None = None
    modes: Modes | None = None  # where the density of the data is known
    jensen_shannon: float | None = None  # nats, the same; a lower bound but for the draws
    kernel: KernelDistance | None = None
    frechet: Frechet | None = None
    manifold: Manifold | None = None
    distinction: Distinction | None = None
    discrepancy: Discrepancy | None = None
    memorisation: Memorisation | None = None
    likelihood: Likelihood | None = None
    disentanglement: Disentanglement | None = None
    missing: Mapping[str, str] = field(default_factory=dict)  # {part: why it cannot be measured}

    @property
    def complete(self) -> bool:
        """Whether every part has said something."""
        return all(getattr(self, name) is not None or name in self.missing for name in PARTS)


Answer: TypeAlias = Generator[Quality | Progress | None, Any, Quality]


def quality(
    document: Document, dataset: Dataset | None, scene: Scene, figures: HeldOut | None = None
) -> Job[Quality | Progress]:
    """Everything, the cheapest first; each report holds all that is known by then.

    scene: of the document; dataset: None where the images are not on this machine; figures: those
    held out, where they are known. What cannot be measured of this model is named in
    `Quality.missing`, and the rest goes on.
    """
    found = Quality(scene.step, scene.latent)
    yield found
    of = Material(document, dataset, scene, figures)
    for name, part in PARTS.items():
        found = yield from _tried(name, found, part(of, found))


def _tried(name: str, found: Quality, part: Job[Any]) -> Answer:
    """What a part has found; where it ends in a Problem, that too"""
    try:
        for said in part:
            if said is None or isinstance(said, Progress):
                yield said
                continue
            found = replace(found, **{name: said})
            yield found
    except Problem as problem:
        found = replace(found, missing={**found.missing, name: str(problem)})
        yield found
    return found
