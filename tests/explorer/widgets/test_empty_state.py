"""What a panel shows that has nothing to show."""

import pytest
from PySide6.QtCore import Qt

from lacuna.explorer.widgets.empty_state import EmptyState

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen's own
LEFT = Qt.MouseButton.LeftButton


def test_an_empty_panel_offers_its_button(shown, qtbot):
    empty = shown(EmptyState("The report will be here.", "Measure"))
    received = []
    empty.pressed.connect(lambda: received.append(1))
    qtbot.mouseClick(empty.button, LEFT)
    assert received == [1]
    empty.set_text("Nothing can be measured.")
    assert empty.button.isHidden()
