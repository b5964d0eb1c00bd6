"""The jobs of the geometry on screen: the survey, the holes as a list, heights and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

from ...analysis.survey import Insides, Survey, survey
from ...engine.device import visiting
from ...engine.jobs import Job, Progress
from ...geometry.holes.detectors.density_ratio import density_ratio_detector
from ...geometry.holes.detectors.detector import Features, FittedDetector, HeldOutData
from ...geometry.holes.detectors.realism import penultimate as features_of
from ...geometry.holes.detectors.registry import (
    DETECTORS,
    Verdict,
    fit_detector,
    unavailable,
    verdicts,
)
from ...geometry.holes.hole import Hole
from ...geometry.holes.hole_list import hole_list
from ...geometry.layers import relief
from ...scene.codes import Codes
from ...scene.scene import Scene

if TYPE_CHECKING:
    from ..board import Board

NEEDED = ("density", "realism")  # by a survey, of the detectors of holes


def detectors_job(s: Board, scene: Scene) -> Job[tuple[FittedDetector, ...] | Progress]:
    """Every detector of holes that can be had, one after the other, once they are asked for."""
    codes = _codes(s, scene)
    if codes is None or not _wanted(s):
        return
    fitted: tuple[FittedDetector, ...] = ()
    held = _held(s)
    for number, key in enumerate(DETECTORS):
        if unavailable(key, scene, codes, held) is not None:
            continue
        for said in fit_detector(key, scene, codes, held):
            if isinstance(said, FittedDetector):
                fitted = (*fitted, said)
                yield fitted
            yield None
        name = DETECTORS[key].name.lower()
        yield Progress((number + 1) / len(DETECTORS), f"learning what is normal: {name}")


def survey_job(s: Board, scene: Scene) -> Job[Survey | Progress]:
    """The geometry, once it is asked for and all rests."""
    masses, codes, document = s.results.masses, _codes(s, scene), s.results.document
    if masses is not None and masses.step != scene.step:
        masses = None
    counted = masses is not None or (scene.logits is None and codes is None)
    if not _wanted(s) or not counted:
        return
    detectors = _of(s.results.detectors, scene)
    if s.live("detectors") and _expected(s, scene, codes) - {one.key for one in detectors}:
        return  # they are being learnt, and start this anew when they are there
    insides = None
    if document is not None and document.step == scene.step:
        accuracy = document.measures.get("accuracy_decoded")
        insides = Insides(document.model, document.judge, accuracy)
    yield from survey(scene, codes, masses, detectors, insides)


def voids_job(s: Board, scene: Scene) -> Job[tuple[Hole, ...] | Progress]:
    """The holes of the chosen detector, as a list."""
    fitted, codes = chosen_detector(s, scene), s.results.codes
    if fitted is not None and codes is not None and _wanted(s):
        yield from hole_list(scene, codes, fitted)


def verdicts_job(s: Board, scene: Scene) -> Job[tuple[Verdict, ...]]:
    """What every detector says of the cursor's place."""
    z = torch.tensor(s.settings.cursor)
    if s.settings.surveyed and s.results.detectors and len(z) == scene.latent:
        told: tuple[Verdict, ...] = ()
        for fitted in _of(s.results.detectors, scene):
            told = (*told, *verdicts((fitted,), z))
            yield None
        yield told


def chosen_detector(s: Board, scene: Scene) -> FittedDetector | None:
    """The detector whose holes are drawn; None where it is not known yet."""
    codes, key = s.results.codes, s.settings.detector
    if codes is None or codes.mean.shape[1] != scene.latent:
        return None
    if key == "density":
        return density_ratio_detector(codes, scene.prior, s.settings.threshold)
    return next((one for one in _of(s.results.detectors, scene) if one.key == key), None)


def relief_job(s: Board, scene: Scene) -> Job[relief.Relief]:
    """The heights that are asked for."""
    on, found, kind = s.results.plane, s.results.survey, s.settings.height
    if kind == "stretch" and on is not None and on.latent == scene.latent and s.results.resting:
        yield from relief.stretch(scene, on, s.settings.window)
    elif kind == "radius" and found is not None and found.step == scene.step:
        yield from relief.radius(found.radii, s.settings.window, scene.step)
    elif kind == "score" and s.results.holes is not None:
        scored = s.results.holes
        yield relief.Relief("score", scored.score, scored.window, scored.step)


def glyphs_job(s: Board, scene: Scene) -> Job[relief.Glyphs]:
    """The ellipses or arrows that are asked for."""
    on, kind = s.results.plane, s.settings.shape
    if kind is None or on is None or on.latent != scene.latent or not s.results.resting:
        return
    if kind == "ellipses" or scene.logits is not None:
        yield from relief.glyphs(scene, on, s.settings.window, kind)


def _wanted(s: Board) -> bool:
    return s.settings.surveyed and s.results.resting


def _of(detectors: tuple[FittedDetector, ...], scene: Scene) -> tuple[FittedDetector, ...]:
    """Those that were made of this scene"""
    return tuple(one for one in detectors if one.step == scene.step)


def _codes(s: Board, scene: Scene) -> Codes | None:
    """Those that this scene gave"""
    codes = s.results.codes
    if codes is None or codes.mean.shape[1] != scene.latent or codes.step != scene.step:
        return None
    return codes


def _expected(s: Board, scene: Scene, codes: Codes | None) -> set[str]:
    """The detectors that a survey needs, as far as they can be had"""
    held = _held(s)
    return {key for key in NEEDED if unavailable(key, scene, codes, held) is None}


def _held(s: Board) -> HeldOutData:
    """What was kept from training, as far as it is on this machine."""
    dataset, document = s.results.dataset, s.results.document
    images = None if dataset is None else dataset.test.images
    codes = None if document is None or document.step != _step(s) else document.test
    return HeldOutData(codes, images, _features(None if document is None else document.judge))


def _features(judge: nn.Module | None) -> Features | None:
    """What the judge sees before it decides, for images of any device"""
    if judge is None:
        return None
    return visiting(features_of(judge), next(judge.parameters()).device)


def _step(s: Board) -> int:
    assert s.results.scene is not None
    return s.results.scene.step
