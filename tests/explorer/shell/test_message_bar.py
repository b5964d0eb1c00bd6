"""The message bar: what is said, what folds out, what can be done."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget

from lacuna.explorer.shell.message_bar import LASTING, MessageBar

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
    bar.show_failure("Second.")
    bar.show_failure("Third.")
    assert bar.sentence() == "Third."
    assert bar.stack.earlier == ["First.", "Second."]
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
    assert bar.stack.earlier == []
    assert bar.count.isHidden()


def test_an_action_closes_the_message_and_acts(bar, qtbot):
    done = []
    bar.show_failure("Cut short.", actions=[("Download again", lambda: done.append(1))])
    (button,) = bar.buttons
    assert button.text() == "Download again"
    click(qtbot, button)
    assert done == [1]
    assert bar.isHidden()
    bar.show_info("Now without.")
    assert bar.buttons == []


def test_a_sentence_is_not_read_as_markup(bar):
    bar.show_failure("<b>x</b>")
    bar.show_failure("later")
    assert "&lt;b&gt;" in bar.count.toolTip()
    assert bar.label.textFormat() == Qt.TextFormat.PlainText


# ---- what was offered and not answered ----


def offer(bar, done, sentence="A run is kept."):
    bar.show_info(sentence, [("Open it", lambda: done.append(sentence))])


def test_an_offer_comes_back_once_what_lies_over_it_is_closed(bar, qtbot):
    done = []
    offer(bar, done)
    bar.show_info("Said in between.")
    bar.show_failure("It failed.", "trace")
    assert bar.buttons == []
    click(qtbot, bar.close_button)
    assert (bar.kind(), bar.sentence()) == ("info", "A run is kept.")
    assert bar.details_button.isHidden()
    assert bar.stack.earlier == []
    click(qtbot, bar.buttons[0])
    assert done == ["A run is kept."]
    assert bar.isHidden()


def test_offers_come_back_one_after_the_other(bar, qtbot):
    done = []
    for name in ("first", "second", "third"):
        offer(bar, done, name)
    for _ in range(3):
        click(qtbot, bar.buttons[0])
    assert done == ["third", "second", "first"]
    assert bar.isHidden()


def test_an_offer_that_is_closed_is_gone(bar, qtbot):
    offer(bar, [])
    click(qtbot, bar.close_button)
    assert bar.isHidden()


def test_what_is_withdrawn_is_offered_no_more(bar, qtbot):
    offer(bar, [])
    bar.show_failure("It failed.")
    bar.withdraw("A run is kept.")
    assert (bar.sentence(), bar.stack.earlier) == ("It failed.", [])
    bar.withdraw("Never said.")
    click(qtbot, bar.close_button)
    assert bar.isHidden()


# ---- what goes by itself ----


def test_a_notice_goes_when_its_time_is_over(bar):
    assert bar.timer.interval() == LASTING
    bar.show_info("Saved.")
    assert bar.timer.isActive()
    bar.timer.timeout.emit()
    assert bar.isHidden()
    assert [sentence for _, sentence in bar.stack.past] == ["Saved."]


def test_failures_and_offers_stay(bar):
    offer(bar, [])
    bar.show_failure("It failed.")
    bar.timer.timeout.emit()
    assert bar.sentence() == "It failed."
    bar.dismiss()
    bar.timer.timeout.emit()
    assert bar.sentence() == "A run is kept."


def test_a_failure_lies_over_what_comes_after_it(bar):
    bar.show_failure("It failed.")
    bar.show_info("Exported.")
    assert (bar.kind(), bar.sentence()) == ("error", "It failed.")
    bar.expire()
    assert bar.sentence() == "It failed."
    assert bar.stack.earlier == []


# ---- where it floats ----


@pytest.fixture
def floating(bar, qtbot):
    """A window with a view at its right, and the bar over that."""
    window, view = QWidget(), QWidget()
    bar.corner = QWidget(view)
    bar.key = QWidget(view)
    view.setParent(window)
    view.setGeometry(200, 40, 640, 500)
    bar.corner.setGeometry(12, 12, 80, 30)
    bar.key.setGeometry(500, 12, 128, 200)
    window.resize(900, 600)
    bar.setParent(window)
    bar.window_, bar.view = window, view
    bar.float_over(view, (bar.corner,), (bar.key,))
    qtbot.addWidget(window)
    window.show()
    bar.show_info("Saved a.lacuna.")
    return bar


def box(bar):
    """On the view"""
    return bar.geometry().translated(-bar.view.pos())


LONG = "What was asked for cannot be had, for more reasons than there is room for on one line. " * 2


def test_it_lies_over_the_view_and_covers_neither_corner(floating):
    for sentence in ("Short.", LONG):
        floating.show_failure(sentence, "trace", [("Do it again", lambda: None)])
        assert floating.view.rect().contains(box(floating))
        assert not box(floating).intersects(floating.corner.geometry())
        assert not box(floating).intersects(floating.key.geometry())


def test_it_is_as_high_as_its_words_need(floating):
    low = floating.height()
    floating.show_failure(LONG, "trace")
    assert floating.height() > low
    folded = floating.height()
    floating.details_button.click()
    assert floating.height() >= folded + floating.details.height()
    floating.details_button.click()
    assert floating.height() == folded


def test_it_follows_the_view_and_its_corners(floating):
    before = floating.pos()
    floating.view.move(100, 60)
    assert floating.pos() - before == QPoint(-100, 20)
    floating.corner.hide()
    assert floating.y() < before.y() + 20
    floating.show_failure(LONG)
    narrow = floating.width()
    floating.key.hide()
    assert floating.width() > narrow
    floating.view.resize(300, 500)
    assert floating.width() <= 300


def test_a_view_without_a_message_is_left_alone(floating):
    floating.dismiss()
    floating.view.resize(300, 300)
    assert floating.isHidden()
