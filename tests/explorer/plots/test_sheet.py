"""The sheet that points are drawn on, under the mouse."""

import numpy as np
from PySide6.QtCore import QPointF, Qt

from lacuna.core.data.toy import HALF
from lacuna.explorer.plots.sheet import RUBBER, SPRAYED, Sheet
from tests.explorer.gestures import spray, turn_wheel

RIGHT = Qt.MouseButton.RightButton


def test_the_mouse_sprays_the_chosen_class(shown, qtbot):
    sheet = shown(Sheet(300), 300)
    spray(qtbot, sheet, 1, 1)
    qtbot.keyClick(sheet, "3")
    spray(qtbot, sheet, -2, -1)
    assert sheet.labels.tolist() == [1] * SPRAYED + [3] * SPRAYED
    assert np.abs(sheet.points[:SPRAYED] - (1, 1)).max() < 1
    assert np.abs(sheet.points[SPRAYED:] - (-2, -1)).max() < 1


def test_points_stay_within_the_square(shown, qtbot):
    sheet = shown(Sheet(300), 300)
    for _ in range(20):
        spray(qtbot, sheet, HALF, HALF)
    assert np.abs(sheet.points).max() <= HALF


def test_the_right_button_erases_what_is_near(shown, qtbot):
    sheet = shown(Sheet(300), 300)
    spray(qtbot, sheet, 1, 1)
    spray(qtbot, sheet, -2, -1)
    before = sheet.points
    spray(qtbot, sheet, 1, 1, RIGHT)
    middle = sheet.to_axes(QPointF(sheet.to_screen(1, 1).toPoint()))
    away = np.linalg.norm(before - middle, axis=1)
    np.testing.assert_array_equal(sheet.points, before[away > RUBBER])
    assert len(sheet.points) < len(before)


def test_strokes_are_taken_back_one_by_one(shown, qtbot):
    sheet = shown(Sheet(300), 300)
    spray(qtbot, sheet, 1, 1)
    first = sheet.points
    spray(qtbot, sheet, 2.9, -2.9, RIGHT)  # nothing is there: no stroke
    sheet.clear()
    assert len(sheet.points) == 0
    sheet.undo()
    assert sheet.points is first
    sheet.undo()
    assert len(sheet.points) == 0
    assert not sheet.can_undo


def test_a_zoomed_sheet_is_sprayed_where_the_mouse_is(shown, qtbot):
    sheet = shown(Sheet(300), 300)
    sheet.grab()
    at = sheet.to_screen(1, 1).toPoint()
    turn_wheel(sheet.view.viewport(), at, 4, Qt.KeyboardModifier.ControlModifier)
    spray(qtbot, sheet, 1.2, 0.9)
    assert np.abs(sheet.points - (1.2, 0.9)).max() < 1
    assert np.abs(np.array(sheet.shown_range())).max() < HALF
