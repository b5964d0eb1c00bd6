"""The scene of a document: its model as callables, under one of the conditions it may have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

import torch
from torch import Tensor

from ..engine import device
from ..engine.errors import Problem
from ..scene.prior import Gaussian
from ..scene.scene import Critic, Scene
from .document import Document


def scene_of(document: Document, name: str, condition: int = 0) -> Scene:
    """What is drawn of a document's model; `name` tells it from the scenes of others.

    condition: the row of `conditions_of` that a conditional model draws.
    """
    if not conditions_of(document):
        return _scene_given(document, name, None)
    scene = lru_cache(maxsize=None)(partial(_scene_given, document, name))
    return replace(scene(condition), given=scene)


def conditions_of(document: Document) -> tuple[str, ...]:
    """What a conditional model may be asked to draw: its classes, unless it names something else"""
    model: Any = document.model
    if not getattr(model, "conditions", 0):
        return ()
    names: tuple[str, ...] = getattr(model, "condition_names", document.classes)
    return names


def condition_of(document: Document, said: str | None) -> int:
    """The row of `conditions_of` with that name, or else of that number; the first where none is.

    Raises Problem where the model draws nothing of that name or number.
    """
    if said is None:
        return 0
    names = conditions_of(document)
    if not names:
        raise Problem("This model draws no class on demand: leave the condition out.")
    rows = {str(row): row for row in range(len(names))}
    rows |= {name: row for row, name in enumerate(names)}
    if said not in rows:
        there = ", ".join(names)
        raise Problem(f"This model draws no {said!r} on demand: choose from {there}.")
    return rows[said]


def _scene_given(document: Document, name: str, condition: int | None) -> Scene:
    """The model as it draws the class `condition`; None where it takes none"""
    model: Any = document.model
    where = device.home(model)

    def under(function: Callable[..., Any], x: Tensor) -> Any:
        if condition is None:
            return function(x)
        return function(x, torch.full((len(x),), condition, device=x.device))

    def decoded(z: Tensor) -> Tensor:
        images: Tensor = under(model.decode, z)
        return images

    def encode(images: Tensor) -> tuple[Tensor, Tensor]:
        mean, logvar = under(model.encode, images.to(where))
        return mean.to(images.device), logvar.to(images.device)

    judge = logits = critic = None
    if hasattr(model, "realness"):
        said = device.visiting(lambda images: under(model.realness, images), where)
        critic = Critic(said, model.says)
    if document.judge is not None:
        judged = document.judge.to(where)
        judge = device.visiting(judged, where)
        logits = device.visiting(lambda z: judged(decoded(z)), where)
    return Scene(
        name,
        document.step,
        device.visiting(decoded, where),
        logits,
        encode if hasattr(model, "encode") else None,
        document.config.latent,
        getattr(model, "prior", Gaussian()),
        document.classes,
        sum(part.numel() * part.element_size() for part in model.state_dict().values()),
        judge,
        critic,
        condition,
        conditions_of(document),
    )
