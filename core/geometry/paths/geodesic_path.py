"""Geodesic path: the way from A to B of least change of the images."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...engine.drivers import final_report
from ...engine.jobs import Job
from ...figures.array import Array
from ...figures.units import IMAGE
from ...scene.codes import Density, points_per_step
from ...scene.scene import Scene
from ..evaluation import evaluate
from .context import PathContext, latent_graph
from .geodesic import geodesic, measure_curve, squared_chords
from .graph import Graph, attach_ends, shortest_route, weight_edges
from .path import Family, Path, decode_path
from .polyline import resample
from .slerp import SEGMENTS, slerp
from .straight import straight_first

WORTH = 0.999  # of the energy: what is hardly better is not shown again


def geodesic_path(scene: Scene, start: Tensor, end: Tensor, context: PathContext) -> Job[Path]:
    """The geodesic of the decoder's pull-back metric from `start` to `end`, (L,) each."""
    yield from straight_first(scene, "geodesic", start, end, context.frames)
    yield from shortest_paths(scene, "geodesic", start, end, context, None)


def shortest_paths(
    scene: Scene,
    family: Family,
    start: Tensor,
    end: Tensor,
    context: PathContext,
    factor: Density | None,
) -> Job[Path]:
    """Shorter and shorter paths in the pull-back metric times the square of a conformal `factor`.

    From the straight line, from the great circle and from the graph's shortest route.
    """
    images = squared_chords(scene.decode)
    starts = [torch.stack([start, end]), slerp(start, end, SEGMENTS, scene.prior.mean)]
    straight = measure_curve(images, resample(starts[0], context.frames)).length
    yield None
    route = yield from _over_graph(scene, start, end, context, factor)
    starts += [] if route is None else [route]
    yield None
    shown = math.inf
    for curve in geodesic(squared_chords(scene.decode, factor), starts):
        if curve is None or curve.energy > WORTH * shown:
            yield None
            continue
        shown = curve.energy
        path = yield from decode_path(scene, family, curve.nodes, context.frames)
        lengths = f"{path.image_length:.1f} {IMAGE} on the way, straight by {straight:.1f}"
        yield replace(path, note=f"The images change by {lengths}.")


def _over_graph(
    scene: Scene, start: Tensor, end: Tensor, context: PathContext, factor: Density | None
) -> Generator[None, Any, Tensor | None]:
    graph = yield from graph_with_ends(scene, start, end, context)
    yield None
    if factor is not None:
        assert context.codes is not None
        parts = []
        for part in graph.points.split(points_per_step(context.codes)):
            parts.append(evaluate_density(factor, part))
            yield None
        graph = weight_edges(graph, np.concatenate(parts))
    return route_between_ends(graph)


def graph_with_ends(
    scene: Scene, start: Tensor, end: Tensor, context: PathContext
) -> Generator[None, Any, Graph]:
    """The context's graph, or one that is made, with both ends (L,) put into it."""
    graph = context.graph or (yield from final_report(latent_graph(scene, context)))
    return attach_ends(graph, scene.decode, start, end)


def route_between_ends(graph: Graph) -> Tensor | None:
    """The nodes (P, L) from one attached end to the other; None where there is no way."""
    count = len(graph.points)
    route = shortest_route(graph, count - 2, count - 1)
    return None if route is None else graph.points[route]


def evaluate_density(density: Density, z: Tensor) -> Array:
    """(N, L) -> (N,) float32; a Problem where it is no number."""
    values: Array = evaluate(lambda points: density(points)[:, None], z)[:, 0].numpy()
    return values
