"""The command line: the window's own jobs, with progress bars or as JSON."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Callable, Generator
from dataclasses import MISSING, Field, fields, replace
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from . import device, drawing, report, store
from .data import DATASETS, DataConfig, Dataset, is_local
from .engine import Progress, Word
from .fit import Plan, Trained, finished, fit, loaded
from .models import MODELS
from .problem import Problem
from .setting import check
from .store import Document
from .train import TrainConfig

Answer = TypeVar("Answer")
COMMANDS = ("train", "report", "map", "path")


def main(arguments: list[str]) -> int:
    """Runs one command; 0 is success, 1 a problem said in one sentence, 2 a wrong call."""
    asked = _parser().parse_args(arguments)  # exits with 2 by itself
    device.settle_threads()
    try:
        answer = asked.run(asked)
    except Problem as problem:
        return _failed(str(problem))
    except KeyboardInterrupt:
        return _failed("Stopped.")
    if asked.json:
        print(json.dumps(answer, indent=1))
    else:
        Console().print(report.table(answer), highlight=False)
    return 0 if answer.get("finished", True) else 1


def _failed(sentence: str) -> int:
    Console(stderr=True).print(sentence, style="red", markup=False, highlight=False, soft_wrap=True)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lacuna", description="Explore latent spaces. `lacuna FILE` opens the window on it."
    )
    commands = parser.add_subparsers(required=True, metavar="{" + ",".join(COMMANDS) + "}")

    def command(name: str, run: Callable[[Any], Any], said: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=said, description=said)
        sub.set_defaults(run=run)
        sub.add_argument("--json", action="store_true", help="print the answer as JSON")
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
    _add_fields(train, DataConfig, skip=("name", "folder", "seed"))
    for kind, _ in MODELS.values():
        _add_fields(train, kind)
    _add_fields(train, TrainConfig)

    report = command("report", _report, "class masses, accuracy of the judge, -ELBO, hole mass")
    report.add_argument("file", type=Path)

    drawing = command("map", _map, "draw the map of a model's latent plane as a PNG")
    drawing.add_argument("file", type=Path)
    drawing.add_argument("--out", type=Path, required=True)
    drawing.add_argument("--half", type=float, default=3.5, help="half its width, in prior sigmas")
    drawing.add_argument("--theme", choices=("dark", "light"), default="dark")

    path = command("path", _path, "find a path from class to class and draw its frames as a PNG")
    path.add_argument("file", type=Path)
    path.add_argument("--from", dest="start", required=True, help="name of the class at A")
    path.add_argument("--to", dest="end", required=True, help="name of the class to reach")
    path.add_argument("--family", choices=("straight", "adversarial"), default="adversarial")
    path.add_argument("--out", type=Path, required=True)
    return parser


def _add_fields(parser: argparse.ArgumentParser, kind: type, skip: tuple[str, ...] = ()) -> None:
    """An option for each field of a configuration."""
    hints = get_type_hints(kind)
    for field in fields(kind):
        if field.name not in skip and f"--{field.name}" not in parser._option_string_actions:
            _add_field(parser, field, hints[field.name])


def _add_field(parser: argparse.ArgumentParser, field: Field[Any], hint: Any) -> None:
    assert field.default is not MISSING
    said = f"{field.metadata.get('help', '')} (default: {field.default})".replace("%", "%%")
    if hint is bool:
        parser.add_argument(f"--{field.name}", action="store_true", help=said)
    elif get_origin(hint) is Literal:
        choices = get_args(hint)
        parser.add_argument(
            f"--{field.name}", type=type(choices[0]), choices=choices, default=None, help=said
        )
    else:
        parser.add_argument(f"--{field.name}", type=hint, default=None, help=said)


def _chosen(config: Any, asked: argparse.Namespace, **given: Any) -> Any:
    """`config` with the fields that were given on the command line."""
    named = {f.name: getattr(asked, f.name, None) for f in fields(config) if f.name not in given}
    said = {name: value for name, value in named.items() if value is not None}
    config = replace(config, **given, **said)
    check(config)
    return config


# ---- the commands ----


def _train(asked: Any) -> dict[str, Any]:
    if asked.resume:
        plan, before = _resumed(asked.out, asked.data_dir)
    else:
        data = _chosen(DataConfig(), asked, name=asked.data, folder=asked.data_dir, seed=0)
        plan, before = Plan(data, _chosen(MODELS[asked.model][0](), asked)), TrainConfig()
    said = _fitted(plan, _chosen(before, asked), asked)
    if said is None:
        raise Problem("Stopped before there was anything to save.")
    dataset, document, complete = said
    if complete:
        document = _shown(finished(document, dataset), asked)
    if asked.portable:
        document = replace(document, data=replace(document.data, folder=""))
    if asked.portable and complete:  # else what was trained could not go on
        document = replace(document, checkpoint=None)
    store.save(asked.out, document)
    return {
        "file": str(asked.out), "step": document.step, "finished": complete,
        **{name: value for name, value in document.measures.items() if name != "step"},
    }  # fmt: skip


def _resumed(path: Path, folder: str) -> tuple[Plan, TrainConfig]:
    """How to go on with the training in that file, and what held of it last."""
    document = store.load(path)
    if document.checkpoint is None:
        raise Problem(f"{path.name} holds no checkpoint to go on from: train it anew.")
    data = replace(document.data, folder=folder or document.data.folder)
    plan = Plan(data, document.config, document.judge, document.checkpoint, document.history)
    return plan, document.train


def _fitted(plan: Plan, config: TrainConfig, asked: Any) -> tuple[Dataset, Document, bool] | None:
    """Train until the end or Ctrl-C: the data, the document, and whether it is complete."""
    dataset, trained = None, None
    word: Word | None = None
    interrupted: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: interrupted.append(number))
    try:
        with _bar(asked) as bar:
            job = fit(plan, lambda: config, None, lambda document: store.save(asked.out, document))
            while True:
                said = job.send(word)
                word = "stop" if interrupted else None
                if isinstance(said, Dataset):
                    dataset = said
                elif isinstance(said, Trained):
                    trained = said
                _tell(bar, said)
    except StopIteration:
        pass
    finally:
        signal.signal(signal.SIGINT, before)
    if dataset is None or trained is None:
        return None
    return dataset, trained.document, trained.stand.finished


def _report(asked: Any) -> dict[str, Any]:
    document = store.load(asked.file)
    data = replace(document.data, folder=asked.data_dir or document.data.folder)
    measured = "when it was trained"
    if is_local(data):
        dataset = _shown(loaded(data), asked)
        if dataset is not None:
            document, measured = _shown(finished(document, dataset), asked), "now"
    return {"file": str(asked.file), "measured": measured, **_shown(report.report(document), asked)}


def _map(asked: Any) -> dict[str, Any]:
    document = store.load(asked.file)
    return _shown(drawing.draw_map(document, asked.half, asked.theme, asked.out), asked)


def _path(asked: Any) -> dict[str, Any]:
    document = store.load(asked.file)
    return _shown(
        drawing.draw_path(document, asked.start, asked.end, asked.family, asked.out), asked
    )


# ---- progress ----


def _bar(asked: Any) -> Bar:
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    return Bar(*columns, console=console, disable=asked.json or not sys.stderr.isatty())


def _tell(bar: Bar, said: Any) -> None:
    if isinstance(said, Trained):
        losses = ", ".join(f"{name} {value:.2f}" for name, value in said.stand.losses.items())
        said = Progress(said.stand.fraction, f"step {said.stand.step}: {losses}")
    if isinstance(said, Progress):
        task = bar.task_ids[0] if bar.task_ids else bar.add_task("", total=1.0)
        bar.update(task, description=said.text, completed=said.fraction or 0.0)


def _shown(job: Generator[Any, Any, Answer], asked: Any) -> Answer:
    """What the job returns, its progress shown on the way."""
    with _bar(asked) as bar:
        while True:
            try:
                _tell(bar, next(job))
            except StopIteration as end:
                answer: Answer = end.value
                return answer
