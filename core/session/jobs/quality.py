"""The jobs of the page of measures: the quality of what rests, and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...analysis.diagnosis.case import Case, Diagnosis
from ...analysis.diagnosis.diagnose import diagnose
from ...analysis.quality.measure import quality
from ...analysis.quality.quality import Quality
from ...engine.jobs import Job, Progress
from ...scene.scene import Scene

if TYPE_CHECKING:
    from ..board import Board


def quality_job(s: Board, scene: Scene) -> Job[Quality | Progress]:
    """The quality, once it is asked for and all rests."""
    document, figures = s.results.document, s.results.measured
    ready = s.settings.measuring and s.results.resting
    if not ready or document is None or document.step != scene.step:
        return
    if figures is not None and figures.step != scene.step:
        figures = None
    yield from quality(document, s.results.dataset, scene, figures)


def diagnoses_job(s: Board, scene: Scene) -> Job[tuple[Diagnosis, ...]]:
    """What the quality, the masses and the losses say is wrong."""
    found, document, masses = s.results.quality, s.results.document, s.results.masses
    if found is None or document is None or document.step != found.step:
        return
    if masses is not None and masses.step != found.step:
        masses = None
    yield diagnose(
        Case(found, masses, document.history, document.config, document.train, scene.classes)
    )
