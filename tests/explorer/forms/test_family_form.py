"""The kind of model in the Train panel, and what it can be set to."""

from typing import get_args, get_type_hints

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from lacuna.core.models.family import WEIGHING, Group
from lacuna.core.models.registry import MODELS, family_of
from lacuna.core.models.vae.vae import VAEConfig
from lacuna.core.training.config import TrainConfig
from lacuna.explorer.forms.family_form import starting_config
from lacuna.explorer.panels.training import TrainPanel
from tests.explorer.gestures import visible_fields


@pytest.fixture
def panel(qtbot, session):
    panel = TrainPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def choose(combo: QComboBox, name: str):
    combo.setCurrentIndex(combo.findData(name))
    combo.activated.emit(combo.currentIndex())


def test_every_family_can_be_chosen(panel, session):
    form = panel.model
    for name, family in MODELS.items():
        choose(form.chooser, name)
        assert type(session.settings.model) is family.config
        assert type(form.value()) is family.config
        assert form.summary.text() == family.sentence
        assert session.settings.train.rate == family.rate
        assert session.settings.train.epochs == family.epochs
        assert set(form.names()) <= set(family.config.__dataclass_fields__)
        assert not set(visible_fields(panel.train)) & set(family.unused)


def test_what_all_share_stays_as_it_was(panel, session):
    session.set(model=VAEConfig(latent=5, body="dense", hidden=77))
    choose(panel.model.chooser, "ae" if "ae" in MODELS else "vae")
    model = session.settings.model
    assert (model.latent, model.body, model.hidden) == (5, "dense", 77)
    session.history.undo()
    assert session.settings.model == VAEConfig(latent=5, body="dense", hidden=77)
    assert panel.model.value() == session.settings.model
    assert panel.model.chooser.currentText() == MODELS["vae"].title


def test_the_same_kind_again_changes_nothing(panel, session):
    session.set(train=TrainConfig(rate=0.5))
    choose(panel.model.chooser, "vae")
    assert session.settings.train.rate == 0.5


def test_while_it_trains_only_live_settings_change(panel):
    form = panel.model
    form.lock("why", form.names(live=False))
    assert not form.chooser.isEnabled()
    live = set(form.names(live=True))
    assert {name for name in form.names() if form.editor(name).isEnabled()} == live
    other = starting_config(MODELS["aae" if "aae" in MODELS else "vae"], form.value())
    form.set_value(other)  # an undo while it trains
    assert not form.editor("latent").isEnabled()
    form.unlock()
    assert form.editor("latent").isEnabled()
    assert family_of(form.value()) is family_of(other)


def test_kinds_stand_under_headings_that_cannot_be_chosen(panel, session, qtbot):
    combo, listed, heading = panel.model.chooser, {}, ""
    for row in range(combo.count()):
        if combo.itemData(row) is None:
            heading = combo.itemText(row)
            assert not combo.model().item(row).isEnabled()
        else:
            listed[combo.itemData(row)] = heading
    assert listed == {name: family.group for name, family in MODELS.items()}
    groups = [group for group in get_args(Group) if group in listed.values()]
    assert list(dict.fromkeys(listed.values())) == groups
    choose(combo, "aae")
    qtbot.keyClick(combo, Qt.Key.Key_Down)  # over the heading
    assert type(session.settings.model) is VAEConfig


@pytest.mark.parametrize("name", ["gan", "cgan"])
def test_the_loss_and_what_holds_the_critic_come_first(panel, name):
    choose(panel.model.chooser, name)
    shown = visible_fields(panel.model)
    assert shown[shown.index("hidden") + 1 :][:2] == ["loss", "penalty"]


def test_beta_is_offered_where_it_weighs_something(panel, session):
    assert set(WEIGHING) <= set(visible_fields(panel.train))
    choose(panel.model.chooser, "gan")
    assert not set(WEIGHING) & set(visible_fields(panel.train))
    session.history.undo()
    assert set(WEIGHING) <= set(visible_fields(panel.train))


@pytest.mark.parametrize("name", MODELS)
def test_every_choice_begins_with_a_capital(panel, name):
    choose(panel.model.chooser, name)
    for form in (panel.model, panel.train):
        hints = get_type_hints(type(form.value()))
        for field in form.names():
            if get_args(hints[field]):
                combo = form.editor(field).combo
                texts = [combo.itemText(row) for row in range(combo.count())]
                assert [text[:1].upper() + text[1:] for text in texts] == texts
