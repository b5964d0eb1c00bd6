"""History: settings are changed in gestures, and each gesture can be taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .settings import Point, Settings, with_changes
from .store import Store


class History:
    """Undo and redo of the settings of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._past: list[Settings] = []
        self._future: list[Settings] = []
        self._undone: list[Settings] = []  # the future as it was before the gesture under way
        self._moving = False  # within a gesture

    def set(self, *, moving: bool = False, **changes: Any) -> None:
        """Change settings. Calls with `moving`, up to the next one without, are one gesture."""
        settings = with_changes(self._store.settings, **changes)
        changed = settings != self._store.settings
        if changed and not self._moving:
            self._past.append(self._store.settings)
            self._undone, self._future = self._future, []
        self._moving = moving and (changed or self._moving)
        self._apply(settings, scrubbing=self._moving and "step" in changes)

    def adjust(self, **changes: Any) -> None:
        """Change settings to what the screen makes of them: no gesture, nothing to undo."""
        state = self._store.state
        self._store.apply(replace(state, settings=replace(state.settings, **changes)))

    def look_at(self, z: Point, *, moving: bool = False) -> None:
        """Put the cursor at z and, where the map is a slice, have the slice go through it."""
        through = z if len(z) > 2 else self._store.settings.through
        self.set(moving=moving, cursor=z, through=through)

    def cancel_gesture(self) -> None:
        """Back to what was before the gesture under way, as if it had never begun."""
        if self._moving:
            self._moving, self._future = False, self._undone
            self._apply(self._past.pop(), scrubbing=False)

    def undo(self) -> None:
        """Take the last gesture back."""
        self._travel(self._past, self._future)

    def redo(self) -> None:
        """Make the gesture again that was taken back last."""
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

    def clear(self) -> None:
        """Forget all gestures: another model is shown."""
        self._past, self._future, self._moving = [], [], False

    def _travel(self, source: list[Settings], target: list[Settings]) -> None:
        if source:
            target.append(self._store.settings)
            self._moving = False
            self._apply(source.pop(), scrubbing=False)

    def _apply(self, settings: Settings, *, scrubbing: bool) -> None:
        state = self._store.state
        results = replace(state.results, scrubbing=scrubbing)
        self._store.apply(replace(state, settings=settings, results=results))
