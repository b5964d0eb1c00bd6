"""A small trained model, made once, and the program to open it with."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent

from lacuna.core.config.serialisation import to_json
from lacuna.core.data.dataset import Dataset
from lacuna.core.documents import archive
from lacuna.core.geometry.map.refinement import Grain
from lacuna.core.runs.fit import Plan, Trained, finished, fit
from lacuna.core.session.settings import Settings
from lacuna.explorer.shell.app import Program
from tests.e2e.digits import DATA, MODEL, TRAIN
from tests.e2e.person import Person
from tests.jobs import returned


@pytest.fixture(scope="session")
def trained():
    """A model of drawn digits with all that a file holds."""
    reports = list(fit(Plan(DATA, MODEL), lambda: TRAIN))
    dataset = next(part for part in reports if isinstance(part, Dataset))
    document = [part for part in reports if isinstance(part, Trained)][-1].document
    settings = Settings(data=DATA, model=MODEL, train=TRAIN, grain=Grain(finest=129))
    return replace(returned(finished(document, dataset)), settings=to_json(settings))


@pytest.fixture
def file(trained, tmp_path):
    path = tmp_path / "digits.lacuna"
    archive.save(path, trained)
    return path


@pytest.fixture
def start(qtbot, qapp, monkeypatch):
    """Starts the program, as often as a test likes, and leaves it at the end of the test."""
    monkeypatch.setattr(
        "lacuna.explorer.shell.garbage.take_over", lambda: None
    )  # it would keep all for ever
    programs = []

    def start(path=None):
        program = Program(qapp)
        programs.append(program)
        program.window.resize(1600, 1000)
        program.start(path)
        program.window.activateWindow()
        qtbot.waitUntil(lambda: program.window.isActiveWindow())
        return Person(program, qtbot)

    yield start
    for program in programs:
        program.close()
        program.window.hide()
        program.window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def person(start, file):
    """Somebody who has opened the small model and seen all of it."""
    person = start(file)
    person.until(lambda: person.session.results.document is not None)
    person.settled()
    return person
