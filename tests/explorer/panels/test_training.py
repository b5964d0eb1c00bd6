"""How a training goes, below the forms of the Train panel."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from lacuna.core.data.dataset import DataConfig
from lacuna.core.documents import autosave
from lacuna.core.models.registry import MODELS
from lacuna.core.training.config import TrainConfig
from lacuna.explorer.panels.held_out_figures import HeldOutFigures
from lacuna.explorer.panels.training import TrainPanel
from lacuna.explorer.widgets.canvas import NOTHING
from tests.core.small_models import DENSE, HASTY, document
from tests.explorer.formula_model import put
from tests.waiting import settle

MEASURED = {"negative_elbo": 1147.21, "error": 0.97, "accuracy": 0.987, "accuracy_decoded": 0.73}
OLD = replace(document(), history=((1, {"recon": 3.0}), (2, {"recon": 2.0})), measures=MEASURED)


def rows(figures):
    """key -> what is read there"""
    labels = [label for label in figures.findChildren(QLabel) if label.objectName()]
    return {label.objectName(): label.text() for label in labels if not label.isHidden()}


@pytest.fixture
def panel(shown, session):
    session.set(data=DataConfig(count=60), model=DENSE)
    panel = shown(TrainPanel(session), 268, 600)
    put(session, document=OLD)
    return panel


def test_figures_are_in_one_style(panel):
    assert rows(panel.figures) == {
        "elbo": "1\N{NO-BREAK SPACE}147.2 ± 1.9 nats",
        "accuracy": "98.7 %",
        "decoded": "73.0 %",
    }


def test_a_training_from_the_start_shows_nothing_of_the_model_before(panel, session):
    assert panel.curves.read_out() == {"reconstruction": 2.0}
    session.training.start()
    assert session.training.beginning
    assert panel.curves.read_out() == {}
    assert set(rows(panel.figures).values()) == {NOTHING}
    session.training.pause()
    assert panel.curves.read_out() == {}
    session.training.stop()
    settle(session)
    assert not session.training.beginning
    assert panel.curves.read_out() != {}


def test_only_a_model_with_a_bound_has_one(shown):
    figures = shown(HeldOutFigures())
    for name in ("gan", "aae", "ae"):
        figures.draw(None, None, MODELS[name].config())
        assert rows(figures) == {"accuracy": NOTHING, "decoded": NOTHING}
    for name in ("vae", "pca", "cvae"):
        figures.draw(None, None, MODELS[name].config())
        assert set(rows(figures)) == {"elbo", "accuracy", "decoded"}


def test_without_a_judge_nothing_is_said_of_one(shown):
    figures = shown(HeldOutFigures())
    figures.draw(replace(OLD, judge=None), None, DENSE)
    assert set(rows(figures)) == {"elbo"}


def test_the_keyboard_stays_among_the_buttons_that_come_and_go(shown, session, qtbot):
    def press():
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)

    session.training.run_config = HASTY
    endless = TrainConfig(epochs=100_000)
    session.set(data=DataConfig(count=60), model=DENSE, train=endless)
    panel = shown(TrainPanel(session), 268, 600)
    panel.window().activateWindow()
    qtbot.waitUntil(panel.window().isActiveWindow)
    panel.start.setFocus()
    press()
    assert panel.pause.hasFocus()
    panel.once.setFocus()
    settle(session, lambda: session.results.run == "training")
    press()
    settle(session, lambda: session.results.run == "paused")
    assert panel.once.hasFocus()
    step = session.results.training.step
    press()
    settle(session, lambda: session.results.run == "paused")
    assert session.results.training.step == step + 1
    assert panel.once.hasFocus()
    panel.stop.setFocus()
    press()
    assert panel.stop.hasFocus()
    settle(session)
    assert session.results.run == "idle"
    assert panel.start.hasFocus()


# ---- other runs ----


def kept(step, losses, config=DENSE):
    """A run that was left behind, begun at a minute of its own."""
    keeper = autosave.RunFile()
    history = tuple((at, losses) for at in range(step))
    keeper.keep(replace(document(config), step=step, history=history))
    keeper.release()
    return keeper.path.rename(keeper.path.with_name(f"2026-01-02 03.{step:02d}.05 x.lacuna"))


def offered(panel):
    """The entries of the menu as it opens."""
    panel.overlays.menu().aboutToShow.emit()
    return [action for action in panel.overlays.menu().actions() if action.isCheckable()]


def test_kept_runs_are_laid_over_under_their_names(panel):
    for step in (5, 7):
        kept(step, {"recon": float(step)})
    newest, oldest = names = [action.text() for action in offered(panel)]
    assert "2026-01-02 03:07" in newest
    for row in (0, 1):
        offered(panel)[row].trigger()
    assert panel.curves.runs() == tuple(names)
    assert panel.curves.read_out(newest) == {"reconstruction": 7.0}
    assert set(panel.curves.names()) == {"reconstruction", *names}
    checked, _ = offered(panel)
    assert checked.isChecked()
    checked.trigger()
    assert panel.curves.runs() == (oldest,)


def test_only_runs_of_the_same_unit_are_offered(panel):
    kept(5, {"critic": 1.0}, MODELS["gan"].config())
    assert offered(panel) == []
    (nothing,) = panel.overlays.menu().actions()
    assert not nothing.isEnabled()
