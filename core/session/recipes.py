"""Recipes: which change of the state starts which job, in one table."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from ..engine.jobs import Job, Priority
from ..geometry.paths.families import FAMILIES
from ..geometry.paths.path import Family
from . import geometry_requests, path_requests, requests
from .fields import RESULTS, SETTINGS, Field, as_field
from .jobs.cursor_sample import cursor_sample_job
from .jobs.data_space import critic_map_job, generator_grid_job
from .jobs.detectors import detectors_job, hole_list_job, verdicts_job
from .jobs.images import alignment_job, cloud_job, codes_job, dataset_job, measured_job, plane_job
from .jobs.map import holes_job, map_job, masses_job
from .jobs.paths import PathRequest, mesh_job, path_job, path_measures_job
from .jobs.picked_image import inversion_job, picked_job
from .jobs.prior_samples import samples_job
from .jobs.quality import diagnoses_job, quality_job
from .jobs.survey import glyphs_job, heights_job, survey_job
from .request_context import JobContext
from .state import State, path_of

Request = TypeVar("Request")
Fields: TypeAlias = tuple[object, ...]  # as SETTINGS and RESULTS name them


@dataclass(frozen=True)
class Recipe(Generic[Request]):
    """A job, what it is made from, and what a change of a field means for one under way.

    A field that another row answers counts as changed when that row is done.
    """

    request: Callable[[State, JobContext], Request | None]
    job: Callable[[Request], Job[Any]]
    replace: frozenset[Field] = frozenset()  # start over: the user is waiting for just this
    finish: frozenset[Field] = frozenset()  # finish, then once more on the newest
    priority: Priority = Priority.SCREEN
    needs_scene: bool = True
    of: Field | None = as_field(RESULTS.scene)  # its own, that of codes or of a document

    def start(self, state: State, context: JobContext) -> Job[Any]:
        """The job on a frozen value of what it reads; one that ends at once where that is None."""
        request = self.request(state, context)
        return _nothing() if request is None else self.job(request)


def _nothing() -> Generator[None, Any, None]:
    yield from ()


def _recipe(
    request: Callable[[State, JobContext], Request | None],
    job: Callable[[Request], Job[Any]],
    replace: Fields = (),
    finish: Fields = (),
    priority: Priority = Priority.SCREEN,
    needs_scene: bool = True,
    of: object = RESULTS.scene,
) -> Recipe[Request]:
    restarting, waiting = (frozenset(map(as_field, fields)) for fields in (replace, finish))
    whose = None if of is None else as_field(of)
    return Recipe(request, job, restarting, waiting, priority, needs_scene, whose)


def _path(family: Family, replace: Fields, finish: Fields = ()) -> Recipe[PathRequest]:
    return _recipe(
        path_requests.path_request(family),
        path_job,
        replace=(SETTINGS.start, *replace, SETTINGS.families),
        finish=(RESULTS.scene, *finish),
    )


BACKGROUND = Priority.BACKGROUND
PATHS: dict[str, Recipe[PathRequest]] = {
    "straight": _path("straight", (SETTINGS.end,)),
    "slerp": _path("slerp", (SETTINGS.end,)),
    "adversarial": _path("adversarial", (SETTINGS.end, SETTINGS.target), (RESULTS.codes,)),
    "nearest": _path("nearest", (SETTINGS.target,), (RESULTS.codes,)),
    "geodesic": _path("geodesic", (SETTINGS.end,), (RESULTS.mesh, RESULTS.resting)),
    "avoiding": _path(
        "avoiding",
        (SETTINGS.end,),
        (RESULTS.codes, RESULTS.mesh, RESULTS.resting, SETTINGS.threshold),
    ),
    "crossings": _path("crossings", (SETTINGS.end,), (RESULTS.resting,)),
}

RECIPES: dict[str, Recipe[Any]] = {
    "dataset": _recipe(
        requests.dataset_request,
        dataset_job,
        replace=(RESULTS.source,),
        priority=BACKGROUND,
        needs_scene=False,
        of=None,
    ),
    "sample": _recipe(
        requests.sample_request,
        cursor_sample_job,
        replace=(SETTINGS.cursor, RESULTS.scene, RESULTS.codes),
        priority=Priority.CURSOR,
    ),
    "picked": _recipe(
        requests.picked_request,
        picked_job,
        replace=(SETTINGS.picked,),
        finish=(RESULTS.scene, RESULTS.cloud, RESULTS.dataset),
    ),
    "inversion": _recipe(
        requests.inversion_request,
        inversion_job,
        replace=(RESULTS.picked,),
        finish=(RESULTS.scene, RESULTS.resting),
        priority=BACKGROUND,
    ),
    **PATHS,
    "mesh": _recipe(
        path_requests.mesh_request,
        mesh_job,
        finish=(RESULTS.scene, RESULTS.codes, RESULTS.resting, SETTINGS.families),
        priority=BACKGROUND,
    ),
    "path_measures": _recipe(
        path_requests.path_measures_request,
        path_measures_job,
        replace=(SETTINGS.compared, SETTINGS.families),
        finish=(
            *(path_of(RESULTS, family) for family in FAMILIES),
            RESULTS.codes,
            SETTINGS.threshold,
        ),
        priority=BACKGROUND,
    ),
    "map": _recipe(
        requests.map_request,
        map_job,
        replace=(SETTINGS.window, SETTINGS.step, SETTINGS.grain),
        finish=(RESULTS.scene, RESULTS.plane, RESULTS.resting, RESULTS.scrubbing),
    ),
    "codes": _recipe(
        requests.codes_request,
        codes_job,
        finish=(RESULTS.scene, RESULTS.dataset, RESULTS.scrubbing, RESULTS.resting),
        priority=BACKGROUND,
    ),
    "alignment": _recipe(
        requests.alignment_request,
        alignment_job,
        finish=(RESULTS.timeline, RESULTS.dataset),
        priority=BACKGROUND,
        needs_scene=False,
        of=None,
    ),
    "plane": _recipe(
        requests.plane_request,
        plane_job,
        replace=(SETTINGS.through,),
        finish=(RESULTS.scene, RESULTS.codes),
        of=None,
    ),
    "samples": _recipe(
        requests.samples_request,
        samples_job,
        replace=(SETTINGS.columns, SETTINGS.draw),
        finish=(RESULTS.scene,),
    ),
    "cloud": _recipe(
        requests.cloud_request,
        cloud_job,
        finish=(RESULTS.codes, RESULTS.plane, RESULTS.dataset, RESULTS.resting),
        priority=BACKGROUND,
        of=RESULTS.codes,
    ),
    "generator_grid": _recipe(
        requests.generator_grid_request,
        generator_grid_job,
        finish=(RESULTS.scene, RESULTS.plane),
    ),
    "critic_map": _recipe(
        requests.critic_map_request,
        critic_map_job,
        finish=(RESULTS.scene, RESULTS.dataset, RESULTS.resting, RESULTS.scrubbing),
        priority=BACKGROUND,
    ),
    "holes": _recipe(
        requests.holes_request,
        holes_job,
        replace=(SETTINGS.window, SETTINGS.threshold, SETTINGS.grain, SETTINGS.detector),
        finish=(RESULTS.codes, RESULTS.plane, RESULTS.resting, RESULTS.detectors),
        priority=BACKGROUND,
        of=RESULTS.codes,
    ),
    "masses": _recipe(
        requests.masses_request,
        masses_job,
        replace=(SETTINGS.threshold,),
        finish=(RESULTS.scene, RESULTS.codes, RESULTS.resting),
        priority=BACKGROUND,
    ),
    "detectors": _recipe(
        geometry_requests.detectors_request,
        detectors_job,
        replace=(SETTINGS.surveyed,),
        finish=(RESULTS.scene, RESULTS.codes, RESULTS.dataset, RESULTS.resting),
        priority=BACKGROUND,
    ),
    "survey": _recipe(
        geometry_requests.survey_request,
        survey_job,
        replace=(SETTINGS.surveyed,),
        finish=(RESULTS.scene, RESULTS.masses, RESULTS.detectors, RESULTS.resting),
        priority=BACKGROUND,
    ),
    "hole_list": _recipe(
        geometry_requests.hole_list_request,
        hole_list_job,
        replace=(SETTINGS.surveyed, SETTINGS.detector, SETTINGS.threshold),
        finish=(RESULTS.scene, RESULTS.codes, RESULTS.detectors, RESULTS.resting),
        priority=BACKGROUND,
    ),
    "verdicts": _recipe(
        geometry_requests.verdicts_request,
        verdicts_job,
        replace=(SETTINGS.cursor,),
        finish=(RESULTS.detectors,),
    ),
    "heights": _recipe(
        geometry_requests.heights_request,
        heights_job,
        replace=(SETTINGS.window, SETTINGS.height),
        finish=(RESULTS.scene, RESULTS.plane, RESULTS.resting, RESULTS.survey),
        priority=BACKGROUND,
    ),
    "glyphs": _recipe(
        geometry_requests.glyphs_request,
        glyphs_job,
        replace=(SETTINGS.window, SETTINGS.shape),
        finish=(RESULTS.scene, RESULTS.plane, RESULTS.resting),
        priority=BACKGROUND,
    ),
    "measured": _recipe(
        requests.measured_request,
        measured_job,
        finish=(RESULTS.scene, RESULTS.resting, RESULTS.dataset, RESULTS.document),
        priority=BACKGROUND,
        of=RESULTS.document,
    ),
    "quality": _recipe(
        requests.quality_request,
        quality_job,
        replace=(SETTINGS.measuring,),
        finish=(RESULTS.scene, RESULTS.document, RESULTS.dataset, RESULTS.resting),
        priority=BACKGROUND,
        of=RESULTS.document,
    ),
    "diagnoses": _recipe(
        requests.diagnoses_request,
        diagnoses_job,
        finish=(RESULTS.quality, RESULTS.masses),
        priority=BACKGROUND,
        of=RESULTS.document,
    ),
}
