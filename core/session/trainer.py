"""The training that fills a session: what is asked for, how it goes, and the run kept on disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..data.dataset import DataConfig, Dataset
from ..data.folders import found
from ..documents import kept_runs
from ..documents.scenes import scene_of
from ..engine.engine import Engine
from ..engine.errors import Problem
from ..engine.jobs import Priority
from ..engine.lane import Update
from ..runs.fit import Plan, RunConfig, Trained, fit
from .lab import Lab
from .pace import Reel
from .recipes import RECIPES
from .state import Results, RunState, Settings, fitting

DRAWN = [name for name, row in RECIPES.items() if "results.scene" in row.finish] + ["holes"]


class Trainer(Lab):
    """Trains one model at a time and shows what it comes to. Its verbs are outside undo."""

    def __init__(
        self, engine: Engine, name: str = "main", run_config: RunConfig = RunConfig()
    ) -> None:
        super().__init__(engine, name, run_config)
        self.runs = kept_runs.Runs()
        self._reel = Reel()
        self._plan: Plan | None = None  # of the training that is listened to
        self._heard = False  # whether it has said anything yet
        self._images: Dataset | None = None  # those it goes by
        self._waiting: list[Callable[[], None]] = []  # to do once it has made a checkpoint

    # ---- verbs ----

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
        self._do_waiting()
        self.engine.stop((self.name, "training"))
        self._plan, self._heard, self._images = plan, False, dataset
        self._keep(plan)
        keep = self.runs.keeper.keep if self.runs.keeper else None
        job = fit(
            plan,
            lambda: self.settings.train,
            dataset,
            keep,
            lambda: self.settings.model,
            run_config=self.run_config,
        )
        self._submit("training", job, Priority.BACKGROUND, "train")
        self._run("preparing")

    @property
    def beginning(self) -> bool:
        """Whether a training from the start is under way that has shown nothing of itself yet."""
        afresh = self._plan is not None and self._plan.start is None
        return afresh and not self._heard and self.live("training")

    def pause(self) -> None:
        if self.results.run in ("preparing", "training"):
            self._run("pausing" if self._heard else "paused")
            self.engine.pause((self.name, "training"))

    def resume(self) -> None:
        if self.results.run in ("pausing", "paused"):
            self._run("training" if self._heard else "preparing")
            self.engine.resume((self.name, "training"))
            if self._waiting:  # for the checkpoint
                self.engine.pause((self.name, "training"))

    def single_step(self) -> None:
        """Train on one batch more, and rest."""
        if self.results.run == "paused" and self._heard:
            self.resume()
        if self.results.run == "training":
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

    # ---- what it starts from ----

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
        if plan.start is None or self.runs.keeper is None:
            self._leave_run()
            try:
                self.runs.begin()
            except Problem as problem:  # it trains all the same
                self._failed(problem)

    # ---- its checkpoints, and its end ----

    def _when_resumable(self, act: Callable[[], None]) -> None:
        """Do it once the shown document is one to go on from; a training is asked to make it so."""
        self._waiting.append(act)
        if not self._heard or self.results.run in ("idle", "paused"):
            self._do_waiting()
        elif self.results.run == "training":
            self.engine.pause((self.name, "training"))

    def _do_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for act in waiting:
            act()

    def _leave_training(self) -> None:
        """Listen to it no longer: another model comes."""
        self._do_waiting()
        self.stop()
        self._leave_run()
        self._plan, self._heard = None, False

    def _leave_run(self) -> None:
        """Leave the run as it is on disk, once the training has said its last word."""
        self.runs.leave()
        if not self.live("training"):
            self.runs.release()

    def _run(self, state: RunState) -> None:
        resting = state in ("idle", "paused")
        self._apply(self.settings, replace(self.results, run=state, resting=resting))

    # ---- answers ----

    def pump(self) -> None:
        super().pump()
        if not any(map(self.live, DRAWN)):
            self._reel.pace.end()

    def _take(self, name: str, value: Any) -> None:
        if isinstance(value, Trained):
            if value.plan is self._plan:
                self._take_trained(value)
        elif name == "training" and isinstance(value, Dataset):
            self._images = value  # that it goes by; the old model is still on screen
        else:
            super()._take(name, value)

    def _take_trained(self, trained: Trained) -> None:
        document, stand = trained.document, trained.snapshot
        if not self._heard and trained.plan.start is None:  # nothing of the old model is true of it
            self._begin(fitting(self.settings, document.config.latent), document.data, self._images)
        self._heard = True
        scene, resumable = scene_of(document, self.name), stand.checkpoint is not None
        shown, timeline = self.results.scene, self.results.timeline
        timeline = self._reel.add(timeline, scene, shown, at_once=resumable)
        results = replace(self.results, document=document, training=stand, timeline=timeline)
        self._apply(self.settings, replace(results, progress=self._without("training")))
        if self.results.run == "pausing" and resumable:
            self._run("paused")
        elif self.results.run == "preparing":
            self._run("training")
        if trained.unkept is not None:
            self._failed(trained.unkept)
        if resumable and self._waiting:
            self._do_waiting()
            if self.results.run == "training":
                self.engine.resume((self.name, "training"))

    def _begin(self, settings: Settings, source: DataConfig, images: Dataset | None) -> None:
        """Another model: what was drawn of the last one goes, and so does the way back to it."""
        self._forget_gestures()
        self._reel.clear()
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

    def _draw_newest(self) -> None:
        """However it ended, the model that is left is the one that is seen."""
        now = self.results
        if now.document is not None and self._heard:
            scene = scene_of(now.document, self.name)
            timeline = self._reel.complete(now.timeline, scene, now.scene)
            self._apply(self.settings, replace(now, timeline=timeline))

    def _ended(self, name: str, update: Update) -> None:
        if name == "training" and not self.live(name):
            self._do_waiting()
            self._draw_newest()
            self._run("idle")
            self.runs.end()
        super()._ended(name, update)
