"""Store: holds the state, and calls those who watch a field of it when that field changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Set
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from .fields import Field, as_field, changed_fields
from .results import Results
from .settings import Settings
from .state import Origin, State

T = TypeVar("T")


class Store:
    """Owned by one thread. `derive` completes a new state with what follows from it alone."""

    def __init__(self, derive: Callable[[State], State]) -> None:
        self.state = State()
        self.changed: Callable[[Set[Field]], None] = lambda fields: None
        self._derive = derive
        self._watchers: dict[Field, list[Callable[[Any], None]]] = defaultdict(list)

    @property
    def settings(self) -> Settings:
        return self.state.settings

    @property
    def results(self) -> Results:
        return self.state.results

    def watch(self, field: T, slot: Callable[[T], None]) -> Callable[[], None]:
        """Call `slot` with what `field` holds, e.g. RESULTS.map, now and at every change.

        What is returned ends it.
        """
        name = as_field(field)
        slot(name.read(self.state))
        self._watchers[name].append(slot)
        return partial(self._watchers[name].remove, slot)

    @property
    def watchers(self) -> int:
        """How many slots are called for changes."""
        return sum(map(len, self._watchers.values()))

    def update(self, **changes: Any) -> None:
        """Change results by name; answers among them are of what is shown now."""
        known = self.state.origins
        origins = {name: origin for name, origin in known.items() if name not in changes}
        results = replace(self.results, **changes)
        self.apply(replace(self.state, results=results, origins=origins))

    def answer(self, name: str, value: object, origin: Origin) -> None:
        """Take the answer of a job that was started on what is shown, or on something before."""
        change: dict[str, Any] = {name: value}
        results, origins = replace(self.results, **change), {**self.state.origins, name: origin}
        self.apply(replace(self.state, results=results, origins=origins))

    def apply(self, state: State) -> None:
        """Take `state` over; whoever watches a field that changed is called, then `changed`."""
        state = self._derive(state)
        changed = changed_fields(self.state, state)
        self.state = state
        for field in sorted(changed, key=str):
            for slot in self._watchers[field]:
                slot(field.read(self.state))
        self.changed(changed)
