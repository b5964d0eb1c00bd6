"""Glyphs over the map: Tissot's ellipses of the decoder, or arrows of the adversarial field.

They stand on a lattice that belongs to the plane, so that they stay where they are while the map is
dragged.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from ...engine.jobs import Job
from ...figures.array import Array
from ...scene.scene import Scene
from ..map.grid import Window
from ..map.plane import Plane
from ..metric.forward_mode import load_forward_mode
from ..metric.pullback import CHUNK, margin_field, pullback, tissot_ellipses

Shape = Literal["ellipses", "arrows"]

ACROSS = 14  # glyphs in a row, about


@dataclass(frozen=True, eq=False)
class Glyphs:
    """Small figures at places of the plane."""

    kind: Shape
    at: Array  # (N, 2) on the plane
    vectors: Array  # ellipses: (N, 2, 2) half-axes, the longer first; arrows: (N, 1, 2)
    pitch: float  # from glyph to glyph
    step: int  # of the scene


def glyphs(scene: Scene, on: Plane, window: Window, kind: Shape) -> Job[Glyphs]:
    """Tissot's ellipses of the decoder, or the adversarial field of the judge.

    An ellipse holds the steps that change the image by the same; an arrow points to where the
    second class gains on the first, and is as long as that is fast.
    """
    yield from load_forward_mode()
    at, pitch = lattice(window)
    parts = []
    for chunk in at.split(CHUNK):
        parts.append(_arrows(scene, on, chunk) if kind == "arrows" else _ellipses(scene, on, chunk))
        yield None
    if parts:
        vectors = torch.cat(parts).float().numpy()
        yield Glyphs(kind, at.numpy(), vectors, pitch, scene.step)


def lattice(window: Window) -> tuple[Tensor, float]:
    """The points (N, 2) of a lattice of the plane that lie in the window, and their distance."""
    left, right, bottom, top = window
    pitch = 2.0 ** round(math.log2((right - left) / ACROSS))
    across = torch.arange(math.ceil(left / pitch), math.floor(right / pitch) + 1) * pitch
    up = torch.arange(math.ceil(bottom / pitch), math.floor(top / pitch) + 1) * pitch
    return torch.cartesian_prod(across, up).reshape(-1, 2), pitch


def _ellipses(scene: Scene, on: Plane, xy: Tensor) -> Tensor:
    """(N, 2, 2) half-axes"""
    metric = _metric(scene, on, xy)
    radii, directions = tissot_ellipses(metric)
    return radii[..., None] * directions


def _arrows(scene: Scene, on: Plane, xy: Tensor) -> Tensor:
    """(N, 1, 2) slopes"""
    logits = scene.logits
    assert logits is not None
    return margin_field(lambda at: logits(on.to_latent(at)), xy)[:, None]


@torch.no_grad()  # on the helper: never around a yield
def _metric(scene: Scene, on: Plane, xy: Tensor) -> Tensor:
    """(N, 2, 2) on the plane"""
    return pullback(lambda at: scene.decode(on.to_latent(at)), xy).cpu()
