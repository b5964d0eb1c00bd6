"""The jobs of the geometry on screen: the survey, heights and figures."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...analysis.measure_config import MeasureConfig
from ...analysis.survey import Insides, Survey, survey
from ...documents.document import Document
from ...engine.jobs import Job, Progress
from ...geometry.classes.masses import PriorMasses
from ...geometry.holes.detectors.detector import FittedDetector, HeldOutData
from ...geometry.holes.detectors.registry import unavailable
from ...geometry.layers.glyphs import Glyphs, Shape, glyphs
from ...geometry.layers.height_map import Height, HeightMap, radius_height_map, stretch_map
from ...geometry.map.grid import Window
from ...geometry.map.plane import Plane
from ...scene.codes import Codes
from ...scene.scene import Scene

PARTS = ("radii", "images", "slopes", "mismatch", "table")  # of a survey, in their order
NEEDED = ("density", "realism")  # by a survey, of the detectors of holes


@dataclass(frozen=True, eq=False)
class SurveyRequest:
    """What the geometry is measured on."""

    scene: Scene
    codes: Codes | None
    masses: PriorMasses | None
    detectors: tuple[FittedDetector, ...]  # of the scene
    learning: bool  # whether more detectors are being made
    held_out: HeldOutData
    document: Document | None  # of the scene
    known: Survey | None  # of the scene
    config: MeasureConfig


def survey_job(request: SurveyRequest) -> Job[Survey | Progress]:
    """The geometry, unless detectors that it needs are still being made.

    Where it is measured once more, what has not been come to yet stays as it was.
    """
    scene, codes, document = request.scene, request.codes, request.document
    if request.learning and _missing(request):
        return  # they start this anew when they are there
    insides = None
    if document is not None:
        accuracy = document.measures.get("accuracy_decoded")
        insides = Insides(document.model, document.judge, accuracy)
    newest = None
    job = survey(scene, codes, request.masses, request.detectors, insides, request.config)
    for report in job:
        newest = report if isinstance(report, Survey) else newest
        yield completed(report, request.known) if isinstance(report, Survey) else report
    yield newest


def completed(newest: Survey, before: Survey | None) -> Survey:
    """With the parts of an earlier survey that the newest one has not come to yet."""
    if before is None:
        return newest
    missing = {
        part: getattr(before, part)
        for part in PARTS
        if getattr(newest, part) is None and part not in newest.missing
    }
    return replace(newest, **missing)


def _missing(request: SurveyRequest) -> set[str]:
    """The detectors that a survey needs, that can be had, and that are not made yet"""
    scene, codes, held_out = request.scene, request.codes, request.held_out
    possible = {key for key in NEEDED if unavailable(key, scene, codes, held_out) is None}
    return possible - {one.key for one in request.detectors}


@dataclass(frozen=True, eq=False)
class HeightsRequest:
    """Which heights are laid over which window, and what they are made from."""

    kind: Height
    scene: Scene
    window: Window
    plane: Plane | None  # for a stretch: None where nothing is at rest
    survey: Survey | None


def heights_job(request: HeightsRequest) -> Job[HeightMap]:
    """The heights over the map; a score is that of the holes, and nothing more to compute."""
    scene, window, survey = request.scene, request.window, request.survey
    if request.kind == "stretch" and request.plane is not None:
        yield from stretch_map(scene, request.plane, window)
    elif request.kind == "radius" and survey is not None:
        yield from radius_height_map(survey.radii, window, scene.step)


@dataclass(frozen=True, eq=False)
class GlyphsRequest:
    """Which figures are drawn over which window."""

    kind: Shape
    scene: Scene
    plane: Plane
    window: Window


def glyphs_job(request: GlyphsRequest) -> Job[Glyphs]:
    """The ellipses or arrows on the map."""
    yield from glyphs(request.scene, request.plane, request.window, request.kind)
