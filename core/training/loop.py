"""The training loop of every model: a generator that publishes snapshots."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, nn

from ..data.dataset import Batch
from ..engine import device
from ..engine.errors import Problem
from ..engine.jobs import Job
from ..models.latent_model import LatentModel, ModelConfig, TrainableModel
from ..models.protocols import Alternating, Observing, Paced
from ..models.registry import with_live_fields
from .config import Cadence, TrainConfig, annealed_beta
from .distributed import ALONE, Team
from .loss_history import Entry, Losses, spacing
from .train_step import optimizer_of, train_step

Model = TypeVar("Model", bound=TrainableModel)


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """All that the rest of a training depends on: resuming from it is bit-exact."""

    step: int
    epoch: int
    offset: int  # images of this epoch already seen
    model: dict[str, Tensor]
    optimizers: dict[str, dict[str, Any]]
    noise: Tensor  # state of the random stream
    log: tuple[tuple[int, TrainConfig], ...]  # (step, the configuration from there on)


@dataclass(frozen=True, eq=False)
class Snapshot(Generic[Model]):
    """A fresh, frozen copy of the model in training, and how far the run is."""

    step: int
    steps: int  # in all, as the configuration says now
    model: Model
    config: TrainConfig  # as it held here
    losses: Losses  # averaged since the last entry of the history
    seconds_left: float | None  # None until there is something to judge by
    checkpoint: Checkpoint | None = None  # at a pause, at the end, and every two minutes
    finished: bool = False
    history: tuple[Entry, ...] = ()  # what has come to it since the snapshot before

    @property
    def fraction(self) -> float:
        return min(1.0, self.step / max(1, self.steps))


def train(
    make: Callable[[], Model],
    data: Batch,
    config: Callable[[], TrainConfig],
    start: Checkpoint | None = None,
    clock: Callable[[], float] = time.monotonic,
    model_config: Callable[[], ModelConfig] | None = None,
    team: Team = ALONE,
    cadence: Cadence = Cadence(),
) -> Job[Snapshot[Model]]:
    """Train what `make` makes, which nobody else sees: a pause after every step.

    `config` is read anew at every step, and so is `model_config`, whose live fields are taken over.
    The processes of a `team` run it in step, with the same arguments but for the clock.

    Raises Problem where the loss or the weights stop being numbers; the last snapshot before is
    good.
    """
    run = _Run(make(), data, config(), start, team)
    began, published, saved, word = clock(), clock(), clock(), None
    first = run.at.step
    while word != "stop" and run.at.epoch < (now := run.seeded(config())).epochs:
        single = word == "pause"  # said to one that rests: a step more, and rest again
        run.step(now, model_config)
        tick, report = clock(), None
        pace = (tick - began) / (run.at.step - first)
        if tick - saved >= cadence.checkpoints:
            published, saved, report = tick, tick, run.snapshot(now, pace, keep=True)
        elif tick - published >= cadence.snapshots:
            published, report = tick, run.snapshot(now, pace)
        word = "pause" if single else team.agreed((yield report))
        if word == "pause":
            word = yield run.snapshot(now, pace, keep=True)
            began, first = clock(), run.at.step  # rest is not work
    now = run.seeded(config())
    run.advance(now)
    yield run.snapshot(now, None, keep=True, finished=run.at.epoch >= now.epochs)


class _Run(Generic[Model]):
    """The live model, its optimisers and where they are in the data; used by `train` alone."""

    def __init__(
        self,
        model: Model,
        data: Batch,
        config: TrainConfig,
        start: Checkpoint | None,
        team: Team,
    ) -> None:
        self.team = team
        self.device = device.choose(config.device)
        self.seed = start.log[0][1].seed if start is not None and start.log else config.seed
        self.data = data.to(self.device)
        self.noise = torch.Generator(self.device).manual_seed(self.seed)
        self.model = model.to(self.device).train()
        self.optimizers = {
            name: optimizer_of(self.model, name, part, config.rate)
            for name, part in self.model.players().items()
        }
        self.at = Checkpoint(0, 0, 0, {}, {}, self.noise.get_state(), ())
        self.sums: dict[str, Tensor] = {}
        self.counts: dict[str, int] = {}
        self.losses: Losses = {}
        self.history: list[Entry] = []  # since the last snapshot
        self.good: tuple[int, bool] | None = None  # step of the last snapshot, if it is resumable
        if start is not None:
            self._go_on_from(start)

    def _go_on_from(self, start: Checkpoint) -> None:
        try:
            self.model.load_state_dict(start.model)
            for name, optimizer in self.optimizers.items():
                optimizer.load_state_dict(deepcopy(start.optimizers[name]))  # else they share them
        except (RuntimeError, ValueError, KeyError) as error:
            raise Problem(
                "The training cannot go on: what was saved of it does not fit these images or "
                "this model. Train anew, or choose the data it was trained on."
            ) from error
        try:
            self.noise.set_state(start.noise)
        except RuntimeError:  # of another kind of device: the run goes on, not bit for bit
            self.noise.manual_seed(self.seed + start.step)
        self.at, self.good = start, (start.step, True)

    def seeded(self, config: TrainConfig) -> TrainConfig:
        """`config` with what cannot change within a run."""
        return replace(config, seed=self.seed)

    def advance(self, config: TrainConfig) -> None:
        """Tell a model that goes by it how much of the training is done."""
        if isinstance(self.model, Paced):
            self.model.advance(min(1.0, self._epochs / config.epochs))

    @property
    def _epochs(self) -> float:
        return self.at.epoch + self.at.offset / len(self.data.pixels)

    def step(self, config: TrainConfig, model_config: Callable[[], ModelConfig] | None) -> None:
        """One batch for every player whose turn it is."""
        if model_config is not None and isinstance(self.model, LatentModel):
            self.model.config = with_live_fields(self.model.config, model_config())
        self.advance(config)
        at = self.at
        if not at.log or at.log[-1][1] != config:
            at = replace(at, log=(*at.log, (at.step, config)))
        order = _order(len(self.data.pixels), self.seed, at.epoch).to(self.device)
        chosen = order[at.offset : at.offset + config.batch]
        whole = self.data.at(chosen)
        if isinstance(self.model, Observing):
            self.model.observe(whole)  # all of it, in every process
        share = self.team.share(len(chosen))
        batch = share.of(whole)
        movers = self._movers(at.step)
        beta = annealed_beta(config, self._epochs)
        terms = train_step(self.model, movers, batch, self.noise, replace(config, beta=beta), share)
        if len(chosen) % self.team.size:
            self.team.align(self.noise)
        for name, term in terms.items():  # a NaN stays in the sum until somebody looks
            self.sums[name] = self.sums[name] + term if name in self.sums else term
            self.counts[name] = self.counts.get(name, 0) + 1
        turn, offset = divmod(at.offset + len(chosen), len(self.data.pixels))
        self.at = replace(at, step=at.step + 1, epoch=at.epoch + turn, offset=offset)
        if self.at.step % spacing(self.at.step) == 0:
            self._note_losses()

    def _note_losses(self) -> None:
        """An entry of the history, of what has been since the one before"""
        self.losses, self.sums, self.counts = self._fresh_losses(), {}, {}
        self.history.append((self.at.step, self.losses))

    def _fresh_losses(self) -> Losses:
        fresh = {name: (sum_ / self.counts[name]).item() for name, sum_ in self.sums.items()}
        return {**self.losses, **fresh}  # of who has not moved since, what was last

    def _movers(self, step: int) -> dict[str, torch.optim.Optimizer]:
        if not isinstance(self.model, Alternating):
            return self.optimizers
        return {name: self.optimizers[name] for name in self.model.movers(step)}

    def snapshot(
        self, config: TrainConfig, pace: float | None, keep: bool = False, finished: bool = False
    ) -> Snapshot[Model]:
        """One of now, with a checkpoint where `keep`; raises Problem where it is not numbers."""
        if finished and self.counts:
            self._note_losses()
        losses, history, self.history = self._fresh_losses(), tuple(self.history), []
        self.model.zero_grad(set_to_none=True)  # deepcopy would copy the gradients too
        frozen = deepcopy(self.model).eval().requires_grad_(False)
        if not all(map(math.isfinite, losses.values())) or not finite(frozen):
            raise Problem(
                f"Training diverged before step {self.at.step:,}: the loss is no longer a number. "
                + self._remedy()
            )
        self.good = self.at.step, keep
        a_turn = math.ceil(len(self.data.pixels) / config.batch)
        steps = self.at.step + max(
            0, (config.epochs - self.at.epoch) * a_turn - self.at.offset // config.batch
        )
        left = None if pace is None else pace * (steps - self.at.step)
        kept = self._checkpoint(frozen) if keep else None
        return Snapshot(self.at.step, steps, frozen, config, losses, left, kept, finished, history)

    def _remedy(self) -> str:
        if self.good is None:
            return "Nothing was learned yet: start again with a smaller learning rate."
        step, resumable = self.good
        way = "go on" if resumable else "start again"
        kept = f"The last good weights, of step {step:,}, are kept"
        return f"{kept}: {way} with a smaller learning rate."

    def _checkpoint(self, frozen: nn.Module) -> Checkpoint:
        states = {name: deepcopy(o.state_dict()) for name, o in self.optimizers.items()}
        return replace(
            self.at, model=frozen.state_dict(), optimizers=states, noise=self.noise.get_state()
        )


def finite(model: nn.Module) -> bool:
    """Whether every weight is a number."""
    parts = model.state_dict().values()  # a sum is a number only where all its terms are
    return all(bool(part.sum().isfinite()) for part in parts)


@lru_cache(maxsize=2)
def _order(images: int, seed: int, epoch: int) -> Tensor:
    """The epoch's order is a function of seed and epoch, so a position is two numbers."""
    return torch.randperm(images, generator=torch.Generator().manual_seed(seed * 100_003 + epoch))
