"""Scheduler: a change of state starts the jobs of the recipes that read what changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set
from typing import Any

from ..engine.engine import Engine
from ..engine.errors import Failure
from ..engine.jobs import Job, LaneName, Priority, Progress
from ..engine.lane import Update
from .belonging import origin_of
from .effort import Effort
from .fields import Field, result_field
from .recipes import RECIPES
from .request_context import JobContext
from .state import Origin, State, same
from .store import Store

ANSWERS = frozenset(map(result_field, RECIPES))
NOTHING = State()


class Scheduler:
    """Starts and forgets the jobs of one session, and takes their answers into its store."""

    def __init__(self, engine: Engine, name: str, store: Store, effort: Effort) -> None:
        self.engine, self.name = engine, name
        self._store, self._effort = store, effort
        self._again: set[str] = set()  # rows to run once more when they are done
        self._spread: dict[str, Any] = {}  # what a row's result was when its change last spread
        self._origins: dict[str, dict[int, Origin]] = defaultdict(dict)  # by serial number
        store.changed = self._changed

    # ---- jobs ----

    def live(self, name: str) -> bool:
        """Whether the job of that name is under way or paused."""
        return self.engine.live((self.name, name))

    def submit(
        self,
        name: str,
        job: Job[Any],
        priority: Priority = Priority.SCREEN,
        lane: LaneName = "view",
    ) -> int:
        """Start a job in place of the one of that name; returns its serial number."""
        return self.engine.submit((self.name, name), job, priority, lane)

    def start(self, name: str) -> None:
        """Start the job of a recipe on the state of now."""
        self._again.discard(name)
        recipe, state = RECIPES[name], self._store.state
        if state.results.scene is not None or not recipe.needs_scene:
            job = recipe.start(state, JobContext(self.live, self._effort))
            serial = self.submit(name, job, recipe.priority)
            self._origins[name][serial] = origin_of(name, state)

    def pause(self, name: str) -> None:
        self.engine.pause((self.name, name))

    def resume(self, name: str) -> None:
        self.engine.resume((self.name, name))

    def stop(self, name: str) -> None:
        """Ask a job for its last report and its end."""
        self.engine.stop((self.name, name))

    def cancel(self, name: str) -> None:
        """Forget a job and how far it was."""
        self.forget(name)
        self._store.update(progress=self.progress_without(name))

    def forget(self, name: str) -> None:
        """Forget a job; what it reported stays on screen."""
        self._again.discard(name)
        self._origins.pop(name, None)
        self.engine.cancel((self.name, name))

    def progress_without(self, name: str) -> tuple[tuple[str, Progress], ...]:
        """How far the jobs under way are, but for one."""
        return tuple(entry for entry in self._store.results.progress if entry[0] != name)

    # ---- answers ----

    def updates(self) -> list[Update]:
        """What the jobs have answered since the last call."""
        return self.engine.drain(self.name)

    def report(self, name: str, value: object, serial: int = 0) -> None:
        """Take a report of the job `name` into the state; of the one of that number."""
        if isinstance(value, Progress):
            self._store.update(progress=(*self.progress_without(name), (name, value)))
            return
        known = self._origins[name]
        for old in [number for number in known if number < serial]:
            del known[old]  # it was replaced, and says no more
        if serial in known:
            self._store.answer(name, value, known[serial])
        else:
            self._store.update(**{name: value})

    def ended(self, name: str, failure: Failure | None) -> None:
        """Take the end of the job `name`: what depends on its result starts."""
        changes: dict[str, Any] = {"progress": self.progress_without(name)}
        if failure is not None:
            changes["failure"] = failure
        self._store.update(**changes)
        if name in RECIPES:
            result = getattr(self._store.results, name)
            if self._spread.get(name) is not result:
                self._spread[name] = result
                self.fire({result_field(name)})

    def run_again(self, name: str) -> None:
        """Start the job `name` once more where a change came while it was under way."""
        if name in self._again and not self.live(name):
            self.start(name)

    # ---- changes ----

    def fire(self, changed: Set[Field]) -> None:
        """Start what reads one of these fields."""
        for name, recipe in RECIPES.items():
            if recipe.replace & changed:
                self.start(name)
            elif recipe.finish & changed:
                if self.live(name):
                    self._again.add(name)
                else:
                    self.start(name)

    def _changed(self, fields: Set[Field]) -> None:
        """A row's result counts as changed when the row is done"""
        for field in fields & ANSWERS:
            if same(field.read(self._store.state), field.read(NOTHING)):
                self._spread.pop(field.name, None)  # whatever comes next is news
        self.fire(fields - ANSWERS)
