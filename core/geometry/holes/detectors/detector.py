"""A detector of holes: a score of latent points, its limit, and what it is blind to."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
from torch import Tensor

from ....engine.jobs import Progress
from ....figures.array import Array
from ....scene.codes import Codes, Score
from ....scene.scene import Decode, Encode, Scene

Features = Callable[[Tensor], Tensor]  # images (N, C, H, W) -> (N, F)


@dataclass(frozen=True, eq=False)
class HeldOutData:
    """What was kept from training; each None where it is not on this machine."""

    codes: Codes | None = None
    images: Tensor | None = None  # (N, C, H, W)
    features: Features | None = None  # what the judge's last layer reads; None: the pixels


@dataclass(frozen=True, eq=False)
class DetectorInputs:
    """What a detector is made from."""

    scene: Scene
    codes: Codes  # all that are stored
    reference: Codes  # those that a calibrated score may learn from
    samples: Tensor  # (M, L) posterior samples of the others, one each
    held_out: HeldOutData
    whose: str  # whose posterior samples

    @property
    def encode(self) -> Encode:
        assert self.scene.encode is not None
        return self.scene.encode

    @property
    def decode(self) -> Decode:
        return self.scene.decode


@dataclass(frozen=True, eq=False)
class Uncalibrated:
    """A score of points, and what its limits are read off."""

    score: Score
    known: Tensor  # (M, ...) what was held out: points, or the pixels of images
    on_known: Score  # of these
    whose: str
    chunk: int | None = None
    note: str = ""  # about the limit, as read on screen


Fit: TypeAlias = Callable[[DetectorInputs], Generator[Progress | None, Any, Uncalibrated]]
Lack: TypeAlias = Callable[[Scene, Codes, HeldOutData], str | None]


@dataclass(frozen=True)
class Detector:
    """A score u(z) and a limit: a hole is where u is above it (theory: B0)."""

    key: str
    name: str
    side: Literal["encoder", "decoder"]  # who would have to know the place
    meaning: str
    unit: str
    cost: str
    blind: str
    formula: str
    source: str
    theory: str  # key of the passage of resources/theory that explains it
    fit: Fit
    lacks: Lack = lambda scene, codes, held_out: None
    threshold: float | None = None  # None: read off what was held out
    both: bool = False  # the lower tail counts too


@dataclass(frozen=True, eq=False)
class FittedDetector:
    """A detector of holes made for one model: a score of points and where a hole begins."""

    key: str  # of DETECTORS
    score: Score
    threshold: float  # a hole is where the score is above it
    low: float | None = None  # or below this one, where both tails count
    calibration: str = ""  # where the threshold comes from, as read on screen
    known: Array = field(default_factory=lambda: np.zeros(0))  # (M,) scores held out, ascending
    whose: str = ""  # what was held out
    chunk: int | None = None  # points to score in one step; None: as many as one decodes
    step: int = 0  # of the scene

    def excess(self, values: Tensor) -> Tensor:
        """values: (...) scores -> how far beyond the nearer limit, (...); a hole where positive."""
        above = values - self.threshold
        return above if self.low is None else above.maximum(self.low - values)


def on_samples(
    score: Score, inputs: DetectorInputs, chunk: int | None = None, note: str = ""
) -> Uncalibrated:
    """The limits of `score` are read off the posterior samples that were set aside."""
    return Uncalibrated(score, inputs.samples, score, inputs.whose, chunk, note)
