"""The commands of the command line that look at models, or train several to compare them.

Each takes the parsed arguments and returns its answer as plain values.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from . import changes, drawing, experiment, report, results, store, versus
from .changes import Experiment
from .console import answered, heeding, shown
from .data import DataConfig, is_local
from .experiment import OmegaConfig, omega_experiment
from .fit import finished, loaded
from .geometry.families import FAMILIES
from .illustrated import geometry_report
from .models import MODELS, VAEConfig
from .options import chosen
from .problem import Problem
from .results import Row
from .scenes import condition_of, conditions_of
from .store import Document
from .train_config import TrainConfig
from .whole import write


def experiment_command(asked: Any) -> dict[str, Any]:
    """Both models in a folder, and what the penalties changed."""
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


def compare_command(asked: Any) -> dict[str, Any]:
    """The diversity of both."""
    first = versus.subject_of(store.load(asked.first), asked.first.stem)
    return versus.plain(answered(versus.versus_file(first, asked.second), asked))


def results_command(asked: Any) -> dict[str, Any]:
    """A row for each kind of model; the table is written whenever one is done."""
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


def report_command(asked: Any) -> dict[str, Any]:
    """The masses, and the measures and the geometry where they are asked for."""
    document = store.load(asked.file)
    condition = condition_of(document, asked.condition)
    data = replace(document.data, folder=asked.data_dir or document.data.folder)
    dataset, measured = None, "when it was trained"
    if is_local(data):
        dataset = shown(loaded(data), asked)
        if dataset is not None:
            document, measured = shown(finished(document, dataset), asked), "now"
    answer = {"file": str(asked.file), "measured": measured, **_drawn(document, condition)}
    answer |= shown(report.report(document, condition), asked)
    if asked.measures:
        answer |= shown(report.measures_report(document, dataset, condition), asked)
    if asked.geometry or asked.out is not None:
        answer["geometry"] = shown(geometry_report(document, asked.out, condition), asked)
    return answer


def _drawn(document: Document, condition: int) -> dict[str, Any]:
    """What a conditional model was asked to draw."""
    names = conditions_of(document)
    return {"condition": names[condition]} if names else {}


def map_command(asked: Any) -> dict[str, Any]:
    """Where the picture was written, and what of the space it shows."""
    document = store.load(asked.file)
    condition = condition_of(document, asked.condition)
    job = drawing.draw_map(document, asked.half, asked.theme, asked.out, condition)
    return shown(job, asked) | _drawn(document, condition)


def path_command(asked: Any) -> dict[str, Any]:
    """Where the paths were written, and their figures."""
    document = store.load(asked.file)
    condition = condition_of(document, asked.condition)
    families = tuple(FAMILIES) if asked.all else (asked.family,)
    job = drawing.draw_path(document, asked.start, asked.end, families, asked.out, condition)
    return shown(job, asked) | _drawn(document, condition)
