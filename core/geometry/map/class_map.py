"""Class map of a plane of the latent space: which class the model draws where, coarse to fine."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

from ...engine.errors import Problem
from ...engine.jobs import Job
from ...figures.array import Array, bands
from ...scene.scene import Scene
from .grid import Window
from .plane import Plane
from .refinement import Grain, Level, lead, refine

LEAST = -1e4  # nats: a class of probability zero, in numbers that can be interpolated


@dataclass(frozen=True, eq=False)
class ClassMap:
    """Row 0 is the bottom of the window; pixel centres run from corner to corner."""

    label: Array  # (S, S) int16
    margin: Array  # (S, S) float32, probability of the first class less that of the second
    lead: Array  # (S, S) float32, the same of log-probabilities, in nats; infinite for K = 1
    classes: int  # K
    window: Window
    step: int  # of the scene
    decodes: int  # so far


def class_map(scene: Scene, plane: Plane, window: Window, grain: Grain = Grain()) -> Job[ClassMap]:
    """Class map of `scene` over `window` of `plane`: each report is a level, finer than the last.

    The log-probabilities of the classes are refined, and decoded again where their lead is small
    (see `refinement.refine`). Raises Problem where the scene has no classes.
    """
    logits = scene.logits
    if logits is None:
        raise Problem("There are no classes to map: no judge was trained for this model.")

    def field(xy: Tensor) -> Tensor:
        return logits(plane.to_latent(xy)).log_softmax(-1).clamp_min(LEAST)

    for level in refine(field, lead, window, grain):
        if level is None:
            yield None
        else:
            yield (yield from _classes(level, window, scene.step))


def _classes(level: Level, window: Window, step: int) -> Generator[None, Any, ClassMap]:
    """The map of a level of log-probabilities, a band of rows at a time"""
    classes, *shape = level.values.shape
    label = np.empty(shape, np.int16)
    margin, ahead = np.empty(shape, np.float32), np.empty(shape, np.float32)
    for rows in bands(len(label)):
        part = level.values[:, rows]
        label[rows], ahead[rows] = part.argmax(0), lead(part)
        margin[rows] = lead(part.exp()).clamp_max(1)  # a lone class leads by infinity
        yield None
    return ClassMap(label, margin, ahead, classes, window, step, level.decodes)
