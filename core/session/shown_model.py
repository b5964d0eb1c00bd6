"""The model on screen: another one takes its place whole, and its scenes join the timeline."""

from __future__ import annotations

from ..data.dataset import DataConfig, Dataset
from ..documents.document import Document
from ..documents.scenes import scene_of
from ..scene.scene import Scene
from ..scene.timeline import extended
from .history import History
from .pace import PacedTimeline
from .recipes import RECIPES
from .results import Results
from .scheduler import Scheduler
from .settings import Settings
from .state import State
from .store import Store


class ShownModel:
    """What training and files have in common: both put a model on screen."""

    def __init__(self, store: Store, history: History, jobs: Scheduler) -> None:
        self._store, self._history, self._jobs = store, history, jobs
        self._timeline = PacedTimeline()
        self._models = 0  # that have been shown here: steps alone do not tell two of them apart

    def replace(self, settings: Settings, source: DataConfig, images: Dataset | None) -> None:
        """Another model: what was drawn of the last one goes, and so does the way back to it."""
        self._models += 1
        self._history.clear()
        self._timeline.clear()
        for name in (*RECIPES, "diversity_comparison"):
            if name != "dataset":
                self._jobs.forget(name)
        results, live = self._store.results, self._jobs.live
        fresh = Results(
            source=source,
            dataset=images if images is not None and images.config == source else None,
            run=results.run if live("training") else "idle",
            resting=not live("training"),
            progress=tuple(entry for entry in results.progress if live(entry[0])),
            experiment=results.experiment,  # on screen beside whatever is opened
            failure=results.failure,  # until it has been read
        )
        self._store.apply(State(settings, fresh))

    def install(self, document: Document) -> None:
        """Show the scene of a document, alone on the timeline."""
        self._store.update(document=document, timeline=(self._scene_of(document),))

    def follow(self, document: Document) -> None:
        """Another program has trained it as far as `document`."""
        now = self._store.results
        timeline = extended(now.timeline, self._scene_of(document), now.scene)
        self._store.update(document=document, timeline=timeline)

    def add(self, document: Document, *, at_once: bool, **results: object) -> None:
        """The training has come as far as `document`: shown now or with one that comes later."""
        now, scene = self._store.results, self._scene_of(document)
        timeline = self._timeline.add(now.timeline, scene, now.scene, at_once=at_once)
        self._store.update(document=document, timeline=timeline, **results)

    def complete(self) -> None:
        """However a training ended, the model that is left is the one that is seen."""
        now = self._store.results
        if now.document is not None:
            scene = self._scene_of(now.document)
            self._store.update(timeline=self._timeline.complete(now.timeline, scene, now.scene))

    def _scene_of(self, document: Document) -> Scene:
        return scene_of(document, f"{self._jobs.name}, model {self._models}")

    def settle(self) -> None:
        """Note whether the picture under way is complete."""
        if not any(map(self._jobs.live, DRAWN)):
            self._timeline.pace.end()


def _reads_scene(name: str) -> bool:
    return any(str(field) == "results.scene" for field in RECIPES[name].finish)


DRAWN = [*filter(_reads_scene, RECIPES), "holes"]
