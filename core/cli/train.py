"""`lacuna train`: a training from its start or its checkpoint to a file, alone or in a team."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from torch import nn

from ..data.dataset import DataConfig, Dataset
from ..documents import archive
from ..documents.document import Document
from ..engine import device
from ..engine.errors import Problem
from ..models.registry import MODELS
from ..runs.fit import Plan, RunConfig, Trained, finished, fit, going_on, loaded
from ..training import distributed
from ..training.config import Cadence, TrainConfig
from ..training.distributed import Team
from ..training.loop import train
from .console import reports_of, result_of
from .options import config_from


def train_command(options: Namespace) -> dict[str, Any] | None:
    """What was trained; None in all processes of a team but the first."""
    with distributed.team() as team:
        options.json = options.json or not team.first  # one progress bar is enough
        if options.threads is not None:
            device.limit_threads(options.threads)  # a team has shared the cores out
        return _train(team, options)


def _train(team: Team, options: Namespace) -> dict[str, Any] | None:
    """What the first process of the team reports of the file that it has written."""
    plan, config = _plan(options)
    team.place(config.device)
    result = _fit(plan, config, options, team)
    if result is None:
        raise Problem("Stopped before there was anything to save.")
    if not team.first:
        return None
    dataset, document, complete = result
    if complete:
        document = result_of(finished(document, dataset), options)
    if options.portable:
        document = replace(document, data=replace(document.data, folder=""))
    if options.portable and complete:  # else what was trained could not go on
        document = replace(document, checkpoint=None)
    archive.save(options.out, document)
    return {
        "file": str(options.out),
        "trained_on": str(dataset.summary),
        "step": document.step,
        "finished": complete,
        **{name: value for name, value in document.measures.items() if name != "step"},
    }


def _plan(options: Namespace) -> tuple[Plan, TrainConfig]:
    if options.resume:
        plan, before = _resumption(options.out, options.data_dir)
    else:
        data = config_from(
            DataConfig(), options, name=options.data, folder=options.data_dir, seed=0
        )
        family = MODELS[options.model]
        plan = Plan(data, config_from(family.config(), options))
        before = TrainConfig(rate=family.rate, epochs=family.epochs)
    return plan, config_from(before, options)


def _resumption(path: Path, folder: str) -> tuple[Plan, TrainConfig]:
    """How to go on with the training in that file, and what held of it last."""
    document = archive.load(path)
    data = replace(document.data, folder=folder or document.data.folder)
    return going_on(document, data), document.train


def _fit(
    plan: Plan, config: TrainConfig, options: Namespace, team: Team
) -> tuple[Dataset, Document, bool] | None:
    """Train until the end or Ctrl-C: the data, the document, and whether it is complete."""
    dataset, trained = None if team.size == 1 else _in_turn(plan.data, options, team), None
    training, keep = partial(train, team=team), partial(archive.save, options.out)
    run_config: RunConfig = options.run_config
    if options.live is not None:
        run_config = replace(run_config, cadence=Cadence(checkpoints=options.live))
    if team.first:
        job = fit(plan, lambda: config, dataset, keep, training=training, run_config=run_config)
    else:  # nothing of it is looked at or kept: it takes no snapshots and needs no judge
        silent = partial(training, clock=lambda: 0.0)
        job = fit(replace(plan, judge=nn.Identity()), lambda: config, dataset, training=silent)
    for report in reports_of(job, options):
        if isinstance(report, Dataset):
            dataset = report
            if team.first and not options.json:
                _print(f"{dataset.summary}.")
        elif isinstance(report, Trained):
            if trained is None and team.first and team.size > 1:
                _print(distributed.coupled(report.snapshot.model, report.snapshot.losses))
            trained = report
    if dataset is None or trained is None:
        return None
    return dataset, trained.document, trained.snapshot.finished


def _in_turn(config: DataConfig, options: Namespace, team: Team) -> Dataset | None:
    """The images: the first process fetches what the others find there then."""
    if not team.first:
        team.wait()
    dataset = result_of(loaded(config), options)
    if team.first:
        team.wait()
    return dataset


def _print(sentence: str) -> None:
    if sentence:
        Console(stderr=True).print(sentence, markup=False, highlight=False, soft_wrap=True)
