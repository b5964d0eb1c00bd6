"""The commands of the command line that look at models, or train several to compare them.

Each takes the parsed arguments and returns its answer as plain values.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from ..compare import diversity, experiment, experiment_report, results_table
from ..compare.changes import Experiment
from ..compare.experiment import OmegaConfig, omega_experiment
from ..compare.model_figures import Which
from ..compare.results_table import ModelRow
from ..data.dataset import DataConfig
from ..data.registry import is_local
from ..documents import archive
from ..documents.document import Document
from ..documents.scenes import condition_of, conditions_of
from ..engine.errors import Problem
from ..files.atomic import write
from ..geometry.paths.families import FAMILIES
from ..models.registry import MODELS
from ..models.vae.vae import VAEConfig
from ..reports import map_image, path_report, summary
from ..reports.geometry_report import geometry_report
from ..runs.fit import finished, loaded
from ..training.config import TrainConfig
from .console import answered, heeding, shown
from .options import chosen


def experiment_command(asked: Any) -> dict[str, Any]:
    """Both models in a folder, and what the penalties changed."""
    data = chosen(DataConfig(), asked, name=asked.data, folder=asked.data_dir, seed=0)
    model, train = chosen(VAEConfig(), asked), chosen(TrainConfig(), asked)
    config = chosen(OmegaConfig(), asked, epochs=train.epochs, seed=train.seed)
    experiment.prepare(asked.out)
    model, train = experiment.with_penalties(config, model, train)

    def keep(name: Which, document: Document) -> None:
        archive.save(asked.out / f"{name}.lacuna", document)

    result = None
    for report in heeding(
        omega_experiment(data, model, train, keep, asked.run_config, asked.measure_config), asked
    ):
        if isinstance(report, Experiment):
            result = report
            experiment.write_results(asked.out, result)
    if result is None:
        raise Problem(
            f"Stopped before a model was measured: {asked.out} holds what was trained by then, "
            "which lacuna train --resume goes on with."
        )
    return experiment_report.to_json(result)


def compare_command(asked: Any) -> dict[str, Any]:
    """The diversity of both."""
    first = diversity.model_of(archive.load(asked.first), asked.first.stem)
    return diversity.to_json(
        answered(diversity.compare_with_file(first, asked.second, asked.measure_config), asked)
    )


def results_command(asked: Any) -> dict[str, Any]:
    """A row for each kind of model; the table is written whenever one is done."""
    names, rows = asked.models.split(","), []
    if unknown := set(names) - set(MODELS):
        raise Problem(f"There is no model {unknown.pop()!r}; choose from {', '.join(MODELS)}.")
    data = DataConfig(name=asked.data, folder=asked.data_dir)
    train = TrainConfig(epochs=asked.epochs, seed=asked.seed)
    job = results_table.results(data, names, train, asked.body, asked.run_config)
    for report in heeding(job, asked):
        if isinstance(report, ModelRow):
            rows.append(report)
            write(asked.out, results_table.markdown(rows).encode())
    return {"rows": rows if not asked.json else [asdict(row) for row in rows]}


def report_command(asked: Any) -> dict[str, Any]:
    """The masses, and the measures and the geometry where they are asked for."""
    document = archive.load(asked.file)
    condition = condition_of(document, asked.condition)
    data = replace(document.data, folder=asked.data_dir or document.data.folder)
    dataset, measured = None, "when it was trained"
    if is_local(data):
        dataset = shown(loaded(data), asked)
        if dataset is not None:
            document, measured = shown(finished(document, dataset), asked), "now"
    answer = {"file": str(asked.file), "measured": measured, **_drawn(document, condition)}
    answer |= shown(summary.report(document, condition, asked.measure_config), asked)
    if asked.measures:
        job = summary.measures_report(document, dataset, condition, asked.measure_config)
        answer |= shown(job, asked)
    if asked.geometry or asked.out is not None:
        job = geometry_report(document, asked.out, condition, asked.measure_config)
        answer["geometry"] = shown(job, asked)
    return answer


def _drawn(document: Document, condition: int) -> dict[str, Any]:
    """What a conditional model was asked to draw."""
    names = conditions_of(document)
    return {"condition": names[condition]} if names else {}


def map_command(asked: Any) -> dict[str, Any]:
    """Where the picture was written, and what of the space it shows."""
    document = archive.load(asked.file)
    condition = condition_of(document, asked.condition)
    job = map_image.draw_map(document, asked.half, asked.theme, asked.out, condition)
    return shown(job, asked) | _drawn(document, condition)


def path_command(asked: Any) -> dict[str, Any]:
    """Where the paths were written, and their figures."""
    document = archive.load(asked.file)
    condition = condition_of(document, asked.condition)
    families = tuple(FAMILIES) if asked.all else (asked.family,)
    job = path_report.draw_path(document, asked.start, asked.end, families, asked.out, condition)
    return shown(job, asked) | _drawn(document, condition)
