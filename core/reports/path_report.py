"""Paths of a model as the command line draws and measures them."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import torch
from rich.console import Group
from rich.table import Table
from rich.text import Text

from ..analysis.measure_config import MeasureConfig
from ..documents.document import Document
from ..documents.scenes import scene_of
from ..engine.drivers import result_of
from ..engine.errors import Problem
from ..engine.jobs import Progress
from ..geometry.paths.comparison import COLUMNS
from ..geometry.paths.context import PathContext, latent_graph
from ..geometry.paths.families import FAMILIES
from ..geometry.paths.path import Family
from ..geometry.paths.path_measures import PathMeasures, measure_path
from ..scene.codes import Codes
from ..scene.scene import Logits, Scene
from . import path_exports

SHOWN = ("length", "image_length", "crossings", "hole_length", "stretch", "tear")
SAMPLES, CHUNK = 4096, 32  # points of the prior that ends are looked for among, and at a time
Part = Generator[Progress | None, Any, dict[str, Any]]


class Places(NamedTuple):
    """Where a path may begin and end."""

    z: torch.Tensor  # (N, L)
    labels: torch.Tensor  # (N,)
    name: str  # what they are


def draw_path(
    document: Document,
    start: str,
    end: str,
    families: Sequence[Family],
    out: Path,
    condition: int = 0,
) -> Part:
    """Paths from the most typical code of one class to another, in the format of `out`'s ending.

    Where there are several families, one that cannot be had here is a note among the others.
    A conditional model has no codes of two classes: under its `condition`, paths lead between the
    most typical samples that the judge names so.
    """
    path_exports.check_ending(out, tuple(path_exports.FORMATS))
    scene = scene_of(document, "drawing", condition)
    source, target = (_class(document, name) for name in (start, end))
    places = _coded(document) if scene.condition is None else (yield from _judged(scene))
    ends = _typical(places, source, start), _typical(places, target, end)
    context = yield from _context(scene, document.codes, target, families)
    measured, rows = [], []
    for name in families:
        try:
            one = yield from _measure(scene, name, *ends, context)
        except Problem as problem:
            if len(families) == 1:
                raise
            rows.append({"family": name, "note": str(problem)})
        else:
            measured.append(one)
            rows.append(path_exports.summary(one, document.classes))
    if not measured:
        raise Problem(rows[0]["note"])
    path_exports.export(out, measured, document.classes)
    return {"file": str(out), "paths": rows}


def path_table(answer: dict[str, Any]) -> Group:
    """The answer of `draw_path`, for people: a row for each family, and its note."""
    rows = Table(box=None, pad_edge=False)
    rows.add_column("path", no_wrap=True)
    for name in SHOWN:
        title, unit = COLUMNS[name]
        rows.add_column(f"{title}, {unit}", justify="right")
    for one in answer["paths"]:
        figures = [_cell(one.get(name)) for name in SHOWN]
        rows.add_row(FAMILIES[one["family"]].title, *figures)
    notes = [
        f"{FAMILIES[one['family']].title}: {one['note']}" for one in answer["paths"] if one["note"]
    ]
    return Group(rows, *(Text(note) for note in notes), Text(f"Written: {answer['file']}"))


def _cell(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.3g}"


def _context(
    scene: Scene, codes: Codes | None, target: int, families: Sequence[Family]
) -> Generator[Progress | None, Any, PathContext]:
    """What the families share: the graph is decoded once"""
    context = PathContext(target=target, codes=codes, threshold=MeasureConfig.threshold)
    if {"geodesic", "avoiding"} <= set(families):
        graph = yield from result_of(latent_graph(scene, context), "laying a graph")
        context = replace(context, graph=graph)
    return context


def _measure(
    scene: Scene, family: Family, start: torch.Tensor, end: torch.Tensor, context: PathContext
) -> Generator[Progress | None, Any, PathMeasures]:
    title = FAMILIES[family].title
    job = FAMILIES[family].job(scene, start, end, context)
    path = yield from result_of(job, f"looking for the path: {title}")
    measuring = measure_path(scene, path, context.codes, context.threshold)
    measured: PathMeasures = yield from result_of(measuring, f"measuring the path: {title}")
    return measured


def _class(document: Document, name: str) -> int:
    if name not in document.classes:
        there = ", ".join(document.classes) or "none at all"
        raise Problem(f"There is no class {name!r} in this file: its classes are {there}.")
    return document.classes.index(name)


def _coded(document: Document) -> Places:
    """The codes of a file."""
    codes = document.codes
    if codes is None or codes.labels is None:
        raise Problem("This file holds no codes with labels: there is no place to start from.")
    return Places(codes.mean, codes.labels, "the file's codes")


def _judged(scene: Scene) -> Generator[Progress | None, Any, Places]:
    """Points of the prior, and what the judge sees there."""
    if scene.logits is None:
        raise Problem("This file holds no judge: nothing says where the model draws a class.")
    random = torch.Generator().manual_seed(0)
    z = scene.prior.sample(SAMPLES, scene.latent, random)
    labels = []
    for part in z.split(CHUNK):
        labels.append(_classes(scene.logits, part))
        yield Progress(len(labels) * CHUNK / SAMPLES, "looking for places to start and end")
    return Places(z, torch.cat(labels), f"{SAMPLES} samples under this condition")


@torch.no_grad()
def _classes(logits: Logits, z: torch.Tensor) -> torch.Tensor:
    return logits(z).argmax(1)


def _typical(places: Places, label: int, name: str) -> torch.Tensor:
    """The point (L,) nearest to the coordinatewise median of its class."""
    points = places.z[places.labels == label]
    if not len(points):
        raise Problem(f"None of {places.name} is of class {name!r}.")
    return points[(points - points.median(0).values).square().sum(1).argmin()]
