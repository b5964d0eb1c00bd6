"""What a diagnosis is, what it rests on, and what it may advise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ...geometry.classes.masses import PriorMasses
from ...models.gan.base_gan import BaseGANConfig
from ...models.latent_model import ModelConfig
from ...training.config import TrainConfig
from ...training.loss_history import Losses
from ..quality.quality import Quality

YOUNG = 1000  # steps: in fewer, training is not over even on points of the plane

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


@dataclass(frozen=True, eq=False)
class DiagnosisInputs:
    """All that a diagnosis rests on."""

    quality: Quality
    masses: PriorMasses | None  # of the same step
    history: Sequence[tuple[int, Losses]]
    model: ModelConfig
    train: TrainConfig
    classes: tuple[str, ...] = ()


def remedied(
    remedy: Remedy, planned: ModelConfig, measured: ModelConfig, train: TrainConfig
) -> dict[str, Any]:
    """The settings `model` and `train` that the remedy asks for, as far as it changes them.

    planned: the model that is set up; measured: the one at rest, where that is another family.
    """
    changes: dict[str, Any] = {}
    if remedy.model:
        base = planned if type(planned) is type(measured) else measured
        changes["model"] = replace(base, **remedy.model)
    if remedy.train:
        changes["train"] = replace(train, **remedy.train)
    return changes


# ---- what several rules advise ----


def held_critic(inputs: DiagnosisInputs) -> Remedy | None:
    """A critic that has to be smooth keeps its slope and its variety"""
    if not isinstance(inputs.model, BaseGANConfig) or inputs.model.penalty != "none":
        return None
    return Remedy("Use a gradient penalty", model={"penalty": "gradient penalty"})


def longer(inputs: DiagnosisInputs) -> Remedy | None:
    """What has had few steps is not wrong yet"""
    if inputs.quality.step >= YOUNG:
        return None
    epochs = 2 * inputs.train.epochs
    return Remedy(f"Train for {epochs} epochs", train={"epochs": epochs})


def wider(inputs: DiagnosisInputs) -> Remedy | None:
    """More room for codes; points of the plane need no more than its two coordinates"""
    if inputs.quality.modes is not None and inputs.model.latent >= 2:
        return None
    latent = 2 * inputs.model.latent
    return Remedy(f"Set latent size to {latent}", model={"latent": latent})


def weighs_kl(inputs: DiagnosisInputs) -> bool:
    """Whether beta and its warm-up have a term to weigh in the training of this model."""
    return bool(inputs.history) and "kl" in inputs.history[-1][1]
