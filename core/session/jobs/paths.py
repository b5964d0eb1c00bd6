"""The jobs of the paths on screen: each family's, the graph they begin on, and their measures."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from ...engine.jobs import Job
from ...geometry.paths.context import PathContext, latent_graph
from ...geometry.paths.families import FAMILIES
from ...geometry.paths.graph import Graph
from ...geometry.paths.path import Family, Path
from ...geometry.paths.path_measures import PathMeasures, measure_path
from ...scene.codes import Codes
from ...scene.scene import Scene

ON_MESH = ("geodesic", "avoiding")  # families whose search begins on the mesh
SEARCHED = (*ON_MESH, "crossings")  # not while a model trains: their first answer will do


@dataclass(frozen=True, eq=False)
class PathRequest:
    """A path to search for: its family, its ends, and what there is to go by."""

    scene: Scene
    family: Family
    start: Tensor  # (L,)
    end: Tensor  # (L,); the start again where the family needs no end
    context: PathContext
    resting: bool  # time for the slow searches
    known: Path | None  # the answer on screen, where it is of the scene


def path_job(request: PathRequest) -> Job[Path]:
    """The path, in better and better answers.

    What is on screen already, because only what surrounds it has changed, gives way to the final
    answer alone: a path does not go back to its first guess.
    """
    scene, family, context = request.scene, request.family, request.context
    if family == "adversarial" and context.target is None:
        context = replace(context, target=_label_at(scene, request.end))
    search = FAMILIES[family].job(scene, request.start, request.end, context)
    waits = family in ON_MESH and context.graph is None
    if waits or (family in SEARCHED and not request.resting):
        yield from _first(search)
    elif _answers(request, context.target):
        yield from _final(search)
    else:
        yield from search


@dataclass(frozen=True, eq=False)
class Mesh:
    """The graph that geodesics begin on, and what it was made of."""

    graph: Graph
    scene: Scene
    codes: Codes | None  # None where it is a grid


@dataclass(frozen=True, eq=False)
class MeshRequest:
    """What a graph is made of."""

    scene: Scene
    codes: Codes | None  # None for a grid


def mesh_job(request: MeshRequest) -> Job[Mesh]:
    """The graph of a scene, once for each."""
    for graph in latent_graph(request.scene, PathContext(codes=request.codes)):
        yield None if graph is None else Mesh(graph, request.scene, request.codes)


@dataclass(frozen=True, eq=False)
class PathMeasuresRequest:
    """Paths to measure, and the measures that are known of some of them."""

    scene: Scene
    paths: tuple[Path, ...]  # of the scene, in the order of the table
    known: tuple[PathMeasures, ...]
    codes: Codes | None
    threshold: float  # nats


def path_measures_job(request: PathMeasuresRequest) -> Job[tuple[PathMeasures, ...]]:
    """The measures of the drawn paths; those that still hold are kept."""
    known = {one.path.family: one for one in request.known}
    names = [path.family for path in request.paths]
    for path in request.paths:
        if path.sketched:
            continue
        if _holds(known.get(path.family), path, request):
            continue
        for report in measure_path(request.scene, path, request.codes, request.threshold):
            if report is not None:
                known[path.family] = report
            yield None
        yield tuple(known[name] for name in names if name in known)


def _holds(known: PathMeasures | None, path: Path, request: PathMeasuresRequest) -> bool:
    if known is None or known.path is not path or known.codes is not request.codes:
        return False
    return known.threshold == request.threshold


@torch.no_grad()
def _label_at(scene: Scene, z: Tensor) -> int:
    assert scene.logits is not None
    return int(scene.logits(z[None])[0].argmax())


# ---- how much of the search is shown ----


def _answers(request: PathRequest, target: int | None) -> bool:
    """Whether the path on screen was searched for from the same ends"""
    path = request.known
    if path is None or path.sketched:
        return False
    if not np.array_equal(path.z[0], request.start.numpy()):
        return False
    if "end" in FAMILIES[request.family].needs:
        return np.array_equal(path.z[-1], request.end.numpy())
    return target in (None, path.target)


def _first(search: Job[Path]) -> Job[Path]:
    for report in search:
        yield report
        if report is not None and not report.sketched:
            return


def _final(search: Job[Path]) -> Job[Path]:
    final = None
    for report in search:
        final = report or final
        yield None
    yield final
