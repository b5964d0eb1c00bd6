"""What the penalties of an experiment changed, by its figures: in words and as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from rich.table import Table
from rich.text import Text

from .estimate import Estimate
from .side import Change, Side, told_apart, told_apart_at


@dataclass(frozen=True, eq=False)
class Experiment:
    """Two trainings that differ in penalties alone."""

    before: Side | None  # None: stopped before it was measured
    after: Side | None


class Figure(NamedTuple):
    """A figure of a Side, as a person reads it."""

    label: str
    unit: str
    meaning: str  # in a sentence
    formula: str
    source: str = ""


ISOPERIMETRY = "Borell 1975; Sudakov & Tsirelson 1974, Gaussian isoperimetry"
FIGURES = {
    "recon": Figure(
        "reconstruction error", "nats",
        "How many nats an image that was held out costs once its code is known.",
        "E_q[-log p(x|z)], summed over pixels", "Kingma & Welling 2014, arXiv:1312.6114",
    ),
    "encoder_slope": Figure(
        "encoder slope", "σ/pixel-l2",
        "How far the code moves at most when an image that was held out changes a little; the "
        "mean over images. This is what the omega penalty lowers.",
        "the greatest singular value of the Jacobian of the posterior's mean",
    ),
    "decoder_slope": Figure(
        "decoder slope", "pixel-l2/σ",
        "How much the drawn image changes at most when its code moves a little; the mean over the "
        "prior. Where encoder and decoder undo each other the greatest slopes of both multiply to "
        "at least 1: the lower the encoder's, the higher this one has to be.",
        "the greatest singular value of the Jacobian of the decoder",
        "Arvanitidis, Hansen & Hauberg 2018, arXiv:1710.11379",
    ),
    "radius": Figure(
        "mean class radius", "σ",
        "How far, on average, a draw of the prior is from the nearest point that the model draws "
        "as another class. The penalties are meant to lower it.",
        "E[r], r(z) = min |z - z'| with class(z') ≠ class(z)",
    ),
    "bound": Figure(
        "bound on the radius", "σ",
        "No way of cutting the prior into classes of these masses has a greater mean radius.",
        "Σ F(p), F(p) = a p + φ(a), a = Φ⁻¹(p)", ISOPERIMETRY,
    ),
    "entropy": Figure(
        "collision entropy", "nats",
        "How surprising it is that two draws of the prior show the same class: more is more "
        "diverse.",
        "H₂ = -log Σ p², from pairs: Σ n(n-1) / N(N-1)",
        "Rényi 1961, On measures of entropy and information",
    ),
    "hole": Figure(
        "prior mass in holes", "",
        "How much of what the prior draws lies where the encoder hardly ever sends an image.",
        "share of the prior where log p(z) - log q(z) > log 20",
        "Hoffman & Johnson 2016, ELBO surgery",
    ),
}  # fmt: skip


def changes(before: Side, after: Side) -> dict[str, Change]:
    """What became of every figure that both have, in the order of FIGURES."""
    found = {}
    for name in FIGURES:
        one, other = getattr(before, name), getattr(after, name)
        if name in before.points:
            found[name] = told_apart_at(before.points[name], after.points[name])
        elif one is not None and other is not None:
            found[name] = told_apart(one, other)
    return found


def sentence(experiment: Experiment) -> str:
    """What changed and what did not, by the figures and their intervals."""
    return " ".join(part for part in sentences(experiment) if part)


def sentences(experiment: Experiment) -> tuple[str, str, str]:
    """The same in parts: what it comes to, the figures that moved, and what to beware of."""
    before, after = experiment.before, experiment.after
    if before is None or after is None:
        only = "Only the model without penalties is trained and measured: nothing is compared yet."
        return only, "", ""
    found = changes(before, after)
    purpose = [_purpose(found["radius"], before, after)] if "radius" in found else []
    moved = []
    for change, head in _HEADS.items():
        names = [_moved(name, before, after) for name, way in found.items() if way == change]
        moved.append(f"{head}: {_listed(names) or 'nothing'}.")
    beware = (
        "Slopes and reconstruction are compared at the same points, which tells them apart even "
        "where their intervals overlap. All intervals are the errors of measuring these two "
        f"networks (seed {after.document.train.seed}): networks of other seeds may differ by as "
        "much as these two do."
    )
    return " ".join([f"With {_penalties(after)}.", *purpose]), " ".join(moved), beware


_HEADS: dict[Change, str] = {
    "lower": "Lower", "higher": "Higher", "not told apart": "Not told apart",
}  # fmt: skip
_PURPOSE: dict[Change, str] = {
    "lower": "Classes did come closer to each other, as the penalties intend.",
    "higher": "Classes are farther from each other, the opposite of what the penalties intend.",
    "not told apart": "Classes did not come measurably closer, which the penalties intend.",
}
_SEARCHED = (
    "In more than two dimensions a class radius is only known from above, by the shortest way that "
    "was found: that classes came closer, as the penalties intend, is neither proven nor refuted."
)


_ALONE = "A model that draws one class alone has no other that could come closer."


def _purpose(change: Change, before: Side, after: Side) -> str:
    if not all(side.radius is None or math.isfinite(side.radius.value) for side in (before, after)):
        return _ALONE
    return _PURPOSE[change] if after.exact else _SEARCHED


def _penalties(side: Side) -> str:
    config = side.document.config
    set_ = [(name, getattr(config, name)) for name in ("omega", "ratio", "clip")]
    return _listed([f"{name} {value:g}" for name, value in set_ if value])


def _moved(name: str, before: Side, after: Side) -> str:
    one, other = (spoken(name, getattr(side, name).value) for side in (before, after))
    return f"{label_of(name, after.exact)} ({one} to {other})"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def label_of(name: str, exact: bool) -> str:
    """What a figure is called; a radius that is not exact is an upper bound."""
    label = FIGURES[name].label
    return f"{label}, at most" if name == "radius" and not exact else label


def spoken(name: str, value: float) -> str:
    """A figure of that name as read on screen."""
    if math.isinf(value):
        return "infinite" if value > 0 else "minus infinite"
    return f"{value:.1%}" if name == "hole" else f"{value:.4g}"


def plain(experiment: Experiment) -> dict[str, Any]:
    """The experiment as JSON, without its weights and pictures; infinite numbers are words."""
    before, after = experiment.before, experiment.after
    return {
        "sentence": sentence(experiment), "finished": after is not None,
        "before": _plain_side(before) if before else None,
        "after": _plain_side(after) if after else None,
        "changes": dict(changes(before, after)) if before and after else {},
    }  # fmt: skip


def _plain_side(side: Side) -> dict[str, Any]:
    config, names = side.document.config, side.document.classes
    figures = {name: getattr(side, name) for name in FIGURES}
    return {
        **{name: getattr(config, name) for name in ("omega", "ratio", "clip")},
        "step": side.document.step, "seed": side.document.train.seed,
        **{name: plain_estimate(value) for name, value in figures.items() if value is not None},
        "radius_is_exact": side.exact, "steepest": side.steepest,
        "classes": {name: plain_estimate(share)
                    for name, share in zip(names, side.shares, strict=True)},
    }  # fmt: skip


def plain_estimate(estimate: Estimate) -> dict[str, float | str]:
    """Value, low and high as JSON; infinite numbers are words."""
    parts = {"value": estimate.value, "low": estimate.low, "high": estimate.high}
    return {name: part if math.isfinite(part) else str(part) for name, part in parts.items()}


def table(answer: dict[str, Any]) -> Table:
    """What `plain` says, side by side, for people."""
    rows = Table(box=None, pad_edge=False, caption=answer["sentence"], caption_justify="left")
    for head in ("", "before", "after", ""):
        rows.add_column(head)
    sides = [answer["before"], answer["after"]]
    for name, figure in FIGURES.items():
        if name in answer["before"]:
            cells = [_cell(name, side[name]) if side else "" for side in sides]
            words = label_of(name, answer["before"]["radius_is_exact"])
            named = f"{words}, {figure.unit}" if figure.unit else words
            change = answer["changes"].get(name, "")
            rows.add_row(named, *cells, "" if change == "not told apart" else change)
    for label in answer["before"]["classes"]:
        cells = [_cell("hole", side["classes"][label]) if side else "" for side in sides]
        rows.add_row(Text(f"prior mass of class {label}"), *cells)
    return rows


def _cell(name: str, figure: dict[str, Any]) -> str:
    value, low, high = (spoken(name, float(figure[part])) for part in ("value", "low", "high"))
    return f"{value} ({low}, {high})"
