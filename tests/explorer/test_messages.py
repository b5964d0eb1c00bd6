"""The message bar: what is said, what folds out, what can be done."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from explorer.messages import MessageBar

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen's own


@pytest.fixture
def bar(qtbot):
    bar = MessageBar()
    qtbot.addWidget(bar)
    return bar


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_it_is_hidden_until_there_is_something_to_say(bar):
    assert bar.isHidden()
    bar.show_info("Saved to a.lacuna.")
    assert not bar.isHidden()
    assert (bar.kind(), bar.sentence()) == ("info", "Saved to a.lacuna.")
    assert bar.details_button.isHidden()


def test_the_traceback_unfolds_and_is_copied_with_its_sentence(bar, qtbot):
    bar.show_failure("The file is cut short.", "Traceback: 7 of 9 bytes")
    assert bar.kind() == "error"
    assert bar.details.isHidden()
    click(qtbot, bar.details_button)
    assert not bar.details.isHidden()
    assert bar.details.isReadOnly()
    click(qtbot, bar.copy_button)
    copied = QApplication.clipboard().text()
    assert copied == "The file is cut short.\n\nTraceback: 7 of 9 bytes"
    click(qtbot, bar.details_button)
    assert bar.details.isHidden()


def test_a_newer_message_replaces_the_older_and_counts_it(bar, qtbot):
    bar.show_failure("First.", "trace")
    click(qtbot, bar.details_button)
    bar.show_info("Second.")
    bar.show_info("Third.")
    assert bar.sentence() == "Third."
    assert bar.earlier() == ["First.", "Second."]
    assert bar.count.text() == "and 2 earlier"
    assert "First." in bar.count.toolTip()
    assert bar.details.isHidden()


def test_closing_forgets_everything(bar, qtbot):
    bar.show_info("First.")
    bar.show_info("Second.")
    with qtbot.waitSignal(bar.dismissed):
        click(qtbot, bar.close_button)
    assert bar.isHidden()
    bar.show_info("Third.")
    assert bar.earlier() == []
    assert bar.count.isHidden()


def test_an_action_closes_the_message_and_acts(bar, qtbot):
    done = []
    bar.show_failure("Cut short.", actions=[("Download again", lambda: done.append(1))])
    (button,) = bar.buttons()
    assert button.text() == "Download again"
    click(qtbot, button)
    assert done == [1]
    assert bar.isHidden()
    bar.show_info("Now without.")
    assert bar.buttons() == []


def test_a_sentence_is_not_read_as_markup(bar):
    bar.show_failure("<b>x</b>")
    bar.show_failure("later")
    assert "&lt;b&gt;" in bar.count.toolTip()
    assert bar.label.textFormat() == Qt.TextFormat.PlainText
