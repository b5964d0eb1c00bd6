"""Which settings of a model and of its training have an effect."""

from dataclasses import fields, replace
from functools import cache
from typing import get_args, get_type_hints

import pytest
import torch

from lacuna.core.config.fields import idle, setting
from lacuna.core.data.dataset import Batch
from lacuna.core.models.family import WEIGHING
from lacuna.core.models.gan.gan import GANConfig
from lacuna.core.models.latent_model import ModelConfig
from lacuna.core.models.registry import MODELS, build
from lacuna.core.models.vae.vae import VAEConfig
from lacuna.core.training.config import TrainConfig
from lacuna.core.training.train_step import optimizer_of, train_step
from tests.core.small_models import SHAPE, equal, images

CLASSES = 2
BATCH = Batch(images(12), torch.arange(12) % CLASSES)


@cache
def after_two_steps(config):
    """All weights and running figures of the model that `config` makes."""
    model, noise = build(config, SHAPE, classes=CLASSES), torch.Generator().manual_seed(0)
    each = model.players().items()
    optimizers = {name: optimizer_of(model, name, part, 1e-3) for name, part in each}
    for _ in range(2):
        train_step(model, optimizers, BATCH, noise, TrainConfig())
    return model.state_dict()


def conditional(config):
    """Its fields that say when they have an effect: (name, what they depend on, its choice)."""
    hints = get_type_hints(type(config))
    for place in fields(config):
        if when := place.metadata.get("when"):
            for choice in get_args(hints[when[0]]):
                yield place.name, when[0], choice


CASES = [(config, *case) for config in (VAEConfig(), GANConfig()) for case in conditional(config)]


@pytest.mark.parametrize(("config", "name", "other", "choice"), CASES)
def test_a_setting_has_an_effect_where_it_is_not_idle(config, name, other, choice):
    config = replace(config, body="dense", hidden=8, **{other: choice})
    changed = replace(config, **{name: 0.3 * getattr(config, name)})
    same = equal(after_two_steps(config), after_two_steps(changed))
    assert same == (name in idle(config))


@pytest.mark.parametrize("name", MODELS)
def test_what_a_setting_depends_on_is_a_choice_of_its_family(name):
    config = MODELS[name].config()
    hints = get_type_hints(type(config))
    for place in fields(config):
        if when := place.metadata.get("when"):
            assert set(when[1:]) <= set(get_args(hints[when[0]]))


@pytest.mark.parametrize("name", MODELS)
def test_beta_is_of_use_exactly_where_a_loss_has_a_kl_term(name):
    family, noise = MODELS[name], torch.Generator().manual_seed(0)
    model = build(replace(family.config(), body="dense", hidden=8), SHAPE, classes=CLASSES)
    terms = [term for player in model.players() for term in model.loss(player, BATCH, noise)]
    assert [part in family.unused for part in WEIGHING] == [("kl" not in terms)] * len(WEIGHING)


@pytest.mark.parametrize("name", MODELS)
def test_what_a_family_has_no_use_for_is_a_setting_of_all(name):
    shared = [field.name for kind in (ModelConfig, TrainConfig) for field in fields(kind)]
    assert set(MODELS[name].unused) <= set(shared)


def test_without_a_condition_every_setting_counts():
    assert idle(TrainConfig()) == set()
    assert setting(1, "a number").metadata["when"] == ()
