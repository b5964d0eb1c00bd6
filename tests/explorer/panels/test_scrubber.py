"""The row of steps, under mouse and keys."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from lacuna.core.session.fields import SETTINGS
from lacuna.explorer.look import theme
from lacuna.explorer.panels.scrubber import Scrubber
from tests.explorer.formula_model import half_planes, put
from tests.explorer.gestures import colour_at

LEFT = Qt.MouseButton.LeftButton
STEPS = (100, 200, 400, 1200)


def timeline(*steps):
    return tuple(replace(half_planes(), step=step) for step in steps)


@pytest.fixture
def row(session, qtbot):
    put(session, timeline=timeline(*STEPS))
    theme.apply(QApplication.instance(), "dark")
    row = Scrubber(session)
    qtbot.addWidget(row)
    row.resize(640, row.sizeHint().height())
    with qtbot.waitExposed(row):
        row.show()
    return row


def tick(row, index):
    return QPoint(round(row.ticks.x_of(index)), row.ticks.height() // 2)


def test_it_is_there_while_there_is_more_than_one_step(session, qtbot):
    row = Scrubber(session)
    qtbot.addWidget(row)
    for steps, observed in (((), False), ((3,), False), ((3, 9), True), ((3,), False)):
        put(session, timeline=timeline(*steps))
        assert row.isVisible() == observed


def test_it_says_which_step_is_shown_of_how_many(row, session):
    assert row.label.text() == "Step 1\xa0200 of 1\xa0200"
    assert row.follow.isChecked()
    session.set(step=399)  # what is shown is of 200
    assert row.label.text() == "Step 200 of 1\xa0200"
    assert not row.follow.isChecked()
    session.history.undo()
    assert row.label.text() == "Step 1\xa0200 of 1\xa0200"


def test_ticks_are_as_far_apart_as_steps(row):
    places = [row.ticks.x_of(index) for index in range(4)]
    assert places[2] - places[1] == pytest.approx(2 * (places[1] - places[0]))
    assert [row.ticks.index_at(place) for place in places] == [0, 1, 2, 3]
    assert row.ticks.index_at(-50) == 0
    assert row.ticks.index_at(5000) == 3


def test_a_drag_holds_a_step_and_is_one_gesture(row, session, qtbot):
    qtbot.mousePress(row.ticks, LEFT, pos=tick(row, 2))
    assert (session.settings.step, session.results.scrubbing) == (400, True)
    QTest.mouseMove(row.ticks, tick(row, 1))
    QTest.mouseMove(row.ticks, tick(row, 0))
    assert session.settings.step == 100
    assert session.results.scene.step == 100
    qtbot.mouseRelease(row.ticks, LEFT, pos=tick(row, 0))
    assert (session.settings.step, session.results.scrubbing) == (100, False)
    session.history.undo()
    assert session.settings.step is None
    session.history.redo()
    assert session.settings.step == 100


def test_released_at_the_right_end_it_follows(row, session, qtbot):
    session.set(step=100)
    qtbot.mousePress(row.ticks, LEFT, pos=tick(row, 0))
    QTest.mouseMove(row.ticks, QPoint(row.ticks.width() - 1, 12))
    qtbot.mouseRelease(row.ticks, LEFT, pos=QPoint(row.ticks.width() - 1, 12))
    assert session.settings.step is None
    put(session, timeline=timeline(*STEPS, 1300))
    assert session.results.scene.step == 1300
    assert row.label.text() == "Step 1\xa0300 of 1\xa0300"


def test_a_held_step_stays_while_more_come(row, session, qtbot):
    qtbot.mouseClick(row.ticks, LEFT, pos=tick(row, 1))
    put(session, timeline=timeline(*STEPS, 9000))
    assert session.results.scene.step == 200
    assert row.label.text() == "Step 200 of 9\xa0000"


def test_keys_go_from_step_to_step(row, session, qtbot):
    row.ticks.setFocus()
    messages = []
    for name in ("Left", "Left", "Home", "Left", "Right", "End"):
        qtbot.keyClick(row.ticks, Qt.Key[f"Key_{name}"])
        messages.append(session.settings.step)
        assert not session.results.scrubbing
    assert messages == [400, 200, 100, 100, 200, None]
    session.history.undo()
    assert session.settings.step == 200


def test_a_key_that_is_held_down_is_one_gesture(row, session, qtbot):
    row.ticks.setFocus()
    qtbot.keyPress(row.ticks, Qt.Key.Key_Left)
    assert session.results.scrubbing
    qtbot.keyPress(row.ticks, Qt.Key.Key_Left)
    qtbot.keyRelease(row.ticks, Qt.Key.Key_Left)
    assert (session.settings.step, session.results.scrubbing) == (200, False)
    session.history.undo()
    assert session.settings.step is None


def test_escape_ends_a_drag_as_if_it_had_never_been(row, session, qtbot):
    row.ticks.setFocus()
    qtbot.mousePress(row.ticks, LEFT, pos=tick(row, 1))
    qtbot.keyClick(row.ticks, Qt.Key.Key_Escape)
    assert session.settings.step is None
    assert not session.history.can_undo
    qtbot.mouseRelease(row.ticks, LEFT, pos=tick(row, 1))
    assert session.settings.step is None


def test_the_follow_button_holds_and_follows(row, session, qtbot):
    qtbot.mouseClick(row.follow, LEFT)
    assert session.settings.step == 1200
    qtbot.mouseClick(row.follow, LEFT)
    assert session.settings.step is None


def test_it_plays_from_the_first_to_the_newest_and_follows(row, session, qtbot):
    row.player.seconds = 0.2
    received = []
    session.watch(SETTINGS.step, received.append)
    qtbot.mouseClick(row.play_button, LEFT)
    assert session.settings.step == 100
    assert session.results.scrubbing
    qtbot.waitUntil(lambda: session.pump() or session.settings.step is None)
    qtbot.waitUntil(lambda: not session.results.scrubbing)
    assert received[:2] == [None, 100]
    assert received[1:-1] == sorted(received[1:-1])
    session.history.undo()  # all of it is one gesture
    assert session.settings.step is None
    assert not session.history.can_undo


def test_a_hand_stops_what_plays(row, session, qtbot):
    row.player.seconds = 1e6
    qtbot.mouseClick(row.play_button, LEFT)
    qtbot.mouseClick(row.ticks, LEFT, pos=tick(row, 2))
    assert (session.settings.step, session.results.scrubbing) == (400, False)
    qtbot.mouseClick(row.play_button, LEFT)
    qtbot.mouseClick(row.play_button, LEFT)
    assert (session.settings.step, session.results.scrubbing) == (400, False)


def test_the_knob_is_drawn_at_the_step(row, session):
    session.set(step=400)
    worn = theme.current()
    y = row.ticks.height() // 2
    assert colour_at(row.ticks, row.ticks.x_of(2), y).name() == worn.panel
    assert colour_at(row.ticks, row.ticks.x_of(1), y).name() == worn.accent
    assert colour_at(row.ticks, row.ticks.x_of(3) - 20, y).name() == worn.hover
