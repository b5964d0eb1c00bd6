"""The scene of a document: its model as callables, under one of the conditions it may have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from typing import TypeAlias

import torch
from torch import Tensor

from ..engine import device
from ..engine.errors import Problem
from ..models.latent_model import LatentModel
from ..models.protocols import Adversarial, Encoding
from ..scene.scene import Critic, Encode, Scene
from .document import Document

Labels: TypeAlias = Callable[[Tensor], Tensor | None]  # of so many rows: the condition of each


def scene_of(document: Document, name: str, condition: int = 0) -> Scene:
    """What is drawn of a document's model; `name`: its id, that no other model has.

    condition: the row of `conditions_of` that a conditional model draws.
    """
    if not conditions_of(document):
        return _scene_given(document, name, None)
    scene = lru_cache(maxsize=None)(partial(_scene_given, document, name))
    return replace(scene(condition), conditioned=scene)


def conditions_of(document: Document) -> tuple[str, ...]:
    """What a conditional model may be asked to draw: its classes, unless it names something else"""
    return document.model.conditions(document.classes)


def condition_of(document: Document, text: str | None) -> int:
    """The row of `conditions_of` with that name, or else of that number; the first where none is.

    Raises Problem where the model draws nothing of that name or number.
    """
    if text is None:
        return 0
    names = conditions_of(document)
    if not names:
        raise Problem("This model draws no class on demand: leave the condition out.")
    rows = {str(row): row for row in range(len(names))}
    rows |= {name: row for row, name in enumerate(names)}
    if text not in rows:
        there = ", ".join(names)
        raise Problem(f"This model draws no {text!r} on demand: choose from {there}.")
    return rows[text]


def _scene_given(document: Document, name: str, condition: int | None) -> Scene:
    """The model as it draws the class `condition`; None where it takes none"""
    model, judge = document.model, document.judge
    where = device.home(model)

    def labels(of: Tensor) -> Tensor | None:
        return None if condition is None else torch.full((len(of),), condition, device=of.device)

    def decode(z: Tensor) -> Tensor:
        return model.decode(z, labels(z))

    judged = logits = None
    if judge is not None:
        there = judge.to(where)
        judged = device.visiting(there, where)
        logits = device.visiting(lambda z: there(decode(z)), where)
    return Scene(
        name,
        document.step,
        device.visiting(decode, where),
        logits,
        _encoder(model, labels, where),
        document.config.latent,
        model.prior,
        document.classes,
        sum(part.numel() * part.element_size() for part in model.state_dict().values()),
        judged,
        _critic(model, labels, where),
        condition,
        conditions_of(document),
    )


def _encoder(model: LatentModel, labels: Labels, where: torch.device) -> Encode | None:
    if not isinstance(model, Encoding):
        return None

    def encode(images: Tensor) -> tuple[Tensor, Tensor]:
        here = images.to(where)
        mean, logvar = model.encode(here, labels(here))
        return mean.to(images.device), logvar.to(images.device)

    return encode


def _critic(model: LatentModel, labels: Labels, where: torch.device) -> Critic | None:
    if not isinstance(model, Adversarial):
        return None
    realness = device.visiting(lambda images: model.realness(images, labels(images)), where)
    return Critic(realness, model.realness_scale)
