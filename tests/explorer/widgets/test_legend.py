"""The legend: chips, shares and what they say."""

import numpy as np
import pytest
from PySide6.QtGui import QColor

from lacuna.core.render.colours import class_colours
from lacuna.explorer.widgets.legend import Legend
from tests.explorer.gestures import colour_at, emitted, move

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen's own
TEN = class_colours(10)


def test_the_legend_shows_chips_and_says_what_is_under_the_mouse(shown):
    legend = shown(Legend())
    legend.set_classes(["zero", "one"], TEN)
    legend.set_masses(np.array([0.25, 0.75]), np.array([[0.2, 0.3], [0.7, 0.8]]))
    received = emitted(legend.hovered)
    move(legend.rows, 10, legend.rows.row_rect(1).center().y())
    assert received[-1] == 1
    chip = colour_at(legend.rows, 9, legend.rows.row_rect(0).center().y())
    assert chip == QColor(*map(int, TEN[0]))
    assert "95 % interval: 20.0 to 30.0 %" in legend.rows.tip_of(0)


def test_a_long_legend_scrolls(shown):
    legend = shown(Legend())
    legend.set_classes([str(i) for i in range(10)], TEN)
    ten = legend.sizeHint().height()
    legend.set_classes([str(i) for i in range(30)], class_colours(30))
    assert legend.sizeHint().height() == ten
    assert legend.rows.sizeHint().height() > ten
