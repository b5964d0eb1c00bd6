"""Path with the fewest changes of class, and short among those."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from scipy.ndimage import maximum_filter, minimum_filter
from torch import Tensor

from ...engine.drivers import final_report
from ...engine.errors import Problem
from ...engine.jobs import Job
from ...figures.array import Array
from ...scene.scene import Scene
from ..evaluation import evaluate_in_chunks
from ..map.class_map import class_map
from ..map.grid import nearest_pixel
from ..map.plane import whole_plane
from ..map.refinement import Grain
from .context import PathContext, map_window
from .geodesic_path import graph_with_ends, route_between_ends
from .graph import fewest_changes, shortest_route, weight_edges
from .grid_graph import cell_graph
from .path import Path, decode_path
from .straight import straight_first
from .string_pulling import pull_string

CELLS = 129  # side of the map of classes on which a way is searched for
EDGE = 4.0  # how many times longer a way along a border is: there the map may be wrong


def fewest_classes_path(
    scene: Scene, start: Tensor, end: Tensor, context: PathContext
) -> Job[Path]:
    """Through as few changes of class as the map shows, and short among those ways.

    Over the pixels of the map in two dimensions, else over a graph of neighbours. The result is
    judged again: where it crosses no fewer than the straight line, that remains.
    """
    if scene.logits is None:
        raise Problem("There are no classes to cross: no judge was trained for this model.")
    best = yield from straight_first(scene, "crossings", start, end, context.frames)
    search = _over_cells if scene.latent == 2 else _over_neighbours
    nodes = yield from search(scene, start, end, context)
    note = "The straight line changes no class."
    if best.crossings:
        changes = f"{len(best.crossings)} change{'s' * (len(best.crossings) > 1)}"
        note = f"Straight: no way with fewer than its {changes} of class was found."
    if nodes is not None:
        path = yield from decode_path(scene, "crossings", nodes, context.frames)
        if len(path.crossings) < len(best.crossings):
            note = f"Changes of class: {len(path.crossings)}, straight {len(best.crossings)}."
            best = path
    yield replace(best, note=note)


def _over_neighbours(
    scene: Scene, start: Tensor, end: Tensor, context: PathContext
) -> Generator[None, Any, Tensor | None]:
    graph = yield from graph_with_ends(scene, start, end, context)
    assert scene.logits is not None
    scores = yield from evaluate_in_chunks(scene.logits, graph.points)
    return route_between_ends(fewest_changes(graph, scores.argmax(1).numpy()))


def _over_cells(
    scene: Scene, start: Tensor, end: Tensor, context: PathContext
) -> Generator[None, Any, Tensor | None]:
    on, window = context.plane or whole_plane(), map_window(scene, context)
    coarse = class_map(scene, on, window, Grain(finest=CELLS))
    label_map = context.label_map or (yield from final_report(coarse))
    stride = max(1, (len(label_map.label) - 1) // (CELLS - 1))
    label = label_map.label[::stride, ::stride]
    near = _near_borders(label_map.label, stride)
    yield None
    graph = weight_edges(cell_graph(label, on, window), np.where(near, EDGE, 1.0).ravel())
    yield None
    first, last = (nearest_pixel(window, len(label), on.to_plane(z[None])[0]) for z in (start, end))
    route = shortest_route(fewest_changes(graph, label.ravel()), first, last)
    assert route is not None, "a map is in one piece"
    yield None
    bends = yield from pull_string(2 * label + near, route)
    inner = graph.points[bends[1:-1]].to(start)
    return torch.cat([start[None], inner, end[None]])


def _near_borders(label: Array, stride: int) -> Array:
    """Whether another class is within `stride` pixels, at every so many of them"""
    around = 2 * stride + 1
    mixed: Array = maximum_filter(label, around) != minimum_filter(label, around)
    return mixed[::stride, ::stride]
