"""Calibration of a detector of holes: what is held out, its scores, and their quantiles."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

import torch
from torch import Tensor

from ....engine.jobs import Progress
from ....figures.array import Array
from ....figures.finding import number, share
from ....scene.codes import Codes, Score, posterior_sample
from ....scene.scene import Scene
from ...evaluation import evaluate
from .detector import Detector, DetectorInputs, HeldOutData

FALSE_ALARM = 0.01  # share of what was held out that a calibrated detector takes for a hole
KNOWN = 2000  # points at most that a limit rests on


def detector_inputs(scene: Scene, codes: Codes, held_out: HeldOutData, seed: int) -> DetectorInputs:
    """Sets half of the codes aside, unless there are those of images that were held out."""
    random = torch.Generator().manual_seed(seed)
    apart, reference = held_out.codes, codes
    if apart is None:
        order = torch.randperm(len(codes.mean), generator=random)
        half = len(order) // 2
        apart, reference = codes.part(order[:half]), codes.part(order[half:])
    rows = torch.randperm(len(apart.mean), generator=random)[:KNOWN]
    whose = f"{len(rows)} training images set aside"
    if held_out.codes is not None:
        whose = f"{len(rows)} images held out"
    samples = posterior_sample(apart, rows, random)
    return DetectorInputs(scene, codes, reference, samples, held_out, whose)


def evaluate_score(score: Score, z: Tensor) -> Tensor:
    """`score` of z (N, L), (N,) float32 on the CPU; a Problem where it is no number"""
    return evaluate(lambda points: score(points)[:, None], z)[:, 0]


def scores(
    score: Score, points: Tensor, chunk: int, text: str
) -> Generator[Progress | None, Any, Array]:
    """`score` of the points (N, L), a chunk at a time, (N,) float64"""
    parts, done = [torch.zeros(0)], 0
    for some in points.split(chunk):
        parts.append(evaluate_score(score, some))
        done += len(some)
        yield Progress(done / len(points), text) if len(parts) % 16 == 0 else None
    values: Array = torch.cat(parts).double().numpy()
    return values


def limits(detector: Detector, codes: Codes, known: Array) -> tuple[float, float | None]:
    """The upper limit, and the lower one where both tails count; known: (M,) scores, ascending.

    Of two tails each has half of the false alarms.
    """
    if detector.threshold is not None:
        return codes.limit(detector.threshold), None
    if detector.both:
        high, low = (upper_limit(tail, FALSE_ALARM / 2) for tail in (known, -known[::-1]))
        return high, -low
    return upper_limit(known, FALSE_ALARM), None


def upper_limit(known: Array, false_alarm: float) -> float:
    """The limit that a new score of the same law exceeds with at most this probability.

    known: (M,) ascending. The rank is that of split conformal prediction (Lei et al. 2018,
    arXiv:1604.04173); the greatest score where M is too small for the probability.
    """
    rank = math.ceil((len(known) + 1) * (1 - false_alarm))
    return float(known[min(rank, len(known)) - 1])


def calibration_text(detector: Detector, known: Array, threshold: float, whose: str) -> str:
    """Where the limits come from, as read on screen."""
    if detector.threshold is not None:
        raised = threshold > detector.threshold
        how = f"Raised from {number(detector.threshold, 2)}" if raised else "Fixed"
        above = (known > threshold).mean()
        return f"{how}; the posterior samples of {whose} exceed it at {share(above)}."
    inside = f"{100 * (1 - FALSE_ALARM):.0f} %"
    if detector.both:
        return f"{inside} of the scores of {whose} lie between the two limits."
    return f"{inside} of the scores of {whose} are not above it."
