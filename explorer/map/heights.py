"""Heights laid over the map as colours."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from lacuna.core.figures.array import Array
from lacuna.core.geometry.layers.height_map import HeightMap
from lacuna.core.render.colours import heights_rgba

from .image_layer import LevelImage

Bend: TypeAlias = Callable[[Array], Array]


@dataclass(frozen=True)
class HeightScale:
    """How a kind of height is read and coloured."""

    title: str
    unit: str
    meaning: str
    formula: str
    bend: Bend  # heights -> evenly coloured, so that the crowded ones are told apart
    back: Bend  # its inverse


def _log(heights: Array) -> Array:
    logs: Array = np.log(np.maximum(heights, 1e-12))
    return logs


SCALES = {
    "radius": HeightScale(
        title="to the border",
        unit="σ",
        meaning="How far it is from here to the nearest point that is drawn as another class.",
        formula="r(z) = min |z - z'| with class(z') ≠ class(z)",
        bend=np.sqrt,
        back=np.square,
    ),
    "stretch": HeightScale(
        title="stretch",
        unit="px²/σ²",
        meaning="By how much the decoder enlarges a small piece of the map: bright where the image "
        "changes fast.",
        formula="√det JᵀJ, J the decoder's Jacobian (Bishop, Svensén & Williams 1997)",
        bend=_log,
        back=np.exp,
    ),
    "score": HeightScale(
        title="hole score",
        unit="",
        meaning="The score that decides what is a hole: holes are where it is above the threshold.",
        formula="as the chosen way of finding holes says",
        bend=np.arcsinh,
        back=np.sinh,
    ),
}


class HeightImage(LevelImage):
    """One level of the heights, coloured from the 1st to the 99th percentile of what is shown."""

    def __init__(self, level: HeightMap, source: Hashable) -> None:
        scale = SCALES[level.kind]
        values = scale.bend(level.values.astype(np.float64))
        finite = values[np.isfinite(values)]
        self.kind = level.kind
        low, high = np.quantile(finite, (0.01, 0.99)) if len(finite) else (0.0, 1.0)
        super().__init__(heights_rgba(values, low, high), level.window, source)
        shown = scale.back(np.array([low, (low + high) / 2, high]))
        self.low, self.middle, self.high = (float(height) for height in shown)
