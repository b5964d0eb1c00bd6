"""A session: the board with its files, and the training that fills it."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import files, kept
from .data import DataConfig, Dataset, is_local, load
from .engine import Engine, Priority, Update
from .fit import Plan, Trained, fit, measures_of, scene_of, unfit
from .folders import found, remember_folder
from .follow import Followed, following
from .lab import Lab
from .models import relived
from .pace import Pace
from .plain import to_plain
from .problem import Problem
from .recipes import RECIPES
from .scene import Scene
from .side import Name
from .state import Results, RunState, Settings, fitting
from .store import Document
from .timeline import Timeline, apart, longer
from .train import Losses

DRAWN = [name for name, row in RECIPES.items() if "results.scene" in row.finish] + ["holes"]


class Session(Lab):
    """What a window shows: one model, its file and its training."""

    def __init__(self, engine: Engine, name: str = "main") -> None:
        super().__init__(engine, name)
        self.keeper: kept.Keeper | None = None  # the run under way, on disk
        self._stamp: files.Stamp | None = None  # of that file when it was last ours
        self.pace = Pace()  # of drawing what trains
        self._opens = 0  # how many models have been opened here
        self._saves: list[Path] = []  # to write once the training has made a checkpoint
        self._writes: deque[files.Write] = deque()  # to write one after the other
        self._safe: tuple[tuple[int, Losses], ...] = ()  # the history of what was written last
        self._plan: Plan | None = None  # of the training that is listened to
        self._heard = False  # whether it has said anything yet
        self._images: Dataset | None = None  # those it goes by
        self._passed: list[Scene] = []  # newer than the timeline, to join it with the next drawn
        self._following = False  # whether the shown model is that of a run of another program
        self._left: list[kept.Keeper] = []  # of runs that are about to say their last word

    # ---- files ----

    def install(self, document: Document, path: Path | None = None) -> None:
        """Show an opened document, and the session it was saved in."""
        self.cancel("follow")
        settings = files.settings_of(document, path.name if path else "the session")
        self._install(document, settings, path, files.stamp_of(path) if path else None)

    def _install(
        self, document: Document, settings: Settings, path: Path | None, stamp: files.Stamp | None
    ) -> None:
        self._write_saves()
        self.stop()
        self._release()
        self._plan, self._heard, self._opens = None, False, self._opens + 1
        self._following = False
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

    def open_side(self, name: Name) -> None:
        """Show a model of the experiment; it has no file yet."""
        experiment = self.results.experiment
        side = None if experiment is None else getattr(experiment, name)
        if side is not None:
            self.install(side.document)

    def save(self, path: Path, *, over: bool = False) -> None:
        """Write everything to `path`; a training under way is asked for a checkpoint first.

        Raises Problem where another program has changed the file since it was ours, unless `over`.
        """
        if not over and path == self.path and self._stamp != files.stamp_of(path):
            raise Problem(
                f"{path.name} has been changed by another window since it was opened here: "
                "save under another name, or save over it."
            )
        if self.results.document is None:
            raise Problem("There is no model to save yet: train or open one first.")
        self._saves.append(path)
        if not self._heard or self.results.run in ("idle", "paused"):
            self._write_saves()
        elif self.results.run == "training":
            self.engine.pause((self.name, "training"))

    def _write_saves(self) -> None:
        saves, self._saves = self._saves, []
        document, codes, measured = self.results.document, self.results.codes, self.results.measured
        if document is None or not saves:
            return
        if codes is not None and codes.step == document.step:
            document = replace(document, codes=codes)
        if measured is not None and measured.step == document.step:
            document = replace(document, measures=measures_of(measured))
        document = replace(document, settings=to_plain(self.settings))
        dataset = self.results.dataset
        self._writes.extend(files.Write(path, document, dataset, self._opens) for path in saves)
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
        if saved and self.keeper is not None and not self.live("training"):
            self.keeper.forget()
            self.keeper = None

    # ---- training: verbs, outside undo ----

    def train(self, *, afresh: bool = True) -> None:
        """Train what the settings ask for, or the shown model further from where it was left.

        Raises Problem where nothing says where that was, and while an experiment is under way.
        """
        if self.live("experiment"):
            raise Problem(
                "An experiment is under way: cancel it, or let it end, before a training."
            )
        plan = self._afresh() if afresh else self._further()
        dataset = self.results.dataset
        if dataset is not None and dataset.config != plan.data:
            dataset = None
        self.cancel("follow")
        self._write_saves()
        self.engine.stop((self.name, "training"))
        self._plan, self._heard, self._images = plan, False, dataset
        self._keep(plan)
        keep = self.keeper.keep if self.keeper else None
        job = fit(plan, lambda: self.settings.train, dataset, keep, lambda: self.settings.model)
        self._submit("training", job, Priority.BACKGROUND, "train")
        self._run("preparing")

    def _afresh(self) -> Plan:
        document, asked = self.results.document, self.settings
        plan = Plan(found(asked.data), asked.model)
        known = document is not None and found(document.data) == plan.data
        return replace(plan, judge=document.judge) if known and document is not None else plan

    def _further(self) -> Plan:
        document = self.results.document
        if document is None or document.checkpoint is None:
            raise Problem("There is no checkpoint to go on from: train the model anew.")
        data = self.results.source or found(document.data)
        start, history = document.checkpoint, document.history
        return Plan(data, document.config, document.judge, start, history)

    def _keep(self, plan: Plan) -> None:
        """Have a file for the run; one that goes on keeps its own."""
        if plan.start is None or self.keeper is None:
            self._release()
            try:
                self.keeper = kept.Keeper()
            except Problem as problem:  # it trains all the same
                self._failed(problem)

    def pause(self) -> None:
        if self.results.run in ("preparing", "training"):
            self._run("pausing" if self._heard else "paused")
            self.engine.pause((self.name, "training"))

    def resume(self) -> None:
        if self.results.run in ("pausing", "paused"):
            self._run("training" if self._heard else "preparing")
            self.engine.resume((self.name, "training"))
            if self._saves:  # the checkpoint that they wait for
                self.engine.pause((self.name, "training"))

    def single_step(self) -> None:
        """Train on one batch more, and rest again."""
        if self.results.run == "paused" and self._heard:
            self.resume()
            self.pause()

    def stop(self) -> None:
        if self.live("training"):
            self._run("stopping")
            self.engine.stop((self.name, "training"))

    def cancel(self, name: str) -> None:
        """Forget a job; a training is stopped instead, so that its run is kept."""
        if name == "training":
            self.stop()
        else:
            super().cancel(name)

    def close(self) -> None:
        """Forget every job; a run that nobody saved is left to be offered at the next start."""
        for row in (*RECIPES, "open", "save", "follow", "training", "experiment", "versus"):
            self.engine.cancel((self.name, row))
        self._release()

    def _release(self) -> None:
        """Leave the run as it is on disk, once the training has said its last word."""
        if self.keeper is not None:
            self._left.append(self.keeper)
            self.keeper = None
        if not self.live("training"):
            self._release_left()

    def _release_left(self) -> None:
        while self._left:
            self._left.pop().release()

    def _run(self, state: RunState) -> None:
        resting = state in ("idle", "paused")
        self._apply(self.settings, replace(self.results, run=state, resting=resting))

    # ---- answers ----

    def pump(self) -> None:
        super().pump()
        if self.pace.drawing and not any(map(self.live, DRAWN)):
            self.pace.end()

    def _take(self, name: str, value: Any) -> None:
        if isinstance(value, Trained):
            if value.plan is self._plan:
                self._take_trained(value)
        elif isinstance(value, files.Opened):
            self._take_opened(value)
        elif isinstance(value, Followed):
            self._take_followed(value)
        elif isinstance(value, files.Write):
            self._saved(value)
        elif isinstance(value, files.Exported):
            self.tell(f"Exported {value.path.name}.")
        elif name == "training" and isinstance(value, Dataset):
            self._images = value  # that it goes by; the old model is still on screen
        elif isinstance(value, Dataset) and (problem := unfit(self.results.document, value)):
            self._failed(problem)
        else:
            super()._take(name, value)

    def _take_opened(self, opened: files.Opened) -> None:
        self.cancel("follow")
        path = opened.path if opened.whose == "user" else None
        self._install(opened.document, opened.settings, path, opened.stamp)
        if opened.whose == "kept":
            try:
                self.keeper = kept.Keeper(opened.path)
            except Problem as problem:
                self._failed(problem)

    def _take_followed(self, followed: Followed) -> None:
        document, path, timeline = followed.document, followed.path, self.results.timeline
        newest, known = timeline[-1].step if timeline else 0, self.results.document
        same = known is not None and relived(document.config, known.config) == known.config
        if not (self._following and same and document.step >= newest):
            self._install(document, files.settings_of(document, path.name), None, None)
            self._following = True
            return
        timeline = self._longer(scene_of(document, path.name))
        self._apply(self.settings, replace(self.results, document=document, timeline=timeline))
        if document.step == newest and self.results.codes is None:
            self._start("codes")  # it came with the last word of the run

    def _take_trained(self, trained: Trained) -> None:
        document, stand = trained.document, trained.stand
        if not self._heard and trained.plan.start is None:  # nothing of the old model is true of it
            self._begin(fitting(self.settings, document.config.latent), document.data, self._images)
        self._heard = True
        timeline, scene = self.results.timeline, scene_of(document, self.name)
        if self.pace.due or stand.checkpoint is not None or not timeline:
            self.pace.begin()
            timeline = self._longer(scene)
        elif apart(scene.step, (*timeline, *self._passed)[-1].step):
            self._passed.append(scene)
        results = replace(self.results, document=document, training=stand, timeline=timeline)
        self._apply(self.settings, replace(results, progress=self._without("training")))
        if self.results.run == "pausing" and stand.checkpoint is not None:
            self._run("paused")
        elif self.results.run == "preparing":
            self._run("training")
        if trained.unkept is not None:
            self._failed(trained.unkept)
        if stand.checkpoint is not None and self._saves:
            self._write_saves()
            if self.results.run == "training":
                self.engine.resume((self.name, "training"))

    def _draw_newest(self) -> None:
        """However it ended, the model that is left is the one that is seen."""
        document = self.results.document
        if document is not None and self._heard:
            timeline = self._longer(scene_of(document, self.name))
            self._apply(self.settings, replace(self.results, timeline=timeline))

    def _longer(self, scene: Scene) -> Timeline:
        """The timeline up to `scene`, with those that nobody had the time to draw."""
        timeline, passed, self._passed = self.results.timeline, self._passed, []
        for shot in (*passed, scene):
            timeline = longer(timeline, shot, self.results.scene)
        return timeline

    def _begin(self, settings: Settings, source: DataConfig, images: Dataset | None) -> None:
        """Another model: what was drawn of the last one goes, and so does the way back to it."""
        self._forget_gestures()
        self._passed = []
        for name in (*RECIPES, "versus"):
            if name != "dataset":
                self._again.discard(name)
                self.engine.cancel((self.name, name))
        same = images is not None and images.config == source
        fresh = Results(
            source=source,
            dataset=images if same else None,
            run=self.results.run if self.live("training") else "idle",
            resting=not self.live("training"),
            progress=tuple(entry for entry in self.results.progress if self.live(entry[0])),
            experiment=self.results.experiment,  # on screen beside whatever is opened
            failure=self.results.failure,  # until it has been read
        )
        self._apply(settings, fresh)

    def _ended(self, name: str, update: Update) -> None:
        if name == "training" and not self.live(name):
            self._write_saves()
            self._forget_saved()
            self._draw_newest()
            self._run("idle")
            if self.keeper is not None and not self.keeper.path.exists():
                self._left.append(self.keeper)  # nothing came of it
                self.keeper = None
            self._release_left()
        super()._ended(name, update)
        if name == "save":
            self._write_next()
