"""The models by name. Adding one is one file, with a `Family` in it, and one line here."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import torch

from ..config import serialisation
from ..engine.errors import Problem
from . import plugins
from .autoencoders import (
    adversarial_autoencoder,
    autoencoder,
    contractive_autoencoder,
    denoising_autoencoder,
    pca,
    wasserstein_autoencoder,
)
from .family import Family
from .gan import conditional_gan, gan, mad_gan, semi_supervised_gan
from .latent_model import POINT, LatentModel, ModelConfig, Shape
from .vae import conditional_vae, domain_adversarial, flow_prior, infovae, m2, vae, vamp_prior
from .vae.base_vae import BaseVAEConfig

MODELS: dict[str, Family] = {
    "vae": vae.FAMILY,
    "infovae": infovae.FAMILY,
    "pca": pca.FAMILY,
    "ae": autoencoder.FAMILY,
    "dae": denoising_autoencoder.FAMILY,
    "cae": contractive_autoencoder.FAMILY,
    "wae": wasserstein_autoencoder.FAMILY,
    "aae": adversarial_autoencoder.FAMILY,
    "vamp": vamp_prior.FAMILY,
    "flow": flow_prior.FAMILY,
    "cvae": conditional_vae.FAMILY,
    "m2": m2.FAMILY,
    "dann": domain_adversarial.FAMILY,
    "gan": gan.FAMILY,
    "cgan": conditional_gan.FAMILY,
    "sgan": semi_supervised_gan.FAMILY,
    "madgan": mad_gan.FAMILY,
}

MODELS |= dict(plugins.installed())


def build(config: ModelConfig, shape: Shape, seed: int = 0, classes: int = 0) -> LatentModel:
    """The model that `config` describes, for images of `shape`, with weights from `seed`.

    Raises Problem where images or labels do not suit it.
    """
    with torch.random.fork_rng(devices=[]):  # weights are drawn from torch's global stream
        torch.manual_seed(seed)
        return _made(config, shape, classes)


def build_empty(config: ModelConfig, shape: Shape, classes: int = 0) -> LatentModel:
    """The same with no weights at all: they are to be assigned. Draws nothing, takes no memory."""
    with torch.device("meta"):
        return _made(config, shape, classes)


def _made(config: ModelConfig, shape: Shape, classes: int) -> LatentModel:
    family = family_of(config)
    if shape == POINT:
        config = for_points(config)
    if config.body == "conv" and (shape[1] % 4 or shape[2] % 4):
        raise Problem(f"Images of {shape[1]}x{shape[2]} do not suit convolutions: choose dense.")
    if family.labelled and not classes:
        raise Problem(f"{family.title}: it needs data with classes, and these images have none.")
    return family.model(config, shape, classes)


def for_points(config: ModelConfig) -> ModelConfig:
    """`config` for points of the plane: nothing to convolve, and no brightness to be likely."""
    config = replace(config, body="dense")
    if isinstance(config, BaseVAEConfig) and config.likelihood in ("bernoulli", "continuous"):
        return replace(config, likelihood="learned")
    return config


def name_of(config: ModelConfig) -> str:
    """The name in MODELS of the family that `config` configures."""
    return next(name for name, family in MODELS.items() if family.config is type(config))


def family_of(config: ModelConfig) -> Family:
    """The family that `config` configures."""
    return MODELS[name_of(config)]


def with_live_fields(config: ModelConfig, newest: ModelConfig) -> ModelConfig:
    """`config` with the live fields of `newest`, where that is of the same family."""
    if type(config) is not type(newest) or config == newest:
        return config
    live = [field.name for field in fields(config) if field.metadata.get("live")]
    return replace(config, **{name: getattr(newest, name) for name in live})


def _written(config: ModelConfig) -> dict[str, Any]:
    values = {
        field.name: serialisation.to_json(getattr(config, field.name)) for field in fields(config)
    }
    return {"kind": name_of(config), **values}


def _read(stored: dict[str, Any]) -> ModelConfig:
    kind = stored.get("kind", "vae")  # the only one there was when none was named
    if kind not in MODELS:
        raise ValueError(f"this Lacuna does not know a model {kind!r}")
    values = {name: value for name, value in stored.items() if name != "kind"}
    return serialisation.structure(values, MODELS[kind].config)


serialisation.register(ModelConfig, _written, _read)
