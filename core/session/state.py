"""State: settings and results as one value, and what follows from the two together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..data.dataset import Dataset
from ..geometry.holes.detectors.registry import Key
from ..geometry.layers.height_map import HeightMap
from ..geometry.paths.families import FAMILIES
from ..geometry.paths.path import Family, Path
from ..scene.scene import Scene
from ..scene.timeline import scene_at
from .results import Results
from .settings import Settings


@dataclass(frozen=True, eq=False)
class Origin:
    """What an answer is of; None where it is of any: a plane is of every scene of its space."""

    scene: Scene | None = None
    images: Dataset | None = None
    detector: Key | None = None
    threshold: float | None = None
    whole: bool = False  # of the model, whatever the condition under which it is shown

    def shown_in(self, state: State) -> Scene | None:
        """The scene that it should be of."""
        results = state.results
        return scene_at(state.settings.step, results.timeline) if self.whole else results.scene

    def is_of(self, state: State) -> bool:
        """Whether it is of just what is shown in `state`."""
        settings, results = state.settings, state.results
        return (
            self.scene in (None, self.shown_in(state))
            and (self.images is None or results.dataset in (None, self.images))
            and self.detector in (None, settings.detector)
            and self.threshold in (None, settings.threshold)
        )


@dataclass(frozen=True)
class State:
    """All that a view draws and that a job is made from."""

    settings: Settings = Settings()
    results: Results = Results()
    origins: Mapping[str, Origin] = field(default_factory=dict)  # of the answers, by their names


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


def heights_of(settings: Settings, results: Results) -> HeightMap | None:
    """The heights that are asked for; a score is the one of the holes that are drawn."""
    if settings.height == "score" and results.holes is not None:
        holes = results.holes
        return HeightMap("score", holes.score, holes.window, holes.step)
    heights = results.heights
    return heights if heights is not None and heights.kind == settings.height else None


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
