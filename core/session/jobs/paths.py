"""The jobs of the paths on screen: each family's, the graph they begin on, and their measures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from ...engine.jobs import Job
from ...geometry.map.class_map import ClassMap
from ...geometry.paths.context import REACH, PathContext, latent_graph
from ...geometry.paths.families import FAMILIES
from ...geometry.paths.fewest_classes import CELLS
from ...geometry.paths.path import Family, Path
from ...geometry.paths.path_measures import DENSITY, PathMeasures, measure_path
from ...scene.scene import Scene
from ..state import Mesh, drawn_families, placed

if TYPE_CHECKING:
    from ..board import Board

ON_MESH = ("geodesic", "avoiding")  # families whose search begins on the mesh
SEARCHED = (*ON_MESH, "crossings")  # not while a model trains: their first answer will do


def path_job(family: Family) -> Callable[[Board, Scene], Job[Path]]:
    """The recipe's job of a family: nothing where it is not drawn or cannot be.

    What is on screen already, because only what surrounds it has changed, gives way to the final
    answer alone: a path does not go back to its first guess.
    """

    def job(s: Board, scene: Scene) -> Job[Path]:
        ends = _ends(s, scene, family)
        if ends is None or family not in drawn_families(s.settings, s.results):
            return
        context = _context(s, scene, family, ends[1])
        search = FAMILIES[family].job(scene, *ends, context)
        waits = family in ON_MESH and context.graph is None
        if waits or (family in SEARCHED and not s.results.resting):
            yield from _first(search)
        elif _answers(getattr(s.results, family), scene, family, ends, context.target):
            yield from _final(search)
        else:
            yield from search

    return job


def mesh(s: Board, scene: Scene) -> Job[Mesh]:
    """Once for each scene, as soon as somebody looks at a path that begins on it."""
    codes = None if scene.latent == 2 else s.results.codes
    wanted = s.results.resting and not {*ON_MESH}.isdisjoint(s.settings.families)
    if wanted and not _is_of(s.results.mesh, s, scene):
        for graph in latent_graph(scene, PathContext(codes=codes)):
            yield None if graph is None else Mesh(graph, scene, codes)


def alongs(s: Board, scene: Scene) -> Job[tuple[PathMeasures, ...]]:
    """The measures of the drawn paths, while they are compared; those that still hold are kept."""
    known = {one.path.family: one for one in s.results.alongs}
    names = drawn_families(s.settings, s.results) if s.settings.compared else ()
    codes, threshold = s.results.codes, s.settings.threshold
    for name in names:
        path: Path | None = getattr(s.results, name)
        if (
            path is None
            or path.sketched
            or path.step != scene.step
            or _holds(known.get(name), path, s)
        ):
            continue
        for said in measure_path(scene, path, codes, threshold):
            if said is not None:
                known[name] = said
            yield None
        yield tuple(known[other] for other in names if other in known)


def _holds(known: PathMeasures | None, path: Path, s: Board) -> bool:
    if known is None or known.path is not path:
        return False
    holes = known.holes.get(DENSITY)
    if holes is None:
        return s.results.codes is None
    return holes.threshold == s.settings.threshold


# ---- what a path is asked from ----


def _ends(s: Board, scene: Scene, family: Family) -> tuple[Tensor, Tensor] | None:
    """A and B, (L,) each, where the family has what it needs; A twice where there is no B."""
    start, end = s.settings.start, s.settings.end
    if not placed(s.settings, family) or start is None or len(start) != scene.latent:
        return None
    end = start if end is None or len(end) != scene.latent else end
    return torch.tensor(start), torch.tensor(end)


def _context(s: Board, scene: Scene, family: Family, end: Tensor) -> PathContext:
    target, found = s.settings.target, s.results.map
    if family == "adversarial" and target is None:
        target = _label_at(scene, end)
    on, codes, known = s.results.plane, s.results.codes, s.results.mesh
    if on is not None and on.latent != scene.latent:
        on = None
    if on is None or (family == "crossings" and not _covers(found, scene)):
        found = None
    if codes is not None and codes.mean.shape[1] != scene.latent:
        codes = None
    return PathContext(
        target=target,
        codes=codes,
        threshold=s.settings.threshold,
        plane=on,
        label_map=found,
        graph=known.graph if known is not None and _is_of(known, s, scene) else None,
    )


def _is_of(known: Mesh | None, s: Board, scene: Scene) -> bool:
    codes = None if scene.latent == 2 else s.results.codes
    return known is not None and known.scene is scene and known.codes is codes


def _covers(found: ClassMap | None, scene: Scene) -> bool:
    """Whether the map shows all that a way may go through, as finely as it is searched."""
    if found is None or found.step != scene.step or len(found.label) < CELLS:
        return False
    left, right, bottom, top = found.window
    centre, reach = scene.prior.mean, REACH * scene.prior.deviation
    return max(left, bottom) <= centre - reach and min(right, top) >= centre + reach


@torch.no_grad()
def _label_at(scene: Scene, z: Tensor) -> int:
    assert scene.logits is not None
    return int(scene.logits(z[None])[0].argmax())


# ---- how much of the search is shown ----


def _answers(
    path: Path | None, scene: Scene, family: Family, ends: tuple[Tensor, Tensor], target: int | None
) -> bool:
    """Whether the path was found from the same ends with the same weights."""
    if (
        path is None
        or path.sketched
        or path.step != scene.step
        or not np.array_equal(path.z[0], ends[0].numpy())
    ):
        return False
    if "end" in FAMILIES[family].needs:
        return np.array_equal(path.z[-1], ends[1].numpy())
    return target in (None, path.target)


def _first(search: Job[Path]) -> Job[Path]:
    for said in search:
        yield said
        if said is not None and not said.sketched:
            return


def _final(search: Job[Path]) -> Job[Path]:
    final = None
    for said in search:
        final = said or final
        yield None
    yield final
