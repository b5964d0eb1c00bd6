"""The kind of model in the Train panel, and what it can be set to."""

import pytest
from PySide6.QtWidgets import QComboBox

from core.models import MODELS, VAEConfig, family_of
from core.session import Session
from core.train import TrainConfig
from explorer.panels.training import TrainPanel
from explorer.pieces.family import begun


@pytest.fixture
def panel(qtbot, engine):
    session = Session(engine)
    panel = TrainPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def choose(combo: QComboBox, name: str):
    combo.setCurrentIndex(combo.findData(name))
    combo.activated.emit(combo.currentIndex())


def test_every_family_can_be_chosen(panel):
    session, form = panel._session, panel.model
    assert form.chooser.count() == len(MODELS)
    for name, family in MODELS.items():
        choose(form.chooser, name)
        assert type(session.settings.model) is family.config
        assert type(form.value()) is family.config
        assert form.said.text() == family.sentence
        assert session.settings.train.rate == family.rate
        assert session.settings.train.epochs == family.epochs
        assert set(form.names()) <= set(family.config.__dataclass_fields__)


def test_what_all_share_stays_as_it_was(panel):
    session = panel._session
    session.set(model=VAEConfig(latent=5, body="dense", hidden=77))
    choose(panel.model.chooser, "ae" if "ae" in MODELS else "vae")
    model = session.settings.model
    assert (model.latent, model.body, model.hidden) == (5, "dense", 77)
    session.undo()
    assert session.settings.model == VAEConfig(latent=5, body="dense", hidden=77)
    assert panel.model.value() == session.settings.model
    assert panel.model.chooser.currentText() == MODELS["vae"].title


def test_the_same_kind_again_changes_nothing(panel):
    session = panel._session
    session.set(train=TrainConfig(rate=0.5))
    choose(panel.model.chooser, "vae")
    assert session.settings.train.rate == 0.5


def test_while_it_trains_only_live_settings_change(panel):
    form = panel.model
    form.lock("why", form.names(live=False))
    assert not form.chooser.isEnabled()
    live = set(form.names(live=True))
    assert {name for name in form.names() if form.editor(name).isEnabled()} == live
    other = begun(MODELS["aae" if "aae" in MODELS else "vae"], form.value())
    form.set_value(other)  # an undo while it trains
    assert not form.editor("latent").isEnabled()
    form.unlock()
    assert form.editor("latent").isEnabled()
    assert family_of(form.value()) is family_of(other)
