"""What every detector of holes shares: what it says of itself, and how its limits are found."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import torch
from torch import Tensor

from ....engine.jobs import Progress
from ....figures.array import Array
from ....scene.codes import Codes, Score, posterior_sample
from ....scene.scene import Decode, Encode, Scene
from ...evaluation import evaluate

Features = Callable[[Tensor], Tensor]  # images (N, C, H, W) -> (N, F)
Part: TypeAlias = Generator[Progress | None, Any, Array]

FALSE_ALARM = 0.01  # share of what was held out that a calibrated detector takes for a hole
KNOWN = 2000  # points at most that a limit rests on
FEWEST = 20  # codes without which there is nothing to calibrate on
CHUNK = 32  # decodes in one step


@dataclass(frozen=True, eq=False)
class Held:
    """What was kept from training; each None where it is not on this machine."""

    codes: Codes | None = None
    images: Tensor | None = None  # (N, C, H, W)
    features: Features | None = None  # what the judge sees before it decides; None: the pixels


@dataclass(frozen=True, eq=False)
class Material:
    """What a detector is made from."""

    scene: Scene
    codes: Codes  # all that are stored
    reference: Codes  # those that a calibrated score may learn from
    samples: Tensor  # (M, L) posterior samples of the others, one each
    held: Held
    whose: str  # whose posterior samples

    @property
    def encode(self) -> Encode:
        assert self.scene.encode is not None
        return self.scene.encode

    @property
    def decode(self) -> Decode:
        return self.scene.decode


@dataclass(frozen=True, eq=False)
class Scale:
    """A score of points, and what its limits are read off."""

    score: Score
    known: Tensor  # (M, ...) what was held out: points, or the pixels of images
    on_known: Score  # of these
    whose: str
    chunk: int | None = None
    note: str = ""  # about the limit, as read on screen


@dataclass(frozen=True)
class Detector:
    """A score u(z) and a limit: a hole is where u is above it (THEORY.md, B0)."""

    key: str
    name: str
    side: Literal["encoder", "decoder"]  # who would have to know the place
    meaning: str
    unit: str
    cost: str
    blind: str
    formula: str
    source: str
    scale: Callable[[Material], Generator[Progress | None, Any, Scale]]
    lacks: Callable[[Scene, Codes, Held], str | None] = lambda scene, codes, held: None
    threshold: float | None = None  # None: read off what was held out
    both: bool = False  # the lower tail counts too


def scale_of(score: Score, of: Material, chunk: int | None = None, note: str = "") -> Scale:
    """The limits of `score` are read off the posterior samples that were set aside."""
    return Scale(score, of.samples, score, of.whose, chunk, note)


def material(scene: Scene, codes: Codes, held: Held, seed: int) -> Material:
    """Sets half of the codes aside, unless there are those of images that were held out."""
    random = torch.Generator().manual_seed(seed)
    apart, reference = held.codes, codes
    if apart is None:
        order = torch.randperm(len(codes.mean), generator=random)
        half = len(order) // 2
        apart, reference = part(codes, order[:half]), part(codes, order[half:])
    rows = torch.randperm(len(apart.mean), generator=random)[:KNOWN]
    whose = f"{len(rows)} training images set aside"
    if held.codes is not None:
        whose = f"{len(rows)} images held out"
    samples = posterior_sample(apart, rows, random)
    return Material(scene, codes, reference, samples, held, whose)


def part(codes: Codes, rows: Tensor) -> Codes:
    """These codes of `codes`."""
    labels = None if codes.labels is None else codes.labels[rows]
    mean, logvar, index = codes.mean[rows], codes.logvar[rows], codes.index[rows]
    return replace(codes, mean=mean, logvar=logvar, labels=labels, index=index)


def scores(score: Score, points: Tensor, chunk: int, text: str) -> Part:
    """`score` of the points (N, L), a chunk at a time, (N,) float64"""
    found, seen = [torch.zeros(0)], 0
    for some in points.split(chunk):
        found.append(evaluated(score, some))
        seen += len(some)
        yield Progress(seen / len(points), text) if len(found) % 16 == 0 else None
    values: Array = torch.cat(found).double().numpy()
    return values


def evaluated(score: Score, z: Tensor) -> Tensor:
    """`score` of z (N, L), (N,) float32 on the CPU; a Problem where it is no number"""
    return evaluate(lambda points: score(points)[:, None], z)[:, 0]


def upper_limit(known: Array, false_alarm: float) -> float:
    """The limit that a new score of the same law exceeds with at most this probability.

    known: (M,) ascending. The rank is that of split conformal prediction (Lei et al. 2018,
    arXiv:1604.04173); the greatest score where M is too small for the probability.
    """
    rank = math.ceil((len(known) + 1) * (1 - false_alarm))
    return float(known[min(rank, len(known)) - 1])
