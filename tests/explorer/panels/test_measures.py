"""The page of measures beside a real session: asked for, given up, ill and healthy."""

from dataclasses import replace

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from lacuna.core.analysis.diagnosis.diagnosis import Diagnosis, Remedy
from lacuna.core.analysis.quality.inputs import NO_IMAGES
from lacuna.core.analysis.quality.quality import Quality
from lacuna.core.data.dataset import Batch, DataConfig, Dataset
from lacuna.core.documents.document import Document
from lacuna.core.figures.finding import NEEDS_IMAGES
from lacuna.core.measures.held_out import HeldOut
from lacuna.core.models.gan.gan import GANConfig
from lacuna.core.models.judge import Judge
from lacuna.core.models.registry import build
from lacuna.core.models.vae.vae import VAEConfig
from lacuna.core.reports.quality.chapters import CHAPTERS
from lacuna.core.scene.scene import Scene
from lacuna.core.training.config import TrainConfig
from lacuna.explorer.panels.measures import (
    ANEW,
    AT_ONCE,
    EARLIER,
    RESUME,
    START,
    WELL,
    MeasuresPanel,
)
from lacuna.explorer.shell.window import Window
from lacuna.explorer.widgets.diagnosis_card import TAKEN
from tests.explorer.formula_model import put
from tests.waiting import settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen's

DENSE = VAEConfig(body="dense", hidden=16)
DATA = DataConfig(count=60)
FIGURES = HeldOut(90.0, 0.5, 84.0, 6.0, 0.01, 0.99, 0.97, 1000, 0)
WARMER = Remedy("Set warm-up to 5 epochs", train={"warmup": 5.0})
WIDER = Remedy("Set latent size to 4", model={"latent": 4})
COLLAPSE = Diagnosis(
    "posterior collapse",
    "Posterior collapse",
    "serious",
    "The codes tell nothing.",
    "KL 0.010 nats",
    "Latent use, below",
    WARMER,
)
JUDGE = Diagnosis("judge", "The judge errs", "worth a look", "It does.", "50 %", "Judge, below")


def model():
    built = build(DENSE, (1, 8, 8)).eval().requires_grad_(False)
    judge = Judge(2, (1, 8, 8)).eval().requires_grad_(False)
    return Document(built, DENSE, (1, 8, 8), DATA, classes=("a", "b"), judge=judge)


