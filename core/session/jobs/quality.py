"""The jobs of the page of measures: the quality of what rests, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from ...analysis.diagnosis.diagnose import diagnose
from ...analysis.diagnosis.diagnosis import Diagnosis, DiagnosisInputs
from ...analysis.quality.measure import quality
from ...analysis.quality.quality import Quality
from ...data.dataset import Dataset
from ...documents.document import Document
from ...engine.jobs import Job, Progress
from ...measures.held_out import HeldOut


@dataclass(frozen=True, eq=False)
class QualityRequest:
    """What is measured, and on which images."""

    document: Document
    dataset: Dataset | None
    figures: HeldOut | None  # where they are known


def quality_job(request: QualityRequest) -> Job[Quality | Progress]:
    """The quality, part by part."""
    yield from quality(request.document, request.dataset, request.figures)


def diagnoses_job(request: DiagnosisInputs) -> Job[tuple[Diagnosis, ...]]:
    """What the quality, the masses and the losses say is wrong."""
    yield diagnose(request)
