"""Which of two models draws the more diverse classes (theory: A4, L10)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from rich.table import Table
from rich.text import Text

from ..analysis.measure_config import MeasureConfig
from ..data.titles import model_title
from ..documents import archive
from ..documents.document import Document
from ..documents.scenes import scene_of
from ..engine.errors import Problem
from ..engine.jobs import Job, Progress
from ..engine.worker import in_thread
from ..figures.estimate import Estimate
from ..figures.finding import number, share
from ..geometry.classes.diversity import compare_entropies, verdict_on_radius
from ..geometry.classes.entropy import collision_entropy, effective_classes
from ..geometry.classes.masses import PriorMasses
from ..scene.codes import Codes
from ..scene.scene import Scene
from .experiment_report import estimate_to_json
from .model_figures import class_shares, count_masses, measure_radii


class Compared(NamedTuple):
    """A model to be compared."""

    name: str
    scene: Scene
    codes: Codes | None


@dataclass(frozen=True, eq=False)
class ModelDiversity:
    """What is known of one of the two."""

    name: str
    classes: tuple[str, ...]
    latent: int
    masses: PriorMasses
    radius: Estimate | None = None  # E[r] in deviations of the prior; None: not measured yet

    @property
    def shares(self) -> tuple[Estimate, ...]:
        """(K,) of the prior."""
        return class_shares(self.masses)

    @property
    def entropy(self) -> Estimate:
        """H_2 in nats."""
        return collision_entropy(self.masses.counts)

    @property
    def effective(self) -> Estimate:
        """exp H_2"""
        return effective_classes(self.masses.counts)

    @property
    def exact(self) -> bool:
        """Its radius is measured on a grid; else it was searched, and is at most so great."""
        return self.latent <= 2


@dataclass(frozen=True, eq=False)
class DiversityComparison:
    """Both models, as far as they are measured."""

    first: ModelDiversity
    second: ModelDiversity

    @property
    def verdict(self) -> str:
        """Who is more diverse, or that they are not told apart."""
        comparison = compare_entropies(self.first.masses.counts, self.second.masses.counts)
        verdict = comparison.verdict(self.first.name, self.second.name)
        if self.first.classes != self.second.classes:
            verdict += (
                f" The two are judged by different classes ({len(self.first.classes)} and "
                f"{len(self.second.classes)}), and H_2 counts only what its judge tells apart."
            )
        return verdict

    @property
    def caution(self) -> str:
        """Why the radii do not say so; empty until they are measured."""
        one, other = self.first, self.second
        if one.radius is None or other.radius is None:
            return ""
        if not (one.exact and other.exact):
            return (
                f"Neither does the class radius rank them (E[r] {radius_text(one)} for {one.name}, "
                f"{radius_text(other)} for {other.name}): in more than two dimensions it is only "
                "known from above, and the entropy only limits it from above too."
            )
        comparison = compare_entropies(one.masses.counts, other.masses.counts)
        radii = one.radius.value, other.radius.value
        return verdict_on_radius(comparison, *radii, one.name, other.name)


def radius_text(one: ModelDiversity) -> str:
    """E[r] as a person reads it."""
    assert one.radius is not None, f"the radius of {one.name} is not measured yet"
    return f"{'' if one.exact else 'at most '}{number(one.radius.value)}"


def model_of(document: Document, name: str) -> Compared:
    """The model of a file, by this name."""
    return Compared(name, scene_of(document, name), document.codes)


def compare_diversity(
    first: Compared, second: Compared, config: MeasureConfig = MeasureConfig()
) -> Job[DiversityComparison | Progress]:
    """Measure both alike, on as many draws of the prior from the same seed: masses, then E[r].

    Each report holds all that is known by then. Raises Problem where a model has no classes, or
    draws the one that it is asked for.
    """
    for one in (first, second):
        if one.scene.conditions:
            raise Problem(
                f"{one.name} draws the class that it is asked for: how diverse its classes are is "
                "up to who asks."
            )
        if one.scene.logits is None:
            raise Problem(f"{one.name} has no classes to compare: it was saved without a judge.")
    models = _with_other_names(first, second)
    known = []
    for one in models:
        text = f"drawing from {one.name}"
        counted = yield from count_masses(one.scene, one.codes, text, config)
        known.append(ModelDiversity(one.name, one.scene.classes, one.scene.latent, counted))
    yield DiversityComparison(*known)
    for at, one in enumerate(models):
        text = f"measuring the radius of {one.name}"
        radii = yield from measure_radii(one.scene, one.codes, text, config)
        known[at] = replace(known[at], radius=radii.mean())
        yield DiversityComparison(*known)


def compare_with_file(
    first: Compared, path: Path, config: MeasureConfig = MeasureConfig()
) -> Job[DiversityComparison | Progress]:
    """The same with the model in a file; raises Problem where it cannot be read."""
    yield Progress(None, f"opening {path.name}")
    document = yield from in_thread(lambda tell: archive.load(path))
    second = model_of(document, model_title(path, document.data))
    yield from compare_diversity(first, second, config)


def _with_other_names(first: Compared, second: Compared) -> tuple[Compared, Compared]:
    if first.name == second.name:
        first = first._replace(name=f"{first.name} (first)")
        second = second._replace(name=f"{second.name} (second)")
    return first, second


# ---- for the command line ----


def to_json(comparison: DiversityComparison) -> dict[str, Any]:
    """The comparison; infinite numbers are words."""
    return {
        "verdict": comparison.verdict,
        "caution": comparison.caution,
        "first": _model_to_json(comparison.first),
        "second": _model_to_json(comparison.second),
    }


def _model_to_json(one: ModelDiversity) -> dict[str, Any]:
    return {
        "name": one.name,
        "latent": one.latent,
        "draws": one.masses.n,
        "entropy": estimate_to_json(one.entropy),
        "effective_classes": estimate_to_json(one.effective),
        "radius": None if one.radius is None else estimate_to_json(one.radius),
        "radius_is_exact": one.exact,
        "classes": dict(zip(one.classes, one.masses.share.tolist(), strict=True)),
    }


ROWS = {
    "entropy": "collision entropy H_2, nats",
    "effective_classes": "effective classes, exp H_2",
    "radius": "mean class radius E[r], σ",
}


def table(answer: dict[str, Any]) -> Table:
    """What `to_json` says, side by side, for people."""
    caption = Text(f"{answer['verdict']} {answer['caution']}")
    rows = Table(box=None, pad_edge=False, caption=caption, caption_justify="left")
    models = answer["first"], answer["second"]
    for heading in ("", *(model["name"] for model in models)):
        rows.add_column(Text(heading))
    for key, label in ROWS.items():
        rows.add_row(Text(label), *(_cell(model, key) for model in models))
    for name in dict.fromkeys(name for model in models for name in model["classes"]):
        shares = [model["classes"].get(name) for model in models]
        cells = ("" if part is None else share(part) for part in shares)
        rows.add_row(Text(f"prior mass of class {name}"), *cells)
    return rows


def _cell(model: dict[str, Any], key: str) -> str:
    value, low, high = (float(model[key][end]) for end in ("value", "low", "high"))
    at_most = "at most " if key == "radius" and not model["radius_is_exact"] else ""
    return f"{at_most}{number(value)} ({number(low)} to {number(high)})"
