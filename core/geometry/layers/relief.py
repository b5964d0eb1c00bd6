"""What is laid over the map besides classes and holes: heights, ellipses and arrows.

Heights come coarse to fine. Ellipses and arrows stand on a lattice that belongs to the plane, so
that they stay where they are while the map is dragged.
"""

from __future__ import annotations

import math
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
from ..metric.forward_mode import prepared
from ..metric.pullback import ellipses, magnification, margin_field, pullback
from ..radius.exact import radius_map
from ..radius.radii import Radii

Height = Literal["radius", "stretch", "score"]
Shape = Literal["ellipses", "arrows"]

SIDES = (17, 33, 65)  # of a stretch's levels: each point takes three decodes
CHUNK = 16  # points in one step
FINEST = 257  # side of the radius, which takes no decode
ACROSS = 14  # glyphs in a row, about


@dataclass(frozen=True, eq=False)
class Relief:
    """Heights over the window. Row 0 is its bottom; pixel centres run from corner to corner."""

    kind: Height
    values: Array  # (S, S) float32
    window: Window
    step: int  # of the scene


@dataclass(frozen=True, eq=False)
class Glyphs:
    """Small figures at places of the plane."""

    kind: Shape
    at: Array  # (N, 2) on the plane
    vectors: Array  # ellipses: (N, 2, 2) half-axes, the longer first; arrows: (N, 1, 2)
    pitch: float  # from glyph to glyph
    step: int  # of the scene


def stretch(scene: Scene, on: Plane, window: Window) -> Job[Relief]:
    """The decoder's magnification over the plane, in (pixel l2 per unit of z) squared."""

    def decode(xy: Tensor) -> Tensor:
        return scene.decode(on.to_latent(xy))

    yield from prepared()
    for side in SIDES:
        found = []
        for chunk in pixel_points(window, side).split(CHUNK):
            found.append(_quiet(lambda xy: magnification(decode, xy), chunk))
            yield None
        values = torch.cat(found).reshape(side, side).float().numpy()
        yield Relief("stretch", values, window, scene.step)


def radius(radii: Radii | None, window: Window, step: int) -> Job[Relief]:
    """The distance to the border, where the borders of all the plane are known."""
    if radii is not None and radii.borders is not None:
        for side in (SIDES[-1], FINEST):
            for found in radius_map(radii.borders, window, side):
                yield None if found is None else Relief("radius", found.radius, window, step)


def glyphs(scene: Scene, on: Plane, window: Window, kind: Shape) -> Job[Glyphs]:
    """Tissot's ellipses of the decoder, or the adversarial field of the judge.

    An ellipse holds the steps that change the image by the same; an arrow points to where the
    second class gains on the first, and is as long as that is fast.
    """
    yield from prepared()
    at, pitch = places(window)
    found = []
    for chunk in at.split(CHUNK):
        found.append(_arrows(scene, on, chunk) if kind == "arrows" else _ellipses(scene, on, chunk))
        yield None
    if found:
        vectors = torch.cat(found).float().numpy()
        yield Glyphs(kind, at.numpy(), vectors, pitch, scene.step)


def places(window: Window) -> tuple[Tensor, float]:
    """The points (N, 2) of a lattice of the plane that lie in the window, and their distance."""
    left, right, bottom, top = window
    pitch = 2.0 ** round(math.log2((right - left) / ACROSS))
    across = torch.arange(math.ceil(left / pitch), math.floor(right / pitch) + 1) * pitch
    up = torch.arange(math.ceil(bottom / pitch), math.floor(top / pitch) + 1) * pitch
    return torch.cartesian_prod(across, up).reshape(-1, 2), pitch


def _ellipses(scene: Scene, on: Plane, xy: Tensor) -> Tensor:
    """(N, 2, 2) half-axes"""
    metric = _quiet(lambda part: pullback(lambda at: scene.decode(on.to_latent(at)), part), xy)
    radii, directions = ellipses(metric)
    return radii[..., None] * directions


def _arrows(scene: Scene, on: Plane, xy: Tensor) -> Tensor:
    """(N, 1, 2) slopes"""
    logits = scene.logits
    assert logits is not None
    return margin_field(lambda at: logits(on.to_latent(at)), xy)[:, None]


@torch.no_grad()  # on the helper: never around a yield
def _quiet(measure: Callable[[Tensor], Tensor], xy: Tensor) -> Tensor:
    return measure(xy).cpu()
