"""What the penalties of an experiment changed, by its figures and in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..figures.estimate import Estimate
from ..figures.finding import share
from .figure_table import FIGURES, figure_of, texts
from .model_figures import ModelFigures
from .significance import Change, paired_change, significant_change

ALONE = 0.9  # of the prior: the other classes are a rim, whose distance is that of its one shape
HEADS: dict[Change, str] = {
    "lower": "Lower",
    "higher": "Higher",
    "not told apart": "Not told apart",
}
PURPOSE: dict[Change, str] = {
    "lower": "Classes did come closer to each other, as the penalties intend.",
    "higher": "Classes are farther from each other, the opposite of what the penalties intend.",
    "not told apart": "Classes did not come measurably closer, which the penalties intend.",
}
SEARCHED = (
    "In more than two dimensions a class radius is only known from above, by the shortest way that "
    "was found: that classes came closer, as the penalties intend, is neither proven nor refuted."
)
ONLY_ONE = "Only the model without penalties is trained and measured: nothing is compared yet."
PENALTIES = {
    "omega": "an encoder slope penalty of {:g}",
    "ratio": "a decoder slope penalty of {:g}",
    "weight_clip": "weights of at most {:g}",
}


@dataclass(frozen=True, eq=False)
class Experiment:
    """Two trainings that differ in penalties alone."""

    before: ModelFigures | None  # None: stopped before it was measured
    after: ModelFigures | None


def changes(before: ModelFigures, after: ModelFigures) -> dict[str, Change]:
    """What became of every figure that both have, in the order of FIGURES."""
    by_figure: dict[str, Change] = {}
    for key in FIGURES:
        one, other = estimate_of(before, key), estimate_of(after, key)
        if key in before.points:
            by_figure[key] = paired_change(before.points[key], after.points[key])
        elif one is not None and other is not None:
            by_figure[key] = significant_change(one, other)
    return by_figure


def estimate_of(figures: ModelFigures, key: str) -> Estimate | None:
    """The figure of that key; None where the model has none."""
    estimate: Estimate | None = getattr(figures, key)
    return estimate


def sentence(experiment: Experiment) -> str:
    """What changed and what did not, by the figures and their intervals."""
    return " ".join(part for part in sentences(experiment) if part)


def sentences(experiment: Experiment) -> tuple[str, str, str]:
    """The same in parts: what it comes to, the figures that moved, and what to beware of."""
    before, after = experiment.before, experiment.after
    if before is None or after is None:
        return ONLY_ONE, "", ""
    by_figure = changes(before, after)
    purpose = [_purpose(by_figure["radius"], before, after)] if "radius" in by_figure else []
    moved = []
    for change, heading in HEADS.items():
        names = [_moved(key, before, after) for key, one in by_figure.items() if one == change]
        moved.append(f"{heading}: {_listed(names) or 'nothing'}.")
    beware = _above_bound(before, after) + (
        "Slopes and reconstruction are compared at the same points, which tells them apart even "
        "where their intervals overlap. All intervals are the errors of measuring these two "
        f"networks (seed {after.document.train.seed}): networks of other seeds may differ by as "
        "much as these two do."
    )
    return " ".join([f"With {_penalties(after)}.", *purpose]), " ".join(moved), beware


def _purpose(change: Change, before: ModelFigures, after: ModelFigures) -> str:
    for model in (before, after):
        largest = max((part.value for part in model.shares), default=0.0)
        if largest > ALONE or (model.radius is not None and math.isinf(model.radius.value)):
            return (
                f"The model {model.name} draws one class nearly alone, from {share(largest)} of "
                "the prior: whether classes came closer cannot be told. Train longer."
            )
    return PURPOSE[change] if after.exact else SEARCHED


def _above_bound(*models: ModelFigures) -> str:
    """Why a measured radius may stand above a limit that holds for the true one"""
    names = [
        model.name
        for model in models
        if model.radius and model.bound and model.radius.value > model.bound.value
    ]
    if not names:
        return ""
    return (
        f"The mean class radius {_listed(names)} is above its bound, which the true one never is: "
        "both are estimates, and are off by what their intervals say. "
    )


def _penalties(model: ModelFigures) -> str:
    weights = {name: getattr(model.document.config, name) for name in PENALTIES}
    return _listed([PENALTIES[name].format(value) for name, value in weights.items() if value])


def _moved(key: str, before: ModelFigures, after: ModelFigures) -> str:
    figure = figure_of(key, after.exact)
    (one, _), (other, _) = texts(figure, estimate_of(before, key), estimate_of(after, key))
    return f"{figure.label} ({one} to {other})"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)
