"""Grids of images, under mouse and keys."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from lacuna.explorer.widgets.sample_grid import SampleGrid
from tests.explorer.gestures import colour_at, emitted
from tests.explorer.path_images import TEN, samples

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen's own
LEFT = Qt.MouseButton.LeftButton


def test_a_grid_shows_images_in_order_with_their_colours(shown):
    grid = SampleGrid(columns=4)
    grid.set_images(samples(8), np.arange(8), TEN)
    shown(grid, 236)
    for index in (0, 3, 7):
        cell = grid.cell_rect(index)
        assert colour_at(grid, cell.center().x(), cell.top() + 4).red() == round(255 * index / 7)
        line = colour_at(grid, cell.center().x(), cell.bottom() - 1)
        assert line == QColor(*map(int, TEN[index]))
    assert grid.rect().contains(grid.cell_rect(7))


def test_a_grid_is_clicked_and_walked_with_keys(shown, qtbot):
    grid = SampleGrid(columns=4)
    grid.set_images(samples(6))
    shown(grid)
    clicked, hovered = emitted(grid.clicked), emitted(grid.hovered)
    qtbot.mouseClick(grid, LEFT, pos=grid.cell_rect(5).center())
    assert clicked == [5]
    qtbot.mouseClick(grid, LEFT, pos=grid.cell_rect(7).center())  # nothing there
    assert clicked == [5]
    grid.leaveEvent(None)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(grid, key)
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert hovered[-3:] == [0, 4, 5]
    assert clicked[-1] == 5
