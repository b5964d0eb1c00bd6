"""Requests of the jobs of the geometry: detectors, survey, hole list, heights and glyphs."""

from __future__ import annotations

from torch import nn

from ..engine.device import visiting
from ..geometry.holes.detectors.detector import Features, FittedDetector, HeldOutData
from ..geometry.holes.detectors.realism import MEMORY, penultimate
from .fields import RESULTS
from .jobs.detectors import DetectorChoice, DetectorsRequest, VerdictsRequest
from .jobs.survey import GlyphsRequest, HeightsRequest, SurveyRequest
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


def detectors_request(state: State, context: JobContext) -> DetectorsRequest | None:
    codes = codes_of_scene(state)
    if codes is None or not _surveyed(state):
        return None
    return DetectorsRequest(shown_scene_of(state), codes, _held_out(state))


def survey_request(state: State, context: JobContext) -> SurveyRequest | None:
    """Once it is asked for, all rests, and the masses are known."""
    scene, codes = shown_scene_of(state), codes_of_scene(state)
    masses = of_scene(state, RESULTS.masses)
    counted = masses is not None or (scene.logits is None and codes is None)
    if not _surveyed(state) or not counted:
        return None
    return SurveyRequest(
        scene,
        codes,
        masses,
        _fitted(state),
        context.live("detectors"),
        _held_out(state),
        document_of_scene(state),
        of_scene(state, RESULTS.survey),
        context.effort.survey,
    )


def _held_out(state: State) -> HeldOutData:
    """What was held out from training, as far as it is on this machine"""
    newest, results = document_of_scene(state), state.results
    codes = None if newest is None else newest.test
    dataset = results.dataset
    images = None if dataset is None else dataset.test.at(slice(2 * MEMORY)).images
    judge = None if results.document is None else results.document.judge
    return HeldOutData(codes, images, _features(judge))


def _features(judge: nn.Module | None) -> Features | None:
    """What the judge sees before it decides, for images of any device"""
    if judge is None:
        return None
    return visiting(penultimate(judge), next(judge.parameters()).device)


def hole_list_request(state: State, context: JobContext) -> DetectorChoice | None:
    """Anew where what is listed is by another limit, or the detectors have come only now."""
    if not _surveyed(state) or codes_of_scene(state) is None:
        return None
    by_codes = state.settings.detector == "density"
    known = by_codes and of_scene(state, RESULTS.hole_list) is not None
    return None if known else detector_choice(state)


def verdicts_request(state: State, context: JobContext) -> VerdictsRequest | None:
    place, fitted = state.settings.cursor, _fitted(state)
    if not state.settings.surveyed or not fitted or len(place) != shown_scene_of(state).latent:
        return None
    return VerdictsRequest(place, fitted)


def heights_request(state: State, context: JobContext) -> HeightsRequest | None:
    settings, results, scene = state.settings, state.results, shown_scene_of(state)
    if settings.height is None:
        return None
    plane = plane_of(state) if results.resting else None
    survey = of_scene(state, RESULTS.survey)
    return HeightsRequest(settings.height, scene, settings.window, plane, survey)


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
    return of_scene(state, RESULTS.detectors) or ()
