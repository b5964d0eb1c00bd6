"""Height map over a window of the plane: class radius, stretch of the decoder or hole score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from ...engine.jobs import Job
from ...figures.array import Array
from ...scene.scene import Scene
from ..map.grid import Window, pixel_points
from ..map.plane import Plane
from ..metric.forward_mode import load_forward_mode
from ..metric.pullback import CHUNK, magnification
from ..radius.exact import radius_map
from ..radius.radii import RadiusSample

Height = Literal["radius", "stretch", "score"]

SIDES = (17, 33, 65)  # of a stretch's levels: each point takes three decodes
FINEST = 257  # side of the radius, which takes no decode


@dataclass(frozen=True, eq=False)
class HeightMap:
    """Heights over the window. Row 0 is its bottom; pixel centres run from corner to corner."""

    kind: Height
    values: Array  # (S, S) float32
    window: Window
    step: int  # of the scene


def stretch_map(scene: Scene, on: Plane, window: Window) -> Job[HeightMap]:
    """The decoder's magnification over the plane, in (pixels per unit of z) squared."""

    def decode(xy: Tensor) -> Tensor:
        return scene.decode(on.to_latent(xy))

    yield from load_forward_mode()
    for side in SIDES:
        points, parts = pixel_points(window, side), []
        for chunk in points.split(CHUNK):
            parts.append(_without_graph(lambda xy: magnification(decode, xy), chunk))
            yield None
        values = torch.cat(parts).reshape(side, side).float().numpy()
        yield HeightMap("stretch", values, window, scene.step)


def radius_height_map(radii: RadiusSample | None, window: Window, step: int) -> Job[HeightMap]:
    """The distance to the border, where the borders of all the plane are known."""
    if radii is not None and radii.borders is not None:
        for side in (SIDES[-1], FINEST):
            for level in radius_map(radii.borders, window, side):
                yield None if level is None else HeightMap("radius", level.radius, window, step)


@torch.no_grad()  # on the helper: never around a yield
def _without_graph(measure: Callable[[Tensor], Tensor], xy: Tensor) -> Tensor:
    return measure(xy).cpu()
