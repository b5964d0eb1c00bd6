"""What is closed is freed: files opened one after the other, a model beside, forms, dialogs."""

import gc
import weakref

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from lacuna.core.config.serialisation import to_json
from lacuna.core.data.dataset import DataConfig
from lacuna.core.documents import archive
from lacuna.core.geometry.map.refinement import Grain
from lacuna.core.models.vae.vae import VAEConfig
from lacuna.core.session.settings import Settings
from lacuna.core.training.config import TrainConfig
from lacuna.explorer.forms.form import Form
from lacuna.explorer.widgets.labelled_combo import LabelledCombo
from tests.core.small_models import codes_of_zero, document

SMALL = VAEConfig(body="dense", hidden=16)
DATA = DataConfig(count=60)
FILES = 10
SHOWN = ("document", "scene", "map", "codes")  # of a file, all of them large


def saved(path):
    requested = Settings(
        DATA, SMALL, TrainConfig(epochs=1, device="cpu"), grain=Grain(finest=33), families=()
    )
    digits = tuple("0123456789")
    codes, settings = codes_of_zero(40, SMALL.latent), to_json(requested)
    made = document(SMALL, (1, 28, 28), digits, data=DATA, codes=codes, settings=settings)
    archive.save(path, made)
    return path


@pytest.fixture
def file(tmp_path):
    return saved(tmp_path / "first.lacuna")


def open_file(qtbot, session, path):
    """Waits until all that is told of a file is there."""

    def there():
        here = session.results.document is not None and session.files.path == path
        return here and all(getattr(session.results, name) is not None for name in SHOWN)

    qtbot.waitUntil(there)
    return {name: weakref.ref(getattr(session.results, name)) for name in SHOWN}


def freed(qtbot, gone):
    """Widgets go with the next event, and what jobs hold at their next pause."""

    def left():
        gc.collect()
        return [name for name, ref in gone.items() if ref() is not None]

    qtbot.waitUntil(lambda: not left())


def watchers(session):
    return session.store.watchers


def windows():
    """All that is a window by Qt's account: whatever lost its place, or never had one, too."""
    gc.collect()
    QApplication.instance().sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return len(QApplication.topLevelWidgets())


def test_a_file_that_was_followed_by_another_is_freed(qtbot, program, file, tmp_path):
    session, gone, counts = program.session, {}, []
    program.start(file)
    before = open_file(qtbot, session, file)
    for number in range(FILES):
        path = saved(tmp_path / f"{number}.lacuna")
        session.files.open(path)
        now = open_file(qtbot, session, path)
        gone |= {f"{name} before {number}": ref for name, ref in before.items()}
        freed(qtbot, gone)
        before = now
        counts.append((windows(), watchers(session)))
    assert len(set(counts)) == 1


def test_a_second_model_beside_is_freed_as_often_as_it_is_closed(qtbot, program, file, tmp_path):
    program.start(file)
    open_file(qtbot, program.session, file)
    area, counts = program.window.map_area, []
    for number in range(4):
        path = saved(tmp_path / f"{number}.lacuna")
        area.open(path)
        second = area.workspace.second
        gone = open_file(qtbot, second, path)
        gone |= {"session": weakref.ref(second), "half": weakref.ref(area.beside)}
        del second
        area.close_second()
        freed(qtbot, gone)
        counts.append((windows(), watchers(program.session)))
    assert len(set(counts)) == 1


def test_a_dialog_that_was_closed_is_freed(qtbot, program):
    program.window.show()
    before, gone = windows(), {}
    for number in range(3):
        there = set(QApplication.topLevelWidgets())
        program.window.commands["help"].run()
        (dialog,) = set(QApplication.topLevelWidgets()) - there
        gone[f"{number}"] = weakref.ref(dialog)
        dialog.close()
        del dialog, there
    freed(qtbot, gone)
    assert windows() == before


def test_a_form_that_leaves_out_fields_leaves_no_window(qapp):
    before = windows()
    form = Form(SMALL, skip=("body", "likelihood"))
    form.deleteLater()
    assert windows() == before


def test_a_choice_that_never_had_a_place_is_freed(qapp):
    choice = LabelledCombo("Seen by", {"one": "One", "two": "Two"})
    gone = weakref.ref(choice)
    del choice
    gc.collect()
    assert gone() is None
