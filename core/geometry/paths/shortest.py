"""The ways from A to B that are searched for: shortest for the images, around holes, few classes.

Each job says the straight line first, so that there is something to see at once.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import torch
from scipy.ndimage import maximum_filter, minimum_filter
from torch import Tensor

from ...engine.errors import Problem
from ...engine.jobs import Job
from ...figures.array import Array
from ...scene.codes import Codes, Density, density_ratio
from ...scene.scene import Scene
from ..evaluation import evaluate
from ..holes.hole_map import STEP
from ..map.class_map import ClassMap, class_map
from ..map.plane import Plane, whole_plane
from ..map.refinement import Grain, Window
from ..metric.pullback import conformal
from .curve import Family, Path, follow, resampled, sketch
from .geodesic import chords, geodesic, measured
from .graph import (
    Graph,
    attached,
    cell_graph,
    fewest_changes,
    grid_graph,
    neighbour_graph,
    route,
    taut,
    weighted,
)
from .slerp import slerp

Answer = TypeVar("Answer")

REACH = 3.5  # deviations of the prior to each side, where nobody has drawn a map
CELLS = 129  # side of the map of classes on which a way is searched for
EDGE = 4.0  # how many times longer a way along a border is: there the map may be wrong
CODES, DRAWN = 480, 120  # codes and draws of the prior in a graph, where the space has no grid
DRAWS = 256  # of the prior, by which the width of a hole's edge is set
BEND = 64  # segments of a great circle
WORTH = 0.999  # of the energy: what is hardly better is not drawn again
CHUNK = 32  # points that are judged in one step


@dataclass(frozen=True, eq=False)
class Context:
    """What is known beside the scene and the two ends. What is None is done without or made."""

    target: int | None = None  # class to reach, for the families that aim at one
    codes: Codes | None = None
    threshold: float = math.log(20)  # of log p - log q in nats: a hole is above it
    plane: Plane | None = None  # that of label_map
    label_map: ClassMap | None = None
    graph: Graph | None = None  # of graph_of: drawn once for each scene
    frames: int = 32


def graph_of(scene: Scene, context: Context) -> Job[Graph]:
    """Where geodesics of `scene` begin: a grid in two dimensions, else neighbours among codes."""
    if scene.latent == 2:
        yield from grid_graph(scene.decode, whole_plane(), _window(scene, context))
    else:
        yield from neighbour_graph(scene.decode, _cloud(scene, context.codes))


def shortest(scene: Scene, start: Tensor, end: Tensor, context: Context) -> Job[Path]:
    """The geodesic of the decoder's pull-back metric, the way of least change of the images."""
    yield from _first(scene, "geodesic", start, end, context)
    yield from _shortest(scene, "geodesic", start, end, context, None)


def around_holes(scene: Scene, start: Tensor, end: Tensor, context: Context) -> Job[Path]:
    """A geodesic to which what is inside a hole is 30 times as long (THEORY.md, C4)."""
    codes = context.codes
    if codes is None:
        raise Problem("Holes are where no image is encoded: encode the training images first.")
    yield from _first(scene, "avoiding", start, end, context)
    score = density_ratio(codes, scene.prior)
    sample = scene.prior.sample(DRAWS, scene.latent, torch.Generator().manual_seed(0))
    low, high = np.quantile(_scored(score, sample), [0.25, 0.75])
    yield None
    factor = conformal(score, context.threshold, float(high - low) / 10)
    yield from _shortest(scene, "avoiding", start, end, context, factor)


def fewest_classes(scene: Scene, start: Tensor, end: Tensor, context: Context) -> Job[Path]:
    """Through as few changes of class as the map shows, and short among those ways.

    Over the pixels of the map in two dimensions, else over a graph of neighbours. The answer is
    judged again: where it crosses no fewer than the straight line, that remains.
    """
    if scene.logits is None:
        raise Problem("There are no classes to cross: no judge was trained for this model.")
    best = yield from _first(scene, "crossings", start, end, context)
    search = _over_cells if scene.latent == 2 else _over_neighbours
    nodes = yield from search(scene, start, end, context)
    note = "The straight line changes no class."
    if best.crossings:
        changes = f"{len(best.crossings)} change{'s' * (len(best.crossings) > 1)}"
        note = f"Straight: no way with fewer than its {changes} of class was found."
    if nodes is not None:
        found = yield from follow(scene, "crossings", nodes, context.frames)
        if len(found.crossings) < len(best.crossings):
            note = f"Changes of class: {len(found.crossings)}, straight {len(best.crossings)}."
            best = found
    yield replace(best, note=note)


def _first(
    scene: Scene, family: Family, start: Tensor, end: Tensor, context: Context
) -> Generator[Path | None, Any, Path]:
    """The straight line: said at a glance and in full, and returned"""
    note = "Straight at first, while a better way is looked for."
    ends = torch.stack([start, end])
    yield sketch(scene, family, ends, note=note)
    path = yield from follow(scene, family, ends, context.frames, note=note)
    yield path
    return path


