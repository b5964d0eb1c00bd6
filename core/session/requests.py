"""Requests: the frozen value that each job reads, made from the state when a change starts it.

None where there is nothing to do.
"""

from __future__ import annotations

from dataclasses import replace

from ..analysis.diagnosis.diagnosis import DiagnosisInputs
from ..data.dataset import DataConfig
from ..data.toy import is_points
from ..geometry.map.refinement import Grain
from ..runs.encode import SOME
from ..scene.alignment import LANDMARKS
from .fields import RESULTS
from .geometry_requests import detector_choice
from .jobs.cursor_sample import CursorSampleRequest
from .jobs.data_space import CriticMapRequest, GeneratorGridRequest
from .jobs.images import AlignmentRequest, CloudRequest, CodesRequest, MeasuredRequest, PlaneRequest
from .jobs.map import HolesRequest, MapRequest, MassesRequest
from .jobs.picked_image import InversionRequest, PickedRequest
from .jobs.prior_samples import SamplesRequest
from .jobs.quality import QualityRequest
from .request_context import (
    JobContext,
    codes_of_scene,
    codes_of_space,
    document_of_scene,
    of_scene,
    plane_of,
    shown_scene_of,
)
from .state import State

DENSE, FINEST, CHUNK = 33, 257, 16  # of the map while a model trains: small steps, the cursor waits


def dataset_request(state: State, context: JobContext) -> DataConfig | None:
    return state.results.source if state.results.dataset is None else None


def codes_request(state: State, context: JobContext) -> CodesRequest | None:
    scene, document = shown_scene_of(state), document_of_scene(state)
    dataset = state.results.dataset
    stored = document.codes if document is not None and scene.condition is None else None
    images = None if dataset is None else dataset.train
    limits: tuple[int | None, ...] = (SOME, None) if state.results.resting else (SOME,)
    if state.results.scrubbing:
        limits = (context.effort.sketch,)
    return CodesRequest(scene, stored, images, limits)


def alignment_request(state: State, context: JobContext) -> AlignmentRequest | None:
    """Once there are images that all the scenes have codes of."""
    dataset, timeline = state.results.dataset, state.results.timeline
    if dataset is None or len(timeline) < 2:
        return None
    return AlignmentRequest(
        timeline, dataset.train.at(slice(LANDMARKS)).images, state.results.alignment
    )


def plane_request(state: State, context: JobContext) -> PlaneRequest | None:
    scene, codes = shown_scene_of(state), codes_of_space(state)
    means = None if codes is None else codes.mean
    return PlaneRequest(scene, means, state.settings.through, state.results.plane)


def cloud_request(state: State, context: JobContext) -> CloudRequest | None:
    """Every training image while nothing trains, else those that stand for all."""
    scene, codes, plane = shown_scene_of(state), codes_of_space(state), plane_of(state)
    if codes is None or plane is None:
        return None
    whole = state.results.thorough and codes_of_scene(state) is not None
    dataset = state.results.dataset if whole else None
    return CloudRequest(scene, codes, plane, None if dataset is None else dataset.train)


def measured_request(state: State, context: JobContext) -> MeasuredRequest | None:
    document, dataset = document_of_scene(state), state.results.dataset
    if document is None or dataset is None or of_scene(state, RESULTS.measured) is not None:
        return None
    return MeasuredRequest(document, dataset.test) if state.results.resting else None


def sample_request(state: State, context: JobContext) -> CursorSampleRequest | None:
    scene, cursor = shown_scene_of(state), state.settings.cursor
    if len(cursor) != scene.latent:
        return None
    return CursorSampleRequest(scene, cursor, codes_of_space(state))


def picked_request(state: State, context: JobContext) -> PickedRequest | None:
    scene, place, cloud = shown_scene_of(state), state.settings.picked, state.results.cloud
    if place is None or cloud is None or cloud.means.shape[1] != scene.latent:
        return None
    return PickedRequest(scene, place, cloud, state.results.dataset)


def inversion_request(state: State, context: JobContext) -> InversionRequest | None:
    scene, picked = shown_scene_of(state), of_scene(state, RESULTS.picked)
    if picked is None or picked.original is None:
        return None
    return InversionRequest(scene, picked, picked.original) if state.results.resting else None


def samples_request(state: State, context: JobContext) -> SamplesRequest | None:
    return SamplesRequest(shown_scene_of(state), state.settings.columns, state.settings.draw)


def map_request(state: State, context: JobContext) -> MapRequest | None:
    scene, plane = shown_scene_of(state), plane_of(state)
    if scene.logits is None or plane is None:
        return None
    return MapRequest(scene, plane, state.settings.window, _grain(state))


def holes_request(state: State, context: JobContext) -> HolesRequest | None:
    choice, plane = detector_choice(state), plane_of(state)
    if choice is None or plane is None:
        return None
    return HolesRequest(choice, plane, state.settings.window, _grain(state))


def masses_request(state: State, context: JobContext) -> MassesRequest | None:
    scene, codes = shown_scene_of(state), codes_of_space(state)
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


def quality_request(state: State, context: JobContext) -> QualityRequest | None:
    """Once it is asked for and all rests, unless all of it is known."""
    results, document = state.results, document_of_scene(state)
    if not (state.settings.measuring and results.resting) or document is None:
        return None
    known = of_scene(state, RESULTS.quality)
    if known is not None and known.complete and _of_these_images(state, "quality"):
        return None
    figures = of_scene(state, RESULTS.measured)
    return QualityRequest(document, results.dataset, figures)


def _of_these_images(state: State, name: str) -> bool:
    """Whether an answer was made with the images that there are, or without where there are none"""
    return state.origins[name].images is state.results.dataset


def diagnoses_request(state: State, context: JobContext) -> DiagnosisInputs | None:
    quality, document = of_scene(state, RESULTS.quality), document_of_scene(state)
    if quality is None or document is None:
        return None
    scene, masses = shown_scene_of(state), of_scene(state, RESULTS.masses)
    if scene.condition is not None:
        masses = None  # those of the class that is shown are not the model's
    return DiagnosisInputs(
        quality,
        masses,
        document.history,
        document.config,
        document.train,
        scene.classes,
        is_points(document.shape),
    )


def generator_grid_request(state: State, context: JobContext) -> GeneratorGridRequest | None:
    plane = plane_of(state)
    return (
        GeneratorGridRequest(shown_scene_of(state), plane)
        if plane is not None and _points(state)
        else None
    )


def critic_map_request(state: State, context: JobContext) -> CriticMapRequest | None:
    scene, dataset = shown_scene_of(state), state.results.dataset
    if scene.critic is None or not _points(state):
        return None
    data = None if dataset is None else dataset.train
    thorough = state.results.thorough
    return CriticMapRequest(scene, scene.critic, state.results.source, data, thorough)


def _points(state: State) -> bool:
    """Whether the images are points of the plane"""
    document = state.results.document
    return document is not None and is_points(document.shape)
