"""Which scene of a timeline is shown, how it lies over the one before, and what belongs to it."""

from __future__ import annotations

from dataclasses import replace

from ..scene.alignment import Alignment, align_scene
from ..scene.scene import Scene
from ..scene.timeline import scene_at
from .belonging import settled
from .state import State


class ShownScene:
    """Completes a state with the scene that it shows."""

    def __init__(self) -> None:
        self._own: Scene | None = None  # the last that was shown in the model's own frame
        self._turned: tuple[Scene, Scene, Scene] | None = None  # what, onto what, and turned

    def derive(self, state: State) -> State:
        """`state` with its scene, and without what is of another or of other data."""
        results, scene = state.results, self._scene(state)
        if results.dataset is not None and results.dataset.config != results.source:
            results = replace(results, dataset=None)
        if scene is not results.scene:
            results = replace(results, scene=scene, before=results.scene)
        return settled(replace(state, results=results))

    def _scene(self, state: State) -> Scene | None:
        """The scene of the held step over the last one that was seen in its own frame"""
        settings, results = state.settings, state.results
        scene = scene_at(settings.step, results.timeline)
        if scene is None or scene is results.timeline[-1] or self._own is None:
            self._own = scene
        elif results.alignment is not None:
            scene = self._aligned_onto(scene, self._own, results.alignment)
        if scene is not None and scene.conditioned is not None:
            scene = scene.conditioned(min(settings.condition, len(scene.conditions) - 1))
        return scene

    def _aligned_onto(self, scene: Scene, own: Scene, alignment: Alignment) -> Scene:
        """`scene` turned to lie over `own`: the same object for as long as it is shown"""
        if self._turned is not None and self._turned[:2] == (scene, own):
            return self._turned[2]
        rotation = alignment.between(scene.step, own.step)
        if rotation is None:
            return scene
        self._turned = scene, own, align_scene(scene, rotation)
        return self._turned[2]
