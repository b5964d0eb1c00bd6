"""The jobs of the geometry on screen: the survey, heights and figures."""

from __future__ import annotations

from dataclasses import dataclass

from ...analysis.measure_config import MeasureConfig
from ...analysis.survey import Insides, Survey, survey
from ...data.dataset import Dataset
from ...documents.document import Document
from ...engine.jobs import Job, Progress
from ...geometry.classes.masses import PriorMasses
from ...geometry.holes.detectors.detector import FittedDetector
from ...geometry.holes.detectors.registry import unavailable
from ...geometry.holes.hole_map import HoleMap
from ...geometry.layers.glyphs import Glyphs, Shape, glyphs
from ...geometry.layers.height_map import Height, HeightMap, radius_height_map, stretch_map
from ...geometry.map.grid import Window
from ...geometry.map.plane import Plane
from ...scene.codes import Codes
from ...scene.scene import Scene
from .detectors import held_out_of

NEEDED = ("density", "realism")  # by a survey, of the detectors of holes


@dataclass(frozen=True, eq=False)
class SurveyRequest:
    """What the geometry is measured on."""

    scene: Scene
    codes: Codes | None
    masses: PriorMasses | None
    detectors: tuple[FittedDetector, ...]  # of the scene
    learning: bool  # whether more detectors are being made
    document: Document | None
    dataset: Dataset | None
    config: MeasureConfig


def survey_job(request: SurveyRequest) -> Job[Survey | Progress]:
    """The geometry, unless detectors that it needs are still being made."""
    scene, codes, document = request.scene, request.codes, request.document
    if request.learning and _missing(request):
        return  # they start this anew when they are there
    insides = None
    if document is not None and document.step == scene.step:
        accuracy = document.measures.get("accuracy_decoded")
        insides = Insides(document.model, document.judge, accuracy)
    yield from survey(scene, codes, request.masses, request.detectors, insides, request.config)


def _missing(request: SurveyRequest) -> set[str]:
    """The detectors that a survey needs, that can be had, and that are not made yet"""
    held_out = held_out_of(request.scene, request.document, request.dataset)
    possible = {
        key for key in NEEDED if unavailable(key, request.scene, request.codes, held_out) is None
    }
    return possible - {one.key for one in request.detectors}


@dataclass(frozen=True, eq=False)
class HeightsRequest:
    """Which heights are laid over which window, and what they are made from."""

    kind: Height
    scene: Scene
    window: Window
    plane: Plane | None  # for a stretch: None where nothing is at rest
    survey: Survey | None
    holes: HoleMap | None


def heights_job(request: HeightsRequest) -> Job[HeightMap]:
    """The heights over the map."""
    scene, window, survey, holes = request.scene, request.window, request.survey, request.holes
    if request.kind == "stretch" and request.plane is not None:
        yield from stretch_map(scene, request.plane, window)
    elif request.kind == "radius" and survey is not None:
        yield from radius_height_map(survey.radii, window, scene.step)
    elif request.kind == "score" and holes is not None:
        yield HeightMap("score", holes.score, holes.window, holes.step)


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
