"""Which of two models draws the more diverse classes (THEORY.md, section 1, row 10, and A4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from rich.table import Table
from rich.text import Text

from ..data.titles import model_title
from ..documents import archive
from ..documents.document import Document
from ..documents.scenes import scene_of
from ..engine.errors import Problem
from ..engine.jobs import Job, Progress
from ..engine.worker import aside
from ..figures.estimate import Estimate
from ..figures.finding import number, share
from ..geometry.classes.diversity import compare, verdict_on_radius
from ..geometry.classes.entropy import collision, effective_classes
from ..geometry.classes.masses import Masses
from ..scene.codes import Codes
from ..scene.scene import Scene
from .changes import plain_estimate
from .figures import masses_of, radii_of, shares_of


class Subject(NamedTuple):
    """A model as it is compared."""

    name: str
    scene: Scene
    codes: Codes | None


@dataclass(frozen=True, eq=False)
class Measured:
    """What is known of one of the two."""

    name: str
    classes: tuple[str, ...]
    latent: int
    masses: Masses
    radius: Estimate | None = None  # E[r] in deviations of the prior; None: not measured yet

    @property
    def shares(self) -> tuple[Estimate, ...]:
        """(K,) of the prior."""
        return shares_of(self.masses)

    @property
    def entropy(self) -> Estimate:
        """H_2 in nats."""
        return collision(self.masses.counts)

    @property
    def effective(self) -> Estimate:
        """exp H_2"""
        return effective_classes(self.masses.counts)

    @property
    def exact(self) -> bool:
        """Its radius is measured on a grid; else it was searched, and is at most so great."""
        return self.latent <= 2


@dataclass(frozen=True, eq=False)
class Versus:
    first: Measured
    second: Measured

    @property
    def verdict(self) -> str:
        """Who is more diverse, or that they are not told apart."""
        comparison = compare(self.first.masses.counts, self.second.masses.counts)
        said = comparison.verdict(self.first.name, self.second.name)
        if self.first.classes != self.second.classes:
            said += (
                f" The two are judged by different classes ({len(self.first.classes)} and "
                f"{len(self.second.classes)}), and H_2 counts only what its judge tells apart."
            )
        return said

    @property
    def caution(self) -> str:
        """Why the radii do not say so; empty until they are measured."""
        one, other = self.first, self.second
        if one.radius is None or other.radius is None:
            return ""
        if not (one.exact and other.exact):
            return (
                f"Neither does the class radius rank them (E[r] {said_radius(one)} for {one.name}, "
                f"{said_radius(other)} for {other.name}): in more than two dimensions it is only "
                "known from above, and the entropy only limits it from above too."
            )
        comparison = compare(one.masses.counts, other.masses.counts)
        radii = one.radius.value, other.radius.value
        return verdict_on_radius(comparison, *radii, one.name, other.name)


def said_radius(one: Measured) -> str:
    """E[r] as a person reads it."""
    assert one.radius is not None, f"the radius of {one.name} is not measured yet"
    return f"{'' if one.exact else 'at most '}{number(one.radius.value)}"


def subject_of(document: Document, name: str) -> Subject:
    return Subject(name, scene_of(document, name), document.codes)


def versus(first: Subject, second: Subject) -> Job[Versus | Progress]:
    """Measure both alike, on as many draws of the prior from the same seed: masses, then E[r].

    Each Versus says all that is known by then. Raises Problem where a model has no classes.
    """
    for one in (first, second):
        if one.scene.logits is None:
            raise Problem(f"{one.name} has no classes to compare: it was saved without a judge.")
    first, second = _named_apart(first, second)
    sides = []
    for one in (first, second):
        found = yield from masses_of(one.scene, one.codes, f"drawing from {one.name}")
        sides.append(Measured(one.name, one.scene.classes, one.scene.latent, found))
    said = Versus(*sides)
    yield said
    for place, one in (("first", first), ("second", second)):
        radii = yield from radii_of(one.scene, one.codes, f"measuring the radius of {one.name}")
        measured = replace(getattr(said, place), radius=radii.mean())
        said = replace(said, **{place: measured})
        yield said


def versus_file(first: Subject, path: Path) -> Job[Versus | Progress]:
    """The same with the model in a file; raises Problem where it cannot be read."""
    yield Progress(None, f"opening {path.name}")
    document = yield from aside(lambda tell: archive.load(path))
    yield from versus(first, subject_of(document, model_title(path, document.data)))


def _named_apart(first: Subject, second: Subject) -> tuple[Subject, Subject]:
    if first.name == second.name:
        first = first._replace(name=f"{first.name} (first)")
        second = second._replace(name=f"{second.name} (second)")
    return first, second


# ---- for the command line ----


def plain(found: Versus) -> dict[str, Any]:
    """The comparison as JSON; infinite numbers are words."""
    return {
        "verdict": found.verdict, "caution": found.caution,
        "first": _plain_side(found.first), "second": _plain_side(found.second),
    }  # fmt: skip


def _plain_side(one: Measured) -> dict[str, Any]:
    return {
        "name": one.name, "latent": one.latent, "draws": one.masses.n,
        "entropy": plain_estimate(one.entropy),
        "effective_classes": plain_estimate(one.effective),
        "radius": None if one.radius is None else plain_estimate(one.radius),
        "radius_is_exact": one.exact,
        "classes": dict(zip(one.classes, one.masses.share.tolist(), strict=True)),
    }  # fmt: skip


ROWS = {
    "entropy": "collision entropy H_2, nats",
    "effective_classes": "effective classes, exp H_2",
    "radius": "mean class radius E[r], σ",
}


def table(answer: dict[str, Any]) -> Table:
    """What `plain` says, side by side, for people."""
    said = f"{answer['verdict']} {answer['caution']}"
    rows = Table(box=None, pad_edge=False, caption=Text(said), caption_justify="left")
    sides = answer["first"], answer["second"]
    for head in ("", *(side["name"] for side in sides)):
        rows.add_column(Text(head))
    for key, label in ROWS.items():
        rows.add_row(Text(label), *(_cell(side, key) for side in sides))
    for name in dict.fromkeys(name for side in sides for name in side["classes"]):
        parts = [side["classes"].get(name) for side in sides]
        rows.add_row(
            Text(f"prior mass of class {name}"),
            *("" if part is None else share(part) for part in parts),
        )
    return rows


def _cell(side: dict[str, Any], key: str) -> str:
    value, low, high = (float(side[key][part]) for part in ("value", "low", "high"))
    most = "at most " if key == "radius" and not side["radius_is_exact"] else ""
    return f"{most}{number(value)} ({number(low)} to {number(high)})"
