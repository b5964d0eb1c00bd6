"""Requests of the jobs of the geometry: detectors, survey, hole list, heights and glyphs."""

from __future__ import annotations

from ..geometry.holes.detectors.detector import FittedDetector
from .jobs.detectors import DetectorChoice, DetectorsRequest, VerdictsRequest
from .jobs.survey import GlyphsRequest, HeightsRequest, SurveyRequest
from .request_context import JobContext, codes_of_scene, codes_of_space, plane_of, shown_scene_of
from .state import State


def detectors_request(state: State, context: JobContext) -> DetectorsRequest | None:
    codes = codes_of_scene(state)
    if codes is None or not _surveyed(state):
        return None
    return DetectorsRequest(
        shown_scene_of(state), codes, state.results.document, state.results.dataset
    )


def survey_request(state: State, context: JobContext) -> SurveyRequest | None:
    """Once it is asked for, all rests, and the masses are known."""
    scene, codes, masses = shown_scene_of(state), codes_of_scene(state), state.results.masses
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
    return detector_choice(state) if _surveyed(state) else None


def verdicts_request(state: State, context: JobContext) -> VerdictsRequest | None:
    place, fitted = state.settings.cursor, state.results.detectors
    if not state.settings.surveyed or not fitted or len(place) != shown_scene_of(state).latent:
        return None
    return VerdictsRequest(place, _fitted(state))


def heights_request(state: State, context: JobContext) -> HeightsRequest | None:
    settings, results, scene = state.settings, state.results, shown_scene_of(state)
    if settings.height is None:
        return None
    plane = plane_of(state) if results.resting else None
    survey = results.survey
    if survey is not None and survey.step != scene.step:
        survey = None
    return HeightsRequest(settings.height, scene, settings.window, plane, survey, results.holes)


def glyphs_request(state: State, context: JobContext) -> GlyphsRequest | None:
    kind, scene, plane = state.settings.shape, shown_scene_of(state), plane_of(state)
    if kind is None or plane is None or not state.results.resting:
        return None
    if kind != "ellipses" and scene.logits is None:
        return None
    return GlyphsRequest(kind, scene, plane, state.settings.window)


def _surveyed(state: State) -> bool:
    return state.settings.surveyed and state.results.resting


def detector_choice(state: State) -> DetectorChoice | None:
    """The detector whose holes are drawn; None where there is nothing to make it from"""
    codes, settings = codes_of_space(state), state.settings
    if codes is None:
        return None
    return DetectorChoice(
        settings.detector, shown_scene_of(state), codes, settings.threshold, _fitted(state)
    )


def _fitted(state: State) -> tuple[FittedDetector, ...]:
    """The detectors that were made of the shown scene"""
    step = shown_scene_of(state).step
    return tuple(one for one in state.results.detectors if one.step == step)
