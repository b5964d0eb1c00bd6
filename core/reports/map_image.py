"""The map of a model as a picture: the classes over a square of the latent plane, holes hatched."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any, Literal

import torch

from ..analysis.measure_config import MeasureConfig
from ..documents.document import Document
from ..documents.scenes import scene_of
from ..engine.drivers import result_of
from ..engine.errors import Problem
from ..engine.jobs import Progress
from ..figures.array import Array
from ..files.atomic import write
from ..geometry.holes.detectors.density_ratio import density_ratio_detector
from ..geometry.holes.hole_map import hole_map
from ..geometry.map import plane
from ..geometry.map.class_map import class_map
from ..geometry.map.grid import Window
from ..geometry.map.refinement import Grain
from ..render import picture
from ..render.colours import DARK, LIGHT, Colour
from ..render.map_painting import paint_map
from ..scene.codes import Codes
from ..scene.scene import Scene
from . import path_exports


def draw_map(
    document: Document,
    half: float,
    theme: Literal["dark", "light"],
    out: Path,
    condition: int = 0,
) -> Generator[Progress | None, Any, dict[str, Any]]:
    """Classes and holes over a square of the latent plane, `half` prior sigmas to each side.

    condition: what a conditional model is to draw.
    """
    path_exports.check_ending(out, (".png",))
    background = DARK if theme == "dark" else LIGHT
    scene = scene_of(document, "drawing", condition)
    rgb = yield from map_picture(scene, document.codes, half, background)
    write(out, path_exports.png(rgb))
    return {"file": str(out), "window": [*_window(scene, half)], "slice": scene.latent > 2}


def map_picture(
    scene: Scene, codes: Codes | None, half: float, background: Colour, side: int = 513
) -> Generator[Progress | None, Any, Array]:
    """The picture (H, W, 3) of the same; `side`: pixels that are looked at, each drawn as four."""
    on, window, grain = _plane(codes, scene), _window(scene, half), Grain(finest=side)
    layers: list[Array] = []
    if scene.logits is not None:
        classes = yield from result_of(class_map(scene, on, window, grain), "drawing the classes")
        painting = yield from paint_map(
            classes.label, classes.margin, classes.lead, classes.classes
        )
        layers += [painting.fills, picture.line_rgba(painting.border, background)]
    if codes is not None:
        detector = density_ratio_detector(codes, scene.prior, MeasureConfig.threshold)
        job = hole_map(detector, on, window, grain)
        holes = yield from result_of(job, "drawing the holes")
        layers.append(picture.holes_rgba(holes.score, holes.threshold))
    if not layers:
        raise Problem("This model has neither classes nor codes: there is no map to draw of it.")
    return picture.over(layers, background, scale=2)


def _window(scene: Scene, half: float) -> Window:
    """About the middle of the prior; a slice goes through 0"""
    reach, middle = half * scene.prior.deviation, scene.prior.mean if scene.latent <= 2 else 0.0
    return middle - reach, middle + reach, middle - reach, middle + reach


def _plane(codes: Codes | None, scene: Scene) -> plane.Plane:
    if codes is None:
        return plane.whole_plane(scene.latent)
    return plane.slice_plane(codes.mean, torch.zeros(scene.latent))
