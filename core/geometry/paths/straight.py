"""Straight path: the segment from A to B."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import torch
from torch import Tensor

from ...engine.jobs import Job
from ...scene.scene import Scene
from .path import Family, Path, decode_path, sketch_path

IN_PLACE = "Straight at first, while a better way is looked for."


def straight_path(scene: Scene, start: Tensor, end: Tensor, frames: int = 32) -> Job[Path]:
    """The segment from `start` to `end`, (L,) each."""
    nodes = torch.stack([start, end])
    yield sketch_path(scene, "straight", nodes)
    yield (yield from decode_path(scene, "straight", nodes, frames))


def straight_first(
    scene: Scene, family: Family, start: Tensor, end: Tensor, frames: int
) -> Generator[Path | None, Any, Path]:
    """The same for a family that searches: reported as a sketch and in full, and returned."""
    nodes = torch.stack([start, end])
    yield sketch_path(scene, family, nodes, note=IN_PLACE)
    path = yield from decode_path(scene, family, nodes, frames, note=IN_PLACE)
    yield path
    return path
