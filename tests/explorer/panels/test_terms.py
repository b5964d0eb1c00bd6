"""Every term of every loss is told in words."""

from dataclasses import fields, replace
from typing import get_args, get_type_hints

import pytest
import torch

from lacuna.core.data.dataset import Batch
from lacuna.core.models.registry import MODELS, build
from lacuna.explorer.panels.training import TrainPanel
from lacuna.explorer.widgets.tooltips import TERMS
from tests.core.small_models import document
from tests.explorer.formula_model import put

SHAPE, CLASSES = (1, 8, 8), 3


def variants(config):
    """`config`, and with each of its settings in turn at every other choice or another number."""
    yield config
    hints = get_type_hints(type(config))
    for place in fields(config):
        now, high = getattr(config, place.name), place.metadata.get("high")
        others = get_args(hints[place.name])
        if isinstance(now, bool):
            others = (not now,)
        elif isinstance(now, float):
            others = (now + (1 if high is None else min(1, (high - now) / 2)),)
        if place.name not in ("body", "latent", "hidden"):
            yield from (replace(config, **{place.name: other}) for other in others)


def terms(config):
    """The names that the losses of all players return."""
    random = torch.Generator().manual_seed(0)
    model = build(config, SHAPE, classes=CLASSES)
    batch = Batch(torch.rand(12, *SHAPE, generator=random), torch.arange(12) % CLASSES)
    return {term for player in model.players() for term in model.loss(player, batch, random)}


@pytest.fixture(scope="module")
def returned():
    """family -> the names of its terms, however it is set"""
    return {
        name: [terms(one) for one in variants(replace(family.config(), body="dense", hidden=8))]
        for name, family in MODELS.items()
        if family.model.__module__.startswith("lacuna.core.")
    }


def test_every_term_has_words_of_its_own(returned):
    for name, result in returned.items():
        for answer in result:
            assert answer <= TERMS.keys(), name
            assert len({TERMS[term] for term in answer}) == len(answer), name


def test_no_words_are_left_of_terms_that_are_gone(returned):
    assert {
        term for result in returned.values() for answer in result for term in answer
    } == TERMS.keys()


def test_a_term_that_nobody_knows_is_told_by_its_name(shown, session):
    history = ((1, {"recon": 3.0, "surprise": 2.0}), (2, {"recon": 2.0, "surprise": 1.0}))
    opened = shown(TrainPanel(session), 268, 600)
    put(session, document=replace(document(), history=history))
    assert opened.curves.read_out() == {"reconstruction": 2.0, "surprise": 1.0}
