"""The command line: its commands and their options, and how an answer is printed."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from rich.console import Console
from rich.text import Text

from ..analysis.measure_config import MeasureConfig
from ..compare import diversity, experiment_report, results_table
from ..compare.experiment import OmegaConfig
from ..data.dataset import DataConfig
from ..data.registry import DATASETS
from ..engine import device
from ..engine.errors import Problem
from ..geometry.paths.families import FAMILIES
from ..models import plugins
from ..models.registry import MODELS
from ..models.vae.vae import VAEConfig
from ..reports import path_report, summary
from ..reports.path_exports import FORMATS
from ..runs.fit import RunConfig
from ..training.config import TrainConfig
from . import commands
from .options import add_fields
from .train import train_command

COMMANDS = ("train", "report", "map", "path", "experiment", "compare", "results")

Parser: TypeAlias = argparse.ArgumentParser
Command: TypeAlias = Callable[..., Parser]  # of (name, what it runs, what it does in words)


def main(
    arguments: list[str],
    run_config: RunConfig = RunConfig(),
    measure_config: MeasureConfig = MeasureConfig(),
) -> int:
    """Runs one command; 0 is success, 1 a problem in one sentence, 2 a wrong call."""
    try:
        arguments = plugins.taken(arguments, MODELS)
    except Problem as problem:
        return _failed(str(problem))
    options = _parser(arguments).parse_args(arguments)  # exits with 2 by itself
    options.run_config, options.measure_config = run_config, measure_config
    try:
        device.settle_threads(options.threads)
        answer = options.run(options)
    except Problem as problem:
        return _failed(str(problem))
    except KeyboardInterrupt:
        return _failed("Stopped.")
    if answer is None:  # another process of the same training says it
        return 0
    try:
        _print(answer, options)
    except BrokenPipeError:  # who reads has read enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the flush at exit
    except OSError as error:
        return _failed(f"The answer could not be written: {error.strerror or error}.")
    return 0 if answer.get("finished", True) else 1


def _print(answer: dict[str, Any], options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps(answer, indent=1))
    else:
        Console().print(options.table(answer), highlight=False)
    sys.stdout.flush()


def _failed(sentence: str) -> int:
    Console(stderr=True).print(sentence, style="red", markup=False, highlight=False, soft_wrap=True)
    return 1


def _parser(arguments: list[str]) -> Parser:
    """The options of a model are those of the family that is requested."""
    parser = argparse.ArgumentParser(
        prog="lacuna",
        description="Explore latent spaces. `lacuna FILE` opens the window on it; "
        "with --follow behind it, the window shows each state of a run that is written there.",
    )
    rows = parser.add_subparsers(required=True, metavar="{" + ",".join(COMMANDS) + "}")
    command = partial(_command, rows)
    _add_train(command, arguments)
    for add in (_add_report, _add_map, _add_path, _add_experiment, _add_compare, _add_results):
        add(command)
    return parser


def _command(rows: Any, name: str, run: Callable[[Any], Any], text: str) -> Parser:
    """One with the options that all have."""
    sub: Parser = rows.add_parser(name, help=text, description=text, allow_abbrev=False)
    sub.set_defaults(run=run, table=summary.table)
    sub.add_argument("--json", action="store_true", help="print the answer as JSON")
    text = "how many compute (default: OMP_NUM_THREADS, or all cores but one)"
    sub.add_argument(device.THREADS, type=int, metavar="N", help=text)
    sub.add_argument(plugins.OPTION, help="a Python file that defines a model: it is run")
    sub.add_argument("--data-dir", default="", help="folder (or .npz file) the data lies in")
    return sub


def _add_train(command: Command, arguments: list[str]) -> None:
    text = "train a model and save it with its judge and codes"
    train = command("train", train_command, text)
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
        "--live",
        type=float,
        metavar="SECONDS",
        help="how often --out is written meanwhile, which a window can follow (default: 120)",
    )
    add_fields(train, DataConfig, skip=("name", "folder", "seed"))
    first = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    first.add_argument("--model", default="vae")
    name = first.parse_known_args(arguments)[0].model
    if name in MODELS:
        add_fields(train, MODELS[name].config, skip=MODELS[name].unused)
    add_fields(train, TrainConfig)


def _add_report(command: Command) -> None:
    text = "class masses, accuracy of the judge, -ELBO, hole mass"
    figures = command("report", commands.report_command, text)
    figures.add_argument("file", type=Path)
    figures.add_argument(
        "--measures", action="store_true", help="samples against data, latent use, what is wrong"
    )
    figures.add_argument("--geometry", action="store_true", help="radius, bounds, diversity, holes")
    figures.add_argument("--out", type=Path, help="the geometry with figures, as one .html file")
    _add_condition(figures)


def _add_map(command: Command) -> None:
    text = "draw the map of a model's latent plane as a PNG"
    chart = command("map", commands.map_command, text)
    chart.add_argument("file", type=Path)
    chart.add_argument("--out", type=Path, required=True)
    chart.add_argument("--half", type=float, default=3.5, help="half its width, in prior sigmas")
    chart.add_argument("--theme", choices=("dark", "light"), default="dark")
    _add_condition(chart)


def _add_path(command: Command) -> None:
    text = "find paths from class to class, measure and export them"
    path = command("path", commands.path_command, text)
    path.set_defaults(table=path_report.path_table)
    path.add_argument("file", type=Path)
    path.add_argument("--from", dest="start", required=True, help="name of the class at A")
    path.add_argument("--to", dest="end", required=True, help="name of the class to reach")
    which = path.add_mutually_exclusive_group()
    which.add_argument("--family", choices=FAMILIES, default="adversarial")
    which.add_argument("--all", action="store_true", help="all families, side by side")
    path.add_argument(
        "--out", type=Path, required=True, help=f"a name ending in {' or '.join(FORMATS)}"
    )
    _add_condition(path)


def _add_condition(parser: Parser) -> None:
    parser.add_argument(
        "--condition",
        metavar="NAME-OR-INDEX",
        help="what a conditional model is asked to draw: a class, or its number from 0 "
        "(default: the first)",
    )


def _add_experiment(command: Command) -> None:
    text = "train without and with penalties, and compare"
    pair = command("experiment", commands.experiment_command, text)
    pair.set_defaults(table=experiment_report.table)
    pair.add_argument("which", choices=("omega",), help="omega: a VAE with penalised slopes")
    pair.add_argument("--data", choices=DATASETS, default="strokes")
    pair.add_argument("--out", type=Path, required=True, help="the folder to write into")
    add_fields(pair, OmegaConfig, skip=("epochs", "seed"))  # the training has these
    add_fields(pair, DataConfig, skip=("name", "folder", "seed"))
    add_fields(pair, VAEConfig)
    add_fields(pair, TrainConfig)


def _add_compare(command: Command) -> None:
    text = "say which of two models draws the more diverse classes"
    two = command("compare", commands.compare_command, text)
    two.set_defaults(table=diversity.table)
    two.add_argument("first", type=Path)
    two.add_argument("second", type=Path)


def _add_results(command: Command) -> None:
    text = "train many kinds of models alike, and tell them apart"
    rows = command("results", commands.results_command, text)
    rows.set_defaults(table=lambda answer: Text(results_table.markdown(answer["rows"])))
    rows.add_argument("--data", choices=DATASETS, default="strokes")
    rows.add_argument("--models", default=",".join(MODELS), help="names, with commas between")
    rows.add_argument("--body", choices=("conv", "dense"), default="dense")
    rows.add_argument("--epochs", type=int, default=5)
    rows.add_argument("--seed", type=int, default=0)
    rows.add_argument("--out", type=Path, required=True, help="the .md file to write")
