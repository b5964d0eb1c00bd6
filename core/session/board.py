"""The state of the program, who watches it, and how a change spreads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Set
from dataclasses import replace
from functools import partial
from typing import Any

from ..engine.engine import Engine
from ..engine.errors import Failure
from ..engine.jobs import Job, LaneName, Priority, Progress
from ..engine.lane import Update
from ..scene.alignment import Frames, aligned
from ..scene.scene import Scene
from ..scene.timeline import shown
from .recipes import RECIPES
from .state import Point, Results, Settings, entries, same


class Board:
    """Owned by one thread. Views call `set` and `watch`; `pump` brings the answers."""

    def __init__(self, engine: Engine, name: str = "main") -> None:
        self.engine, self.name = engine, name
        self.settings, self.results = Settings(), Results()
        self._watchers: dict[str, list[Callable[[Any], None]]] = defaultdict(list)
        self._listeners: list[Callable[[str], None]] = []
        self._past: list[Settings] = []
        self._future: list[Settings] = []
        self._undone: list[Settings] = []  # the future as it was before the gesture under way
        self._moving = False  # within a gesture
        self._again: set[str] = set()  # rows to run once more when they are done
        self._seen: dict[str, Any] = {}  # what a row's result was when its change last spread
        self._own: Scene | None = None  # the last that was shown in the model's own frame
        self._turned: tuple[Scene, Scene, Scene] | None = None  # what, onto what, and turned

    # ---- what is asked ----

    def watch(self, name: str, slot: Callable[[Any], None]) -> Callable[[], None]:
        """Call `slot` with e.g. "results.map" or "settings.cursor", now and at every change.

        What is returned ends it.
        """
        slot(self._read(name))
        self._watchers[name].append(slot)
        return partial(self._watchers[name].remove, slot)

    def set(self, *, moving: bool = False, **changes: Any) -> None:
        """Change settings. Calls with `moving`, up to the next one without, are one gesture."""
        asked = replace(self.settings, **changes)
        changed = asked != self.settings
        if changed and not self._moving:
            self._past.append(self.settings)
            self._undone, self._future = self._future, []
        self._moving = moving and (changed or self._moving)
        self._apply(asked, replace(self.results, scrubbing=self._moving and "step" in changes))

    def adjust(self, **changes: Any) -> None:
        """Change settings to what the screen makes of them: no gesture, nothing to undo."""
        self._apply(replace(self.settings, **changes), self.results)

    def look_at(self, z: Point, *, moving: bool = False) -> None:
        """Put the cursor at z and, where the map is a slice, have the slice go through it."""
        self.set(moving=moving, cursor=z, through=z if len(z) > 2 else self.settings.through)

    def cancel_gesture(self) -> None:
        """Back to what was before the gesture under way, as if it had never begun."""
        if self._moving:
            self._moving, self._future = False, self._undone
            self._apply(self._past.pop(), replace(self.results, scrubbing=False))

    def undo(self) -> None:
        """Take the last gesture back."""
        self._travel(self._past, self._future)

    def redo(self) -> None:
        self._travel(self._future, self._past)

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def gestures(self) -> int:
        """How many can be taken back."""
        return len(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    def _travel(self, source: list[Settings], target: list[Settings]) -> None:
        if source:
            target.append(self.settings)
            self._moving = False
            self._apply(source.pop(), replace(self.results, scrubbing=False))

    def _forget_gestures(self) -> None:
        self._past, self._future, self._moving = [], [], False

    # ---- jobs ----

    def live(self, name: str) -> bool:
        """Whether the job of that name is under way or paused."""
        return self.engine.live((self.name, name))

    def cancel(self, name: str) -> None:
        """Forget a job."""
        self._again.discard(name)
        self.engine.cancel((self.name, name))
        self._apply(self.settings, replace(self.results, progress=self._without(name)))

    def dismiss(self) -> None:
        """The newest failure has been read."""
        self._apply(self.settings, replace(self.results, failure=None))

    def tell(self, news: str) -> None:
        """One sentence that is no state: whoever listens shows it once."""
        for listener in self._listeners:
            listener(news)

    def listen(self, listener: Callable[[str], None]) -> None:
        self._listeners.append(listener)

    def _submit(
        self, name: str, job: Job[Any], priority: Priority = Priority.SCREEN,
        lane: LaneName = "view",
    ) -> None:  # fmt: skip
        self.engine.submit((self.name, name), job, priority, lane)

    # ---- answers ----

    def pump(self) -> None:
        """Take in what the engine has said since the last call."""
        for update in self.engine.drain(self.name):
            name = update.key[1]
            if update.kind == "report":
                self._take(name, update.value)
                continue
            self._ended(name, update)
            if name in self._again and not self.live(name):
                self._start(name)

    def _take(self, name: str, value: Any) -> None:
        if isinstance(value, Progress):
            told = (*self._without(name), (name, value))
            self._apply(self.settings, replace(self.results, progress=told))
        else:
            self._apply(self.settings, replace(self.results, **{name: value}))

    def _ended(self, name: str, update: Update) -> None:
        results = replace(self.results, progress=self._without(name))
        if update.kind == "failed":
            results = replace(results, failure=update.value)
        self._apply(self.settings, results)
        if name in RECIPES and self._seen.get(name) is not getattr(self.results, name):
            self._seen[name] = getattr(self.results, name)
            self._fire({f"results.{name}"})

    def _failed(self, problem: Exception) -> None:
        self._apply(self.settings, replace(self.results, failure=Failure.of(problem)))

    def _without(self, name: str) -> tuple[tuple[str, Progress], ...]:
        return tuple(entry for entry in self.results.progress if entry[0] != name)

    # ---- how a change spreads ----

    def _apply(self, settings: Settings, results: Results) -> None:
        if results.dataset is not None and results.dataset.config != results.source:
            results = replace(results, dataset=None)  # these are other images
        results = replace(results, scene=self._shown(settings, results))
        before, after = entries(self.settings, self.results), entries(settings, results)
        changed = {name for name in after if not same(after[name], before[name])}
        self.settings, self.results = settings, results
        for name in sorted(changed):
            for slot in self._watchers[name]:
                slot(self._read(name))
        self._fire(changed - {f"results.{row}" for row in RECIPES})

    def _shown(self, settings: Settings, results: Results) -> Scene | None:
        """The scene of the held step over the last one that was seen in its own frame."""
        scene = shown(settings.step, results.timeline)
        if scene is None or scene is results.timeline[-1] or self._own is None:
            self._own = scene
        elif results.frames is not None:
            scene = self._over(scene, self._own, results.frames)
        if scene is not None and scene.given is not None:
            scene = scene.given(min(settings.condition, len(scene.conditions) - 1))
        return scene

    def _over(self, scene: Scene, own: Scene, frames: Frames) -> Scene:
        """`scene` turned to lie over `own`: the same object for as long as it is shown."""
        if self._turned is not None and self._turned[:2] == (scene, own):
            return self._turned[2]
        rotation = frames.between(scene.step, own.step)
        if rotation is None:
            return scene
        self._turned = scene, own, aligned(scene, rotation)
        return self._turned[2]

    def _fire(self, changed: Set[str]) -> None:
        for name, recipe in RECIPES.items():
            if recipe.replace & changed:
                self._start(name)
            elif recipe.finish & changed:
                if self.live(name):
                    self._again.add(name)
                else:
                    self._start(name)

    def _start(self, name: str) -> None:
        self._again.discard(name)
        recipe, scene = RECIPES[name], self.results.scene
        if scene is not None or not recipe.needs_scene:
            self._submit(name, recipe.start(self, scene), recipe.priority)

    def _read(self, name: str) -> Any:
        part, field = name.split(".")
        return getattr(getattr(self, part), field)
