"""From a plan to a trained model: the data, the judge, the training, the figures - one job each.

The window, the command line and the tests run these very generators.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from dataclasses import asdict, dataclass, replace
from functools import lru_cache, partial
from typing import Any, TypeAlias, TypeVar, cast

import torch
from torch import Tensor, nn

from . import device
from .data import Batch, DataConfig, Dataset, load
from .engine import Job, Progress, Word
from .geometry.holes import Codes
from .home import bundled
from .measures.held_out import HeldOut, held_out
from .models import Judge, ModelConfig, build
from .models.base import POINT
from .problem import Problem
from .scene import Critic, Gaussian, Scene
from .store import Document
from .store import load as load_document
from .train import Checkpoint, Losses, Stand, TrainConfig, train

T = TypeVar("T")

Part: TypeAlias = Generator[Progress | None, Word | None, T | None]

CODES = 5000  # training images that stand for all of them
JUDGE = TrainConfig(epochs=6, rate=1e-3)
JUDGE_STEPS = 200  # at least: six looks at 600 images are too few to tell digits apart
POINT_STEPS = 1000  # the same of points: they are quick, and their classes are close
COOLING = 2 / 3  # of its steps, after which the judge learns ten times slower


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
    configuration of now, whose live fields are taken over. `training` is core.train.train, or what
    has more of its arguments.
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
        nn.Module(), plan.model, shape_of(dataset), plan.data, 0, dataset.classes, judge,
        history=plan.history,
    )  # fmt: skip
    make = partial(build, plan.model, document.shape, config().seed, len(dataset.classes))
    job, word = training(make, dataset.train, config, plan.start, asked=asked), None
    while True:
        try:
            stand = job.send(word)
        except StopIteration:
            return
        said = None
        if stand is not None:
            document = advanced(document, stand)
            said = Trained(stand, document, plan, _kept(document, keep))
        word = yield said


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


def judge_for(dataset: Dataset, where: device.DeviceName = "auto") -> Part[nn.Module]:
    """Finds a judge for `dataset` among the bundled models, or trains one; None where stopped."""
    known = _bundled_judge(dataset)
    if known is not None:
        return known
    a_turn = math.ceil(len(dataset.train.images) / JUDGE.batch)
    least = POINT_STEPS if shape_of(dataset) == POINT else JUDGE_STEPS
    epochs = max(JUDGE.epochs, math.ceil(least / a_turn))
    config, judge, step = replace(JUDGE, epochs=epochs, device=where), None, 0
    cooling = COOLING * epochs * a_turn
    cool = replace(config, rate=config.rate / 10)
    job = train(
        lambda: _seeded_judge(dataset), dataset.train, lambda: cool if step > cooling else config
    )
    for stand in job:
        said, step = None, step + 1
        if stand is not None:
            judge = stand.model
            said = Progress(stand.fraction, "training the judge that names what is drawn")
        if (yield said) == "stop":
            return None
    return None if judge is None else judge.cpu()


def _seeded_judge(dataset: Dataset) -> Judge:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(JUDGE.seed)
        return Judge(len(dataset.classes), shape_of(dataset))


def _bundled_judge(dataset: Dataset) -> nn.Module | None:
    """That of a model which comes with the program and was trained on the very same data."""
    name = dataset.config.name
    if name not in bundled():
        return None
    document = load_document(bundled()[name])
    same = replace(document.data, folder="") == replace(dataset.config, folder="")
    return document.judge if same and document.classes == dataset.classes else None


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


def shape_of(dataset: Dataset) -> tuple[int, int, int]:
    channels, height, width = dataset.train.images.shape[1:]
    return channels, height, width


def unfit(document: Document | None, dataset: Dataset) -> Problem | None:
    """Why the images cannot be those that the model was made for, whatever they are called."""
    if document is None:
        return None
    again = "they are not the ones it was trained on. Choose another place."
    if shape_of(dataset) != document.shape:
        found, asked = ("x".join(map(str, s)) for s in (shape_of(dataset), document.shape))
        return Problem(f"The model draws images of {asked}, and these are {found}: {again}")
    if dataset.classes and len(dataset.classes) != len(document.classes):
        found, asked = str(len(dataset.classes)), str(len(document.classes))
        return Problem(f"The model knows {asked} classes, and these images show {found}: {again}")
    return None


def scene_of(document: Document, name: str) -> Scene:
    """What is drawn of a document's model; `name` tells it from the scenes of others."""
    if not conditions_of(document):
        return _scene_given(document, name, None)
    scene = lru_cache(maxsize=None)(partial(_scene_given, document, name))
    return replace(scene(0), given=scene)


def conditions_of(document: Document) -> tuple[str, ...]:
    """What a conditional model may be asked to draw: its classes, unless it names something else"""
    model: Any = document.model
    if not getattr(model, "conditions", 0):
        return ()
    names: tuple[str, ...] = getattr(model, "condition_names", document.classes)
    return names


def _scene_given(document: Document, name: str, condition: int | None) -> Scene:
    """The model as it draws the class `condition`; None where it takes none"""
    model: Any = document.model
    where = device.home(model)

    def under(function: Callable[..., Any], x: Tensor) -> Any:
        if condition is None:
            return function(x)
        return function(x, torch.full((len(x),), condition, device=x.device))

    def decoded(z: Tensor) -> Tensor:
        images: Tensor = under(model.decode, z)
        return images

    def encode(images: Tensor) -> tuple[Tensor, Tensor]:
        mean, logvar = under(model.encode, images.to(where))
        return mean.to(images.device), logvar.to(images.device)

    judge = logits = critic = None
    if hasattr(model, "realness"):
        said = device.visiting(lambda images: under(model.realness, images), where)
        critic = Critic(said, model.says)
    if document.judge is not None:
        judged = document.judge.to(where)
        judge = device.visiting(judged, where)
        logits = device.visiting(lambda z: judged(decoded(z)), where)
    return Scene(
        name,
        document.step,
        device.visiting(decoded, where),
        logits,
        encode if hasattr(model, "encode") else None,
        document.config.latent,
        getattr(model, "prior", Gaussian()),
        document.classes,
        sum(part.numel() * part.element_size() for part in model.state_dict().values()),
        judge,
        critic,
        condition,
        conditions_of(document),
    )


def codes_of(
    scene: Scene, data: Batch, limit: int | None = CODES, chunk: int = 32
) -> Generator[Progress | None, Word | None, Codes]:
    """Encodes the first `limit` images of `data`, with pauses, and returns their codes."""
    assert scene.encode is not None, f"{scene.id} has no encoder"
    rows = torch.arange(len(data.images))
    if scene.conditions == scene.classes and scene.conditions and data.labels is not None:
        rows = rows[data.labels.cpu() == scene.condition]  # it draws no others
        if not len(rows):
            raise Problem("There is no code to show: no image is of the class that is drawn.")
    rows = rows[:limit]
    images = data.images[rows]
    parts = []
    for first in range(0, len(images), chunk):
        parts.append(_encode(scene, images[first : first + chunk]))
        yield Progress(first / len(images), "encoding images") if first % 1024 == 0 else None
    mean, logvar = (torch.cat(part) for part in zip(*parts, strict=True))
    labels = None if data.labels is None else data.labels[rows]
    return Codes(mean, logvar, labels, rows, scene.step)


@torch.no_grad()
def _encode(scene: Scene, images: Tensor) -> tuple[Tensor, Tensor]:
    assert scene.encode is not None
    mean, logvar = scene.encode(images)
    return mean.clone(), logvar.clone()


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
