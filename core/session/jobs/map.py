"""The jobs of the map: classes, holes and their masses."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from ...engine.jobs import Job
from ...geometry.classes import masses
from ...geometry.holes import hole_map
from ...geometry.map import class_map
from ...geometry.map.refinement import Grain
from ...scene.scene import Scene
from .survey import chosen_detector

if TYPE_CHECKING:
    from ..board import Board

DENSE, FINEST, CHUNK = 33, 257, 16  # of the map while a model trains: small steps, the cursor waits
SAMPLE, QUICK = 4096, 1024  # points of the prior that masses are measured on, at rest and not


def map_job(s: Board, scene: Scene) -> Job[class_map.ClassMap]:
    """Which class is drawn where, coarse to fine."""
    on = s.results.plane
    if scene.logits is not None and on is not None and on.latent == scene.latent:
        began = time.perf_counter()
        for found in class_map.class_map(scene, on, s.settings.window, _grain(s)):
            yield found and replace(found, seconds=time.perf_counter() - began)


def holes_job(s: Board, scene: Scene) -> Job[hole_map.HoleMap]:
    """The score of the chosen detector, coarse to fine."""
    on, fitted = s.results.plane, chosen_detector(s, scene)
    if fitted is not None and on is not None and on.latent == scene.latent:
        yield from hole_map.detector_map(fitted, on, s.settings.window, _grain(s))


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
