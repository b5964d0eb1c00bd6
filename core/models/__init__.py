"""The models by name. Adding one is one file and one line here."""

from __future__ import annotations

from typing import Any, TypeAlias

import torch
from torch import nn

from ..problem import Problem
from .base import LatentModel, Shape, Trainable
from .judge import Judge
from .vae import VAE, VAEConfig

__all__ = [
    "MODELS", "VAE", "Judge", "LatentModel", "ModelConfig", "Shape", "Trainable", "VAEConfig",
    "blank", "build", "name_of",
]  # fmt: skip

ModelConfig: TypeAlias = VAEConfig  # the union of all of them
MODELS: dict[str, tuple[type[Any], type[nn.Module]]] = {"vae": (VAEConfig, VAE)}


def build(config: ModelConfig, shape: Shape, seed: int = 0) -> Any:
    """The model that `config` describes, for images of `shape`, with weights from `seed`."""
    with torch.random.fork_rng(devices=[]):  # weights are drawn from torch's global stream
        torch.manual_seed(seed)
        return _made(config, shape)


def blank(config: ModelConfig, shape: Shape) -> Any:
    """The same with no weights at all: they are to be assigned. Draws nothing, takes no memory."""
    with torch.device("meta"):
        return _made(config, shape)


def _made(config: ModelConfig, shape: Shape) -> Any:
    if config.body == "conv" and (shape[1] % 4 or shape[2] % 4):
        raise Problem(f"Images of {shape[1]}x{shape[2]} do not suit convolutions: choose dense.")
    return MODELS[name_of(config)][1](config, shape)


def name_of(config: ModelConfig) -> str:
    """The name in MODELS of the family that `config` configures."""
    return next(name for name, (kind, _) in MODELS.items() if isinstance(config, kind))
