"""Two trainings of one seed, without and with penalties: what these change (theory: D12)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from ..analysis.measure_config import MeasureConfig
from ..config.fields import setting
from ..data.dataset import DataConfig, Dataset
from ..documents import archive
from ..documents.document import Document
from ..engine.errors import Problem
from ..engine.jobs import Job, Progress, Word
from ..engine.worker import in_thread
from ..files.atomic import write
from ..files.stamp import Exported
from ..models.latent_model import ModelConfig
from ..models.vae.vae import VAEConfig
from ..runs.fit import Plan, RunConfig, Trained, fit
from ..training.config import TrainConfig
from .changes import Experiment
from .experiment_report import to_json
from .model_figures import ModelFigures, Part, Which, measure_figures
from .shared_judge import images_and_judge

T = TypeVar("T")

FILES = ("before.lacuna", "after.lacuna", "results.json")  # of a folder that it is saved in


@dataclass(frozen=True)
class OmegaConfig:
    """What the experiment varies, and the training of both models; the defaults are the slides'."""

    epochs: int = setting(
        10,
        "how often each training image is seen, in each training",
        label="Epochs",
        low=1,
        high=100_000,
    )
    omega: float = setting(
        30.0,
        "encoder slope penalty of the model after; the one before has none",
        label="Encoder slope penalty",
        low=0,
        high=1e5,
    )
    weight_clip: float = setting(
        0.3,
        "every weight of the model after is cut off at this size after each step; 0: no limit",
        label="Largest weight",
        low=0,
        high=100,
    )
    seed: int = setting(
        0, "of both trainings: same seed, same runs", label="Seed", low=0, high=2**31 - 1
    )


def with_penalties(
    config: OmegaConfig, model: ModelConfig, train: TrainConfig
) -> tuple[VAEConfig, TrainConfig]:
    """The model with penalties and the training that `config` asks for, all else as in these.

    Raises Problem where the model is of a family that has no such penalties.
    """
    if not isinstance(model, VAEConfig):
        raise Problem("Only a VAE has the encoder slope penalty: choose one under Model.")
    model = replace(model, omega=config.omega, weight_clip=config.weight_clip)
    return model, replace(train, epochs=config.epochs, seed=config.seed)


def omega_experiment(
    data: Dataset | DataConfig,
    after: VAEConfig,
    train: TrainConfig,
    keep: Callable[[Which, Document], None] = lambda name, document: None,
    run_config: RunConfig = RunConfig(),
    measure_config: MeasureConfig = MeasureConfig(),
) -> Job[Experiment | Progress]:
    """Train `after` and, first, the same without its penalties; measure both alike.

    One seed, one judge, the same batches, the same points of the prior. `keep` is given a
    resumable document at every checkpoint, and the whole one once it is measured. Asked to stop,
    the job ends with what is measured by then. `data`: the images, or which ones to load. Raises
    Problem where `after` has no penalty.
    """
    before = replace(after, omega=0.0, ratio=0.0, weight_clip=0.0)
    if before == after:
        raise Problem("There is nothing to compare: set a penalty or the largest weight above 0.")
    judged = yield from images_and_judge(data, train.device, run_config)
    if judged is None:
        return
    dataset, judge = judged.dataset, judged.judge
    experiment = Experiment(None, None)
    configs: dict[Which, ModelConfig] = {"before": before, "after": after}
    for name, config in configs.items():
        plan = Plan(dataset.config, config, judge)
        job = fit(plan, lambda: train, dataset, partial(keep, name), run_config=run_config)
        document = yield from _train(name, job)
        if document is None:
            return
        figures = yield from _until_stopped(
            measure_figures(name, document, dataset, measure_config)
        )
        if figures is None:
            return
        keep(name, figures.document)
        experiment = _with(experiment, figures)
        yield experiment


def _with(experiment: Experiment, figures: ModelFigures) -> Experiment:
    if figures.name == "before":
        return replace(experiment, before=figures)
    return replace(experiment, after=figures)


def _train(name: Which, job: Job[Dataset | Trained | Progress]) -> Part[Document | None]:
    """What `fit` comes to, reported as progress; None where it was stopped."""
    word: Word | None = None
    trained: Trained | None = None
    while True:
        try:
            report = job.send(word)
        except StopIteration:
            break
        progress = report if isinstance(report, Progress) else None
        if isinstance(report, Trained):
            trained = report
            progress = Progress(report.snapshot.fraction, f"training the model {name}")
        word = yield progress
    return trained.document if trained is not None and trained.snapshot.finished else None


def _until_stopped(job: Part[T]) -> Part[T | None]:
    """What a measurement returns; None where it was stopped: half of one says nothing."""
    while True:
        try:
            report = next(job)
        except StopIteration as end:
            result: T = end.value
            return result
        if (yield report) == "stop":
            job.close()
            return None


# ---- files ----


def save_experiment(folder: Path, experiment: Experiment) -> Job[Exported | Progress]:
    """Writes both models, as many as there are, and the results into `folder`."""
    yield from in_thread(lambda tell: _save(folder, experiment))
    yield Exported(folder)


def _save(folder: Path, experiment: Experiment) -> None:
    prepare(folder)
    for figures in (experiment.before, experiment.after):
        if figures is not None:
            archive.save(folder / f"{figures.name}.lacuna", figures.document)
    write_results(folder, experiment)


def prepare(folder: Path) -> None:
    """Make the folder; raises Problem where it will not do, before anything is put into it."""
    for name in FILES:
        if (folder / name).exists():
            raise Problem(f"{folder} holds the {name} of another run: choose another folder.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problem(
            f"{folder} could not be written: {error.strerror or error}. Choose another folder."
        ) from error


def write_results(folder: Path, experiment: Experiment) -> None:
    text = json.dumps(to_json(experiment), indent=1, allow_nan=False) + "\n"
    write(folder / "results.json", text.encode())
