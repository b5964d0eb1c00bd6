"""The jobs of the detectors of holes: made for a scene, chosen, and heard on a place."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from ...engine.jobs import Job, Progress
from ...geometry.holes.detectors.density_ratio import density_ratio_detector
from ...geometry.holes.detectors.detector import FittedDetector, HeldOutData
from ...geometry.holes.detectors.registry import (
    DETECTORS,
    Key,
    Verdict,
    fit_detector,
    unavailable,
    verdicts,
)
from ...geometry.holes.hole import Hole
from ...geometry.holes.hole_list import hole_list
from ...scene.codes import Codes
from ...scene.scene import Scene
from ..settings import Point


@dataclass(frozen=True, eq=False)
class DetectorsRequest:
    """What detectors are made from."""

    scene: Scene
    codes: Codes
    held_out: HeldOutData


def detectors_job(request: DetectorsRequest) -> Job[tuple[FittedDetector, ...] | Progress]:
    """Every detector of holes that can be had, one after the other."""
    fitted: tuple[FittedDetector, ...] = ()
    for number, key in enumerate(DETECTORS):
        if unavailable(key, request.scene, request.codes, request.held_out) is not None:
            continue
        for report in fit_detector(key, request.scene, request.codes, request.held_out):
            if isinstance(report, FittedDetector):
                fitted = (*fitted, report)
                yield fitted
            yield None
        name = DETECTORS[key].name.lower()
        yield Progress((number + 1) / len(DETECTORS), f"learning what is normal: {name}")


@dataclass(frozen=True, eq=False)
class DetectorChoice:
    """The detector whose holes are drawn and listed, and what it is chosen from."""

    key: Key
    scene: Scene
    codes: Codes
    threshold: float  # nats; of the density ratio alone
    fitted: tuple[FittedDetector, ...]  # of the scene


def chosen_detector(choice: DetectorChoice) -> FittedDetector | None:
    """The detector itself; None where it is not made yet."""
    if choice.key == "density":
        return density_ratio_detector(choice.codes, choice.scene.prior, choice.threshold)
    return next((one for one in choice.fitted if one.key == choice.key), None)


def hole_list_job(choice: DetectorChoice) -> Job[tuple[Hole, ...] | Progress]:
    """The holes of the chosen detector, as a list."""
    detector = chosen_detector(choice)
    if detector is not None:
        yield from hole_list(choice.scene, choice.codes, detector)


@dataclass(frozen=True, eq=False)
class VerdictsRequest:
    """A place and the detectors that judge it."""

    place: Point
    fitted: tuple[FittedDetector, ...]


def verdicts_job(request: VerdictsRequest) -> Job[tuple[Verdict, ...]]:
    """What every detector says of a place."""
    z, result = torch.tensor(request.place), tuple[Verdict, ...]()
    for fitted in request.fitted:
        result = (*result, *verdicts((fitted,), z))
        yield None
    yield result
