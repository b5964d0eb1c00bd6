"""Pictures that the command line writes: the map of a model, and the film strip of a path."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any, Literal

import torch
from PIL import Image

from . import picture
from .engine import Job, Progress
from .fit import scene_of
from .geometry import holes, paths, plane, regions
from .geometry.holes import Codes
from .problem import Problem
from .report import THRESHOLD
from .scene import Scene
from .store import Document

Part = Generator[Progress | None, Any, dict[str, Any]]


def draw_map(document: Document, half: float, theme: Literal["dark", "light"], out: Path) -> Part:
    """Classes and holes over a square of the latent plane, `half` prior sigmas to each side."""
    scene = scene_of(document, "drawing")
    on, window = _plane(document, scene), (-half, half, -half, half)
    layers: list[Any] = []
    background = picture.DARK if theme == "dark" else picture.LIGHT
    if scene.logits is not None:
        found = yield from _last(regions.class_map(scene, on, window), "drawing the classes")
        layers += [found.rgba, picture.line_rgba(found.border, background)]
    if document.codes is not None:
        job = holes.hole_map(document.codes, scene.prior, on, window, THRESHOLD)
        empty = yield from _last(job, "drawing the holes")
        layers.append(picture.holes_rgba(empty.score, empty.threshold))
    if not layers:
        raise Problem("This model has neither classes nor codes: there is no map to draw of it.")
    _write(out, picture.over(layers, background, scale=2))
    return {"file": str(out), "window": list(window), "slice": on.is_slice}


def draw_path(document: Document, start: str, end: str, family: str, out: Path) -> Part:
    """The frames of a path from the most typical code of one class to another class."""
    scene = scene_of(document, "drawing")
    source, target = (_class(document, name) for name in (start, end))
    codes = document.codes
    if codes is None or codes.labels is None:
        raise Problem("This file holds no codes with labels: there is no place to start from.")
    a, b = _typical(codes, source, start), _typical(codes, target, end)
    if family == "straight":
        found = yield from _last(paths.straight(scene, a, b), "drawing the path")
    else:
        seeds = paths.target_seeds(None, _plane(document, scene), codes, target, a)
        job = paths.adversarial(scene, a, target, seeds)
        found = yield from _last(job, f"looking for a way to {end}")
    colours = picture.class_colours(len(document.classes))[found.labels]
    ticks = [crossing.t for crossing in found.crossings]
    _write(out, picture.strip(found.images, colours, found.t, ticks, picture.DARK))
    return {
        "file": str(out), "outcome": found.outcome, "note": found.note, "length": found.length,
        "ends as": document.classes[int(found.labels[-1])],
        "crossings": [[c.t, document.classes[c.before], document.classes[c.after]]
                      for c in found.crossings],
    }  # fmt: skip


def _plane(document: Document, scene: Scene) -> plane.Plane:
    if document.codes is None:
        return plane.whole_plane(scene.latent)
    return plane.slice_plane(document.codes.mean, torch.zeros(scene.latent))


def _class(document: Document, name: str) -> int:
    if name not in document.classes:
        there = ", ".join(document.classes) or "none at all"
        raise Problem(f"There is no class {name!r} in this file: its classes are {there}.")
    return document.classes.index(name)


def _typical(codes: Codes, label: int, name: str) -> torch.Tensor:
    """The code (L,) nearest to the coordinatewise median of its class."""
    assert codes.labels is not None
    means = codes.mean[codes.labels == label]
    if not len(means):
        raise Problem(f"None of the file's codes is of class {name!r}.")
    return means[(means - means.median(0).values).square().sum(1).argmin()]


def _last(job: Job[Any], text: str) -> Generator[Progress | None, Any, Any]:
    """The last report of a job whose reports are better and better answers."""
    said = None
    for report in job:
        said = said if report is None else report
        yield Progress(None, text) if report is not None else None
    assert said is not None
    return said


def _write(out: Path, rgb: Any) -> None:
    try:
        Image.fromarray(rgb).save(out)
    except (OSError, ValueError) as error:
        raise Problem(
            f"{out} could not be written: {error}. Choose another name, ending in .png."
        ) from error
