"""What requests share: the context of a job, and what of the state belongs to the shown scene."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..geometry.map.plane import Plane
from ..scene.codes import Codes
from ..scene.scene import Scene
from .effort import Effort
from .state import State


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


def codes_of_scene(state: State) -> Codes | None:
    """Those that the shown scene gave"""
    codes = codes_of_space(state)
    return codes if codes is not None and codes.step == shown_scene_of(state).step else None
