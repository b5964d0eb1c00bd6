"""Training: the run that fills a session, its checkpoints, and its file on disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..data.dataset import Dataset
from ..data.folders import with_known_folder
from ..documents.autosave import RunFiles
from ..engine.errors import Problem
from ..engine.jobs import Latest, Priority
from ..runs.fit import Plan, RunConfig, Trained, fit, going_on
from .fields import SETTINGS
from .notices import Notices
from .results import RunState
from .scheduler import Scheduler
from .settings import fitting
from .shown_model import ShownModel
from .store import Store

JOB = "training"


class Training:
    """Trains one model at a time and shows what it comes to. Its verbs are outside undo."""

    def __init__(
        self,
        store: Store,
        jobs: Scheduler,
        shown: ShownModel,
        notices: Notices,
        run_config: RunConfig,
    ) -> None:
        self.runs = RunFiles()
        self.run_config = run_config  # of the next run
        self._store, self._jobs, self._shown, self._notices = store, jobs, shown, notices
        self._plan: Plan | None = None  # of the training that is listened to
        self._reported = False  # whether it has reported anything yet
        self._images: Dataset | None = None  # those it goes by
        self._waiting: list[Callable[[], None]] = []  # to do once it has made a checkpoint
        self._model, self._train = Latest(store.settings.model), Latest(store.settings.train)
        store.watch(SETTINGS.model, self._model.replace)
        store.watch(SETTINGS.train, self._train.replace)

    # ---- verbs ----

    def start(self, *, afresh: bool = True) -> None:
        """Train what the settings ask for, or the shown model further from where it was left.

        Raises Problem where nothing says where that was, and while an experiment is under way.
        """
        if self._jobs.live("experiment"):
            raise Problem(
                "An experiment is under way: cancel it, or let it end, before a training."
            )
        plan = self._afresh() if afresh else self._further()
        dataset = self._store.results.dataset
        if dataset is not None and dataset.config != plan.data:
            dataset = None
        self._jobs.cancel("follow")
        self._do_waiting()
        self._jobs.stop(JOB)
        self._plan, self._reported, self._images = plan, False, dataset
        self._keep(plan)
        keep = self.runs.keeper.keep if self.runs.keeper else None
        job = fit(plan, self._train, dataset, keep, self._model, run_config=self.run_config)
        self._jobs.submit(JOB, job, Priority.BACKGROUND, "train")
        self._set_run("preparing")

    @property
    def live(self) -> bool:
        """Whether a training is under way or paused."""
        return self._jobs.live(JOB)

    @property
    def beginning(self) -> bool:
        """Whether a training from the start is under way that has shown nothing of itself yet."""
        afresh = self._plan is not None and self._plan.before is None
        return afresh and not self._reported and self.live

    def pause(self) -> None:
        """Make a checkpoint and rest."""
        if self._store.results.run in ("preparing", "training"):
            self._set_run("pausing" if self._reported else "paused")
            self._jobs.pause(JOB)

    def resume(self) -> None:
        """Go on from a pause."""
        if self._store.results.run in ("pausing", "paused"):
            self._set_run("training" if self._reported else "preparing")
            self._jobs.resume(JOB)
            if self._waiting:  # for the checkpoint
                self._jobs.pause(JOB)

    def single_step(self) -> None:
        """Train on one batch more, and rest."""
        if self._store.results.run == "paused" and self._reported:
            self.resume()
        if self._store.results.run == "training":
            self.pause()

    def stop(self) -> None:
        """Make a checkpoint and end."""
        if self.live:
            self._set_run("stopping")
            self._jobs.stop(JOB)

    # ---- what it starts from ----

    def _afresh(self) -> Plan:
        document, settings = self._store.results.document, self._store.settings
        plan = Plan(with_known_folder(settings.data), settings.model)
        known = document is not None and with_known_folder(document.data) == plan.data
        return replace(plan, known_judge=document.judge) if known and document else plan

    def _further(self) -> Plan:
        document = self._store.results.document
        data = self._store.settings.data if document is None else document.data
        return going_on(document, self._store.results.source or with_known_folder(data))

    def _keep(self, plan: Plan) -> None:
        """Have a file for the run; one that goes on keeps its own"""
        if plan.before is None or self.runs.keeper is None:
            self._leave_run()
            try:
                self.runs.begin()
            except Problem as problem:  # it trains all the same
                self._notices.fail(problem)

    # ---- its checkpoints, and its end ----

    def when_resumable(self, act: Callable[[], None]) -> None:
        """Do it once the shown document is one to go on from; a training is asked to make it so."""
        self._waiting.append(act)
        if not self._reported or self._store.results.run in ("idle", "paused"):
            self._do_waiting()
        elif self._store.results.run == "training":
            self._jobs.pause(JOB)

    def leave(self) -> None:
        """Listen to it no longer: another model comes."""
        self._do_waiting()
        self.stop()
        self._leave_run()
        self._plan, self._reported = None, False

    def close(self) -> None:
        """Forget it; a run that nobody saved is left to be offered at the next start."""
        self._jobs.forget(JOB)
        self._leave_run()

    def _do_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for act in waiting:
            act()

    def _leave_run(self) -> None:
        """Leave the run as it is on disk, once the training has made its last report"""
        self.runs.leave()
        if not self.live:
            self.runs.release()

    def _set_run(self, state: RunState) -> None:
        self._store.update(run=state, resting=state in ("idle", "paused"))

    # ---- answers ----

    def report(self, value: object) -> None:
        """Take a report of the job."""
        if isinstance(value, Trained):
            if value.plan is self._plan:
                self._take(value)
        elif isinstance(value, Dataset):
            self._images = value  # that it goes by; the old model is still on screen
        else:
            self._jobs.report(JOB, value)

    def _take(self, trained: Trained) -> None:
        document, snapshot = trained.document, trained.snapshot
        if not self._reported and trained.plan.before is None:  # nothing of the old is true of it
            settings = fitting(self._store.settings, document.config.latent)
            self._shown.replace(settings, document.data, self._images)
        self._reported, resumable = True, snapshot.checkpoint is not None
        progress = self._jobs.progress_without(JOB)
        self._shown.add(document, at_once=resumable, training=snapshot, progress=progress)
        self._follow_run(resumable)
        if trained.unkept is not None:
            self._notices.fail(trained.unkept)
        if resumable and self._waiting:
            self._do_waiting()
            if self._store.results.run == "training":
                self._jobs.resume(JOB)

    def _follow_run(self, resumable: bool) -> None:
        if self._store.results.run == "pausing" and resumable:
            self._set_run("paused")
        elif self._store.results.run == "preparing":
            self._set_run("training")

    def ended(self) -> None:
        """The job has ended, and no other took its place."""
        self._do_waiting()
        if self._reported:
            self._shown.complete()
        self._set_run("idle")
        self.runs.end()
