"""What a diagnosis is, what it rests on, and what it may advise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ...geometry.classes.masses import PriorMasses
from ...models.latent_model import ModelConfig
from ...runs.setup import Setup
from ...training.config import TrainConfig
from ...training.loss_history import Losses
from ..quality.quality import Quality

Severity = Literal["serious", "worth a look"]


@dataclass(frozen=True)
class Remedy:
    """A change of settings that is worth a training; the training itself is the user's click."""

    sentence: str  # as it stands on a button, e.g. "Set warm-up to 10 epochs"
    model: Mapping[str, Any] = field(default_factory=dict)  # of the model's configuration
    train: Mapping[str, Any] = field(default_factory=dict)  # of TrainConfig


@dataclass(frozen=True)
class Diagnosis:
    """One thing that is wrong."""

    key: str
    name: str
    severity: Severity
    sentence: str  # what it means
    number: str  # what says so, with its unit
    evidence: str  # where to look
    remedy: Remedy | None = None
    follows: tuple[str, ...] = ()  # keys of what it comes from, where that is wrong too
    consequences: tuple[Diagnosis, ...] = ()  # what comes from it: listed under it, not beside it
    brings: str = "From it follow"  # how the list of them begins


@dataclass(frozen=True, eq=False)
class DiagnosisInputs:
    """All that a diagnosis rests on."""

    quality: Quality
    masses: PriorMasses | None  # of the same step
    history: Sequence[tuple[int, Losses]]
    model: ModelConfig
    train: TrainConfig
    classes: tuple[str, ...] = ()
    plane: bool = False  # whether the data are points of the plane


def bounded(inputs: DiagnosisInputs) -> bool:
    """Whether the model learnt to redraw images: an encoder that came afterwards says less."""
    figures = inputs.quality.held_out
    return figures is not None and figures.negative_elbo is not None


def remedied(remedy: Remedy, planned: Setup, measured: Setup) -> Setup:
    """The setup that the remedy asks for.

    planned: what is set up; measured: what the model at rest was made from. Where the two are of
    other data or of another kind of model, those that were measured are asked for.
    """
    same_kind = type(planned.model) is type(measured.model)
    return Setup(
        planned.data if planned.data.name == measured.data.name else measured.data,
        replace(planned.model if same_kind else measured.model, **remedy.model),
        replace(planned.train if same_kind else measured.train, **remedy.train),
    )
