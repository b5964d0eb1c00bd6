"""Scene: a model at rest, which all geometry and every picture reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from .prior import Gaussian, Prior

Decode = Callable[[Tensor], Tensor]  # z (N, L) -> images (N, C, H, W) in [0, 1]
Logits = Callable[[Tensor], Tensor]  # z (N, L) -> (N, K)
Judge = Callable[[Tensor], Tensor]  # images (N, C, H, W) -> logits (N, K)
Encode = Callable[[Tensor], tuple[Tensor, Tensor]]  # images -> mean and log-variance, (N, L) each
RealnessScale = Literal["log odds", "probability", "height"]  # a height has no unit


@dataclass(frozen=True, eq=False)
class Critic:
    """How real an adversary finds images."""

    realness: Callable[[Tensor], Tensor]  # images (N, C, H, W) -> (N,), greater where more real
    realness_scale: RealnessScale


@dataclass(frozen=True, eq=False)
class Scene:
    """A model at rest: callables over frozen weights, safe to call from any thread.

    A snapshot, an opened file and a formula are all made into this; geometry sees nothing else.
    The callables take and return tensors of the caller's device and are differentiable.
    """

    id: str  # of the model: the same for the scenes of one training, and no other's
    step: int
    decode: Decode
    logits: Logits | None = None  # None where the data has no classes
    encode: Encode | None = None
    latent: int = 2  # L
    prior: Prior = Gaussian()
    classes: tuple[str, ...] = ()
    size: int = 0  # bytes that it keeps alive
    judge: Judge | None = None  # where logits are those of decoded images: saves decoding twice
    critic: Critic | None = None  # where the model has one
    condition: int | None = None  # which of `conditions` it draws; None where there are none
    conditions: tuple[str, ...] = ()  # what may be drawn: classes, or one of its generators
    conditioned: Callable[[int], Scene] | None = None  # the same model under another condition
