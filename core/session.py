"""The state of the program, who watches it, and how a change spreads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Set
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Literal

from . import kept, store
from .data import DataConfig, Dataset, load
from .data.aside import aside
from .engine import Engine, Job, LaneName, Priority, Progress, Update
from .fit import Plan, Trained, fit, scene_of
from .folders import found, remember_folder
from .plain import from_plain, to_plain
from .problem import Problem
from .recipes import RECIPES
from .scene import Scene
from .state import Point, Results, RunState, Settings
from .store import Document

Owner = Literal["user", "bundled", "kept"]  # whose file it is

TIMELINE = 512 * 2**20  # bytes of snapshots kept; when full, every second one is dropped


class Session:
    """Owned by one thread. Views call `set`, `watch` and the verbs; `pump` brings the answers."""

    def __init__(self, engine: Engine, name: str = "main") -> None:
        self.engine, self.name = engine, name
        self.settings, self.results = Settings(), Results()
        self.path: Path | None = None  # the file that `save` writes to
        self.keeper: kept.Keeper | None = None  # the run under way, on disk
        self._stamp: tuple[int, int] | None = None  # of that file when it was last ours
        self._watchers: dict[str, list[Callable[[Any], None]]] = defaultdict(list)
        self._past: list[Settings] = []
        self._future: list[Settings] = []
        self._moving = False  # within a gesture
        self._again: set[str] = set()  # rows to run once more when they are done
        self._seen: dict[str, Any] = {}  # what a row's result was when it started
        self._fresh = False  # the training under way has not been heard from
        self._images: Dataset | None = None  # those it goes by
        self._saves: list[Path] = []  # to write once the training has made a checkpoint
        self._listeners: list[Callable[[str], None]] = []

    # ---- state ----

    def watch(self, name: str, slot: Callable[[Any], None]) -> None:
        """Call `slot` with e.g. "results.map" or "settings.cursor", now and at every change."""
        slot(self._read(name))
        self._watchers[name].append(slot)

    def set(self, *, moving: bool = False, **changes: Any) -> None:
        """Change settings. Calls with `moving`, up to the next one without, are one gesture."""
        asked = replace(self.settings, **changes)
        changed = asked != self.settings
        if changed and not self._moving:
            self._past.append(self.settings)
            self._future.clear()
        self._moving = moving and (changed or self._moving)
        self._apply(asked, self.results)

    def look_at(self, z: Point, *, moving: bool = False) -> None:
        """Put the cursor at z and, where the map is a slice, have the slice go through it."""
        self.set(moving=moving, cursor=z, through=z if len(z) > 2 else self.settings.through)

    def cancel_gesture(self) -> None:
        """Back to what was before the gesture under way, as if it had never begun."""
        if self._moving:
            self._moving = False
            self._apply(self._past.pop(), self.results)

    def undo(self) -> None:
        """Take the last gesture back."""
        self._travel(self._past, self._future)

    def redo(self) -> None:
        self._travel(self._future, self._past)

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    def locate(self, folder: str) -> None:
        """Say where the images of the shown model lie on this machine."""
        source = self.results.source
        if source is not None:
            source = replace(source, folder=folder)
            remember_folder(source)
            self._apply(self.settings, replace(self.results, source=source))

    # ---- files ----

    def install(self, document: Document, path: Path | None = None) -> None:
        """Show an opened document, and the session it was saved in."""
        settings = Settings(data=document.data, model=document.config, train=document.train)
        if document.settings:
            where = path.name if path else "the session"
            settings = from_plain(document.settings, Settings, f"{where} (settings)")
        settings = _fitting(settings, document.config.latent)
        self.engine.cancel((self.name, "training"))
        self._release()
        self._mark(path)
        self._begin(settings, found(document.data), self.results.dataset)
        scene = scene_of(document, path.name if path else self.name)
        self._apply(self.settings, replace(self.results, document=document, timeline=(scene,)))

    def open(self, path: Path, *, whose: Owner = "user") -> None:
        """Read `path` beside the lanes and install it.

        Only a user's file is one that `save` writes to again. A kept run is this session's from
        now on: it goes when it is saved under a name.
        """
        self._submit("open", _opening(path, whose))

    def fetch(self) -> None:
        """Get the images of the shown model, over the network where they are not here."""
        if self.results.source is not None:
            self._submit("dataset", load(self.results.source), Priority.BACKGROUND)

    def save(self, path: Path, *, over: bool = False) -> None:
        """Write everything to `path`; a training under way is asked for a checkpoint first.

        Raises Problem where another program has changed the file since it was ours, unless `over`.
        """
        if not over and path == self.path and self._stamp != _stamp_of(path):
            raise Problem(
                f"{path.name} has been changed by another window since it was opened here: "
                "save under another name, or save over it."
            )
        if self.results.document is None:
            raise Problem("There is no model to save yet: train or open one first.")
        if self.results.run == "training":
            self._saves.append(path)
            self.engine.pause((self.name, "training"))
        else:
            self._save_now(path)

    def _save_now(self, path: Path) -> None:
        document = self.results.document
        assert document is not None
        codes = self.results.codes
        if codes is not None and codes.step == document.step:
            document = replace(document, codes=codes)
        document = replace(document, settings=to_plain(self.settings))
        self._submit("save", _saving(path, document))

    def _mark(self, path: Path | None) -> None:
        self.path, self._stamp = path, _stamp_of(path) if path else None

    # ---- training: verbs, outside undo ----

    def train(self, *, afresh: bool = True) -> None:
        """Train what the settings ask for, from new weights or from where it was left."""
        document, settings = self.results.document, self.settings
        plan = Plan(settings.data, settings.model)
        if document is not None and document.data == settings.data:
            plan = replace(plan, judge=document.judge)
            if not afresh and document.checkpoint is not None:
                start, history = document.checkpoint, document.history
                plan = Plan(document.data, document.config, document.judge, start, history)
        plan = replace(plan, data=found(plan.data))
        dataset = self.results.dataset
        if dataset is not None and dataset.config != plan.data:
            dataset = None
        self._images = dataset
        if plan.start is None or self.keeper is None:
            self._release()
            self.keeper = kept.Keeper()
        self._fresh = plan.start is None
        self._run("preparing")
        job = fit(plan, lambda: self.settings.train, dataset, self.keeper.keep)
        self._submit("training", job, Priority.BACKGROUND, "train")

    def pause(self) -> None:
        self._run("pausing" if self.results.run == "training" else "paused")
        self.engine.pause((self.name, "training"))

    def resume(self) -> None:
        self._run("training" if self.results.training else "preparing")
        self.engine.resume((self.name, "training"))

    def stop(self) -> None:
        if self.live("training"):
            self._run("stopping")
            self.engine.stop((self.name, "training"))

    def live(self, name: str) -> bool:
        """Whether the job of that name is under way or paused."""
        return self.engine.live((self.name, name))

    def cancel(self, name: str) -> None:
        """Forget a job; a training is stopped instead, so that its run is kept."""
        if name == "training":
            self.stop()
            return
        self.engine.cancel((self.name, name))
        self._apply(self.settings, replace(self.results, progress=self._without(name)))

    def dismiss(self) -> None:
        """The newest failure has been read."""
        self._apply(self.settings, replace(self.results, failure=None))

    def close(self) -> None:
        """Forget every job; a run that nobody saved is left to be offered at the next start."""
        for row in (*RECIPES, "open", "save", "training"):
            self.engine.cancel((self.name, row))
        self._release()

    def _release(self) -> None:
        if self.keeper is not None:
            self.keeper.release()
            self.keeper = None

    def _run(self, state: RunState) -> None:
        resting = state in ("idle", "paused")
        self._apply(self.settings, replace(self.results, run=state, resting=resting))

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
        elif isinstance(value, Trained):
            self._take_trained(value)
        elif name == "training":  # the images it goes by; the old model is still on screen
            self._images = value
        elif name == "open":
            self._opened(*value)
        elif name == "save":
            self._saved(value)
        else:
            self._apply(self.settings, replace(self.results, **{name: value}))

    def _take_trained(self, trained: Trained) -> None:
        if self._fresh:  # a new model: nothing of the one before is true of it
            self._fresh = False
            settings = _fitting(self.settings, trained.document.config.latent)
            self._begin(settings, trained.document.data, self._images)
        resting = self.results.run == "pausing" and trained.stand.checkpoint is not None
        scene = scene_of(trained.document, self.name)
        results = replace(
            self.results,
            document=trained.document,
            training=trained.stand,
            timeline=_longer(self.results.timeline, scene),
            progress=self._without("training"),
        )
        self._apply(self.settings, results)
        if resting:
            self._run("paused")
        elif self.results.run == "preparing":
            self._run("training")
        if trained.stand.checkpoint is not None and self._saves:
            saves, self._saves = self._saves, []
            for path in saves:
                self._save_now(path)
            self.engine.resume((self.name, "training"))

    def _begin(self, settings: Settings, source: DataConfig, images: Dataset | None) -> None:
        """Another model: what was drawn of the last one goes, and so does the way back to it."""
        self._past.clear()
        self._future.clear()
        results = self.results
        same = images is not None and images.config == source
        fresh = Results(
            source=source,
            dataset=images if same else None,
            run=results.run if self.live("training") else "idle",
            resting=not self.live("training"),
            progress=results.progress,
        )
        self._apply(settings, fresh)

    def _ended(self, name: str, update: Update) -> None:
        results = replace(self.results, progress=self._without(name))
        if update.kind == "failed":
            results = replace(results, failure=update.value)
        if name == "training" and not self.live(name):
            results = replace(results, run="idle", resting=True)
        self._apply(self.settings, results)
        if name in RECIPES and self._seen.get(name) is not getattr(self.results, name):
            self._seen[name] = getattr(self.results, name)
            self._fire({f"results.{name}"})

    def _opened(self, document: Document, path: Path, whose: Owner) -> None:
        self.install(document, path if whose == "user" else None)
        if whose == "kept":
            self.keeper = kept.Keeper(path)

    def _saved(self, path: Path) -> None:
        self._mark(path)
        if self.keeper is not None and not self.live("training"):
            self.keeper.forget()
            self.keeper = None
        self.tell(f"Saved {path.name}.")

    def tell(self, news: str) -> None:
        """One sentence that is no state: whoever listens shows it once."""
        for listener in self._listeners:
            listener(news)

    def listen(self, listener: Callable[[str], None]) -> None:
        self._listeners.append(listener)

    # ---- how a change spreads ----

    def _apply(self, settings: Settings, results: Results) -> None:
        if results.dataset is not None and results.dataset.config != results.source:
            results = replace(results, dataset=None)  # these are other images
        results = replace(results, scene=_shown(settings.step, results.timeline))
        before, after = _entries(self.settings, self.results), _entries(settings, results)
        changed = {name for name in after if not _same(after[name], before[name])}
        self.settings, self.results = settings, results
        for name in sorted(changed):
            for slot in self._watchers[name]:
                slot(self._read(name))
        self._fire(changed - {f"results.{row}" for row in RECIPES})

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

    def _submit(
        self, name: str, job: Job[Any], priority: Priority = Priority.SCREEN,
        lane: LaneName = "view",
    ) -> None:  # fmt: skip
        self.engine.submit((self.name, name), job, priority, lane)

    def _travel(self, source: list[Settings], target: list[Settings]) -> None:
        if source:
            target.append(self.settings)
            self._moving = False
            self._apply(source.pop(), self.results)

    def _read(self, name: str) -> Any:
        part, field_ = name.split(".")
        return getattr(getattr(self, part), field_)

    def _without(self, name: str) -> tuple[tuple[str, Progress], ...]:
        return tuple(entry for entry in self.results.progress if entry[0] != name)


def _shown(step: int | None, timeline: tuple[Scene, ...]) -> Scene | None:
    """The newest scene, or the newest that is not after the held step."""
    if step is None:
        return timeline[-1] if timeline else None
    return next((s for s in reversed(timeline) if s.step <= step), None)


def _longer(timeline: tuple[Scene, ...], scene: Scene) -> tuple[Scene, ...]:
    """With `scene` at its end; thinned where that is more than memory may hold."""
    timeline = (*timeline, scene)
    while len(timeline) > 2 and sum(shot.size for shot in timeline) > TIMELINE:
        timeline = timeline[::-2][::-1]  # the newest stays
    return timeline


def _same(one: Any, other: Any) -> bool:
    """By value for what was asked, by identity for what was answered."""
    return one is other or (type(one) is type(other) and one == other)


def _entries(settings: Settings, results: Results) -> dict[str, Any]:
    """All fields under their full names."""
    parts: dict[str, Settings | Results] = {"settings": settings, "results": results}
    return {f"{p}.{f.name}": getattr(v, f.name) for p, v in parts.items() for f in fields(v)}


def _fitting(settings: Settings, latent: int) -> Settings:
    """`settings` for a space of `latent` dimensions: places of another are forgotten."""
    settings = replace(settings, step=None)
    if len(settings.cursor) == latent:
        return settings
    centre = (0.0,) * latent
    return replace(
        settings, cursor=centre, through=centre, start=None, end=None, picked=None, target=None,
        travel=0.0,
    )  # fmt: skip


def _opening(path: Path, whose: Owner) -> Job[Progress | tuple[Document, Path, Owner]]:
    document = yield from aside(lambda tell: store.load(path))
    yield document, path, whose


def _saving(path: Path, document: Document) -> Job[Progress | Path]:
    yield from aside(lambda tell: store.save(path, document))
    yield path


def _stamp_of(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
