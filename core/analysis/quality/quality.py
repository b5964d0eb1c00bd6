"""How good a model at rest is, measured on images held out: its bound, its codes, its samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from torch import Tensor

from ...figures.array import Array
from ...measures.classifier_test import Distinction
from ...measures.disentanglement.scores import Disentanglement
from ...measures.elbo_surgery import Activity, ElboSurgery
from ...measures.frechet import Frechet
from ...measures.held_out import HeldOut
from ...measures.kernel_distance import KernelDistance
from ...measures.likelihood import Likelihood
from ...measures.memorisation import Memorisation
from ...measures.mmd import Discrepancy
from ...measures.modes import ClassCoverage, Modes
from ...measures.precision_recall import PrecisionRecall
from ...scene.codes import Codes


@dataclass(frozen=True, eq=False)
class Samples:
    """What the model draws from its prior beside images held out, and both as points."""

    images: Tensor  # (N, C, H, W) in [0, 1]
    points: Array  # (N, D) of them, float64
    real: Array  # (M, D) of the images held out
    seen_by: str  # whose features the points are, as read on screen


@dataclass(frozen=True, eq=False)
class Quality:
    """What is known by now; None where it is not, or not yet. Each part under its own name."""

    step: int  # of the scene
    latent: int
    held_out: HeldOut | None = None
    variance: float | None = None  # of a pixel held out about its mean in training: what is to tell
    codes: Codes | None = None  # of images held out
    activity: Activity | None = None  # of these codes
    surgery: ElboSurgery | None = None  # of the same
    samples: Samples | None = None  # what the rest was measured on
    classes: ClassCoverage | None = None
    modes: Modes | None = None  # where the density of the data is known
    jensen_shannon: float | None = None  # nats, the same; a lower bound but for the draws
    kernel: KernelDistance | None = None
    frechet: Frechet | None = None
    manifold: PrecisionRecall | None = None
    distinction: Distinction | None = None
    discrepancy: Discrepancy | None = None
    memorisation: Memorisation | None = None
    likelihood: Likelihood | None = None
    disentanglement: Disentanglement | None = None
    missing: Mapping[str, str] = field(default_factory=dict)  # {part: why it cannot be measured}

    @property
    def complete(self) -> bool:
        """Whether every part has said something."""
        parts = [part.name for part in fields(self) if part.default is None]
        return all(getattr(self, name) is not None or name in self.missing for name in parts)
