"""The commands of the command line that look at models, or train several to compare them.

Each takes the parsed arguments and returns its answer as plain values.
"""

from __future__ import annotations

from argparse import Namespace
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
from .console import last_report_of, reports_of, result_of
from .options import config_from


def experiment_command(options: Namespace) -> dict[str, Any]:
    """Both models in a folder, and what the penalties changed."""
    data = config_from(DataConfig(), options, name=options.data, folder=options.data_dir, seed=0)
    model, train = config_from(VAEConfig(), options), config_from(TrainConfig(), options)
    config = config_from(OmegaConfig(), options, epochs=train.epochs, seed=train.seed)
    experiment.prepare(options.out)
    model, train = experiment.with_penalties(config, model, train)

    def keep(name: Which, document: Document) -> None:
        archive.save(options.out / f"{name}.lacuna", document)

    result = None
    configs = options.run_config, options.measure_config
    for report in reports_of(omega_experiment(data, model, train, keep, *configs), options):
        if isinstance(report, Experiment):
            result = report
            experiment.write_results(options.out, result)
    if result is None:
        raise Problem(
            f"Stopped before a model was measured: {options.out} holds what was trained by then, "
            "which lacuna train --resume goes on with."
        )
    return experiment_report.to_json(result)


def compare_command(options: Namespace) -> dict[str, Any]:
    """The diversity of both."""
    first = diversity.model_of(archive.load(options.first), options.first.stem)
    job = diversity.compare_with_file(first, options.second, options.measure_config)
    comparison = last_report_of(job, options)
    assert comparison is not None, "a comparison ends with a report"
    return diversity.to_json(comparison)


def results_command(options: Namespace) -> dict[str, Any]:
    """A row for each kind of model; the table is written whenever one is done."""
    names, rows = options.models.split(","), []
    if unknown := set(names) - set(MODELS):
        raise Problem(f"There is no model {unknown.pop()!r}; choose from {', '.join(MODELS)}.")
    data = DataConfig(name=options.data, folder=options.data_dir)
    train = TrainConfig(epochs=options.epochs, seed=options.seed)
    job = results_table.results(data, names, train, options.body, options.run_config)
    for report in reports_of(job, options):
        if isinstance(report, ModelRow):
            rows.append(report)
            write(options.out, results_table.markdown(rows).encode())
    return {"rows": rows if not options.json else [asdict(row) for row in rows]}


def report_command(options: Namespace) -> dict[str, Any]:
    """The masses, and the measures and the geometry where they are requested."""
    document = archive.load(options.file)
    condition = condition_of(document, options.condition)
    data = replace(document.data, folder=options.data_dir or document.data.folder)
    dataset, measured = None, "when it was trained"
    if options.data_dir or is_local(data):
        dataset = result_of(loaded(data), options)
        if dataset is not None:
            document, measured = result_of(finished(document, dataset), options), "now"
    answer = {"file": str(options.file), "measured": measured, **_condition(document, condition)}
    if dataset is not None and document.summary is None:
        answer["measured_on"] = str(dataset.summary)
    answer |= result_of(summary.report(document, condition, options.measure_config), options)
    if options.measures:
        job = summary.measures_report(document, dataset, options.measure_config)
        answer |= result_of(job, options)
    if options.geometry or options.out is not None:
        job = geometry_report(document, options.out, condition, options.measure_config)
        answer["geometry"] = result_of(job, options)
    return answer


def _condition(document: Document, condition: int) -> dict[str, Any]:
    """what a conditional model was to draw."""
    names = conditions_of(document)
    return {"condition": names[condition]} if names else {}


def map_command(options: Namespace) -> dict[str, Any]:
    """Where the picture was written, and what of the space it shows."""
    document = archive.load(options.file)
    condition = condition_of(document, options.condition)
    job = map_image.draw_map(document, options.half, options.theme, options.out, condition)
    return result_of(job, options) | _condition(document, condition)


def path_command(options: Namespace) -> dict[str, Any]:
    """Where the paths were written, and their figures."""
    document = archive.load(options.file)
    condition = condition_of(document, options.condition)
    families = tuple(FAMILIES) if options.all else (options.family,)
    job = path_report.draw_path(
        document, options.start, options.end, families, options.out, condition
    )
    return result_of(job, options) | _condition(document, condition)
