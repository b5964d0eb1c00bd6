"""From a plan to a trained model: the data, the judge, the training, the figures - one job each.

The window, the command line and the tests run these very generators.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass, fields, replace
from functools import partial
from typing import Any, Protocol, TypeAlias, TypeVar

from torch import nn

from ..data.dataset import Batch, DataConfig, Dataset
from ..data.registry import load
from ..documents.compatibility import image_shape, incompatibility
from ..documents.document import Document, History
from ..documents.scenes import scene_of
from ..engine import device
from ..engine.errors import Problem
from ..engine.jobs import Job, Progress, Word
from ..measures.held_out import HeldOut, held_out
from ..models.latent_model import LatentModel, ModelConfig
from ..models.protocols import Reviewing
from ..models.registry import build
from ..training.config import Cadence, TrainConfig
from ..training.loop import Checkpoint, Snapshot, train
from ..training.loss_history import lengthened
from .encode import codes_of, training_codes
from .train_judge import JudgeConfig, find_or_train_judge

T = TypeVar("T")

Part: TypeAlias = Generator[Progress | None, Word | None, T | None]


@dataclass(frozen=True, eq=False)
class Plan:
    """What is to be trained on what, and what is there already."""

    data: DataConfig
    model: ModelConfig
    judge: nn.Module | None = None  # of these very images
    known_judge: nn.Module | None = None  # which may do, else one is found or trained
    before: Document | None = None  # whose training goes on, from its checkpoint


def going_on(document: Document | None, data: DataConfig) -> Plan:
    """To train `document` further, on its images as they lie at `data`."""
    if document is None or document.checkpoint is None:
        raise Problem("There is no checkpoint to go on from: train the model anew.")
    return Plan(data, document.config, document.judge, before=document)


@dataclass(frozen=True, eq=False)
class Trained:
    """How the training stands, and what a file of now would hold."""

    snapshot: Snapshot[LatentModel]
    document: Document
    plan: Plan
    unkept: Problem | None = None  # why its checkpoint is not on disk


@dataclass(frozen=True)
class RunConfig:
    """How a run goes about it, whatever it trains: how often it reports, how its judge learns."""

    cadence: Cadence = Cadence()
    judge: JudgeConfig = JudgeConfig()


class Train(Protocol):
    """`core.training.loop.train`, or what has more of its arguments."""

    def __call__(
        self,
        make: Callable[[], LatentModel],
        data: Batch,
        config: Callable[[], TrainConfig],
        start: Checkpoint | None = None,
        *,
        model_config: Callable[[], ModelConfig] | None = None,
        cadence: Cadence = Cadence(),
    ) -> Job[Snapshot[LatentModel]]: ...


def fit(
    plan: Plan,
    config: Callable[[], TrainConfig],
    dataset: Dataset | None = None,
    keep: Callable[[Document], None] | None = None,
    model_config: Callable[[], ModelConfig] | None = None,
    training: Train = train,
    run_config: RunConfig = RunConfig(),
) -> Job[Dataset | Trained | Progress]:
    """Load the data and train the judge where they are not given, then train the model.

    `keep` is called with a resumable document at every checkpoint. `model_config` is the model's
    configuration of now, whose live fields are taken over. Raises Problem where a training would
    go on with other images.
    """
    if dataset is None:
        dataset = yield from loaded(plan.data)
        if dataset is None:
            return
        yield dataset
    start, history = _start(plan, dataset)
    judge = plan.judge
    if judge is None and dataset.classes:
        judge = yield from find_or_train_judge(
            dataset, config().device, run_config.judge, plan.known_judge
        )
        if judge is None:
            return
    shape, classes = image_shape(dataset), dataset.classes
    make = partial(build, plan.model, shape, config().seed, len(classes))
    word: Word | None = None
    job = training(
        make,
        dataset.train,
        config,
        start,
        model_config=model_config,
        cadence=run_config.cadence,
    )
    while True:
        try:
            snapshot = job.send(word)
        except StopIteration:
            return
        report = None
        for entry in () if snapshot is None else snapshot.history:
            history = lengthened(history, entry)
        if snapshot is not None and (snapshot.finished or snapshot.fraction < 1 or word == "pause"):
            if snapshot.fraction == 1:  # told once, then: the last one of that step comes next
                snapshot = yield from _reviewed(snapshot, dataset.train, word)
            document = Document(
                snapshot.model,
                snapshot.model.config,
                shape,
                plan.data,
                snapshot.step,
                classes,
                judge,
                snapshot.config,
                history=history,
                checkpoint=snapshot.checkpoint,
                summary=dataset.summary,
            )
            report = Trained(snapshot, document, plan, _kept(document, keep))
        word = yield report


def _start(plan: Plan, dataset: Dataset) -> tuple[Checkpoint | None, History]:
    """Where the training begins, and its losses up to there; Problem where the images are others"""
    before = plan.before
    if before is None:
        return None, ()
    if problem := incompatibility(before, dataset):
        raise problem
    if dataset.classes != before.classes:
        raise Problem(
            "The training cannot go on: its images had classes, and these have none. "
            "Choose those it was trained on, or train anew."
        )
    return before.checkpoint, before.history


def _reviewed(
    snapshot: Snapshot[LatentModel], data: Batch, word: Word | None, chunk: int = 32
) -> Generator[Progress | None, Word | None, Snapshot[LatentModel]]:
    """`snapshot` with a model that has looked at all of `data` once more, where it wants to.

    Who has had a `word` is not kept waiting by pauses. The checkpoint stays what it was: a training
    that goes on from it is the same.
    """
    if not isinstance(snapshot.model, Reviewing):
        return snapshot
    model = deepcopy(snapshot.model)
    where, count = device.home(model), len(data.pixels)
    model.forget()
    for first in range(0, count, chunk):
        model.observe(data.at(slice(first, first + chunk)).to(where))
        if word is None:
            progress = Progress(first / count, "a last look at all images")
            word = yield progress if first % 1024 == 0 else None
    return replace(snapshot, model=model)


def _kept(document: Document, keep: Callable[[Document], None] | None) -> Problem | None:
    """Why a resumable document could not be kept: a full disk ends no training."""
    if keep is not None and document.checkpoint is not None:
        try:
            keep(document)
        except Problem as problem:
            return problem
    return None


def loaded(config: DataConfig) -> Part[Dataset]:
    """Passes on the progress of loading `config` and returns the images; None where stopped."""
    for report in load(config):
        if isinstance(report, Dataset):
            return report
        if (yield report) == "stop":
            break
    return None


def finished(
    document: Document, dataset: Dataset
) -> Generator[Progress | None, Word | None, Document]:
    """`document` with its codes, those of the images held out, and its figures on them.

    A conditional model has other codes for every class that it draws: none are kept.
    """
    if problem := incompatibility(document, dataset):
        raise problem
    scene = scene_of(document, "finished")
    codes = test = figures = None
    if scene.encode is not None and scene.condition is None:
        codes = yield from training_codes(scene, dataset.train)
        if len(dataset.test.pixels):
            test = yield from codes_of(scene, dataset.test)
    for report in held_out(document.model, document.judge, dataset.test, document.step):
        if isinstance(report, HeldOut):
            figures = report
        else:
            yield report
    measures = {} if figures is None else measures_of(figures)
    return replace(document, codes=codes, test=test, measures=measures)


def measures_of(figures: HeldOut) -> dict[str, float]:
    """As a file holds them: those that there are."""
    return {name: float(value) for name, value in asdict(figures).items() if value is not None}


def figures_of(document: Document) -> HeldOut | None:
    """Those that `measures_of` wrote, where they are of the step that the document is at."""
    known: Mapping[str, Any] = document.measures
    if known.get("step") != document.step or "images" not in known:
        return None
    values: dict[str, Any] = {part.name: known.get(part.name) for part in fields(HeldOut)}
    return HeldOut(**values | {name: int(known[name]) for name in ("images", "step")})
