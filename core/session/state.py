"""The state of the program as two values: what the user asked for, and what was answered."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from ..analysis.diagnosis.case import Diagnosis
from ..analysis.quality.quality import Quality
from ..analysis.survey import Survey
from ..compare.changes import Experiment
from ..compare.diversity import Versus
from ..data.dataset import DataConfig, Dataset
from ..documents.document import Document
from ..engine.errors import Failure
from ..engine.jobs import Progress
from ..geometry.classes.masses import Masses
from ..geometry.holes.detectors.detector import FittedDetector
from ..geometry.holes.detectors.registry import Key, Verdict
from ..geometry.holes.hole import Hole
from ..geometry.holes.hole_map import HoleMap
from ..geometry.layers.relief import Glyphs, Height, Relief, Shape
from ..geometry.map.grid import Window
from ..geometry.map.plane import Plane
from ..geometry.map.refinement import Grain
from ..geometry.paths.families import FAMILIES
from ..geometry.paths.graph import Graph
from ..geometry.paths.path import Family, Path
from ..geometry.paths.path_measures import PathMeasures
from ..measures.held_out import HeldOut
from ..models.latent_model import LatentModel, ModelConfig
from ..models.vae.vae import VAEConfig
from ..scene.alignment import Frames
from ..scene.codes import Codes
from ..scene.scene import Scene
from ..training.config import TrainConfig
from ..training.loop import Snapshot
from .jobs.data_space import Contest, Warp
from .jobs.decoded import Grid, Inversion, Picked, Sample
from .jobs.images import Cloud
from .jobs.map import PaintedMap

Point = tuple[float, ...]  # z, all L coordinates in prior standard deviations
RunState = Literal["idle", "preparing", "training", "pausing", "paused", "stopping"]


@dataclass(frozen=True)
class Layer:
    """One layer of the map, as the user wants it."""

    visible: bool = True
    opacity: float = 1.0  # in [0, 1]


@dataclass(frozen=True)
class Layers:
    classes: Layer = Layer()
    names: Layer = Layer()
    holes: Layer = Layer()
    cloud: Layer = Layer(opacity=0.6)
    paths: Layer = Layer()
    grid: Layer = Layer(visible=False)
    relief: Layer = Layer(opacity=0.85)  # whichever `Settings.height` names
    glyphs: Layer = Layer()  # whichever `Settings.shape` names


@dataclass(frozen=True)
class SpaceLayers:
    """What is shown of the plane that points lie in."""

    data: bool = True
    drawn: bool = True
    grid: bool = True
    slopes: bool = True  # of the critic


@dataclass(frozen=True)
class Settings:
    """What the user asks for: small plain values, saved and restored as they are."""

    # what is trained
    data: DataConfig = DataConfig()
    model: ModelConfig = VAEConfig()
    train: TrainConfig = TrainConfig()
    # what is looked at
    window: Window = (-3.5, 3.5, -3.5, 3.5)  # of the plane: left, right, bottom, top
    through: Point = (0.0, 0.0)  # L > 2: the slice goes through this z
    cursor: Point = (0.0, 0.0)
    picked: Point | None = None  # the code whose original is shown beside its reconstruction
    condition: int = 0  # the class that a conditional model draws
    step: int | None = None  # hold the picture of this step; None follows the training
    threshold: float = math.log(20.0)  # a hole: log p(z) - log q(z) above it, in nats
    detector: Key = "density"  # whose holes are drawn and listed
    grain: Grain = Grain()
    layers: Layers = Layers()
    space: SpaceLayers = SpaceLayers()
    height: Height | None = None  # laid over the map; None for nothing
    shape: Shape | None = None  # drawn on it; None for nothing
    surveyed: bool = False  # the geometry has been asked for: it is measured whenever all rests
    measuring: bool = False  # the same of the quality
    # paths
    start: Point | None = None  # anchor A
    end: Point | None = None  # anchor B
    target: int | None = None  # class to reach; None: the class the model draws at B
    families: tuple[Family, ...] = ("straight", "adversarial")  # drawn on the map
    family: Family = "adversarial"  # the one in the filmstrip, always among them
    compared: bool = False  # whether the drawn ones are measured, side by side
    travel: float = 0.0  # where the slider stands, as a fraction of the path's length
    # samples
    columns: int = 8  # the grid of prior samples is columns x columns
    draw: int = 0  # which noise the grid shows: fixed, so that change is visible

    def __post_init__(self) -> None:
        if self.family not in self.families:
            object.__setattr__(self, "families", (*self.families, self.family))


@dataclass(frozen=True, eq=False)
class Mesh:
    """The graph that geodesics begin on, and what it was made of."""

    graph: Graph
    scene: Scene
    codes: Codes | None  # None where it is a grid


@dataclass(frozen=True)
class Results:
    """What was answered, under the name of the job that answered."""

    document: Document | None = None  # what a file of now would hold
    source: DataConfig | None = None  # which images the model was made for, and where they lie
    dataset: Dataset | None = None  # the images themselves, where they are on this machine
    training: Snapshot[LatentModel] | None = None  # how the training stands
    run: RunState = "idle"
    resting: bool = True  # no training is under way: time for the slow and thorough
    scene: Scene | None = None  # the one of the timeline that is shown
    timeline: tuple[Scene, ...] = ()
    frames: Frames | None = None  # how the scenes of the timeline lie to one another
    scrubbing: bool = False  # the shown step is being dragged: quick pictures suffice
    codes: Codes | None = None
    plane: Plane | None = None
    sample: Sample | None = None
    map: PaintedMap | None = None
    holes: HoleMap | None = None
    masses: Masses | None = None
    relief: Relief | None = None
    glyphs: Glyphs | None = None
    detectors: tuple[FittedDetector, ...] = ()  # of holes, as many as are made by now
    survey: Survey | None = None
    voids: tuple[Hole, ...] | None = None  # the holes as a list
    verdicts: tuple[Verdict, ...] = ()  # of the detectors, on the cursor's place
    cloud: Cloud | None = None
    warp: Warp | None = None
    contest: Contest | None = None
    samples: Grid | None = None
    straight: Path | None = None
    slerp: Path | None = None
    adversarial: Path | None = None
    nearest: Path | None = None
    geodesic: Path | None = None
    avoiding: Path | None = None
    crossings: Path | None = None
    mesh: Mesh | None = None
    alongs: tuple[PathMeasures, ...] = ()  # measures of the drawn paths, while they are compared
    picked: Picked | None = None
    inversion: Inversion | None = None
    measured: HeldOut | None = None
    quality: Quality | None = None
    diagnoses: tuple[Diagnosis, ...] | None = None  # of that quality; empty where all is well
    experiment: Experiment | None = None  # as far as it is, the last that was begun
    versus: Versus | None = None  # the shown model and that of another file
    progress: tuple[tuple[str, Progress], ...] = ()  # jobs under way that say how far they are
    failure: Failure | None = None  # the newest error

    @property
    def thorough(self) -> bool:
        """Whether the picture of now stays long enough for a fine one."""
        return self.resting and not self.scrubbing


def entries(settings: Settings, results: Results) -> dict[str, Any]:
    """All fields under their full names, e.g. "results.map"."""
    parts: dict[str, Settings | Results] = {"settings": settings, "results": results}
    return {f"{p}.{f.name}": getattr(v, f.name) for p, v in parts.items() for f in fields(v)}


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


def drawn_families(settings: Settings, results: Results) -> tuple[Family, ...]:
    """Those that are asked for and possible with this model, in the order of the table."""
    asked = (*settings.families, shown_path(settings, results))
    return tuple(name for name in FAMILIES if name in asked and not lacking(name, results))


def shown_path(settings: Settings, results: Results) -> Family:
    """The family in the filmstrip: the straight one where the one asked for is not possible."""
    return "straight" if lacking(settings.family, results) else settings.family


def placed(settings: Settings, family: Family) -> bool:
    """Whether A, and B or a class where the family goes there, have been chosen."""
    needs = FAMILIES[family].needs
    to_end = "end" in needs or ("target" in needs and settings.target is None)
    return settings.start is not None and (settings.end is not None or not to_end)


def fitting(settings: Settings, latent: int) -> Settings:
    """`settings` for a space of `latent` dimensions: places of another are forgotten."""
    settings = replace(settings, step=None)
    if len(settings.cursor) == len(settings.through) == latent:
        return settings
    centre = (0.0,) * latent
    return replace(
        settings, cursor=centre, through=centre, start=None, end=None, picked=None, target=None,
        travel=0.0,
    )  # fmt: skip
