"""An experiment as JSON, and as a table on the command line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from ..figures.estimate import Estimate
from ..figures.finding import Quantity
from .changes import PENALTIES, Experiment, changes, estimate_of, sentence
from .figure_table import FIGURES, figure_of, row_title, texts
from .model_figures import ModelFigures


def to_json(experiment: Experiment) -> dict[str, Any]:
    """The experiment without its weights and pictures; infinite numbers are words."""
    before, after = experiment.before, experiment.after
    return {
        "sentence": sentence(experiment),
        "finished": after is not None,
        "before": _model_to_json(before) if before else None,
        "after": _model_to_json(after) if after else None,
        "changes": changes(before, after) if before and after else {},
    }


def _model_to_json(model: ModelFigures) -> dict[str, Any]:
    config, names = model.document.config, model.document.classes
    figures = {key: estimate_of(model, key) for key in FIGURES}
    return {
        **{name: getattr(config, name) for name in PENALTIES},
        "step": model.document.step,
        "seed": model.document.train.seed,
        **{key: estimate_to_json(value) for key, value in figures.items() if value is not None},
        "radius_is_exact": model.exact,
        "steepest": model.steepest,
        "classes": {
            name: estimate_to_json(share) for name, share in zip(names, model.shares, strict=True)
        },
    }


def estimate_to_json(estimate: Estimate) -> dict[str, float | str]:
    """Value, low and high; infinite numbers are words."""
    ends = {"value": estimate.value, "low": estimate.low, "high": estimate.high}
    return {name: end if math.isfinite(end) else str(end) for name, end in ends.items()}


def table(answer: dict[str, Any]) -> Table:
    """What `to_json` says, side by side, for people."""
    rows = Table(box=None, pad_edge=False, caption=answer["sentence"], caption_justify="left")
    for heading in ("", "before", "after", ""):
        rows.add_column(heading)
    models = [answer["before"], answer["after"]]
    for key in FIGURES:
        if key in answer["before"]:
            figure = figure_of(key, answer["before"]["radius_is_exact"])
            cells = _cells(figure, [model and model[key] for model in models])
            change = answer["changes"].get(key, "")
            rows.add_row(row_title(figure), *cells, "" if change == "not told apart" else change)
    for label in answer["before"]["classes"]:
        cells = _cells(FIGURES["hole"], [model and model["classes"][label] for model in models])
        rows.add_row(Text(f"prior mass of class {label}"), *cells)
    return rows


def _cells(figure: Quantity, estimates: Sequence[dict[str, Any] | None]) -> list[str]:
    """As they stand in a row; estimates: of each model that there is, as `estimate_to_json`"""
    ends = ("value", "low", "high")
    known = (one and Estimate(*(float(one[end]) for end in ends)) for one in estimates)
    return [
        f"{value} ({interval})" if interval else value
        for value, interval in texts(figure, *(one or None for one in known))
    ]
