"""Minimal adversarial perturbations in latent space: the smallest step that changes the class.

Searched for in any dimension, so each is an upper bound of the class radius (theory: A6);
several starts make it tight. Points, scores and results keep the precision of the points z.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import torch
from torch import Tensor

from ...engine.errors import Problem
from ...engine.jobs import Job, Progress
from ...figures.array import Array
from ...scene.scene import Logits
from ..evaluation import CHUNK
from .attack_problem import Attack, AttackProblem, class_scores, resolution
from .bisection import bisection
from .boundary_attack import COARSE, boundary_attack
from .deepfool import deepfool
from .hasofer_lind import hasofer_lind
from .linearisation import differentiable
from .starting_points import LabelledPoints, label_points, nearest_of_other_classes

PROBE = 16  # points at which the scores are tried for a gradient
NUDGES = 12  # of an adversary that rounding might give back, each twice the one before
BLUR = 16.0  # of the last digit of a score: what a batch of another size may change

Start: TypeAlias = Callable[[AttackProblem], Attack]
Shorten: TypeAlias = Callable[[AttackProblem, Tensor], Generator[None, Any, Tensor]]


@dataclass(frozen=True)
class PerturbationConfig:
    """How hard the search tries."""

    starts: int = 3  # from points of a pool, beside the gradient's own
    each_class: bool = False  # starts towards every other class as well
    steps: int = 50  # of a gradient start, until it meets another class
    rounds: int = 30  # of making an adversary nearer
    trials: int = 400  # of making it nearer where there is no gradient
    chunk: int = 16  # points in one step
    seed: int = 0  # of those trials


@dataclass(frozen=True, eq=False)
class Perturbations:
    """The nearest points of another class, or of `target`, that were found for each z."""

    z: Array  # (N, L)
    adversary: Array  # (N, L); z itself where none was found
    distance: Array  # (N,) float64, in units of z; infinite where none was found
    before: Array  # (N,) int64, class at z
    after: Array  # (N,) int64, class at the adversary
    margin: Array  # (N,) float64, first score less the second at the adversary: 0 at the border
    classes: int  # K
    target: int | None
    starts: int  # from which it was searched so far
    gradient_free: bool  # the scores have no gradient, so that the search is a coarse one


def perturbations(
    logits: Logits,
    z: Tensor,
    pool: LabelledPoints | None = None,
    target: int | None = None,
    config: PerturbationConfig = PerturbationConfig(),
) -> Job[Perturbations | Progress]:
    """The nearest adversary of each z (N, L), N > 0, on the CPU: never farther after more starts.

    A point that is of the class `target` already is its own, at distance 0. Where the scores have
    no gradient, only points of the pool are starts, and the search asks for labels. Raises Problem
    where a score is no number or there is no class `target`.
    """
    points, classes = yield from label_points(logits, z, config.chunk)
    if target is not None and not 0 <= target < classes:
        raise Problem(f"There is no class {target}: the judge knows 0 to {classes - 1}.")
    problem = AttackProblem(logits, z, points.label, target)
    gradient = differentiable(logits, z[:PROBE])
    own = points.label == (-1 if target is None else target)
    adversary, distance = z.clone(), torch.where(own, 0.0, torch.inf).double()
    starts = _starts(points, pool, classes, gradient, target, config) if classes > 1 else []
    for number, start in enumerate(starts):
        random = torch.Generator().manual_seed(config.seed + number)
        shorten = partial(hasofer_lind, rounds=config.rounds)
        if not gradient:
            shorten = partial(boundary_attack, trials=config.trials, random=random)
        for rows in (~own).nonzero()[:, 0].split(config.chunk):
            nearest, away = yield from _attacked(problem.at(rows), start, shorten)
            better = away < distance[rows]
            adversary[rows[better]], distance[rows[better]] = nearest[better], away[better]
            yield Progress(number / len(starts), "looking for the nearest other class")
        yield (yield from _report(problem, adversary, distance, classes, number + 1, gradient))
    if not starts:
        yield (yield from _report(problem, adversary, distance, classes, 0, gradient))


def _starts(
    points: LabelledPoints,
    pool: LabelledPoints | None,
    classes: int,
    gradient: bool,
    target: int | None,
    config: PerturbationConfig,
) -> list[Start]:
    starts: list[Start] = [partial(deepfool, steps=config.steps)] if gradient else []
    if pool is not None and len(pool.z):
        starts += [partial(_from_pool, pool=pool, rank=rank) for rank in range(config.starts)]
    if gradient and target is None and config.each_class:
        starts += [partial(deepfool, steps=config.steps, towards=k) for k in range(classes)]
    return starts


def _from_pool(problem: AttackProblem, pool: LabelledPoints, rank: int) -> Attack:
    """From the point of the pool that comes after `rank` others"""
    points = LabelledPoints(problem.z, problem.label)
    rows, usable = nearest_of_other_classes(points, pool, rank + 1, problem.target)
    yield None
    if rows.shape[1] <= rank:
        return problem.z, torch.zeros_like(problem.label, dtype=torch.bool)
    x = pool.z[rows[:, rank]].to(problem.z)
    return x, usable[:, rank] & problem.is_adversarial(x)


def _attacked(
    problem: AttackProblem, start: Start, shorten: Shorten
) -> Generator[None, Any, tuple[Tensor, Tensor]]:
    """The adversaries (N, L) that one start leads to, and their distances; infinite for none"""
    x, adversarial = yield from start(problem)
    distance = torch.full_like(problem.label, torch.inf, dtype=torch.float64)
    rows = adversarial.nonzero()[:, 0]
    if len(rows):
        part = problem.at(rows)
        x[rows], _ = yield from bisection(part, x[rows], COARSE)
        x[rows] = yield from shorten(part, x[rows])
        x[rows], sure = yield from _confirmed(part, x[rows])
        away = (x[rows] - part.z).double().norm(dim=1)
        distance[rows] = torch.where(sure, away, torch.inf)
    return x, distance


def _confirmed(problem: AttackProblem, x: Tensor) -> Attack:
    """The adversaries moved on by a trifle, until their margin is more than rounding; judged again.

    Scores of the same point differ in their last digits from batch to batch.
    """
    x, margin = x.clone(), torch.zeros(len(x), dtype=torch.float64)
    rows = torch.arange(len(x))
    for nudge in range(NUDGES):
        scores = class_scores(problem.logits, x[rows])
        margin[rows] = problem.at(rows).signed_margin(scores).double()
        blur = BLUR * torch.finfo(scores.dtype).eps * scores.abs().amax(1)
        rows = rows[margin[rows] <= blur]
        yield None
        if len(rows) == 0 or nudge == NUDGES - 1:
            break
        x[rows] += 2.0**nudge * resolution(x) * (x[rows] - problem.z[rows])
    return x, margin > 0


def _report(
    problem: AttackProblem,
    adversary: Tensor,
    distance: Tensor,
    classes: int,
    starts: int,
    gradient: bool,
) -> Generator[None, Any, Perturbations]:
    parts = []
    for part in adversary.split(CHUNK):
        parts.append(class_scores(problem.logits, part))
        yield None
    scores = torch.cat(parts).double()
    leaders = scores.topk(min(2, classes), dim=1).values
    margin = leaders[:, 0] - leaders[:, 1] if classes > 1 else torch.full_like(distance, torch.inf)
    return Perturbations(
        z=problem.z.numpy(),
        adversary=adversary.numpy().copy(),
        distance=distance.numpy().copy(),
        before=problem.label.numpy(),
        after=scores.argmax(1).numpy(),
        margin=margin.numpy(),
        classes=classes,
        target=problem.target,
        starts=starts,
        gradient_free=not gradient,
    )
