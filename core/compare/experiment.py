"""Two trainings of one seed, without and with penalties: what these change (THEORY.md, D12)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from ..config.fields import setting
from ..data.dataset import DataConfig, Dataset
from ..documents import archive
from ..documents.document import Document
from ..engine.errors import Problem
from ..engine.jobs import Job, Progress, Word
from ..engine.worker import aside
from ..files.atomic import write
from ..files.stamp import Exported
from ..models.latent_model import ModelConfig
from ..models.vae.vae import VAEConfig
from ..runs.fit import Plan, RunConfig, Trained, fit, loaded
from ..runs.train_judge import find_or_train_judge
from ..training.config import TrainConfig
from .changes import Experiment, plain
from .figures import Name, Part, Side, measured

T = TypeVar("T")

FILES = ("before.lacuna", "after.lacuna", "results.json")  # of a folder that it is saved in


@dataclass(frozen=True)
class OmegaConfig:
    """What the experiment varies, and the training of both models; the defaults are the slides'."""

    epochs: int = setting(
        10, "how often each training image is seen, in each training", label="Epochs", low=1,
        high=100_000,
    )  # fmt: skip
    omega: float = setting(
        30.0, "encoder slope penalty of the model after; the one before has none",
        label="Encoder slope penalty", low=0, high=1e5,
    )  # fmt: skip
    weight_clip: float = setting(
        0.3, "every weight of the model after is cut off at this size after each step; 0: no limit",
        label="Largest weight", low=0, high=100,
    )  # fmt: skip
    seed: int = setting(0, "of both trainings: same seed, same runs", label="Seed", low=0,
                        high=2**31 - 1)  # fmt: skip


def set_up(
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
    keep: Callable[[Name, Document], None] = lambda name, document: None,
    run_config: RunConfig = RunConfig(),
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
    dataset = data if isinstance(data, Dataset) else (yield from loaded(data))
    if dataset is None:
        return
    judge = None
    if dataset.classes:
        judge = yield from find_or_train_judge(dataset, train.device, run_config.judge)
        if judge is None:
            return
    said = Experiment(None, None)
    configs: dict[Name, ModelConfig] = {"before": before, "after": after}
    for name, config in configs.items():
        plan = Plan(dataset.config, config, judge)
        job = fit(plan, lambda: train, dataset, partial(keep, name), run_config=run_config)
        side = yield from _side(name, job, dataset)
        if side is None:
            return
        keep(name, side.document)
        said = replace(said, before=side) if name == "before" else replace(said, after=side)
        yield said


def _side(name: Name, job: Job[Any], dataset: Dataset) -> Part[Side | None]:
    """Train and measure one model; None where it was stopped."""
    document = yield from _trained(name, job)
    if document is None:
        return None
    return (yield from _until_stopped(measured(name, document, dataset)))


def _trained(name: Name, job: Job[Any]) -> Part[Document | None]:
    """What `fit` comes to, told of as progress; None where it was stopped."""
    word: Word | None = None
    trained: Trained | None = None
    while True:
        try:
            said = job.send(word)
        except StopIteration:
            break
        if isinstance(said, Trained):
            trained, said = said, Progress(said.snapshot.fraction, f"training the model {name}")
        word = yield said
    return trained.document if trained is not None and trained.snapshot.finished else None


def _until_stopped(job: Part[T]) -> Part[T | None]:
    """What a measurement returns; None where it was stopped: half of one says nothing."""
    while True:
        try:
            said = next(job)
        except StopIteration as end:
            answer: T = end.value
            return answer
        if (yield said) == "stop":
            job.close()
            return None


# ---- files ----


def saving(folder: Path, experiment: Experiment) -> Job[Exported | Progress]:
    """Writes both models, as many as there are, and the results into `folder`."""
    yield from aside(lambda tell: _save(folder, experiment))
    yield Exported(folder)


def _save(folder: Path, experiment: Experiment) -> None:
    prepare(folder)
    for side in (experiment.before, experiment.after):
        if side is not None:
            archive.save(folder / f"{side.name}.lacuna", side.document)
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
    said = json.dumps(plain(experiment), indent=1, allow_nan=False) + "\n"
    write(folder / "results.json", said.encode())
