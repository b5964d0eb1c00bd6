"""What is done with the shown model and leaves it as it is: exports, experiments, comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..compare.diversity import Subject, versus_file
from ..compare.experiment import OmegaConfig, omega_experiment, saving, set_up
from ..data.folders import found
from ..data.titles import model_title
from ..engine.engine import Engine
from ..engine.errors import Problem
from ..engine.jobs import Priority, Progress
from ..files.stamp import Exported
from ..geometry.paths.path_measures import PathMeasures
from ..runs.fit import RunConfig
from . import files
from .board import Board


class Lab(Board):
    def __init__(
        self, engine: Engine, name: str = "main", run_config: RunConfig = RunConfig()
    ) -> None:
        super().__init__(engine, name)
        self.run_config = run_config
        self.path: Path | None = None  # the file that the shown model is in

    # ---- exports ----

    def export(self, path: Path, alongs: Sequence[PathMeasures]) -> None:
        """Write measured paths to a file; its ending says what is written of them."""
        scene = self.results.scene
        if scene is not None:
            job = files.exporting(path, tuple(alongs), scene.classes)
            self._submit("export", job, Priority.BACKGROUND)

    def export_report(self, path: Path) -> None:
        """Write what is known of the geometry as one HTML file."""
        scene, survey, source = self.results.scene, self.results.survey, self.results.source
        whole = not self.live("survey")  # a page of half of it would look like all there is
        if scene is not None and survey is not None and survey.step == scene.step and whole:
            title = "a model" if source is None else source.name
            job = files.reporting(
                path, scene, self.results.codes, survey, self.results.voids or (), title
            )
            self._submit("export", job, Priority.BACKGROUND)

    # ---- experiments ----

    def begin_experiment(self, config: OmegaConfig) -> None:
        """Train what the settings ask for without penalties and with those of `config`.

        Raises Problem while a training is under way: the two would share one thread.
        """
        if self.live("training"):
            raise Problem("A training is under way: stop it, or let it end, before an experiment.")
        data, images = found(self.settings.data), self.results.dataset
        model, train = set_up(config, self.settings.model, self.settings.train)
        there = images is not None and images.config == data
        job = omega_experiment(
            images if there and images else data, model, train, run_config=self.run_config
        )
        self._begin_long("experiment")
        self._submit("experiment", job, Priority.BACKGROUND, "train")

    def save_experiment(self, folder: Path) -> None:
        """Write both models and the results into a folder."""
        if self.results.experiment is not None:
            self._submit("export", saving(folder, self.results.experiment), Priority.BACKGROUND)

    def compare_with(self, path: Path) -> None:
        """Say whether the shown model or that of a file draws the more diverse classes."""
        scene, codes, source = self.results.scene, self.results.codes, self.results.source
        if scene is None:
            raise Problem("There is no model to compare yet: train or open one first.")
        name = model_title(self.path, source)
        known = codes if codes is not None and codes.step == scene.step else None
        self._begin_long("versus")
        job = versus_file(Subject(name, scene, known), path)
        self._submit("versus", job, Priority.BACKGROUND)

    def _begin_long(self, name: str) -> None:
        """What was answered goes; how far the job is stands in its place from now on."""
        told = (*self._without(name), (name, Progress(0.0, "getting ready")))
        cleared: dict[str, Any] = {name: None, "progress": told}
        self._apply(self.settings, replace(self.results, **cleared))

    # ---- answers ----

    def _take(self, name: str, value: Any) -> None:
        if isinstance(value, Exported):
            self.tell(f"Exported {value.path.name}.")
        else:
            super()._take(name, value)
