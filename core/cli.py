"""The command line: the window's own jobs, with progress bars or as JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text
from torch import nn

from . import changes, device, drawing, experiment, parallel, report, results, store, versus
from .changes import Experiment
from .console import answered, heeding, shown
from .data import DATASETS, DataConfig, Dataset, is_local
from .experiment import OmegaConfig, omega_experiment
from .exports import FORMATS
from .fit import Plan, Trained, finished, fit, loaded
from .geometry.families import FAMILIES
from .illustrated import geometry_report
from .models import MODELS, VAEConfig, outside
from .options import add_fields, chosen
from .parallel import Team
from .problem import Problem
from .results import Row
from .store import Document
from .train import TrainConfig, train
from .whole import write

COMMANDS = ("train", "report", "map", "path", "experiment", "compare", "results")


def main(arguments: list[str]) -> int:
    """Runs one command; 0 is success, 1 a problem said in one sentence, 2 a wrong call."""
    try:
        arguments = outside.taken(arguments, MODELS)
    except Problem as problem:
        return _failed(str(problem))
    asked = _parser(arguments).parse_args(arguments)  # exits with 2 by itself
    device.settle_threads()
    try:
        answer = asked.run(asked)
    except Problem as problem:
        return _failed(str(problem))
    except KeyboardInterrupt:
        return _failed("Stopped.")
    if answer is None:  # another process of the same training says it
        return 0
    if asked.json:
        print(json.dumps(answer, indent=1))
    else:
        Console().print(asked.table(answer), highlight=False)
    return 0 if answer.get("finished", True) else 1


def _failed(sentence: str) -> int:
    Console(stderr=True).print(sentence, style="red", markup=False, highlight=False, soft_wrap=True)
    return 1


def _parser(arguments: list[str]) -> argparse.ArgumentParser:
    """The options of a model are those of the family that is asked for."""
    parser = argparse.ArgumentParser(
        prog="lacuna",
        description="Explore latent spaces. `lacuna FILE` opens the window on it; "
        "with --follow behind it, the window shows each state of a run that is written there.",
    )
    commands = parser.add_subparsers(required=True, metavar="{" + ",".join(COMMANDS) + "}")

    def command(name: str, run: Callable[[Any], Any], said: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=said, description=said)
        sub.set_defaults(run=run, table=report.table)
        sub.add_argument("--json", action="store_true", help="print the answer as JSON")
        sub.add_argument(outside.OPTION, help="a Python file that defines a model: it is run")
        sub.add_argument("--data-dir", default="", help="folder (or .npz file) the data lies in")
        return sub

    train = command("train", _train, "train a model and save it with its judge and codes")
    train.add_argument("--data", choices=DATASETS, default="strokes")
    train.add_argument("--model", choices=MODELS, default="vae")
    train.add_argument("--out", type=Path, required=True, help="the file to write")
    train.add_argument(
        "--resume", action="store_true", help="go on from what --out holds, as it was set"
    )
    train.add_argument(
        "--portable", action="store_true", help="leave out the checkpoint and the data's folder"
    )
    train.add_argument(
        "--live", type=float, metavar="SECONDS",
        help="how often --out is written meanwhile, which a window can follow (default: 120)",
    )  # fmt: skip
    add_fields(train, DataConfig, skip=("name", "folder", "seed"))
    first = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    first.add_argument("--model", default="vae")
    name = first.parse_known_args(arguments)[0].model
    if name in MODELS:
        add_fields(train, MODELS[name].config, skip=MODELS[name].unused)
    add_fields(train, TrainConfig)

    figures = command("report", _report, "class masses, accuracy of the judge, -ELBO, hole mass")
    figures.add_argument("file", type=Path)
    figures.add_argument(
        "--measures", action="store_true", help="samples against data, latent use, what is wrong"
    )
    figures.add_argument("--geometry", action="store_true", help="radius, bounds, diversity, holes")
    figures.add_argument("--out", type=Path, help="the geometry with figures, as one .html file")

    chart = command("map", _map, "draw the map of a model's latent plane as a PNG")
    chart.add_argument("file", type=Path)
    chart.add_argument("--out", type=Path, required=True)
    chart.add_argument("--half", type=float, default=3.5, help="half its width, in prior sigmas")
    chart.add_argument("--theme", choices=("dark", "light"), default="dark")

    path = command("path", _path, "find paths from class to class, measure and export them")
    path.set_defaults(table=drawing.path_table)
    path.add_argument("file", type=Path)
    path.add_argument("--from", dest="start", required=True, help="name of the class at A")
    path.add_argument("--to", dest="end", required=True, help="name of the class to reach")
    which = path.add_mutually_exclusive_group()
    which.add_argument("--family", choices=FAMILIES, default="adversarial")
    which.add_argument("--all", action="store_true", help="all families, side by side")
    path.add_argument(
        "--out", type=Path, required=True, help=f"a name ending in {' or '.join(FORMATS)}"
    )

    pair = command("experiment", _experiment, "train without and with penalties, and compare")
    pair.set_defaults(table=changes.table)
    pair.add_argument("which", choices=("omega",), help="omega: a VAE with penalised slopes")
    pair.add_argument("--data", choices=DATASETS, default="strokes")
    pair.add_argument("--out", type=Path, required=True, help="the folder to write into")
    add_fields(pair, OmegaConfig, skip=("epochs", "seed"))  # the training has these
    add_fields(pair, DataConfig, skip=("name", "folder", "seed"))
    add_fields(pair, VAEConfig)
    add_fields(pair, TrainConfig)

    two = command("compare", _compare, "say which of two models draws the more diverse classes")
    two.set_defaults(table=versus.table)
    two.add_argument("first", type=Path)
    two.add_argument("second", type=Path)

    rows = command("results", _results, "train many kinds of models alike, and tell them apart")
    rows.set_defaults(table=lambda answer: Text(results.markdown(answer["rows"])))
    rows.add_argument("--data", choices=DATASETS, default="strokes")
    rows.add_argument("--models", default=",".join(MODELS), help="names, with commas between")
    rows.add_argument("--body", choices=("conv", "dense"), default="dense")
    rows.add_argument("--epochs", type=int, default=5)
    rows.add_argument("--seed", type=int, default=0)
    rows.add_argument("--out", type=Path, required=True, help="the .md file to write")
    return parser


# ---- the commands ----


def _train(asked: Any) -> dict[str, Any] | None:
    with parallel.team() as team:
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
    store.save(asked.out, document)
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
    document = store.load(path)
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
    training, keep = partial(train, team=team, every=asked.live), partial(store.save, asked.out)
    if team.first:
        job = fit(plan, lambda: config, dataset, keep, training=training)
    else:  # nothing of it is looked at or kept: it takes no snapshots and needs no judge
        silent = partial(training, clock=lambda: 0.0, every=1.0)
        job = fit(replace(plan, judge=nn.Identity()), lambda: config, dataset, training=silent)
    for said in heeding(job, asked):
        if isinstance(said, Dataset):
            dataset = said
        elif isinstance(said, Trained):
            if trained is None and team.first and team.size > 1:
                _tell(parallel.coupled(said.stand.model, said.stand.losses))
            trained = said
    if dataset is None or trained is None:
        return None
    return dataset, trained.document, trained.stand.finished


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


def _experiment(asked: Any) -> dict[str, Any]:
    data = chosen(DataConfig(), asked, name=asked.data, folder=asked.data_dir, seed=0)
    model, train = chosen(VAEConfig(), asked), chosen(TrainConfig(), asked)
    config = chosen(OmegaConfig(), asked, epochs=train.epochs, seed=train.seed)
    experiment.prepare(asked.out)
    job = omega_experiment(
        data, *experiment.set_up(config, model, train),
        lambda name, document: store.save(asked.out / f"{name}.lacuna", document),
    )  # fmt: skip
    found = None
    for said in heeding(job, asked):
        if isinstance(said, Experiment):
            found = said
            experiment.write_results(asked.out, found)
    if found is None:
        raise Problem(
            f"Stopped before a model was measured: {asked.out} holds what was trained by then, "
            "which lacuna train --resume goes on with."
        )
    return changes.plain(found)


def _compare(asked: Any) -> dict[str, Any]:
    first = versus.subject_of(store.load(asked.first), asked.first.stem)
    return versus.plain(answered(versus.versus_file(first, asked.second), asked))


def _results(asked: Any) -> dict[str, Any]:
    names, rows = asked.models.split(","), []
    if unknown := set(names) - set(MODELS):
        raise Problem(f"There is no model {unknown.pop()!r}; choose from {', '.join(MODELS)}.")
    data = DataConfig(name=asked.data, folder=asked.data_dir)
    train = TrainConfig(epochs=asked.epochs, seed=asked.seed)
    for said in heeding(results.results(data, names, train, asked.body), asked):
        if isinstance(said, Row):
            rows.append(said)
            write(asked.out, results.markdown(rows).encode())
    return {"rows": rows if not asked.json else [asdict(row) for row in rows]}


def _report(asked: Any) -> dict[str, Any]:
    document = store.load(asked.file)
    data = replace(document.data, folder=asked.data_dir or document.data.folder)
    dataset, measured = None, "when it was trained"
    if is_local(data):
        dataset = shown(loaded(data), asked)
        if dataset is not None:
            document, measured = shown(finished(document, dataset), asked), "now"
    answer: dict[str, Any] = {"file": str(asked.file), "measured": measured}
    answer |= shown(report.report(document), asked)
    if asked.measures:
        answer |= shown(report.measures_report(document, dataset), asked)
    if asked.geometry or asked.out is not None:
        answer["geometry"] = shown(geometry_report(document, asked.out), asked)
    return answer


def _map(asked: Any) -> dict[str, Any]:
    document = store.load(asked.file)
    return shown(drawing.draw_map(document, asked.half, asked.theme, asked.out), asked)


def _path(asked: Any) -> dict[str, Any]:
    document = store.load(asked.file)
    families = tuple(FAMILIES) if asked.all else (asked.family,)
    return shown(drawing.draw_path(document, asked.start, asked.end, families, asked.out), asked)
