"""From a plan to a trained model: the data, the judge, the training, the figures - one job each.

The window, the command line and the tests run these very generators.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass, fields, replace
from functools import partial
from typing import Any, TypeAlias, TypeVar, cast

from torch import nn

from ..data.dataset import Batch, DataConfig, Dataset
from ..data.registry import load
from ..documents.compatibility import shape_of, unfit
from ..documents.document import Document
from ..documents.scenes import scene_of
from ..engine import device
from ..engine.errors import Problem
from ..engine.jobs import Job, Progress, Word
from ..measures.held_out import HeldOut, held_out
from ..models.family import ModelConfig
from ..models.protocols import Reviewing
from ..models.registry import build
from ..training.config import TrainConfig
from ..training.loop import Checkpoint, Losses, Stand, train
from .encode import codes_of
from .judge import judge_for

T = TypeVar("T")

Part: TypeAlias = Generator[Progress | None, Word | None, T | None]


@dataclass(frozen=True, eq=False)
class Plan:
    """What is to be trained on what, and what is there already."""

    data: DataConfig
    model: ModelConfig
    judge: nn.Module | None = None  # of the same data; one is found or trained where there is none
    start: Checkpoint | None = None  # to go on from
    history: tuple[tuple[int, Losses], ...] = ()  # losses up to there


@dataclass(frozen=True, eq=False)
class Trained:
    """How the training stands, and what a file of now would hold."""

    stand: Stand
    document: Document
    plan: Plan
    unkept: Problem | None = None  # why its checkpoint is not on disk


def fit(
    plan: Plan,
    config: Callable[[], TrainConfig],
    dataset: Dataset | None = None,
    keep: Callable[[Document], None] | None = None,
    asked: Callable[[], ModelConfig] | None = None,
    training: Callable[..., Job[Stand]] = train,
) -> Job[Dataset | Trained | Progress]:
    """Load the data and train the judge where they are not given, then train the model.

    `keep` is called with a resumable document at every checkpoint. `asked` is the model's
    configuration of now, whose live fields are taken over. `training` is
    core.training.loop.train, or what has more of its arguments.
    """
    if dataset is None:
        dataset = yield from loaded(plan.data)
        if dataset is None:
            return
        yield dataset
    judge = plan.judge
    if judge is None and dataset.classes:
        judge = yield from judge_for(dataset, config().device)
        if judge is None:
            return
    document = Document(
        nn.Module(),
        plan.model,
        shape_of(dataset),
        plan.data,
        0,
        dataset.classes,
        judge,
        history=plan.history,
    )
    make = partial(build, plan.model, document.shape, config().seed, len(dataset.classes))
    job, word = training(make, dataset.train, config, plan.start, asked=asked), None
    while True:
        try:
            stand = job.send(word)
        except StopIteration:
            return
        said = None
        if stand is not None and (stand.finished or stand.fraction < 1 or word == "pause"):
            if stand.fraction == 1:  # told once, then: the last one of that step comes next
                stand = yield from _reviewed(stand, dataset.train, word)
            document = advanced(document, stand)
            said = Trained(stand, document, plan, _kept(document, keep))
        word = yield said


def _reviewed(
    stand: Stand, data: Batch, word: Word | None, chunk: int = 32
) -> Generator[Progress | None, Word | None, Stand]:
    """`stand` with a model that has looked at all of `data` once more, where it wants to.

    Who has had a `word` is not kept waiting by pauses. The checkpoint stays what it was: a training
    that goes on from it is the same.
    """
    if not isinstance(stand.model, Reviewing):
        return stand
    model = deepcopy(stand.model)
    where, count = device.home(model), len(data.images)
    model.forget()
    for first in range(0, count, chunk):
        model.observe(data.at(slice(first, first + chunk)).to(where))
        if word is None:
            told = Progress(first / count, "a last look at all images")
            word = yield told if first % 1024 == 0 else None
    return replace(stand, model=model)


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
    for said in load(config):
        if isinstance(said, Dataset):
            return said
        if (yield said) == "stop":
            break
    return None


def advanced(document: Document, stand: Stand) -> Document:
    """`document` with the weights of `stand`; what was measured on older ones is dropped."""
    history = tuple(entry for entry in document.history[-1:] if entry[0] != stand.step)
    return replace(
        document,
        model=stand.model,
        config=cast(ModelConfig, stand.model.config),
        step=stand.step,
        train=stand.config,
        codes=None,
        test=None,
        measures={},
        history=(*document.history[:-1], *history, (stand.step, stand.losses)),
        checkpoint=stand.checkpoint,
    )


def finished(
    document: Document, dataset: Dataset
) -> Generator[Progress | None, Word | None, Document]:
    """`document` with its codes, those of the images held out, and its figures on them.

    A conditional model has other codes for every class that it draws: none are kept.
    """
    if problem := unfit(document, dataset):
        raise problem
    scene = scene_of(document, "finished")
    codes = test = figures = None
    if scene.encode is not None and scene.condition is None:
        codes = yield from codes_of(scene, dataset.train)
        if len(dataset.test.images):
            test = yield from codes_of(scene, dataset.test, limit=None)
    for said in held_out(document.model, document.judge, dataset.test, document.step):
        if isinstance(said, HeldOut):
            figures = said
        else:
            yield said
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
