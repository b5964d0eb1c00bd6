"""Requests: the frozen value that each job reads, made from the state when a change starts it.

None where there is nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ..analysis.diagnosis.diagnosis import DiagnosisInputs
from ..data.dataset import DataConfig
from ..data.toy import is_points
from ..geometry.holes.detectors.detector import FittedDetector
from ..geometry.map.class_map import ClassMap
from ..geometry.map.plane import Plane
from ..geometry.map.refinement import Grain
from ..geometry.paths.context import REACH, PathContext
from ..geometry.paths.fewest_classes import CELLS
from ..geometry.paths.path import Family
from ..runs.encode import CODES
from ..scene.codes import Codes
from ..scene.scene import Scene
from .effort import Effort
from .jobs.cursor_sample import CursorSampleRequest
from .jobs.data_space import CriticMapRequest, GeneratorGridRequest
from .jobs.detectors import DetectorChoice, DetectorsRequest, VerdictsRequest
from .jobs.images import AlignmentRequest, CloudRequest, CodesRequest, MeasuredRequest, PlaneRequest
from .jobs.map import HolesRequest, MapRequest, MassesRequest
from .jobs.paths import ON_MESH, MeshRequest, PathMeasuresRequest, PathRequest
from .jobs.picked_image import InversionRequest, PickedRequest
from .jobs.prior_samples import SamplesRequest
from .jobs.quality import QualityRequest
from .jobs.survey import GlyphsRequest, HeightsRequest, SurveyRequest
from .state import State, drawn_families, path_of, placed


@dataclass(frozen=True)
class JobContext:
    """What a request depends on besides the state."""

    live: Callable[[str], bool]  # whether the job of that name is under way
    effort: Effort = Effort()


DENSE, FINEST, CHUNK = 33, 257, 16  # of the map while a model trains: small steps, the cursor waits


# ---- images and codes ----


def dataset_request(state: State, context: JobContext) -> DataConfig | None:
    return state.results.source if state.results.dataset is None else None


def codes_request(state: State, context: JobContext) -> CodesRequest | None:
    scene, document, dataset = _scene(state), state.results.document, state.results.dataset
    stored = document.codes if document is not None and scene.condition is None else None
    if stored is not None and stored.step != scene.step:
        stored = None
    images = None if dataset is None else dataset.train
    limit = context.effort.sketch if state.results.scrubbing else CODES
    return CodesRequest(scene, stored, images, limit)


def alignment_request(state: State, context: JobContext) -> AlignmentRequest | None:
    """Once there are images that all the scenes have codes of."""
    dataset, timeline = state.results.dataset, state.results.timeline
    if dataset is None or len(timeline) < 2:
        return None
    return AlignmentRequest(timeline, dataset.train.images, state.results.alignment)


def plane_request(state: State, context: JobContext) -> PlaneRequest | None:
    scene, codes = _scene(state), _codes_of_space(state)
    means = None if codes is None else codes.mean
    return PlaneRequest(scene, means, state.settings.through, state.results.plane)


def cloud_request(state: State, context: JobContext) -> CloudRequest | None:
    """Every training image while nothing trains, else those that stand for all."""
    scene, codes, plane = _scene(state), state.results.codes, state.results.plane
    if codes is None or plane is None or codes.mean.shape[1] != plane.latent:
        return None
    dataset = state.results.dataset if state.results.thorough else None
    return CloudRequest(scene, codes, plane, None if dataset is None else dataset.train)


def measured_request(state: State, context: JobContext) -> MeasuredRequest | None:
    scene, document, dataset = _scene(state), state.results.document, state.results.dataset
    if document is None or document.step != scene.step or dataset is None:
        return None
    return MeasuredRequest(document, dataset.test) if state.results.resting else None


# ---- what is decoded ----


def sample_request(state: State, context: JobContext) -> CursorSampleRequest | None:
    scene, cursor = _scene(state), state.settings.cursor
    if len(cursor) != scene.latent:
        return None
    return CursorSampleRequest(scene, cursor, _codes_of_space(state))


def picked_request(state: State, context: JobContext) -> PickedRequest | None:
    scene, place, cloud = _scene(state), state.settings.picked, state.results.cloud
    if place is None or cloud is None or cloud.means.shape[1] != scene.latent:
        return None
    return PickedRequest(scene, place, cloud, state.results.dataset)


def inversion_request(state: State, context: JobContext) -> InversionRequest | None:
    scene, picked = _scene(state), state.results.picked
    if picked is None or picked.original is None or picked.step != scene.step:
        return None
    return InversionRequest(scene, picked, picked.original) if state.results.resting else None


def samples_request(state: State, context: JobContext) -> SamplesRequest | None:
    return SamplesRequest(_scene(state), state.settings.columns, state.settings.draw)


# ---- the map ----


def map_request(state: State, context: JobContext) -> MapRequest | None:
    scene, plane = _scene(state), _plane(state)
    if scene.logits is None or plane is None:
        return None
    return MapRequest(scene, plane, state.settings.window, _grain(state))


def holes_request(state: State, context: JobContext) -> HolesRequest | None:
    choice, plane = _detector_choice(state), _plane(state)
    if choice is None or plane is None:
        return None
    return HolesRequest(choice, plane, state.settings.window, _grain(state))


def masses_request(state: State, context: JobContext) -> MassesRequest | None:
    scene, codes = _scene(state), _codes_of_space(state)
    if scene.logits is None and codes is None:
        return None
    effort = context.effort
    points = effort.masses if state.results.thorough else effort.quick_masses
    return MassesRequest(scene, codes, state.settings.threshold, points)


def _grain(state: State) -> Grain:
    """As fine as is asked for; coarser while the next picture is near"""
    grain = state.settings.grain
    if state.results.thorough:
        return grain
    most = DENSE if state.results.scrubbing else FINEST
    dense, finest = min(grain.dense, DENSE), min(grain.finest, most)
    return replace(grain, dense=dense, finest=finest, chunk=CHUNK)


# ---- paths ----


def path_request(family: Family) -> Callable[[State, JobContext], PathRequest | None]:
    """The request of a family: None where it is not drawn or cannot be."""

    def request(state: State, context: JobContext) -> PathRequest | None:
        scene, ends = _scene(state), _ends(state, family)
        if ends is None or family not in drawn_families(state.settings, state.results):
            return None
        path_context, resting = _context(state, family), state.results.resting
        known = path_of(state.results, family)
        return PathRequest(scene, family, *ends, path_context, resting, known)

    return request


def mesh_request(state: State, context: JobContext) -> MeshRequest | None:
    """Once for each scene, as soon as somebody looks at a path that begins on it."""
    looked_at = not {*ON_MESH}.isdisjoint(state.settings.families)
    if not (state.results.resting and looked_at) or _has_mesh(state):
        return None
    return MeshRequest(_scene(state), _mesh_codes(state))


def path_measures_request(state: State, context: JobContext) -> PathMeasuresRequest | None:
    """While paths are compared."""
    settings, results = state.settings, state.results
    if not settings.compared:
        return None
    known = [path_of(results, name) for name in drawn_families(settings, results)]
    paths = tuple(path for path in known if path is not None)
    return PathMeasuresRequest(
        _scene(state), paths, results.path_measures, results.codes, settings.threshold
    )


def _ends(state: State, family: Family) -> tuple[Tensor, Tensor] | None:
    """A and B, (L,) each, where the family has what it needs; A twice where there is no B"""
    latent, start, end = _scene(state).latent, state.settings.start, state.settings.end
    if not placed(state.settings, family) or start is None or len(start) != latent:
        return None
    end = start if end is None or len(end) != latent else end
    return torch.tensor(start), torch.tensor(end)


def _context(state: State, family: Family) -> PathContext:
    results, plane, label_map = state.results, _plane(state), state.results.map
    if plane is None or (family == "crossings" and not _covers(label_map, _scene(state))):
        label_map = None
    mesh = results.mesh if _has_mesh(state) else None
    return PathContext(
        target=state.settings.target,
        codes=_codes_of_space(state),
        threshold=state.settings.threshold,
        plane=plane,
        label_map=label_map,
        graph=None if mesh is None else mesh.graph,
    )


def _has_mesh(state: State) -> bool:
    mesh = state.results.mesh
    return mesh is not None and mesh.scene is _scene(state) and mesh.codes is _mesh_codes(state)


def _mesh_codes(state: State) -> Codes | None:
    return None if _scene(state).latent == 2 else state.results.codes


def _covers(label_map: ClassMap | None, scene: Scene) -> bool:
    """Whether the map shows all that a way may go through, as finely as it is searched"""
    if label_map is None or label_map.step != scene.step or len(label_map.label) < CELLS:
        return False
    left, right, bottom, top = label_map.window
    centre, reach = scene.prior.mean, REACH * scene.prior.deviation
    return max(left, bottom) <= centre - reach and min(right, top) >= centre + reach


# ---- the geometry ----


def detectors_request(state: State, context: JobContext) -> DetectorsRequest | None:
    codes = _codes_of_scene(state)
    if codes is None or not _surveyed(state):
        return None
    return DetectorsRequest(_scene(state), codes, state.results.document, state.results.dataset)


def survey_request(state: State, context: JobContext) -> SurveyRequest | None:
    """Once it is asked for, all rests, and the masses are known."""
    scene, codes, masses = _scene(state), _codes_of_scene(state), state.results.masses
    if masses is not None and masses.step != scene.step:
        masses = None
    counted = masses is not None or (scene.logits is None and codes is None)
    if not _surveyed(state) or not counted:
        return None
    return SurveyRequest(
        scene,
        codes,
        masses,
        _fitted(state),
        context.live("detectors"),
        state.results.document,
        state.results.dataset,
        context.effort.survey,
    )


def hole_list_request(state: State, context: JobContext) -> DetectorChoice | None:
    return _detector_choice(state) if _surveyed(state) else None


def verdicts_request(state: State, context: JobContext) -> VerdictsRequest | None:
    place, fitted = state.settings.cursor, state.results.detectors
    if not state.settings.surveyed or not fitted or len(place) != _scene(state).latent:
        return None
    return VerdictsRequest(place, _fitted(state))


def heights_request(state: State, context: JobContext) -> HeightsRequest | None:
    settings, results, scene = state.settings, state.results, _scene(state)
    if settings.height is None:
        return None
    plane = _plane(state) if results.resting else None
    survey = results.survey
    if survey is not None and survey.step != scene.step:
        survey = None
    return HeightsRequest(settings.height, scene, settings.window, plane, survey, results.holes)


def glyphs_request(state: State, context: JobContext) -> GlyphsRequest | None:
    kind, scene, plane = state.settings.shape, _scene(state), _plane(state)
    if kind is None or plane is None or not state.results.resting:
        return None
    if kind != "ellipses" and scene.logits is None:
        return None
    return GlyphsRequest(kind, scene, plane, state.settings.window)


def _surveyed(state: State) -> bool:
    return state.settings.surveyed and state.results.resting


def _detector_choice(state: State) -> DetectorChoice | None:
    """The detector whose holes are drawn; None where there is nothing to make it from"""
    codes, settings = _codes_of_space(state), state.settings
    if codes is None:
        return None
    return DetectorChoice(
        settings.detector, _scene(state), codes, settings.threshold, _fitted(state)
    )


def _fitted(state: State) -> tuple[FittedDetector, ...]:
    """The detectors that were made of the shown scene"""
    step = _scene(state).step
    return tuple(one for one in state.results.detectors if one.step == step)


# ---- the quality, and the plane of points ----


def quality_request(state: State, context: JobContext) -> QualityRequest | None:
    """Once it is asked for and all rests."""
    scene, results = _scene(state), state.results
    document, figures = results.document, results.measured
    ready = state.settings.measuring and results.resting
    if not ready or document is None or document.step != scene.step:
        return None
    if figures is not None and figures.step != scene.step:
        figures = None
    return QualityRequest(document, results.dataset, scene, figures)


def diagnoses_request(state: State, context: JobContext) -> DiagnosisInputs | None:
    results = state.results
    quality, document, masses = results.quality, results.document, results.masses
    if quality is None or document is None or document.step != quality.step:
        return None
    if masses is not None and masses.step != quality.step:
        masses = None
    classes = _scene(state).classes
    return DiagnosisInputs(
        quality, masses, document.history, document.config, document.train, classes
    )


def generator_grid_request(state: State, context: JobContext) -> GeneratorGridRequest | None:
    plane = _plane(state)
    return (
        GeneratorGridRequest(_scene(state), plane) if plane is not None and _points(state) else None
    )


def critic_map_request(state: State, context: JobContext) -> CriticMapRequest | None:
    scene, dataset = _scene(state), state.results.dataset
    if scene.critic is None or not _points(state):
        return None
    data = None if dataset is None else dataset.train
    thorough = state.results.thorough
    return CriticMapRequest(scene, scene.critic, state.results.source, data, thorough)


def _points(state: State) -> bool:
    """Whether the images are points of the plane"""
    document = state.results.document
    return document is not None and is_points(document.shape)


# ---- what requests share ----


def _scene(state: State) -> Scene:
    assert state.results.scene is not None, "the recipe needs a scene"
    return state.results.scene


def _plane(state: State) -> Plane | None:
    """The plane of the shown scene's space"""
    plane = state.results.plane
    return plane if plane is not None and plane.latent == _scene(state).latent else None


def _codes_of_space(state: State) -> Codes | None:
    """The newest codes, where they are of the shown scene's space"""
    codes = state.results.codes
    return codes if codes is not None and codes.mean.shape[1] == _scene(state).latent else None


def _codes_of_scene(state: State) -> Codes | None:
    """Those that the shown scene gave"""
    codes = _codes_of_space(state)
    return codes if codes is not None and codes.step == _scene(state).step else None
