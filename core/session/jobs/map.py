"""The jobs of the map: classes, holes and their masses."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ...engine.jobs import Job
from ...geometry.classes import masses
from ...geometry.holes.hole_map import HoleMap, hole_map
from ...geometry.map.class_map import ClassMap, class_map
from ...geometry.map.refinement import Grain
from ...render.map_painting import MapPainting, paint_map
from ...scene.scene import Scene
from .survey import chosen_detector

if TYPE_CHECKING:
    from ..board import Board

DENSE, FINEST, CHUNK = 33, 257, 16  # of the map while a model trains: small steps, the cursor waits
SAMPLE, QUICK = 4096, 1024  # points of the prior that masses are measured on, at rest and not


@dataclass(frozen=True, eq=False)
class PaintedMap(ClassMap):
    """A class map with its colours, so that the window has nothing to paint."""

    painting: MapPainting
    seconds: float  # from the begin of its job to this level


def map_job(s: Board, scene: Scene) -> Job[PaintedMap]:
    """Which class is drawn where, coarse to fine."""
    on = s.results.plane
    if scene.logits is not None and on is not None and on.latent == scene.latent:
        began = time.perf_counter()
        for level in class_map(scene, on, s.settings.window, _grain(s)):
            yield None if level is None else (yield from _painted(level, began))


def _painted(level: ClassMap, began: float) -> Generator[None, Any, PaintedMap]:
    painting = yield from paint_map(level.label, level.margin, level.lead, level.classes)
    seconds = time.perf_counter() - began
    return PaintedMap(**vars(level), painting=painting, seconds=seconds)


def holes_job(s: Board, scene: Scene) -> Job[HoleMap]:
    """The score of the chosen detector, coarse to fine."""
    on, fitted = s.results.plane, chosen_detector(s, scene)
    if fitted is not None and on is not None and on.latent == scene.latent:
        yield from hole_map(fitted, on, s.settings.window, _grain(s))


def masses_job(s: Board, scene: Scene) -> Job[masses.Masses]:
    """How much of the prior each class and the holes have."""
    codes = s.results.codes
    if codes is not None and codes.mean.shape[1] != scene.latent:
        codes = None
    if scene.logits is not None or codes is not None:
        points = SAMPLE if s.results.thorough else QUICK
        yield from masses.masses(scene, codes, s.settings.threshold, points)


def _grain(s: Board) -> Grain:
    """As fine as is asked for; coarser while the next picture is near."""
    grain = s.settings.grain
    if s.results.thorough:
        return grain
    most = DENSE if s.results.scrubbing else FINEST
    dense, finest = min(grain.dense, DENSE), min(grain.finest, most)
    return replace(grain, dense=dense, finest=finest, chunk=CHUNK)