def _shortest(
    scene: Scene,
    family: Family,
    start: Tensor,
    end: Tensor,
    context: Context,
    factor: Density | None,
) -> Job[Path]:
    """Geodesics from the straight line, from the great circle and from the graph's way"""
    images = chords(scene.decode)
    starts = [torch.stack([start, end]), slerp(start, end, BEND, scene.prior.mean)]
    straight = measured(images, resampled(starts[0], BEND + 1)).length
    yield None
    way = yield from _over_graph(scene, start, end, context, factor)
    starts += [] if way is None else [way]
    yield None
    shown = math.inf
    for curve in geodesic(chords(scene.decode, factor), starts):
        if curve is None or curve.energy > WORTH * shown:
            yield None
            continue
        shown = curve.energy
        length = measured(images, curve.nodes).length
        note = f"The images change by {length:.1f} on the way, straight by {straight:.1f}."
        yield (yield from follow(scene, family, curve.nodes, context.frames, note=note))


def _over_graph(
    scene: Scene, start: Tensor, end: Tensor, context: Context, factor: Density | None
) -> Generator[None, Any, Tensor | None]:
    graph = context.graph or (yield from _last(graph_of(scene, context)))
    graph = attached(graph, scene.decode, start, end)
    yield None
    if factor is not None:
        assert context.codes is not None
        parts = []
        for part in graph.points.split(max(1, STEP // len(context.codes.mean))):
            parts.append(_scored(factor, part))
            yield None
        graph = weighted(graph, np.concatenate(parts))
    return _walked(graph)


def _over_neighbours(
    scene: Scene, start: Tensor, end: Tensor, context: Context
) -> Generator[None, Any, Tensor | None]:
    graph = context.graph or (yield from _last(graph_of(scene, context)))
    graph, labels = attached(graph, scene.decode, start, end), []
    assert scene.logits is not None
    for part in graph.points.split(CHUNK):
        labels.append(evaluate(scene.logits, part).argmax(1).numpy())
        yield None
    return _walked(fewest_changes(graph, np.concatenate(labels)))


def _over_cells(
    scene: Scene, start: Tensor, end: Tensor, context: Context
) -> Generator[None, Any, Tensor | None]:
    on, window = context.plane or whole_plane(), _window(scene, context)
    drawn = class_map(scene, on, window, Grain(finest=CELLS))
    found = context.label_map or (yield from _last(drawn))
    stride = max(1, (len(found.label) - 1) // (CELLS - 1))
    label, near = found.label[::stride, ::stride], _near_borders(found.label, stride)
    yield None
    graph = weighted(cell_graph(label, on, window), np.where(near, EDGE, 1.0).ravel())
    yield None
    first, last = (_cell(label, window, on.to_plane(z[None])[0]) for z in (start, end))
    way = route(fewest_changes(graph, label.ravel()), first, last)
    assert way is not None, "a map is in one piece"
    yield None
    bends = yield from taut(2 * label + near, way)
    inner = graph.points[bends[1:-1]].to(start)
    return torch.cat([start[None], inner, end[None]])


def _near_borders(label: Array, stride: int) -> Array:
    """Whether another class is within `stride` pixels, at every so many of them"""
    around = 2 * stride + 1
    mixed: Array = maximum_filter(label, around) != minimum_filter(label, around)
    return mixed[::stride, ::stride]


def _last(job: Job[Answer]) -> Generator[None, Any, Answer]:
    found = None
    for said in job:
        found = said or found
        yield None
    assert found is not None
    return found


def _walked(graph: Graph) -> Tensor | None:
    """The nodes (P, L) from one attached point to the other; None where there is no way"""
    count = len(graph.points)
    way = route(graph, count - 2, count - 1)
    return None if way is None else graph.points[way]


def _scored(score: Density, z: Tensor) -> Array:
    scores: Array = evaluate(lambda points: score(points)[:, None], z)[:, 0].numpy()
    return scores


def _cloud(scene: Scene, codes: Codes | None) -> Tensor:
    """Points that stand for the space: codes, as far as there are any, and draws of the prior"""
    random = torch.Generator().manual_seed(0)
    if codes is None:
        return scene.prior.sample(CODES + DRAWN, scene.latent, random)
    some = codes.mean[:: max(1, len(codes.mean) // CODES)][:CODES]
    return torch.cat([some, scene.prior.sample(DRAWN, scene.latent, random).to(some)])


def _window(scene: Scene, context: Context) -> Window:
    """That of the map, else most of the prior"""
    if context.label_map is not None:
        return context.label_map.window
    centre, reach = scene.prior.mean, REACH * scene.prior.deviation
    return (centre - reach, centre + reach, centre - reach, centre + reach)


def _cell(label: Array, window: Window, xy: Tensor) -> int:
    """The pixel nearest to a point of the plane, as an index of the ravelled map"""
    left, right, bottom, top = window
    last = len(label) - 1
    column = round((float(xy[0]) - left) / (right - left) * last)
    row = round((float(xy[1]) - bottom) / (top - bottom) * last)
    return min(max(row, 0), last) * len(label) + min(max(column, 0), last)
