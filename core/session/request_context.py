"""What requests share: the context of a job, and what of the state belongs to the shown scene."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from ..documents.document import Document
from ..geometry.map.plane import Plane
from ..scene.codes import Codes
from ..scene.scene import Scene
from .effort import Effort
from .fields import RESULTS, as_field
from .state import State

T = TypeVar("T")


@dataclass(frozen=True)
class JobContext:
    """What a request depends on besides the state."""

    live: Callable[[str], bool]  # whether the job of that name is under way
    effort: Effort = Effort()


def shown_scene_of(state: State) -> Scene:
    assert state.results.scene is not None, "the recipe needs a scene"
    return state.results.scene


def plane_of(state: State) -> Plane | None:
    """The plane of the shown scene's space"""
    plane = state.results.plane
    return plane if plane is not None and plane.latent == shown_scene_of(state).latent else None


def codes_of_space(state: State) -> Codes | None:
    """The newest codes, where they are of the shown scene's space"""
    codes, latent = state.results.codes, shown_scene_of(state).latent
    return codes if codes is not None and codes.mean.shape[1] == latent else None


def of_scene(state: State, answer: T) -> T | None:
    """An answer, e.g. RESULTS.masses, where it is of just what is shown: no other step's"""
    field = as_field(answer)
    origin = state.origins.get(field.name)
    value: T = field.read(state)
    return value if origin is None or origin.is_of(state) else None


def document_of_scene(state: State) -> Document | None:
    """That of the training as far as it is, where the shown scene is its newest"""
    document = state.results.document
    newest = document is not None and document.step == shown_scene_of(state).step
    return document if newest else None


def codes_of_scene(state: State) -> Codes | None:
    """Those that the shown scene gave"""
    return of_scene(state, RESULTS.codes)
