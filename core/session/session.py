"""A session: one model, the files it comes from and goes to, and its images."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from ..compare.figures import Name
from ..data.dataset import Dataset
from ..data.folders import found, remember_folder
from ..data.registry import is_local, load
from ..documents.compatibility import unfit
from ..documents.document import Document
from ..documents.scenes import scene_of
from ..engine.engine import Engine
from ..engine.errors import Problem
from ..engine.jobs import Priority
from ..engine.lane import Update
from ..files.stamp import Stamp, stamp_of
from ..models.registry import with_live_fields
from ..runs.fit import RunConfig
from ..runs.follow import Followed, following
from ..scene.timeline import longer
from ..training.loop import Losses
from . import files
from .recipes import RECIPES
from .state import Settings
from .trainer import Trainer


class Session(Trainer):
    """What a window shows: one model, its file and its training."""

    def __init__(
        self, engine: Engine, name: str = "main", run_config: RunConfig = RunConfig()
    ) -> None:
        super().__init__(engine, name, run_config)
        self._stamp: Stamp | None = None  # of the file when it was last ours
        self._opens = 0  # how many models have been opened here
        self._writes: deque[files.Write] = deque()  # to write one after the other
        self._safe: tuple[tuple[int, Losses], ...] = ()  # the history of what was written last
        self._following = False  # whether the shown model is that of a run of another program

    # ---- opening ----

    def install(self, document: Document, path: Path | None = None) -> None:
        """Show an opened document, and the session it was saved in."""
        self.cancel("follow")
        settings = files.settings_of(document, path.name if path else "the session")
        self._install(document, settings, path, stamp_of(path) if path else None)

    def _install(
        self, document: Document, settings: Settings, path: Path | None, stamp: Stamp | None
    ) -> None:
        self._leave_training()
        self._opens, self._following = self._opens + 1, False
        self.path, self._stamp = path, stamp
        self._begin(settings, found(document.data), self.results.dataset)
        scene = scene_of(document, path.name if path else self.name)
        self._apply(self.settings, replace(self.results, document=document, timeline=(scene,)))

    def open(self, path: Path, *, whose: files.Owner = "user") -> None:
        """Read `path` beside the lanes and install it.

        Only a user's file is one that `save` writes to again. A kept run is this session's from
        now on: it goes when it is saved under a name.
        """
        self._submit("open", files.opening(path, whose))

    def follow(self, path: Path) -> None:
        """Show the run that another program writes to `path`, until it is cancelled.

        Each state that is written goes on the timeline; `save` writes elsewhere.
        """
        self._following = False
        self._submit("follow", following(path), Priority.BACKGROUND, "train")

    def open_side(self, name: Name) -> None:
        """Show a model of the experiment; it has no file yet."""
        experiment = self.results.experiment
        side = None if experiment is None else getattr(experiment, name)
        if side is not None:
            self.install(side.document)

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
        if self.results.document is None:
            raise Problem("There is no model to save yet: train or open one first.")
        self._when_resumable(partial(self._write, path))

    def _write(self, path: Path) -> None:
        document, dataset = self.results.document, self.results.dataset
        assert document is not None, "save has seen to it"
        document = files.whole(document, self.settings, self.results)
        self._writes.append(files.Write(path, document, dataset, self._opens))
        self._write_next()

    def _write_next(self) -> None:
        if self._writes and not self.live("save"):
            self._submit("save", files.saving(self._writes.popleft()))

    def _saved(self, write: files.Write) -> None:
        if write.opens == self._opens:
            self.path, self._stamp = write.path, write.stamp
            self._safe = write.document.history
            self._forget_saved()
        self.tell(f"Saved {write.path.name}.")

    def _forget_saved(self) -> None:
        """A run at rest is kept no longer once all of it is in a file of the user's."""
        shown = self.results.document
        saved = shown is not None and shown.history == self._safe
        if saved and not self.live("training"):
            self.runs.forget()

    def close(self) -> None:
        """Forget every job; a run that nobody saved is left to be offered at the next start."""
        for row in (*RECIPES, "open", "save", "follow", "training", "experiment", "versus"):
            self.engine.cancel((self.name, row))
        self._leave_run()

    # ---- images ----

    def fetch(self) -> None:
        """Get the images of the shown model, over the network where they are not here."""
        if self.results.source is not None:
            self._submit("dataset", load(self.results.source), Priority.BACKGROUND)

    def share(self, images: Dataset) -> None:
        """Take images that another session has read, where these are what is wanted here."""
        if self.results.dataset is None and self.results.source in (None, images.config):
            self.cancel("dataset")
            results = replace(self.results, source=images.config, dataset=images)
            self._apply(self.settings, results)
            self._fire({"results.dataset"})

    def locate(self, folder: str) -> None:
        """Say where the images of the shown model lie on this machine."""
        if self.results.source is None:
            return
        source = replace(self.results.source, folder=folder)
        if is_local(source):
            remember_folder(source)
            self._apply(self.settings, replace(self.results, source=source))
        else:  # it says what is missing there
            self._submit("dataset", load(source), Priority.BACKGROUND)

    # ---- answers ----

    def _take(self, name: str, value: Any) -> None:
        if isinstance(value, files.Opened):
            self._take_opened(value)
        elif isinstance(value, Followed):
            self._take_followed(value)
        elif isinstance(value, files.Write):
            self._saved(value)
        elif name == "dataset" and isinstance(value, Dataset):
            self._take_images(value)
        else:
            super()._take(name, value)

    def _take_images(self, images: Dataset) -> None:
        problem = unfit(self.results.document, images)
        if problem is not None:
            self._failed(problem)
        else:
            super()._take("dataset", images)

    def _take_opened(self, opened: files.Opened) -> None:
        self.cancel("follow")
        path = opened.path if opened.whose == "user" else None
        self._install(opened.document, opened.settings, path, opened.stamp)
        if opened.whose == "kept":
            try:
                self.runs.begin(opened.path)
            except Problem as problem:
                self._failed(problem)

    def _take_followed(self, followed: Followed) -> None:
        document, path, timeline = followed.document, followed.path, self.results.timeline
        newest, known = timeline[-1].step if timeline else 0, self.results.document
        same = known is not None and with_live_fields(document.config, known.config) == known.config
        if not (self._following and same and document.step >= newest):
            self._install(document, files.settings_of(document, path.name), None, None)
            self._following = True
            return
        timeline = longer(timeline, scene_of(document, path.name), self.results.scene)
        self._apply(self.settings, replace(self.results, document=document, timeline=timeline))
        if document.step == newest and self.results.codes is None:
            self._start("codes")  # it came with the last word of the run

    def _ended(self, name: str, update: Update) -> None:
        if name == "training":
            self._forget_saved()
        super()._ended(name, update)
        if name == "save":
            self._write_next()
