"""Session: one model, its state, its jobs, its training and its files, composed.

store      the state and who watches it        history  settings change in gestures: undo
jobs       starts what a change sets off       notices  sentences, and the newest failure
training   the run that fills the session      files    opened, followed, saved
images     those of the model                  exports  files made of paths and geometry
experiments  what is done beside the shown model
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ..engine.engine import Engine
from ..engine.lane import Update
from ..runs.fit import RunConfig
from ..scene.scene import Scene
from .effort import Effort
from .experiments import Experiments
from .exports import Exports
from .fields import as_field
from .files import Files
from .history import History
from .images import Images
from .notices import Notices
from .recipes import RECIPES
from .results import Results
from .scheduler import Scheduler
from .settings import Settings
from .shown_model import ShownModel
from .shown_scene import ShownScene
from .store import Store
from .training import Training

T = TypeVar("T")


class Session:
    """What a window shows. Owned by one thread; `pump` brings the answers of the lanes."""

    def __init__(
        self,
        engine: Engine,
        name: str = "main",
        run_config: RunConfig = RunConfig(),
        effort: Effort = Effort(),
    ) -> None:
        self.engine, self.name = engine, name
        self.store = Store(ShownScene().derive)
        self.history = History(self.store)
        self.jobs = Scheduler(engine, name, self.store, effort)
        self.notices = Notices(self.store)
        self._shown = ShownModel(self.store, self.history, self.jobs)
        self.training = Training(self.store, self.jobs, self._shown, self.notices, run_config)
        self.files = Files(self.store, self.jobs, self._shown, self.training, self.notices)
        self.images = Images(self.store, self.jobs, self.notices)
        self.exports = Exports(self.store, self.jobs, self.notices)
        self.experiments = Experiments(self.store, self.jobs, self.training, self.files)
        self._reports: dict[str, Callable[[object], None]] = {
            "training": self.training.report,
            "open": self.files.opened,
            "follow": self.files.followed,
            "save": self.files.saved,
            "dataset": self.images.report,
            "export": self.exports.report,
        }

    # ---- the state, as every view uses it ----

    @property
    def settings(self) -> Settings:
        return self.store.settings

    @property
    def results(self) -> Results:
        return self.store.results

    def scene_of(self, answer: object) -> Scene | None:
        """The scene that an answer is of, e.g. RESULTS.map; None where there is none."""
        origin = self.store.state.origins.get(as_field(answer).name)
        return None if origin is None else origin.scene

    def watch(self, field: T, slot: Callable[[T], None]) -> Callable[[], None]:
        """Call `slot` with what `field` holds, e.g. RESULTS.map, now and at every change."""
        return self.store.watch(field, slot)

    def set(self, *, moving: bool = False, **changes: Any) -> None:
        """Change settings; calls with `moving`, up to the next one without, are one gesture."""
        self.history.set(moving=moving, **changes)

    # ---- jobs ----

    def pump(self) -> None:
        """Take in what the jobs have answered since the last call."""
        for update in self.jobs.updates():
            name = update.key[1]
            if update.kind == "report":
                self._report(name, update)
            else:
                self._ended(name, update)
                self.jobs.run_again(name)
        self._shown.settle()

    def cancel(self, name: str) -> None:
        """Forget a job; a training is stopped instead, so that its run is kept."""
        if name == "training":
            self.training.stop()
        else:
            self.jobs.cancel(name)

    def close(self) -> None:
        """Forget every job; a run that nobody saved is left to be offered at the next start."""
        for name in (*RECIPES, "open", "save", "follow", "experiment", "diversity_comparison"):
            self.jobs.forget(name)
        self.training.close()

    def _report(self, name: str, update: Update) -> None:
        if name in self._reports:
            self._reports[name](update.value)
        else:
            self.jobs.report(name, update.value, update.serial)

    def _ended(self, name: str, update: Update) -> None:
        if name == "training":
            self.files.forget_saved_run()
            if not self.training.live:
                self.training.ended()
        self.jobs.ended(name, update.value if update.kind == "failed" else None)
        if name == "save":
            self.files.save_ended()
