"""State: settings and results as one value, and what follows from the two together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..geometry.paths.families import FAMILIES
from ..geometry.paths.path import Family, Path
from .results import Results
from .settings import Settings


@dataclass(frozen=True)
class State:
    """All that a view draws and that a job is made from."""

    settings: Settings = Settings()
    results: Results = Results()


def same(one: Any, other: Any) -> bool:
    """By value for what was asked, by identity for what was answered."""
    return one is other or (type(one) is type(other) and one == other)


def lacking(family: Family, results: Results) -> str:
    """What this model has not and a family of paths needs, in a sentence; empty where nothing."""
    needs, scene = FAMILIES[family].needs, results.scene
    if "classes" in needs and (scene is None or scene.logits is None):
        return "There are no classes to go by: no judge was trained for this model."
    if "codes" in needs and results.codes is None:
        return "There are no codes: nothing says where the encoder sends the images."
    return ""


def path_of(results: Results, family: Family) -> Path | None:
    """The answer of a family of paths."""
    paths: dict[Family, Path | None] = {
        "straight": results.straight,
        "slerp": results.slerp,
        "adversarial": results.adversarial,
        "nearest": results.nearest,
        "geodesic": results.geodesic,
        "avoiding": results.avoiding,
        "crossings": results.crossings,
    }
    return paths[family]


def drawn_families(settings: Settings, results: Results) -> tuple[Family, ...]:
    """Those that are asked for and possible with this model, in the order of the table."""
    requested = (*settings.families, shown_path(settings, results))
    return tuple(name for name in FAMILIES if name in requested and not lacking(name, results))


def shown_path(settings: Settings, results: Results) -> Family:
    """The family in the filmstrip: the straight one where the one asked for is not possible."""
    return "straight" if lacking(settings.family, results) else settings.family


def placed(settings: Settings, family: Family) -> bool:
    """Whether A, and B or a class where the family goes there, have been chosen."""
    needs = FAMILIES[family].needs
    to_end = "end" in needs or ("target" in needs and settings.target is None)
    return settings.start is not None and (settings.end is not None or not to_end)
