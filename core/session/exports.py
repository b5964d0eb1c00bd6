"""Exports: files made of the shown model, its paths and its geometry."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..engine.jobs import Priority
from ..files.stamp import Exported
from ..geometry.paths.path_measures import PathMeasures
from .fields import RESULTS
from .jobs.files import exporting, reporting
from .notices import Notices
from .request_context import of_scene
from .scheduler import Scheduler
from .store import Store

JOB = "export"


class Exports:
    """Writes files that no session is opened from."""

    def __init__(self, store: Store, jobs: Scheduler, notices: Notices) -> None:
        self._store, self._jobs, self._notices = store, jobs, notices

    def paths(self, path: Path, path_measures: Sequence[PathMeasures]) -> None:
        """Write measured paths to a file; its ending says what is written of them."""
        scene = self._store.results.scene
        if scene is not None:
            job = exporting(path, tuple(path_measures), scene.classes)
            self._jobs.submit(JOB, job, Priority.BACKGROUND)

    def geometry_report(self, path: Path) -> None:
        """Write what is known of the geometry as one HTML file."""
        state, source = self._store.state, self._store.results.source
        scene, survey = state.results.scene, of_scene(state, RESULTS.survey)
        whole = not self._jobs.live("survey")  # a page of half of it would look like all there is
        if scene is not None and survey is not None and whole:
            codes, holes = of_scene(state, RESULTS.codes), of_scene(state, RESULTS.hole_list) or ()
            title = "a model" if source is None else source.name
            job = reporting(path, scene, codes, survey, holes, title)
            self._jobs.submit(JOB, job, Priority.BACKGROUND)

    def report(self, value: object) -> None:
        """Take a report of the job."""
        if isinstance(value, Exported):
            self._notices.post(f"Exported {value.path.name}.")
        else:
            self._jobs.report(JOB, value)
