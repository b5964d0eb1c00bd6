"""Which change of state starts which job: one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..engine.jobs import Job, Priority
from ..geometry.paths.path import Family
from .jobs.data_space import contest_job, warp_job
from .jobs.decoded import inversion_job, picked_job, sample_job, samples_job
from .jobs.images import cloud_job, codes_job, dataset_job, frames_job, measured_job, plane_job
from .jobs.map import holes_job, map_job, masses_job
from .jobs.paths import alongs, mesh, path_job
from .jobs.quality import diagnoses_job, quality_job
from .jobs.survey import detectors_job, glyphs_job, relief_job, survey_job, verdicts_job, voids_job

if TYPE_CHECKING:
    from .board import Board


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
    "dataset": _row(dataset_job, "source", priority=BACKGROUND, needs_scene=False),
    "sample": _row(sample_job, "?cursor scene codes", priority=Priority.CURSOR),
    "picked": _row(picked_job, "?picked", "scene cloud dataset"),
    "inversion": _row(inversion_job, "picked", "scene resting", BACKGROUND),
    **PATHS,
    "mesh": _row(mesh, "", "scene codes resting ?families", BACKGROUND),
    "alongs": _row(
        alongs, "?compared ?families", f"{' '.join(PATHS)} codes ?threshold", BACKGROUND
    ),
    "map": _row(map_job, "?window ?step ?grain", "scene plane resting scrubbing"),
    "codes": _row(codes_job, "", "scene dataset scrubbing", BACKGROUND),
    "frames": _row(frames_job, "", "timeline dataset", BACKGROUND, needs_scene=False),
    "plane": _row(plane_job, "?through", "scene codes"),
    "samples": _row(samples_job, "?columns ?draw", "scene"),
    "cloud": _row(cloud_job, "", "codes plane dataset resting", BACKGROUND),
    "warp": _row(warp_job, "", "scene plane"),
    "contest": _row(contest_job, "", "scene dataset resting scrubbing", BACKGROUND),
    "holes": _row(
        holes_job,
        "?window ?threshold ?grain ?detector",
        "codes plane resting detectors",
        BACKGROUND,
    ),
    "masses": _row(masses_job, "?threshold", "scene codes resting", BACKGROUND),
    "detectors": _row(detectors_job, "?surveyed", "scene codes dataset resting", BACKGROUND),
    "survey": _row(survey_job, "?surveyed", "masses detectors resting", BACKGROUND),
    "voids": _row(voids_job, "?surveyed ?detector ?threshold", "detectors resting", BACKGROUND),
    "verdicts": _row(verdicts_job, "?cursor", "detectors"),
    "relief": _row(relief_job, "?window ?height", "scene plane resting holes survey", BACKGROUND),
    "glyphs": _row(glyphs_job, "?window ?shape", "scene plane resting", BACKGROUND),
    "measured": _row(measured_job, "", "resting dataset document", BACKGROUND),
    "quality": _row(quality_job, "?measuring", "scene document dataset resting", BACKGROUND),
    "diagnoses": _row(diagnoses_job, "", "quality masses", BACKGROUND),
}
