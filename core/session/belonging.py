"""Belonging: which answers are of the scene, the images and the detector that are shown.

Each answer is kept with its origin. One of another model or condition, of other images or by
another detector is of something else: it goes at once, and with it all that was made of it. One of
another step stays until the next comes, as one that is late. Nobody else compares steps: requests
ask `of_scene` for what is of the very scene, views ask `Results.late` for what to grey.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any, TypeVar

from ..scene.scene import Scene
from ..scene.timeline import Timeline
from .fields import RESULTS, SETTINGS, Field, as_field, result_field
from .recipes import RECIPES
from .results import Results
from .state import Origin, State, same

T = TypeVar("T")

EMPTY = Results()
NEAR = 1  # scenes of the timeline that a picture may be behind while a model trains


def origin_of(name: str, state: State) -> Origin:
    """What the answer of a recipe that starts now is of."""
    recipe, settings, results = RECIPES[name], state.settings, state.results
    if recipe.of is None:
        return Origin()
    reads, origin = _reads(name), Origin(whole=recipe.of is as_field(RESULTS.document))
    of_codes = recipe.of is as_field(RESULTS.codes)
    codes = state.origins.get("codes", Origin())
    return replace(
        origin,
        scene=codes.scene if of_codes else origin.shown_in(state),
        images=results.dataset if as_field(RESULTS.dataset) in reads else None,
        detector=settings.detector if as_field(SETTINGS.detector) in reads else None,
        threshold=settings.threshold if as_field(SETTINGS.threshold) in reads else None,
    )


@cache
def _reads(name: str) -> frozenset[Field]:
    """What a recipe reads, by itself or through the answers of others"""
    recipe = RECIPES[name]
    fields = recipe.replace | recipe.finish
    through = [_reads(other) for other, row in RECIPES.items() if _is_read(other, row.of, fields)]
    return fields.union(*through)


def _is_read(name: str, of: Field | None, fields: frozenset[Field]) -> bool:
    return of is not None and result_field(name) in fields


def settled(state: State) -> State:
    """`state` without the answers that are of something else, and with a note of the late ones."""
    origins: dict[str, Origin] = {}
    gone: dict[str, Any] = {}
    late: dict[object, int] = {}
    for name in RECIPES:
        answer, nothing = getattr(state.results, name), getattr(EMPTY, name)
        if same(answer, nothing):
            continue
        origin = state.origins.get(name) or origin_of(name, state)
        if is_of_something_else(origin, state):
            gone[name] = nothing
            continue
        origins[name] = origin
        if origin.scene is not None and _lags(origin, origin.scene, state):
            late[result_field(name)] = origin.scene.step
    return replace(state, results=replace(state.results, late=late, **gone), origins=origins)


def is_of_something_else(origin: Origin, state: State) -> bool:
    """Whether what is shown is of another condition, of other images or by another detector."""
    scene, shown, results = origin.scene, origin.shown_in(state), state.results
    if origin.detector not in (None, state.settings.detector):
        return True
    if None not in (origin.images, results.dataset) and origin.images is not results.dataset:
        return True
    return scene is not None and (shown is None or _kind(scene) != _kind(shown))


def _kind(scene: Scene) -> tuple[object, ...]:
    """What the scenes of one timeline have in common under one condition"""
    return scene.id, scene.latent, scene.classes, scene.condition


def _lags(origin: Origin, scene: Scene, state: State) -> bool:
    """Whether it is too far behind, or by another limit"""
    if origin.threshold not in (None, state.settings.threshold):
        return True
    return _is_behind(scene, origin.shown_in(state), state.results)


def is_late(scene: Scene, state: State) -> bool:
    """Whether what is of `scene` is too far behind to pass for a part of what is shown."""
    return _is_behind(scene, state.results.scene, state.results)


def _is_behind(scene: Scene, shown: Scene | None, results: Results) -> bool:
    if shown is None or scene is shown:
        return False
    if results.scrubbing:
        return scene is not results.before
    if results.resting:
        return True
    return abs(_place(scene, results.timeline) - _place(shown, results.timeline)) > NEAR


def _place(scene: Scene, timeline: Timeline) -> int:
    return sum(one.step <= scene.step for one in timeline)


def on_time(results: Results, answer: T) -> T | None:
    """An answer, e.g. RESULTS.masses, where it does not lag behind what is shown."""
    value: T = as_field(answer).read(State(results=results))
    return None if answer in results.late else value
