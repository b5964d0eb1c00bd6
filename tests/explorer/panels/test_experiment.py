"""The experiment and the comparison on screen, under real clicks, on tiny data and networks."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QFileDialog

from lacuna.core.analysis.measure_config import MeasureConfig
from lacuna.core.compare.changes import sentences
from lacuna.core.compare.figure_table import FIGURES, row_title, texts
from lacuna.core.compare.model_figures import measure_figures
from lacuna.core.data.dataset import DataConfig
from lacuna.core.documents import archive
from lacuna.core.geometry.radius.exact import RadiusConfig
from lacuna.core.models.vae.vae import VAEConfig
from lacuna.core.training.config import TrainConfig
from lacuna.explorer.panels.diversity_comparison import DiversityDialog
from lacuna.explorer.panels.experiment import BUSY, ExperimentDialog
from lacuna.explorer.panels.training import TrainPanel
from lacuna.explorer.shell.commands import run
from lacuna.explorer.shell.window import Window
from tests.core.small_models import HASTY
from tests.explorer.formula_model import half_planes, install, put
from tests.explorer.gestures import texts_of
from tests.waiting import settle

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def tiny(session, monkeypatch):
    """Few points, a coarse grid, and two short trainings of a small network."""
    session.experiments.measure_config = MeasureConfig(
        masses=300, slopes=32, radius=RadiusConfig(n=32)
    )
    session.training.run_config = HASTY
    session.set(
        data=DataConfig(count=60),
        model=VAEConfig(body="dense", hidden=8),
        train=TrainConfig(epochs=1, batch=16, seed=5, device="cpu"),
    )


@pytest.fixture
def panel(session, qtbot):
    panel = ExperimentDialog(session)
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


@pytest.fixture
def done(panel, session, qtbot):
    """The experiment from its button to its end."""
    qtbot.mouseClick(panel.start, LEFT)
    settle(session, lambda: not session.jobs.live("experiment"))
    assert session.results.failure is None
    return session.results.experiment


def test_an_empty_panel_says_what_it_will_show_and_offers_to_start(panel):
    assert panel.about.isVisible()
    assert "twice" in panel.about.label.text()
    assert panel.start.isEnabled()
    assert "Drawn digits" in panel.what.text()
    assert "2-D, dense, 8 hidden units" in panel.what.text()
    assert not any(button.isVisible() for button in (*panel.open_buttons.values(), panel.save))


def test_the_defaults_are_those_of_the_slides_and_of_the_train_page(panel):
    asked = panel.form.value()
    assert (asked.omega, asked.weight_clip, asked.epochs, asked.seed) == (30, 0.3, 1, 5)


def test_enter_in_a_number_starts_nothing(panel, session, qtbot):
    entry = panel.form.findChild(QAbstractSpinBox)
    entry.setFocus()
    qtbot.keyClick(entry, Qt.Key.Key_Return)
    assert not session.jobs.live("experiment")
    assert panel.isVisible()


def known(masses, model):
    """How many classes of a model have a bar."""
    return int(np.isfinite(dict(masses.columns())[f"value {model}"]).sum())


def test_start_trains_both_and_shows_them_side_by_side(panel, done, qtbot):
    assert done.after.document.config.omega == 30
    assert done.before.document.config.omega == 0
    assert done.after.document.train.seed == 5
    label, before, after, *_, mark = texts_of(panel.figures.rows["encoder_slope"])
    assert label == row_title(FIGURES["encoder_slope"])
    said = texts(FIGURES["encoder_slope"], done.before.encoder_slope, done.after.encoder_slope)
    assert [before, after] == [value for value, _ in said]
    assert mark
    assert (panel.verdict.text(), panel.moved.text(), panel.beware.text()) == sentences(done)
    for name in ("before", "after"):
        assert len(panel.samples[name].images) == 32
        assert known(panel.masses, name) == 10
    assert panel.start.isVisible()
    assert not panel.cancel.isVisible()


def test_every_row_explains_itself(panel, done):
    for labels in panel.figures.rows.values():
        for label in labels:
            assert "Formula" in label.toolTip()


def test_the_one_before_is_shown_until_the_one_after_is_measured(
    panel, session, qtbot, monkeypatch
):
    def endless(name, document, images, config):
        while name == "after":
            yield None  # until it is cancelled
        return (yield from measure_figures(name, document, images, config))

    monkeypatch.setattr("lacuna.core.compare.experiment.measure_figures", endless)
    qtbot.mouseClick(panel.start, LEFT)
    assert panel.cancel.isVisible()
    assert not panel.start.isVisible()
    settle(session, lambda: session.results.experiment is not None)
    assert panel.verdict.text() == sentences(session.results.experiment)[0]
    assert panel.open_buttons["before"].isEnabled()
    assert not panel.open_buttons["after"].isEnabled()
    assert panel.samples["before"].isVisible()
    assert not panel.samples["after"].isVisible()
    assert texts_of(panel.figures.rows["recon"])[2] == "\N{EN DASH}"
    qtbot.mouseClick(panel.cancel, LEFT)
    assert not session.jobs.live("experiment")
    assert session.results.experiment.before is not None  # what is measured stays
    assert panel.start.isVisible()


def test_while_a_training_is_under_way_the_button_says_why_not(panel, session, qtbot):
    put(session, run="training")
    assert not panel.start.isEnabled()
    assert panel.start.toolTip() == BUSY
    assert panel.status.text() == BUSY
    put(session, run="idle")
    assert panel.start.isEnabled()
    assert not panel.status.isVisible()


def test_a_training_that_began_meanwhile_is_a_problem_in_a_sentence(panel, session):
    told = []
    panel.problem.connect(told.append)
    session.training.start()
    panel.start.clicked.emit()
    assert told == [str(told[0])]
    assert "training is under way" in told[0]
    assert not session.jobs.live("experiment")
    session.training.stop()


def test_without_a_penalty_there_is_nothing_to_compare(panel, session, qtbot):
    panel.form.set_value(replace(panel.form.value(), omega=0.0, weight_clip=0.0))
    qtbot.mouseClick(panel.start, LEFT)
    settle(session, lambda: session.results.failure is not None)
    assert "nothing to compare" in session.results.failure.sentence
    assert panel.start.isVisible()
    assert panel.about.isVisible()


@pytest.mark.parametrize("name", ["before", "after"])
def test_a_side_opens_as_a_model_without_a_file(panel, session, done, qtbot, name):
    qtbot.mouseClick(panel.open_buttons[name], LEFT)
    shown = session.results.document
    assert shown is getattr(done, name).document
    assert session.files.path is None
    assert session.settings.model == shown.config
    assert session.results.experiment is done  # it stays on screen


def test_save_both_writes_the_models_and_the_results(
    panel, session, done, qtbot, monkeypatch, tmp_path
):
    folder = tmp_path / "both"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *a, **k: str(folder))
    news = []
    session.notices.listen(news.append)
    qtbot.mouseClick(panel.save, LEFT)
    settle(session, lambda: not session.jobs.live("export"))
    assert sorted(path.name for path in folder.iterdir()) == [
        "after.lacuna",
        "before.lacuna",
        "results.json",
    ]
    assert archive.load(folder / "after.lacuna").config.weight_clip == 0.3
    assert news == ["Exported both."]

    qtbot.mouseClick(panel.save, LEFT)
    settle(session, lambda: not session.jobs.live("export"))
    assert "of another run" in session.results.failure.sentence


def test_the_train_page_leads_to_it(session, qtbot, shown):
    page = shown(TrainPanel(session), 280, 900)
    with qtbot.waitSignal(page.experiment_requested):
        qtbot.mouseClick(page.experiment, LEFT)


# ---- two models ----


@pytest.fixture
def diversity_comparison(session, qtbot):
    panel = DiversityDialog(session)
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


@pytest.fixture
def other(session, done, tmp_path):
    """The file of another model."""
    path = tmp_path / "other.lacuna"
    archive.save(path, done.after.document)
    install(session, half_planes())
    return path


def test_two_models_are_compared_side_by_side(diversity_comparison, session, other):
    session.experiments.compare_with(other)
    assert diversity_comparison.cancel.isVisible()
    settle(session, lambda: not session.jobs.live("diversity_comparison"))
    found = session.results.diversity_comparison
    assert diversity_comparison.verdict.text() == found.verdict
    assert diversity_comparison.caution.text() == found.caution
    assert [head.text() for head in diversity_comparison.figures.heads] == ["this model", "other"]
    label, first, _, low, _, _ = texts_of(diversity_comparison.figures.rows["entropy"])
    assert label == "Collision entropy H₂, nats"
    assert first == f"{found.first.entropy.value:.3f}"
    assert low == f"{found.first.entropy.low:.3f} to {found.first.entropy.high:.3f}"
    assert known(diversity_comparison.masses, "this model") == 2
    assert known(diversity_comparison.masses, "other") == 10
    assert not diversity_comparison.cancel.isVisible()


def test_closing_it_ends_the_measuring(diversity_comparison, session, other, qtbot):
    session.experiments.compare_with(other)
    qtbot.mouseClick(diversity_comparison.cancel, LEFT)
    assert not diversity_comparison.isVisible()
    assert not session.jobs.live("diversity_comparison")


def test_a_file_that_cannot_be_read_leaves_no_empty_panel(diversity_comparison, session, other):
    other.write_bytes(b"no zip")
    session.experiments.compare_with(other)
    settle(session, lambda: session.results.failure is not None)
    assert "other.lacuna" in session.results.failure.sentence
    assert not diversity_comparison.isVisible()


# ---- in the window ----


@pytest.fixture
def window(session, qtbot):
    window = Window(session)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    yield window
    window.experiment_dialog.hide()
    window.diversity_dialog.hide()


def test_the_train_page_and_the_palette_open_the_experiment(window, qtbot):
    window.side_panel.show_page(1)
    qtbot.mouseClick(window.train_panel.experiment, LEFT)
    assert window.experiment_dialog.isVisible()
    assert not window.experiment_dialog.isModal()
    window.experiment_dialog.close()
    run(window.commands["experiment"])
    assert window.experiment_dialog.isVisible()


def test_comparing_needs_a_model_and_asks_for_a_file(window, session, monkeypatch):
    asked = []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: asked.append(a) or ("", ""))
    assert not window.commands["diversity_comparison"].possible()
    run(window.commands["diversity_comparison"])
    assert asked == []
    window.ask_comparison()
    assert len(asked) == 1
    assert not window.diversity_dialog.isVisible()  # nothing was chosen
