"""What a search for a path may build on beside the scene and its ends."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from ...engine.jobs import Job
from ...scene.codes import Codes
from ...scene.scene import Scene
from ..map.class_map import ClassMap
from ..map.grid import Window
from ..map.plane import Plane, whole_plane
from .graph import Graph
from .grid_graph import grid_graph
from .neighbour_graph import neighbour_graph

REACH = 3.5  # deviations of the prior to each side, where there is no map
CODES, SAMPLES = 480, 120  # codes and prior samples in a graph, where the space has no grid


@dataclass(frozen=True, eq=False)
class PathContext:
    """What is known beside the scene and the two ends. What is None is done without or made."""

    target: int | None = None  # class to reach, for the families that aim at one
    codes: Codes | None = None
    threshold: float = math.log(20)  # of log p - log q in nats: a hole is above it
    plane: Plane | None = None  # that of label_map
    label_map: ClassMap | None = None
    graph: Graph | None = None  # of latent_graph: made once for each scene
    frames: int = 32


def latent_graph(scene: Scene, context: PathContext) -> Job[Graph]:
    """Where geodesics of `scene` begin: a grid in two dimensions, else neighbours among codes."""
    if scene.latent == 2:
        yield from grid_graph(scene.decode, whole_plane(), map_window(scene, context))
    else:
        yield from neighbour_graph(scene.decode, _representatives(scene, context.codes))


def map_window(scene: Scene, context: PathContext) -> Window:
    """That of the map, else most of the prior."""
    if context.label_map is not None:
        return context.label_map.window
    centre, reach = scene.prior.mean, REACH * scene.prior.deviation
    return (centre - reach, centre + reach, centre - reach, centre + reach)


def _representatives(scene: Scene, codes: Codes | None) -> Tensor:
    """Points that stand for the space: codes, as far as there are any, and samples of the prior"""
    random = torch.Generator().manual_seed(0)
    if codes is None:
        return scene.prior.sample(CODES + SAMPLES, scene.latent, random)
    some = codes.mean[:: max(1, len(codes.mean) // CODES)][:CODES]
    return torch.cat([some, scene.prior.sample(SAMPLES, scene.latent, random).to(some)])
