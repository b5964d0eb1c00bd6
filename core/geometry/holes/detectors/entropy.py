"""Entropy of the judge's class probabilities: is it undecided here? (theory: H5)"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import torch
from torch import Tensor

from ....engine.jobs import Progress
from ....scene.codes import Codes, Score
from ....scene.scene import Logits, Scene
from .detector import Detector, DetectorInputs, HeldOutData, Uncalibrated, on_samples


def class_entropy(logits: Logits) -> Score:
    """How undecided the judge is about what z (N, L) decodes to, (N,) nats in [0, log K]."""

    def entropy(z: Tensor) -> Tensor:
        total: Tensor = torch.special.entr(logits(z).softmax(-1)).sum(-1)
        return total

    return entropy


def _fit(inputs: DetectorInputs) -> Generator[Progress | None, Any, Uncalibrated]:
    yield None
    assert inputs.scene.logits is not None
    return on_samples(class_entropy(inputs.scene.logits), inputs)


def _lacks(scene: Scene, codes: Codes, held_out: HeldOutData) -> str | None:
    return None if scene.logits else "It needs classes, and no judge was trained for this model."


ENTROPY = Detector(
    key="entropy",
    name="Undecided",
    side="decoder",
    meaning="The judge cannot say which class is drawn here.",
    unit="nats",
    cost="a decode and a look of the judge",
    blind="It marks where classes meet rather than holes, and a judge that is too sure of itself "
    "misses them.",
    formula="entropy of softmax s(g(z))",
    source="Shannon 1948, A mathematical theory of communication",
    theory="H5",
    fit=_fit,
    lacks=_lacks,
)
