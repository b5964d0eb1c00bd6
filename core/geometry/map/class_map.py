"""Maps of the plane, coarse to fine: which class the model draws where.

A field is decoded on a coarse grid, interpolated to the next (cubic, 4 points), and decoded again
only where its interpolation might change what is drawn: where a *margin* (to the next class, to a
threshold) is smaller than `trust` times the interpolation error seen nearby at the level before.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

from ...engine.errors import Problem
from ...engine.jobs import Job
from ...figures.array import Array
from ...render import picture
from ...scene.scene import Scene
from .plane import Plane
from .refinement import (
    Grain,
    Level,
    Window,
    bands,
    lead,
    refine,
)

LEAST = -1e4  # nats: a class of probability zero, in numbers that can be interpolated


@dataclass(frozen=True, eq=False)
class ClassMap:
    """Row 0 is the bottom of the window; pixel centres run from corner to corner."""

    label: Array  # (S, S) int16
    margin: Array  # (S, S) float32, probability of the first class less that of the second
    rgba: Array  # (S, S, 4) uint8, the classes' colours
    border: Array  # (S, S) uint8, opacity of the line where the class changes
    window: Window
    step: int  # of the scene
    decodes: int
    seconds: float = 0.0  # since it was begun


def class_map(scene: Scene, plane: Plane, window: Window, grain: Grain = Grain()) -> Job[ClassMap]:
    """Which class the scene draws over `window` of `plane`, level by level."""
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
    shape = level.values.shape[1:]
    label, rgba = np.empty(shape, np.int16), np.empty((*shape, 4), np.uint8)
    border = np.empty(shape, np.uint8)
    margin, ahead = np.empty(shape, np.float32), np.empty(shape, np.float32)
    for rows in bands(len(label)):
        part = level.values[:, rows]
        label[rows], ahead[rows] = part.argmax(0), lead(part)
        margin[rows] = lead(part.exp()).clamp_max(1)  # a lone class leads by infinity
        yield None
    colours = picture.class_colours(len(level.values))
    for rows in bands(len(label)):
        rgba[rows] = picture.fills_rgba(label, margin, colours, rows)
        border[rows] = picture.border_opacity(label, ahead, rows)
        yield None
    return ClassMap(label, margin, rgba, border, window, step, level.decodes)
