"""Settings: what the user asks for, as one frozen value that is saved and restored as it is."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from ..data.dataset import DataConfig
from ..geometry.holes.detectors.registry import Key
from ..geometry.layers.glyphs import Shape
from ..geometry.layers.height_map import Height
from ..geometry.map.grid import Window
from ..geometry.map.refinement import Grain
from ..geometry.paths.path import Family
from ..models.latent_model import ModelConfig
from ..models.vae.vae import VAEConfig
from ..training.config import TrainConfig

Point = tuple[float, ...]  # z, all L coordinates in prior standard deviations


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
    heights: Layer = Layer(opacity=0.85)  # whichever `Settings.height` names
    glyphs: Layer = Layer()  # whichever `Settings.shape` names


@dataclass(frozen=True)
class SpaceLayers:
    """What is shown of the plane that points lie in."""

    data: bool = True
    samples: bool = True  # of the generator
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


def with_changes(settings: Settings, **changes: Any) -> Settings:
    """`settings` with `changes`: under another condition an image has another code."""
    if changes.get("condition", settings.condition) != settings.condition:
        changes.setdefault("picked", None)
    return replace(settings, **changes)


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
