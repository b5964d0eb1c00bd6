"""The row of a layer: whether it is seen, and how strongly."""

import pytest
from PySide6.QtCore import Qt

from lacuna.explorer.widgets.layer_row import LayerRow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen's own
LEFT = Qt.MouseButton.LeftButton


def test_a_layer_is_hidden_and_faded(shown, qtbot):
    row = shown(LayerRow("Holes", True, 0.6))
    received = []
    row.changed.connect(lambda *value: received.append(value))
    qtbot.mouseClick(row.eye, LEFT)
    assert received == [(False, 0.6)]
    assert not row.slider.isEnabled()
    assert row.eye.toolTip() == "Show holes"
    qtbot.mouseClick(row.eye, LEFT)
    qtbot.keyClick(row.slider, Qt.Key.Key_Right)
    assert received[-1] == (True, 0.61)
    row.set_value(False, 0.2)
    assert row.value() == (False, 0.2)
    assert len(received) == 3
