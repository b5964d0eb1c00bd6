"""The wheel scrolls the page: over every choice, number and slider of every page and dialog."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QScrollArea,
    QScrollBar,
)

from lacuna.core.models.registry import MODELS, family_of
from lacuna.explorer.shell.command_table import PAGES
from lacuna.explorer.shell.window import Window
from tests.explorer.gestures import wheel_over

KINDS = (QComboBox, QAbstractSpinBox, QAbstractSlider)


@pytest.fixture
def window(qtbot, session):
    window = Window(session)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    with qtbot.waitExposed(window):
        window.show()
    return window


def editors(root):
    """What the wheel could change, and is to be seen"""
    found = [one for kind in KINDS for one in root.findChildren(kind)]
    return [
        one
        for one in found
        if one.isVisible() and one.isEnabled() and not isinstance(one, QScrollBar)
    ]


def value(editor):
    if isinstance(editor, QComboBox):
        return editor.currentIndex()
    return editor.text() if isinstance(editor, QAbstractSpinBox) else editor.value()


def turned(editor, keys=Qt.KeyboardModifier.NoModifier):
    """Whether two notches, up and then down, change it; it has the keyboard"""
    changed = False
    for notches in (1, -1):
        in_sight(editor)
        before = value(editor)
        wheel_over(editor, notches, keys)
        changed = changed or value(editor) != before
    return changed


def in_sight(editor):
    """Scrolls to it, and gives it the keyboard"""
    editor.setFocus()
    above = editor.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(editor)
        above = above.parentWidget()


def check_all(root):
    seen = editors(root)
    for editor in seen:
        before = value(editor)
        assert not turned(editor), f"the wheel changes {editor.accessibleName() or editor}"
        assert value(editor) == before
    return seen


def test_on_every_page_it_changes_nothing(window):
    seen = []
    for title in PAGES:
        window.commands[f"page {title}"].run()
        QApplication.processEvents()
        seen += check_all(window)
    assert {kind for kind in KINDS if any(isinstance(one, kind) for one in seen)} == set(KINDS)


@pytest.mark.parametrize("name", MODELS)
def test_over_every_field_of_every_model_it_changes_nothing(window, session, name):
    session.set(model=MODELS[name].config())
    window.commands["page Train"].run()
    window.train_panel.model.more.set_open(True)
    QApplication.processEvents()
    before = session.settings.model, session.settings.train
    assert len(check_all(window.train_panel)) > 5
    assert (session.settings.model, session.settings.train) == before
    assert family_of(session.settings.model) is MODELS[name]


@pytest.mark.parametrize("command", ["experiment", "theory"])
def test_in_every_dialog_it_changes_nothing(window, command):
    window.commands[command].run()
    QApplication.processEvents()
    dialogs = [one for one in QApplication.topLevelWidgets() if one.isVisible() and one != window]
    assert sum(len(check_all(dialog)) for dialog in dialogs)
    for dialog in dialogs:
        dialog.close()


def test_the_page_scrolls_instead(window):
    window.commands["page Train"].run()
    QApplication.processEvents()
    box, bar = window.train_panel.train.editor("epochs").box, None
    in_sight(box)
    bar = window.train_panel.verticalScrollBar()
    before = bar.value()
    wheel_over(box, -1)
    assert bar.value() > before


def test_with_ctrl_it_changes_what_is_under_the_mouse_step_by_step(window, session):
    window.commands["page Train"].run()
    QApplication.processEvents()
    panel, ctrl = window.train_panel, Qt.KeyboardModifier.ControlModifier
    epochs, combo = session.settings.train.epochs, panel.model.editor("body").combo
    box = panel.train.editor("epochs").box
    in_sight(box)
    wheel_over(box, 1, ctrl)
    assert session.settings.train.epochs == epochs + 1
    in_sight(combo)
    wheel_over(combo, -1, ctrl)
    assert session.settings.model.body == "dense"
