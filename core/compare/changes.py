"""What the penalties of an experiment changed, by its figures: in words and as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from rich.table import Table
from rich.text import Text

from ..figures.estimate import Estimate, percent
from ..figures.finding import between, decimals, number, share
from .figures import Change, Side, told_apart, told_apart_at


@dataclass(frozen=True, eq=False)
class Experiment:
    """Two trainings that differ in penalties alone."""

    before: Side | None  # None: stopped before it was measured
    after: Side | None


class Figure(NamedTuple):
    """A figure of a Side, as a person reads it."""

    label: str
    unit: str  # "%": a share in [0, 1], read in percent
    meaning: str  # in a sentence
    formula: str
    source: str = ""

    @property
    def head(self) -> str:
        """As it heads a row, with its unit where the numbers do not carry it."""
        label = f"{self.label[:1].upper()}{self.label[1:]}"
        return label if self.unit == "%" else f"{label}, {self.unit}"

    def said(self, *estimates: Estimate | None) -> list[tuple[str, str]]:
        """Each number and its interval, all as precise as the surest of them; empty for None."""
        there = [estimate for estimate in estimates if estimate is not None]
        digits = max((decimals(estimate) for estimate in there), default=0)
        return [("", "") if one is None else self._said(one, digits) for one in estimates]

    def _said(self, estimate: Estimate, digits: int) -> tuple[str, str]:
        if self.unit == "%":
            return share(estimate.value), between(percent(estimate), 1)
        return number(estimate.value, digits), between(estimate, digits)


ISOPERIMETRY = "Borell 1975; Sudakov & Tsirelson 1974, Gaussian isoperimetry"
FIGURES = {
    "recon": Figure(
        "reconstruction error", "nats",
        "How many nats an image that was held out costs once its code is known.",
        "E_q[-log p(x|z)], summed over pixels", "Kingma & Welling 2014, arXiv:1312.6114",
    ),
    "encoder_slope": Figure(
        "encoder slope", "σ per pixel l2",
        "How far the code moves at most when an image that was held out changes a little; the "
        "mean over images. This is what the encoder slope penalty lowers.",
        "the greatest singular value of the Jacobian of the posterior's mean",
    ),
    "decoder_slope": Figure(
        "decoder slope", "pixel l2 per σ",
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
        "prior mass in holes", "%",
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
    beware = _above(experiment) + (
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


ALONE = 0.9  # of the prior: the other classes are a rim, whose distance is that of its one shape


def _purpose(change: Change, before: Side, after: Side) -> str:
    for side in (before, after):
        largest = max((part.value for part in side.shares), default=0.0)
        if largest > ALONE or (side.radius is not None and math.isinf(side.radius.value)):
            return (
                f"The model {side.name} draws one class nearly alone, from {share(largest)} of the "
                "prior: whether classes came closer cannot be told. Train longer."
            )
    return _PURPOSE[change] if after.exact else _SEARCHED


def _above(experiment: Experiment) -> str:
    """Why a measured radius may stand above a limit that holds for the true one"""
    sides = (side for side in (experiment.before, experiment.after) if side is not None)
    names = [side.name for side in sides
             if side.radius and side.bound and side.radius.value > side.bound.value]  # fmt: skip
    if not names:
        return ""
    return (
        f"The mean class radius {_listed(names)} is above its bound, which the true one never is: "
        "both are estimates, and are off by what their intervals say. "
    )


_PENALTIES = {
    "omega": "an encoder slope penalty of {:g}", "ratio": "a decoder slope penalty of {:g}",
    "weight_clip": "weights of at most {:g}",
}  # fmt: skip


def _penalties(side: Side) -> str:
    set_ = {name: getattr(side.document.config, name) for name in _PENALTIES}
    return _listed([_PENALTIES[name].format(value) for name, value in set_.items() if value])


def _moved(name: str, before: Side, after: Side) -> str:
    figure = figure_of(name, after.exact)
    (one, _), (other, _) = figure.said(getattr(before, name), getattr(after, name))
    return f"{figure.label} ({one} to {other})"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def figure_of(name: str, exact: bool) -> Figure:
    """The figure of that name; a radius that is not exact is an upper bound."""
    figure = FIGURES[name]
    most = name == "radius" and not exact
    return figure._replace(label=f"{figure.label}, at most") if most else figure


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
        **{name: getattr(config, name) for name in ("omega", "ratio", "weight_clip")},
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
            cells = _cells(figure, [side and side[name] for side in sides])
            named = figure_of(name, answer["before"]["radius_is_exact"]).head
            change = answer["changes"].get(name, "")
            rows.add_row(named, *cells, "" if change == "not told apart" else change)
    for label in answer["before"]["classes"]:
        cells = _cells(FIGURES["hole"], [side and side["classes"][label] for side in sides])
        rows.add_row(Text(f"prior mass of class {label}"), *cells)
    return rows


def _cells(figure: Figure, found: Sequence[dict[str, Any] | None]) -> list[str]:
    """As they stand in a row; found: value, low and high of each side that there is."""
    ends = ("value", "low", "high")
    said = figure.said(
        *(Estimate(*(float(one[end]) for end in ends)) if one else None for one in found)
    )
    return [f"{value} ({interval})" if interval else value for value, interval in said]
