"""Kept runs in the window: offered, listed, opened and discarded, and none without a word."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QFileDialog

from lacuna.core.config.serialisation import to_json
from lacuna.core.data.dataset import DataConfig
from lacuna.core.documents import archive, autosave
from lacuna.core.geometry.map.refinement import Grain
from lacuna.core.models.vae.vae import VAEConfig
from lacuna.core.session.fields import RESULTS
from lacuna.core.session.settings import Settings
from lacuna.core.training.config import TrainConfig
from lacuna.explorer.shell.anchors import Anchors
from lacuna.explorer.shell.file_dialogs import Files, proposed_name
from lacuna.explorer.shell.kept_runs import KeptRuns, describe
from lacuna.explorer.shell.message_bar import MessageBar
from lacuna.explorer.shell.window import Window
from lacuna.explorer.widgets.kept_run_list import KeptRunList
from tests.core.small_models import HASTY, document
from tests.waiting import settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen's

HERE, FLAT = DataConfig(count=60), VAEConfig(body="dense", hidden=8)
SHORT = TrainConfig(epochs=1, batch=50, device="cpu")


def model(step=0, data=HERE, **more):
    settings = Settings(data, FLAT, SHORT, grain=Grain(finest=33), families=())
    return document(
        FLAT,
        (1, 28, 28),
        tuple("0123456789"),
        data=data,
        step=step,
        settings=to_json(settings),
        **more,
    )


def left(step, year=2026):
    """A run that a crash or a closed window left behind."""
    keeper = autosave.RunFile()
    keeper.keep(model(step))
    keeper.release()
    return keeper.path.rename(keeper.path.with_name(f"{year}-01-02 03.04.05 {step}.lacuna"))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.lacuna"
    archive.save(path, model())
    return path


class Parts:
    """A session with its messages and its list, joined as the window joins them."""

    def __init__(self, session):
        self.session, self.messages, self.list = session, MessageBar(), KeptRunList()
        self.runs = KeptRuns(session, self.messages, self.messages)
        self.runs.changed.connect(
            lambda paths: self.list.set_runs([(path, *describe(path)) for path in paths])
        )
        self.list.open_requested.connect(self.runs.open)
        self.list.discard_requested.connect(self.runs.discard)
        session.watch(RESULTS.failure, self._draw_failure)

    def _draw_failure(self, failure):
        if failure:
            self.messages.show_failure(failure.sentence)

    def until(self, condition):
        def soon():
            QApplication.processEvents()
            return condition()

        settle(self.session, soon)

    def press(self, label):
        next(one for one in self.messages.buttons if one.text() == label).click()

    def listed(self):
        return [row.path for row in self.list.rows]


@pytest.fixture
def parts(qtbot, session):
    parts = Parts(session)
    qtbot.addWidget(parts.messages)
    qtbot.addWidget(parts.list)
    return parts


def test_the_newest_is_offered_and_all_are_listed(parts):
    older, newer = left(3, year=2024), left(4690)
    parts.runs.offer()
    assert parts.listed() == [newer, older]
    row = parts.list.rows[0]
    assert row.opened.text() == "Drawn digits"
    for report in (row.progress.text(), parts.messages.sentence()):
        for part in ("Variational autoencoder", "step 4\N{NO-BREAK SPACE}690", "2026-01-02 03:04"):
            assert part in report
    assert "2 such runs are listed" in parts.messages.sentence()


def test_without_any_nothing_is_offered_and_nothing_listed(parts):
    parts.runs.offer()
    assert parts.messages.isHidden()
    assert parts.list.isHidden()


def test_a_run_that_cannot_be_read_is_listed_all_the_same(parts):
    left(3).write_bytes(b"cut short")
    parts.runs.offer()
    assert parts.list.rows[0].opened.text() == "A run that cannot be read"


def test_a_run_is_opened_from_the_list_and_its_offer_goes(parts):
    path = left(4690)
    parts.runs.offer()
    parts.list.rows[0].opened.click()
    parts.until(lambda: not parts.listed())
    assert parts.session.results.document.step == 4690
    assert parts.session.training.runs.keeper.path == path
    assert parts.messages.isHidden()


def test_to_discard_asks_once(parts):
    older, newer = left(3, year=2024), left(4690)
    parts.runs.offer()
    parts.press("Discard it")
    assert newer.exists()
    parts.press("Keep it")
    assert newer.exists()
    parts.list.rows[0].discard.click()
    parts.press("Delete it")
    assert not newer.exists()
    assert parts.listed() == [older]
    assert parts.messages.isHidden()


def test_an_offer_outlives_a_failure(parts, file):
    left(3)
    parts.runs.offer()
    text = parts.messages.sentence()
    parts.session.files.open(file.with_name("none.lacuna"))
    parts.until(lambda: "none.lacuna" in parts.messages.sentence())
    parts.messages.close_button.click()
    assert parts.messages.sentence() == text


def test_a_run_that_another_window_works_on_is_not_deleted(parts):
    path = left(3)
    parts.runs.offer()
    parts.press("Discard it")
    holder = autosave.RunFile(path)
    parts.press("Delete it")
    assert path.exists()
    assert parts.listed() == []
    assert "Another window" in parts.messages.sentence()
    holder.release()


def test_another_model_does_not_drop_a_finished_training_without_a_word(parts, file):
    session = parts.session
    session.training.run_config = HASTY
    session.set(data=HERE, model=FLAT, train=SHORT)
    session.training.start()
    parts.until(lambda: session.results.run == "idle" and session.results.training is not None)
    assert parts.listed() == []  # it is on screen
    run = session.training.runs.keeper.path
    session.files.open(file)
    parts.until(lambda: parts.listed() == [run])
    text = parts.messages.sentence()
    assert "Drawn digits" in text
    assert "kept: it is listed under Explore" in text


def test_a_few_are_listed_until_all_are_asked_for(parts):
    paths = [left(step, year=2020 + step) for step in range(7)][::-1]
    parts.runs.offer()
    assert parts.listed() == paths[:4]
    assert parts.list.more.text() == "3 older"
    parts.list.more.click()
    assert parts.listed() == paths
    assert parts.list.more.isHidden()


def test_in_the_window_they_lie_under_the_models_and_a_message_moves_nothing(qtbot, qapp, session):
    path = left(3)
    window = Window(session)
    qtbot.addWidget(window)
    window.show()
    qapp.processEvents()
    before = window.map.geometry(), window.cursor_panel.geometry(), window.side_panel.geometry()
    window.kept_runs.offer()
    qapp.processEvents()
    assert (
        window.map.geometry(),
        window.cursor_panel.geometry(),
        window.side_panel.geometry(),
    ) == before
    assert window.messages.isVisible()
    corner = window.messages.mapTo(window, QPoint())
    assert window.map.rect().contains(window.map.mapFrom(window, corner))
    assert [row.path for row in window.explore_panel.kept.rows] == [path]
    window.explore_panel.kept.rows[0].discard.click()
    window.messages.buttons[1].click()
    assert not path.exists()


# ---- the name to save under ----


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (DataConfig(), "drawn-digits-vae.lacuna"),
        (DataConfig(name="mnist"), "mnist-vae.lacuna"),
        (DataConfig(name="ring"), "eight-in-a-ring-vae.lacuna"),
        (DataConfig(name="folder", folder="/somewhere/My cats"), "my-cats-vae.lacuna"),
        (DataConfig(name="npz", folder="/somewhere/cells.npz"), "cells-vae.lacuna"),
    ],
)
def test_a_name_is_proposed_of_data_and_kind(data, name):
    assert proposed_name(document(FLAT, data=data)) == name


def test_a_file_keeps_its_name(qtbot, session, file, monkeypatch):
    requests, bar = [], MessageBar()
    qtbot.addWidget(bar)
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *arguments: requests.append(arguments) or ("", "")
    )
    files = Files(session, bar, Anchors(session), bar)
    session.files.install(archive.load(file), file)
    files.ask_save()
    assert requests[0][2] == str(file)
    session.files.install(archive.load(file))
    files.ask_save()
    assert Path(requests[1][2]).name == "drawn-digits-vae.lacuna"
