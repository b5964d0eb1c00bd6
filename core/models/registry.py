"""The models by name. Adding one is one file, with a `Family` in it, and one line here."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import torch

from ..config import serialisation
from ..engine.errors import Problem
from . import plugins
from .autoencoders import adversarial as aae
from .autoencoders import autoencoder, pca, wasserstein
from .family import POINT, Family, ModelConfig, Shape
from .gan import conditional as cgan
from .gan import gan, mad
from .gan import semi_supervised as sgan
from .judge import Judge
from .protocols import Trainable
from .vae import (
    conditional,
    domain_adversarial,
    flow_prior,
    infovae,
    semi_supervised,
    vae,
    vampprior,
)
from .vae.vae import VAE, VAEConfig

__all__ = [
    "MODELS",
    "VAE",
    "Family",
    "Judge",
    "ModelConfig",
    "Shape",
    "Trainable",
    "VAEConfig",
    "blank",
    "build",
    "family_of",
    "name_of",
    "relived",
]

MODELS: dict[str, Family] = {
    "vae": vae.FAMILY,
    "infovae": infovae.FAMILY,
    "pca": pca.FAMILY,
    "ae": autoencoder.FAMILY,
    "dae": autoencoder.DENOISING,
    "cae": autoencoder.CONTRACTIVE,
    "wae": wasserstein.FAMILY,
    "aae": aae.FAMILY,
    "vamp": vampprior.FAMILY,
    "flow": flow_prior.FAMILY,
    "cvae": conditional.FAMILY,
    "m2": semi_supervised.FAMILY,
    "dann": domain_adversarial.FAMILY,
    "gan": gan.FAMILY,
    "cgan": cgan.FAMILY,
    "sgan": sgan.FAMILY,
    "madgan": mad.FAMILY,
}

MODELS |= dict(plugins.installed())


def build(config: ModelConfig, shape: Shape, seed: int = 0, classes: int = 0) -> Any:
    """The model that `config` describes, for images of `shape`, with weights from `seed`.

    Raises Problem where images or labels do not suit it.
    """
    with torch.random.fork_rng(devices=[]):  # weights are drawn from torch's global stream
        torch.manual_seed(seed)
        return _made(config, shape, classes)


def blank(config: ModelConfig, shape: Shape, classes: int = 0) -> Any:
    """The same with no weights at all: they are to be assigned. Draws nothing, takes no memory."""
    with torch.device("meta"):
        return _made(config, shape, classes)


def _made(config: ModelConfig, shape: Shape, classes: int) -> Any:
    family = family_of(config)
    if shape == POINT:
        config = suited(config)
    if config.body == "conv" and (shape[1] % 4 or shape[2] % 4):
        raise Problem(f"Images of {shape[1]}x{shape[2]} do not suit convolutions: choose dense.")
    if family.labelled and not classes:
        raise Problem(f"{family.title}: it needs data with classes, and these images have none.")
    return family.model(config, shape, classes)


def suited(config: ModelConfig) -> ModelConfig:
    """`config` for points of the plane: nothing to convolve, and no brightness to be likely."""
    changes: dict[str, Any] = {"body": "dense"}
    if getattr(config, "likelihood", None) in ("bernoulli", "continuous"):
        changes["likelihood"] = "learned"
    return replace(config, **changes)


def name_of(config: ModelConfig) -> str:
    """The name in MODELS of the family that `config` configures."""
    return next(name for name, family in MODELS.items() if family.config is type(config))


def family_of(config: ModelConfig) -> Family:
    """The family that `config` configures."""
    return MODELS[name_of(config)]


def relived(held: ModelConfig, asked: ModelConfig) -> ModelConfig:
    """`held` with the live fields of `asked`, where that is of the same family."""
    if type(held) is not type(asked) or held == asked:
        return held
    live = [field.name for field in fields(held) if field.metadata.get("live")]
    return replace(held, **{name: getattr(asked, name) for name in live})


def _written(config: ModelConfig) -> dict[str, Any]:
    values = {
        field.name: serialisation.to_plain(getattr(config, field.name)) for field in fields(config)
    }
    return {"kind": name_of(config), **values}


def _read(said: dict[str, Any]) -> ModelConfig:
    kind = said.get("kind", "vae")  # the only one there was when none was named
    if kind not in MODELS:
        raise ValueError(f"this Lacuna does not know a model {kind!r}")
    values = {name: value for name, value in said.items() if name != "kind"}
    return serialisation.structured(values, MODELS[kind].config)


serialisation.teach(ModelConfig, _written, _read)