def images():
    pixels = torch.rand(120, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    batch = Batch(pixels, torch.arange(120) % 2)
    return Dataset(DATA, batch.at(slice(20, 120)), batch.at(slice(20)), ("a", "b"))


def installed(session):
    session.files.install(model())
    put(session, source=DATA, dataset=images())


def settled(session):
    settle(session, lambda: not session.engine.busy(session.name))


def scene():
    return Scene("formula", 0, lambda z: z[:, None, None], classes=("a", "b"))


@pytest.fixture
def panel(shown, session):
    return shown(MeasuresPanel(session), 268, 600)


# ---- asking ----


def test_without_a_model_it_says_what_will_be_here(panel):
    assert panel.empty.isVisible()
    assert not panel.empty.button.isVisible()
    assert not panel.wrong.isVisible()


def test_with_a_model_nothing_is_measured_until_it_is_asked_for(panel, session):
    put(session, document=model(), timeline=(scene(),))
    settled(session)
    assert panel.empty.button.text() == "Measure"
    assert panel.empty.button.isVisible()
    assert session.results.quality is None


def test_a_press_measures_all_of_it(panel, session):
    installed(session)
    settled(session)
    QTest.mouseClick(panel.empty.button, Qt.MouseButton.LeftButton)
    assert session.settings.measuring
    assert not session.history.can_undo
    settle(session, lambda: session.results.quality is not None)
    assert panel.cancel.isVisible()
    settled(session)
    assert not panel.empty.isVisible()
    assert not panel.cancel.isVisible()
    assert panel.status.text() == "Measured at step 0."
    assert next(iter(panel.rows)) == "elbo"
    assert session.results.diagnoses is not None
    assert panel.wrong.isVisible()
    assert tuple(card.diagnosis for card in panel.cards) == session.results.diagnoses


def test_the_chapters_stand_in_their_order(panel, session):
    installed(session)
    session.history.adjust(measuring=True)
    settled(session)
    there = [row.key for row in CHAPTERS if row.key != "disentanglement"]  # these have no factors
    assert set(panel.sections) == set(there)
    assert panel.without.text() == "Not for this model: Disentanglement."
    assert "factors" in panel.without.toolTip()
    places = [panel.column.indexOf(panel.sections[key]) for key in there]
    assert places == sorted(places)
    assert panel.column.indexOf(panel.wrong) < places[0]


def test_it_can_be_given_up(panel, session):
    installed(session)
    settled(session)
    session.history.adjust(measuring=True)
    settle(session, lambda: session.results.quality is not None)
    panel.cancel.click()
    assert not session.settings.measuring
    settled(session)
    assert not panel.cancel.isVisible()
    assert panel.again.isVisible()
    panel.again.click()
    assert session.settings.measuring


def test_what_the_status_bar_gave_up_can_be_measured_again(panel, session):
    installed(session)
    settled(session)
    session.history.adjust(measuring=True)
    settle(session, lambda: dict(session.results.progress).get("quality"))
    session.cancel("quality")
    assert not panel.cancel.isVisible()
    panel.again.click()
    settle(session, lambda: panel.cancel.isVisible())


def test_while_it_trains_the_numbers_say_of_which_step_they_are(panel, session):
    put(
        session,
        document=model(),
        timeline=(scene(),),
        quality=Quality(7, 2, FIGURES),
        resting=False,
    )
    session.history.adjust(measuring=True)
    assert "step 7" in panel.status.text()
    assert "rests" in panel.status.text()
    assert not panel.cancel.isVisible()


def test_a_picture_that_is_held_is_not_measured(panel, session):
    put(session, document=replace(model(), step=9), timeline=(scene(), replace(scene(), step=9)))
    session.history.adjust(measuring=True, step=0)
    settled(session)
    assert session.results.quality is None
    assert panel.status.text() == EARLIER
    assert not panel.cancel.isVisible()


def test_a_training_that_is_followed_holds_no_earlier_picture(panel, session):
    """Its document is newer than what is drawn: not every step is."""
    put(session, document=replace(model(), step=9), timeline=(scene(),), resting=False)
    session.history.adjust(measuring=True)
    assert EARLIER not in panel.status.text()
    assert "rests" in panel.status.text()


# ---- what is wrong ----


def ill(session, *result):
    document = replace(model(), train=TrainConfig())
    put(
        session,
        document=document,
        timeline=(scene(),),
        quality=Quality(0, 2, FIGURES),
        diagnoses=result,
    )


def test_a_healthy_model_is_told_so(panel, session):
    ill(session)
    assert panel.well.isVisible()
    assert panel.well.text() == WELL
    assert not panel.cards


def test_a_card_says_how_serious_and_why(panel, session):
    ill(session, COLLAPSE, JUDGE)
    first, second = panel.cards
    assert first.severity.text() == "Serious"
    assert first.number.text() == "KL 0.010 nats"
    assert first.remedy.isVisible()
    assert not second.remedy.isVisible()
    assert not panel.well.isVisible()


def test_a_remedy_is_one_press_that_can_be_undone(panel, session, qtbot):
    ill(session, COLLAPSE)
    messages = []
    session.notices.listen(messages.append)
    before = session.settings.train
    (card,) = panel.cards
    QTest.mouseClick(card.remedy, Qt.MouseButton.LeftButton)
    assert session.settings.train == replace(before, warmup=5.0)
    assert messages == [f"The settings are changed: {START}."]
    assert session.results.run == "idle"  # the training is the user's own press
    assert card.remedy.text() == TAKEN
    with qtbot.waitSignal(panel.train_requested):
        QTest.mouseClick(card.remedy, Qt.MouseButton.LeftButton)
    assert session.settings.train == replace(before, warmup=5.0)
    session.history.undo()
    assert session.settings.train == before
    assert card.remedy.text() == COLLAPSE.remedy.sentence


def test_a_remedy_names_every_setting_that_it_changes(panel, session):
    ill(session, COLLAPSE)
    (card,) = panel.cards
    assert card.changes.text() == "Warm-up: 0 → 5"
    session.set(data=DataConfig("ring"), model=GANConfig(body="dense", hidden=16))
    lines = card.changes.text().splitlines()
    assert lines[:2] == [
        "Data: Points: eight in a ring → Drawn digits",
        "Kind of model: Generative adversarial network → Variational autoencoder",
    ]
    QTest.mouseClick(card.remedy, Qt.MouseButton.LeftButton)
    settings = session.settings
    assert (settings.data, settings.model) == (DATA, DENSE)
    assert settings.train == TrainConfig(warmup=5.0)
    assert not card.changes.isVisible()


@pytest.mark.parametrize(
    ("run", "remedy", "next_"),
    [
        ("idle", WARMER, START),
        ("paused", WARMER, RESUME),
        ("training", WARMER, AT_ONCE),
        ("paused", WIDER, ANEW),
    ],
)
def test_a_remedy_says_what_is_done_for_a_training_then(panel, session, run, remedy, next_):
    ill(session, replace(COLLAPSE, remedy=remedy))
    session.set(data=DATA, model=DENSE)
    put(session, run=run)
    (card,) = panel.cards
    assert next_ in card.remedy.toolTip()
    messages = []
    session.notices.listen(messages.append)
    QTest.mouseClick(card.remedy, Qt.MouseButton.LeftButton)
    assert messages == [f"The settings are changed: {next_}."]


def test_what_follows_from_a_diagnosis_is_listed_under_it(panel, session):
    ill(session, replace(COLLAPSE, consequences=(JUDGE,)))
    (card,) = panel.cards
    assert card.consequences.isVisible()
    assert card.consequences.text().splitlines()[1] == "• The judge errs: 50 %"


def test_where_the_images_are_missing_it_says_so_and_offers_to_get_them(
    panel, session, monkeypatch
):
    requests = []
    monkeypatch.setattr(
        "lacuna.explorer.panels.measures.ask_for_images",
        lambda *arguments: requests.append(arguments),
    )
    why = dict.fromkeys(("samples", "likelihood", "variance"), NO_IMAGES)
    put(
        session,
        document=model(),
        timeline=(scene(),),
        quality=Quality(0, 2, FIGURES, missing={**why, "disentanglement": "Nobody knows them."}),
    )
    assert panel.rows["frechet"].value.text() == NEEDS_IMAGES
    assert panel.sections["samples"].isVisible()
    assert "disentanglement" not in panel.sections
    panel.images.click()
    assert requests == [(panel, session)]
    put(session, quality=Quality(0, 2, FIGURES))
    assert not panel.images.isVisible()


def test_of_a_model_without_an_encoder_no_codes_are_promised(panel, session):
    put(session, document=model(), timeline=(scene(),))
    settled(session)
    assert "codes" not in panel.empty.label.text()
    put(session, timeline=(replace(scene(), encode=lambda x: (x, x)),))
    assert "codes" in panel.empty.label.text()


def test_the_window_has_the_page(session, qtbot):
    window = Window(session)
    qtbot.addWidget(window)
    window.commands["page Measures"].run()
    assert window.side_panel.pages.currentWidget() is window.measures_panel
    window.measures_panel.train_requested.emit()
    assert window.side_panel.pages.currentWidget() is window.train_panel
