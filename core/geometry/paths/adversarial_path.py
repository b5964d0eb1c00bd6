"""Adversarial path: from A to where the model draws a class that is chosen."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ...engine.errors import Problem
from ...engine.jobs import Job
from ...scene.scene import Logits, Scene
from ..evaluation import CHUNK
from .gradient_ascent import gradient_ascent
from .path import Path, decode_path, sketch_path
from .polyline import latent_length
from .seeds import first_sure_point, nearest_confirmed, target_confidence
from .wording import class_phrase

OUTSKIRTS = 4.0  # deviations beyond the shell of radius sqrt(L) where a Gaussian prior lives


@dataclass(frozen=True)
class AdversarialPathConfig:
    """How an adversarial path is searched for."""

    frames: int = 32  # points of the path that are shown
    sure: float = 0.9  # probability of the target at which it may end
    step: float = 0.1  # of the climb at most, in deviations of the prior
    steps: int = 160  # of the climb at most
    chunk: int = CHUNK  # decodes in one step
    patience: int = 12  # steps of the climb before a first report of where it has got to
    detour: float = 3.0  # how many times longer than the straight way to a seed a climb may be


class Candidate(NamedTuple):
    """A candidate for the path."""

    nodes: Tensor  # (P, L)
    probability: float  # of the target at its end; 0 where another class is first
    reached: bool
    note: str

    def better_than(self, other: Candidate | None, sure: float) -> bool:
        """In this order: reaches the target, is sure of it; of two unsure ones the shorter."""
        if other is None or self.reached != other.reached:
            return self.reached
        if self.probability >= sure or other.probability >= sure:
            return self.probability >= sure
        return latent_length(self.nodes) < latent_length(other.nodes)


def adversarial_path(
    scene: Scene,
    start: Tensor,
    target: int,
    seeds: Tensor | None,
    config: AdversarialPathConfig = AdversarialPathConfig(),
) -> Job[Path]:
    """A path from `start` (L,) to where the model draws `target`: a first one soon, then better.

    The soonest goes straight to the nearest of `seeds` (M, L) that the judge confirms: points that
    should decode to the target (see `target_seeds`; None where none were looked for). Then comes
    the one that climbs the target's odds from `start` at every step. Where the climb stalls, on a
    summit or a plateau, or is more than `config.detour` times as long, the seeds are what remains.
    """
    logits, name = _judge(scene), class_phrase(scene, target)
    shown = best = yield from _first(scene, logits, start, target, seeds, config)
    if best:
        yield (yield from _shown(scene, best, target, config))
    if best and best.nodes.equal(start.expand_as(best.nodes)):
        return
    sure = best is not None and best.probability >= config.sure
    bound = config.detour * latent_length(best.nodes) if best and sure else math.inf
    climbed = start[None]
    for count, nodes in enumerate(_climbed(scene, logits, start, target, config, bound)):
        climbed = nodes
        yield None
        if count == config.patience and not best:
            candidate = _judged(logits, nodes, target, f"Still looking for a way to {name}.")
            yield (yield from _shown(scene, candidate, target, config))
    flow = _judged(logits, climbed, target, f"At every step of this way {name} is more probable.")
    if flow.probability >= config.sure:
        flow = yield from _trimmed(logits, flow, target, config)
    if best and best.probability < config.sure and flow.probability < config.sure:
        best = yield from _further(scene, logits, best, target, config)
    if flow.better_than(best, config.sure):
        best = flow
    if best is None:
        yield (yield from _none(scene, flow, target, config, absent=seeds is not None))
    elif best is not shown:
        yield (yield from _shown(scene, best, target, config))


def _first(
    scene: Scene,
    logits: Logits,
    start: Tensor,
    target: int,
    seeds: Tensor | None,
    config: AdversarialPathConfig,
) -> Generator[Path | None, Any, Candidate | None]:
    """What there is without climbing: the start itself, or a straight way to a seed."""
    note = f"The model already draws {class_phrase(scene, target)} here."
    here = _judged(logits, start[None], target, note)
    yield None
    if here.probability >= config.sure:
        return here
    if seeds is None or len(seeds) == 0:
        return None
    return (yield from _to_seed(scene, logits, start, target, seeds, config))


def _further(
    scene: Scene, logits: Logits, candidate: Candidate, target: int, config: AdversarialPathConfig
) -> Generator[None, Any, Candidate]:
    """The way, and a climb from its doubtful end."""
    climbed = candidate.nodes[-1:]
    for nodes in _climbed(scene, logits, candidate.nodes[-1], target, config, math.inf):
        climbed = nodes
        yield None
    return _judged(logits, torch.cat([candidate.nodes, climbed[1:]]), target, candidate.note)


def _trimmed(
    logits: Logits, candidate: Candidate, target: int, config: AdversarialPathConfig
) -> Generator[None, Any, Candidate]:
    """The way without what its last step does more than needed"""
    last, end = candidate.nodes[-2], candidate.nodes[-1]
    end = yield from first_sure_point(logits, last, end, target, config.sure)
    return _judged(logits, torch.cat([candidate.nodes[:-1], end[None]]), target, candidate.note)


def _none(
    scene: Scene, flow: Candidate, target: int, config: AdversarialPathConfig, absent: bool
) -> Generator[None, Any, Path]:
    """As far as the climb got, with the honest sentence."""
    name = class_phrase(scene, target)
    note = f"No way from here to {name} was found."
    if absent:
        note = (
            f"The model never draws {name} here: no point of the map or stored code decodes to it."
        )
    return (yield from _shown(scene, flow._replace(note=note), target, config, absent))


def _to_seed(
    scene: Scene,
    logits: Logits,
    start: Tensor,
    target: int,
    seeds: Tensor,
    config: AdversarialPathConfig,
) -> Generator[Path | None, Any, Candidate | None]:
    """Straight to the nearest confirmed seed, as far as it takes to be sure of the target."""
    nearest = yield from nearest_confirmed(logits, start, seeds, target, config.sure, config.chunk)
    if nearest is None:
        return None
    end, sure = nearest
    note = f"Straight to the nearest place known to be drawn as {class_phrase(scene, target)}."
    yield sketch_path(scene, "adversarial", torch.stack([start, end]), target, note)
    if sure:
        end = yield from first_sure_point(logits, start, end, target, config.sure)
    return _judged(logits, torch.stack([start, end]), target, note)


def _climbed(
    scene: Scene,
    logits: Logits,
    start: Tensor,
    target: int,
    config: AdversarialPathConfig,
    bound: float,
) -> Iterator[Tensor]:
    """The nodes so far of a climb from `start`, while shorter than `bound` and near the prior.

    Beyond every point that the prior ever draws, a judge may be sure of anything.
    """
    odds = math.log(config.sure / (1 - config.sure))
    step = config.step * scene.prior.deviation
    reach = (math.sqrt(len(start)) + OUTSKIRTS) * scene.prior.deviation
    reach = max(reach, float((start - scene.prior.mean).norm()))
    for climbed in gradient_ascent(logits, start, target, odds, step, config.steps):
        away = float((climbed.nodes[-1] - scene.prior.mean).norm())
        if away > reach or latent_length(climbed.nodes) > bound:
            return
        yield climbed.nodes


def _judged(logits: Logits, nodes: Tensor, target: int, note: str) -> Candidate:
    probability = float(target_confidence(logits, nodes[-1:], target)[0])
    return Candidate(nodes, probability, probability > 0, note)


def _shown(
    scene: Scene,
    candidate: Candidate,
    target: int,
    config: AdversarialPathConfig,
    absent: bool = False,
) -> Generator[None, Any, Path]:
    nodes, frames, note = candidate.nodes, config.frames, _note(candidate, config)
    return (yield from decode_path(scene, "adversarial", nodes, frames, target, note, absent))


def _note(candidate: Candidate, config: AdversarialPathConfig) -> str:
    if not candidate.reached or candidate.probability >= config.sure:
        return candidate.note
    percent = math.floor(100 * candidate.probability)
    return f"{candidate.note} The judge is only {percent} % sure of it there."


def _judge(scene: Scene) -> Logits:
    if scene.logits is None:
        raise Problem("There are no classes to go to: no judge was trained for this model.")
    return scene.logits
