"""Results: what the jobs answered, each under the name of its job, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..analysis.diagnosis.diagnosis import Diagnosis
from ..analysis.quality.quality import Quality
from ..analysis.survey import Survey
from ..compare.changes import Experiment
from ..compare.diversity import DiversityComparison
from ..data.dataset import DataConfig, Dataset
from ..documents.document import Document
from ..engine.errors import Failure
from ..engine.jobs import Progress
from ..geometry.classes.masses import PriorMasses
from ..geometry.holes.detectors.detector import FittedDetector
from ..geometry.holes.detectors.registry import Verdict
from ..geometry.holes.hole import Hole
from ..geometry.holes.hole_map import HoleMap
from ..geometry.layers.glyphs import Glyphs
from ..geometry.layers.height_map import HeightMap
from ..geometry.map.plane import Plane
from ..geometry.paths.path import Path
from ..geometry.paths.path_measures import PathMeasures
from ..measures.held_out import HeldOut
from ..models.latent_model import LatentModel
from ..scene.alignment import Alignment
from ..scene.codes import Codes
from ..scene.scene import Scene
from ..training.loop import Snapshot
from .jobs.cursor_sample import CursorSample
from .jobs.data_space import CriticMap, GeneratorGrid
from .jobs.images import Cloud
from .jobs.map import PaintedMap
from .jobs.paths import Mesh
from .jobs.picked_image import Inversion, Picked
from .jobs.prior_samples import Grid

RunState = Literal["idle", "preparing", "training", "pausing", "paused", "stopping"]


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
    before: Scene | None = None  # the one that was shown before it
    timeline: tuple[Scene, ...] = ()
    alignment: Alignment | None = None  # how the scenes of the timeline lie to one another
    scrubbing: bool = False  # the shown step is being dragged: quick pictures suffice
    late: Mapping[object, int] = field(default_factory=dict)  # fields that lag, and of which step
    codes: Codes | None = None
    plane: Plane | None = None
    sample: CursorSample | None = None
    map: PaintedMap | None = None
    holes: HoleMap | None = None
    masses: PriorMasses | None = None
    heights: HeightMap | None = None
    glyphs: Glyphs | None = None
    detectors: tuple[FittedDetector, ...] = ()  # of holes, as many as are made by now
    survey: Survey | None = None
    hole_list: tuple[Hole, ...] | None = None  # the holes as a list
    verdicts: tuple[Verdict, ...] = ()  # of the detectors, on the cursor's place
    cloud: Cloud | None = None
    generator_grid: GeneratorGrid | None = None
    critic_map: CriticMap | None = None
    samples: Grid | None = None
    straight: Path | None = None
    slerp: Path | None = None
    adversarial: Path | None = None
    nearest: Path | None = None
    geodesic: Path | None = None
    avoiding: Path | None = None
    crossings: Path | None = None
    mesh: Mesh | None = None
    path_measures: tuple[
        PathMeasures, ...
    ] = ()  # measures of the drawn paths, while they are compared
    picked: Picked | None = None
    inversion: Inversion | None = None
    measured: HeldOut | None = None
    quality: Quality | None = None
    diagnoses: tuple[Diagnosis, ...] | None = None  # of that quality; empty where all is well
    experiment: Experiment | None = None  # as far as it is, the last that was begun
    diversity_comparison: DiversityComparison | None = (
        None  # the shown model and that of another file
    )
    progress: tuple[tuple[str, Progress], ...] = ()  # jobs under way that say how far they are
    failure: Failure | None = None  # the newest error

    @property
    def thorough(self) -> bool:
        """Whether the picture of now stays long enough for a fine one."""
        return self.resting and not self.scrubbing
