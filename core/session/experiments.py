"""Experiments: the same training without and with penalties, and two models compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..analysis.measure_config import MeasureConfig
from ..compare.diversity import Compared, compare_with_file
from ..compare.experiment import (
    OmegaConfig,
    omega_experiment,
    save_experiment,
    with_penalties,
)
from ..compare.model_figures import Which
from ..data.folders import with_known_folder
from ..data.titles import model_title
from ..engine.errors import Problem
from ..engine.jobs import Priority, Progress
from .fields import RESULTS
from .files import Files
from .request_context import of_scene
from .scheduler import Scheduler
from .store import Store
from .training import Training


class Experiments:
    """What is done beside the shown model and leaves it as it is."""

    def __init__(self, store: Store, jobs: Scheduler, training: Training, files: Files) -> None:
        self.measure_config = MeasureConfig()  # of the next experiment
        self._store, self._jobs, self._training, self._files = store, jobs, training, files

    def begin(self, config: OmegaConfig) -> None:
        """Train what the settings ask for without penalties and with those of `config`.

        Raises Problem while a training is under way: the two would share one thread.
        """
        if self._training.live:
            raise Problem("A training is under way: stop it, or let it end, before an experiment.")
        settings, images = self._store.settings, self._store.results.dataset
        data = with_known_folder(settings.data)
        model, train = with_penalties(config, settings.model, settings.train)
        there = images is not None and images.config == data
        job = omega_experiment(
            images if there and images else data,
            model,
            train,
            run_config=self._training.run_config,
            measure_config=self.measure_config,
        )
        self._begin_long("experiment")
        self._jobs.submit("experiment", job, Priority.BACKGROUND, "train")

    def save(self, folder: Path) -> None:
        """Write both models and the results into a folder."""
        experiment = self._store.results.experiment
        if experiment is not None:
            self._jobs.submit("export", save_experiment(folder, experiment), Priority.BACKGROUND)

    def show(self, name: Which) -> None:
        """Show a model of the experiment; it has no file yet."""
        experiment = self._store.results.experiment
        if experiment is not None:
            figures = experiment.before if name == "before" else experiment.after
            if figures is not None:
                self._files.install(figures.document)

    def compare_with(self, path: Path) -> None:
        """Find out whether the shown model or that of a file draws the more diverse classes."""
        results = self._store.results
        scene, codes = results.scene, of_scene(self._store.state, RESULTS.codes)
        if scene is None:
            raise Problem("There is no model to compare yet: train or open one first.")
        name = model_title(self._files.path, results.source)
        self._begin_long("diversity_comparison")
        job = compare_with_file(Compared(name, scene, codes), path, self.measure_config)
        self._jobs.submit("diversity_comparison", job, Priority.BACKGROUND)

    def _begin_long(self, name: str) -> None:
        """What was answered goes; how far the job is stands in its place from now on"""
        progress = (*self._jobs.progress_without(name), (name, Progress(0.0, "getting ready")))
        cleared: dict[str, Any] = {name: None, "progress": progress}
        self._store.update(**cleared)
