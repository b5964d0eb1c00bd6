"""`lacuna train`: a training from its start or its checkpoint to a file, alone or in a team."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from torch import nn

from ..data.dataset import DataConfig, Dataset
from ..documents import archive
from ..documents.document import Document
from ..engine.errors import Problem
from ..models.registry import MODELS
from ..runs.fit import Plan, RunConfig, Trained, finished, fit, loaded
from ..training import distributed
from ..training.config import Cadence, TrainConfig
from ..training.distributed import Team
from ..training.loop import train
from .console import heeding, shown
from .options import chosen


def train_command(asked: Any) -> dict[str, Any] | None:
    """What was trained; None in all processes of a team but the first."""
    with distributed.team() as team:
        asked.json = asked.json or not team.first  # one progress bar is enough
        return _trained(team, asked)


def _trained(team: Team, asked: Any) -> dict[str, Any] | None:
    """What the first process of the team says of the file that it has written."""
    plan, config = _planned(asked)
    team.place(config.device)
    said = _fitted(plan, config, asked, team)
    if said is None:
        raise Problem("Stopped before there was anything to save.")
    if not team.first:
        return None
    dataset, document, complete = said
    if complete:
        document = shown(finished(document, dataset), asked)
    if asked.portable:
        document = replace(document, data=replace(document.data, folder=""))
    if asked.portable and complete:  # else what was trained could not go on
        document = replace(document, checkpoint=None)
    archive.save(asked.out, document)
    return {
        "file": str(asked.out), "step": document.step, "finished": complete,
        **{name: value for name, value in document.measures.items() if name != "step"},
    }  # fmt: skip


def _planned(asked: Any) -> tuple[Plan, TrainConfig]:
    if asked.resume:
        plan, before = _resumed(asked.out, asked.data_dir)
    else:
        data = chosen(DataConfig(), asked, name=asked.data, folder=asked.data_dir, seed=0)
        family = MODELS[asked.model]
        plan = Plan(data, chosen(family.config(), asked))
        before = TrainConfig(rate=family.rate, epochs=family.epochs)
    return plan, chosen(before, asked)


def _resumed(path: Path, folder: str) -> tuple[Plan, TrainConfig]:
    """How to go on with the training in that file, and what held of it last."""
    document = archive.load(path)
    if document.checkpoint is None:
        raise Problem(f"{path.name} holds no checkpoint to go on from: train it anew.")
    data = replace(document.data, folder=folder or document.data.folder)
    plan = Plan(data, document.config, document.judge, document.checkpoint, document.history)
    return plan, document.train


def _fitted(
    plan: Plan, config: TrainConfig, asked: Any, team: Team
) -> tuple[Dataset, Document, bool] | None:
    """Train until the end or Ctrl-C: the data, the document, and whether it is complete."""
    dataset, trained = None if team.size == 1 else _in_turn(plan.data, asked, team), None
    training, keep = partial(train, team=team), partial(archive.save, asked.out)
    run_config: RunConfig = asked.run_config
    if asked.live is not None:
        run_config = replace(run_config, cadence=Cadence(checkpoints=asked.live))
    if team.first:
        job = fit(plan, lambda: config, dataset, keep, training=training, run_config=run_config)
    else:  # nothing of it is looked at or kept: it takes no snapshots and needs no judge
        silent = partial(training, clock=lambda: 0.0)
        job = fit(replace(plan, judge=nn.Identity()), lambda: config, dataset, training=silent)
    for said in heeding(job, asked):
        if isinstance(said, Dataset):
            dataset = said
        elif isinstance(said, Trained):
            if trained is None and team.first and team.size > 1:
                _tell(distributed.coupled(said.snapshot.model, said.snapshot.losses))
            trained = said
    if dataset is None or trained is None:
        return None
    return dataset, trained.document, trained.snapshot.finished


def _in_turn(config: DataConfig, asked: Any, team: Team) -> Dataset | None:
    """The images: the first process fetches what the others find there then."""
    if not team.first:
        team.wait()
    dataset = shown(loaded(config), asked)
    if team.first:
        team.wait()
    return dataset


def _tell(sentence: str) -> None:
    if sentence:
        Console(stderr=True).print(sentence, markup=False, highlight=False, soft_wrap=True)
