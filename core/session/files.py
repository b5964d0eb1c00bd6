"""Files of a session: opened, followed while another program writes them, and saved."""

from __future__ import annotations

from collections import deque
from functools import partial
from pathlib import Path

from ..data.folders import with_known_folder
from ..documents.document import Document, History
from ..engine.errors import Problem
from ..engine.jobs import Priority
from ..files.stamp import Stamp, stamp_of
from ..models.registry import with_live_fields
from ..runs.follow import Followed, following
from .jobs.files import Opened, Owner, Write, opening, saving, settings_of, whole
from .notices import Notices
from .scheduler import Scheduler
from .settings import Settings
from .shown_model import ShownModel
from .store import Store
from .training import Training


class Files:
    """The file that the shown model comes from and goes to."""

    def __init__(
        self,
        store: Store,
        jobs: Scheduler,
        shown: ShownModel,
        training: Training,
        notices: Notices,
    ) -> None:
        self.path: Path | None = None  # the file that the shown model is in
        self._store, self._jobs, self._shown = store, jobs, shown
        self._training, self._notices = training, notices
        self._stamp: Stamp | None = None  # of the file when it was last ours
        self._opens = 0  # how many models have been opened here
        self._writes: deque[Write] = deque()  # to write one after the other
        self._safe: tuple[int, History] = (0, ())  # step and losses of what was written last
        self._following = False  # whether the shown model is that of a run of another program

    # ---- opening ----

    def install(self, document: Document, path: Path | None = None) -> None:
        """Show an opened document, and the session it was saved in."""
        self._jobs.cancel("follow")
        settings = settings_of(document, path.name if path else "the session")
        self._install(document, settings, path, stamp_of(path) if path else None)

    def open(self, path: Path, *, whose: Owner = "user") -> None:
        """Read `path` beside the lanes and install it.

        Only a user's file is one that `save` writes to again. A kept run is this session's from
        now on: it goes when it is saved under a name.
        """
        self._jobs.submit("open", opening(path, whose))

    def follow(self, path: Path) -> None:
        """Show the run that another program writes to `path`, until it is cancelled.

        Each state that is written goes on the timeline; `save` writes elsewhere.
        """
        self._following = False
        self._jobs.submit("follow", following(path), Priority.BACKGROUND, "train")

    def _install(
        self, document: Document, settings: Settings, path: Path | None, stamp: Stamp | None
    ) -> None:
        self._training.leave()
        self._opens, self._following = self._opens + 1, False
        self.path, self._stamp = path, stamp
        self._shown.replace(settings, with_known_folder(document.data), self._store.results.dataset)
        self._shown.install(document)

    # ---- saving ----

    def save(self, path: Path, *, over: bool = False) -> None:
        """Write everything to `path`; a training under way is asked for a checkpoint first.

        Raises Problem where another program has changed the file since it was ours, unless `over`.
        """
        if not over and path == self.path and self._stamp != stamp_of(path):
            raise Problem(
                f"{path.name} has been changed by another window since it was opened here: "
                "save under another name, or save over it."
            )
        if self._store.results.document is None:
            raise Problem("There is no model to save yet: train or open one first.")
        self._training.when_resumable(partial(self._write, path))

    def _write(self, path: Path) -> None:
        results = self._store.results
        assert results.document is not None, "save has seen to it"
        document = whole(results.document, self._store.settings, results.codes, results.measured)
        self._writes.append(Write(path, document, results.dataset, self._opens))
        self._write_next()

    def _write_next(self) -> None:
        if self._writes and not self._jobs.live("save"):
            self._jobs.submit("save", saving(self._writes.popleft()))

    # ---- answers ----

    def opened(self, value: object) -> None:
        """Take a report of the job that opens."""
        if not isinstance(value, Opened):
            self._jobs.report("open", value)
            return
        self._jobs.cancel("follow")
        path = value.path if value.whose == "user" else None
        self._install(value.document, value.settings, path, value.stamp)
        if value.whose == "kept":
            try:
                self._training.runs.begin(value.path)
            except Problem as problem:
                self._notices.fail(problem)

    def followed(self, value: object) -> None:
        """Take a report of the job that follows."""
        if not isinstance(value, Followed):
            self._jobs.report("follow", value)
            return
        document, path, timeline = value.document, value.path, self._store.results.timeline
        newest, known = timeline[-1].step if timeline else 0, self._store.results.document
        same = known is not None and with_live_fields(document.config, known.config) == known.config
        if not (self._following and same and document.step >= newest):
            self._install(document, settings_of(document, path.name), None, None)
            self._following = True
            return
        self._shown.follow(document)
        if document.step == newest and self._store.results.codes is None:
            self._jobs.start("codes")  # it came with the last report of the run

    def saved(self, value: object) -> None:
        """Take a report of the job that saves."""
        if not isinstance(value, Write):
            self._jobs.report("save", value)
            return
        if value.opens == self._opens:
            self.path, self._stamp = value.path, value.stamp
            self._safe = value.document.step, value.document.history
            self.forget_saved_run()
        self._notices.post(f"Saved {value.path.name}.")

    def save_ended(self) -> None:
        """The next file that waits is written."""
        self._write_next()

    def forget_saved_run(self) -> None:
        """A run at rest is kept no longer once all of it is in a file of the user's."""
        document = self._store.results.document
        saved = document is not None and (document.step, document.history) == self._safe
        if saved and not self._training.live:
            self._training.runs.forget()
