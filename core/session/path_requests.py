"""Requests of the jobs of paths: which are drawn, between which ends, by what is known."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from ..geometry.map.class_map import ClassMap
from ..geometry.paths.context import REACH, PathContext
from ..geometry.paths.fewest_classes import CELLS
from ..geometry.paths.path import Family
from ..scene.codes import Codes
from ..scene.scene import Scene
from .fields import RESULTS
from .jobs.paths import ON_MESH, MeshRequest, PathMeasuresRequest, PathRequest
from .request_context import JobContext, codes_of_space, of_scene, plane_of, shown_scene_of
from .state import State, drawn_families, path_of, placed


def path_request(family: Family) -> Callable[[State, JobContext], PathRequest | None]:
    """The request of a family: None where it is not drawn or cannot be."""

    def request(state: State, context: JobContext) -> PathRequest | None:
        scene, ends = shown_scene_of(state), _ends(state, family)
        if ends is None or family not in drawn_families(state.settings, state.results):
            return None
        path_context, resting = _context(state, family), state.results.resting
        known = of_scene(state, path_of(RESULTS, family))
        return PathRequest(scene, family, *ends, path_context, resting, known)

    return request


def mesh_request(state: State, context: JobContext) -> MeshRequest | None:
    """Once for each scene, as soon as somebody looks at a path that begins on it."""
    looked_at = not {*ON_MESH}.isdisjoint(state.settings.families)
    if not (state.results.resting and looked_at) or _has_mesh(state):
        return None
    return MeshRequest(shown_scene_of(state), _mesh_codes(state))


def path_measures_request(state: State, context: JobContext) -> PathMeasuresRequest | None:
    """While paths are compared."""
    settings, results = state.settings, state.results
    if not settings.compared:
        return None
    families = drawn_families(settings, results)
    known = [of_scene(state, path_of(RESULTS, name)) for name in families]
    paths = tuple(path for path in known if path is not None)
    measures = of_scene(state, RESULTS.path_measures) or ()
    return PathMeasuresRequest(
        shown_scene_of(state), paths, measures, codes_of_space(state), settings.threshold
    )


def _ends(state: State, family: Family) -> tuple[Tensor, Tensor] | None:
    """A and B, (L,) each, where the family has what it needs; A twice where there is no B"""
    latent, start, end = shown_scene_of(state).latent, state.settings.start, state.settings.end
    if not placed(state.settings, family) or start is None or len(start) != latent:
        return None
    end = start if end is None or len(end) != latent else end
    return torch.tensor(start), torch.tensor(end)


def _context(state: State, family: Family) -> PathContext:
    results, plane, label_map = state.results, plane_of(state), of_scene(state, RESULTS.map)
    if plane is None or (family == "crossings" and not _covers(label_map, shown_scene_of(state))):
        label_map = None
    mesh = results.mesh if _has_mesh(state) else None
    return PathContext(
        target=state.settings.target,
        codes=codes_of_space(state),
        threshold=state.settings.threshold,
        plane=plane,
        label_map=label_map,
        graph=None if mesh is None else mesh.graph,
    )


def _has_mesh(state: State) -> bool:
    mesh = state.results.mesh
    return (
        mesh is not None
        and mesh.scene is shown_scene_of(state)
        and mesh.codes is _mesh_codes(state)
    )


def _mesh_codes(state: State) -> Codes | None:
    return None if shown_scene_of(state).latent == 2 else codes_of_space(state)


def _covers(label_map: ClassMap | None, scene: Scene) -> bool:
    """Whether the map shows all that a way may go through, as finely as it is searched"""
    if label_map is None or len(label_map.label) < CELLS:
        return False
    left, right, bottom, top = label_map.window
    centre, reach = scene.prior.mean, REACH * scene.prior.deviation
    return max(left, bottom) <= centre - reach and min(right, top) >= centre + reach
