"""The jobs of the map: classes, holes and their masses."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from ...engine.jobs import Job
from ...geometry.classes.masses import PriorMasses, prior_masses
from ...geometry.holes.hole_map import HoleMap, hole_map
from ...geometry.map.class_map import ClassMap, class_map
from ...geometry.map.grid import Window
from ...geometry.map.plane import Plane
from ...geometry.map.refinement import Grain
from ...render.map_painting import MapPainting, paint_map
from ...scene.codes import Codes
from ...scene.scene import Scene
from .detectors import DetectorChoice, chosen_detector


@dataclass(frozen=True, eq=False)
class MapRequest:
    """Where classes are mapped, and how finely."""

    scene: Scene
    plane: Plane
    window: Window
    grain: Grain


@dataclass(frozen=True, eq=False)
class PaintedMap(ClassMap):
    """A class map with its colours, so that the window has nothing to paint."""

    painting: MapPainting
    seconds: float  # from the begin of its job to this level


def map_job(request: MapRequest) -> Job[PaintedMap]:
    """Which class is drawn where, coarse to fine."""
    began = time.perf_counter()
    for level in class_map(request.scene, request.plane, request.window, request.grain):
        yield None if level is None else (yield from _painted(level, began))


def _painted(level: ClassMap, began: float) -> Generator[None, Any, PaintedMap]:
    painting = yield from paint_map(level.label, level.margin, level.lead, level.classes)
    seconds = time.perf_counter() - began
    return PaintedMap(**vars(level), painting=painting, seconds=seconds)


@dataclass(frozen=True, eq=False)
class HolesRequest:
    """Whose holes are mapped, where, and how finely."""

    detector: DetectorChoice
    plane: Plane
    window: Window
    grain: Grain


def holes_job(request: HolesRequest) -> Job[HoleMap]:
    """The score of the chosen detector, coarse to fine."""
    detector = chosen_detector(request.detector)
    if detector is not None:
        yield from hole_map(detector, request.plane, request.window, request.grain)


@dataclass(frozen=True, eq=False)
class MassesRequest:
    """What is counted on how many points of the prior."""

    scene: Scene
    codes: Codes | None
    threshold: float  # nats
    points: int


def masses_job(request: MassesRequest) -> Job[PriorMasses]:
    """How much of the prior each class and the holes have."""
    yield from prior_masses(request.scene, request.codes, request.threshold, request.points)
