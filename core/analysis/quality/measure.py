"""Every part of the quality, the cheapest first."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import Any, TypeAlias

from ...data.dataset import Dataset
from ...documents.document import Document
from ...documents.scenes import scene_of
from ...engine.errors import Problem
from ...engine.jobs import Job, Progress
from ...measures.held_out import HeldOut
from ..measure_config import MeasureConfig
from .inputs import QualityInputs
from .parts import PARTS
from .quality import Quality

Answer: TypeAlias = Generator[Quality | Progress | None, Any, Quality]


def quality(
    document: Document,
    dataset: Dataset | None,
    figures: HeldOut | None = None,
    config: MeasureConfig = MeasureConfig(),
) -> Job[Quality | Progress]:
    """Everything, the cheapest first; each report holds all that is known by then.

    dataset: None where the images are not on this machine; figures: those held out, where they are
    known. What cannot be measured of this model is named in `Quality.missing`, and the rest goes
    on. Of a conditional model it is the quality of all that it draws, whichever class is shown.
    """
    scene = scene_of(document, "measured")
    known = Quality(scene.step, scene.latent)
    yield known
    inputs = QualityInputs(document, dataset, scene, figures, config)
    for name, part in PARTS.items():
        known = yield from _tried(name, known, part(inputs, known))


def _tried(name: str, known: Quality, part: Job[Any]) -> Answer:
    """With the results of a part; where it ends in a Problem, with that"""
    try:
        for report in part:
            if report is None or isinstance(report, Progress):
                yield report
                continue
            known = replace(known, **{name: report})
            yield known
    except Problem as problem:
        known = replace(known, missing={**known.missing, name: str(problem)})
        yield known
    return known
