"""A section that folds."""

import pytest
from PySide6.QtCore import Qt

from lacuna.explorer.widgets.empty_state import EmptyState
from lacuna.explorer.widgets.section import Section
from tests.explorer.gestures import emitted

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen's own
LEFT = Qt.MouseButton.LeftButton


def test_a_section_folds(shown, qtbot):
    section = shown(Section("Layers"))
    section.add(EmptyState("x"))
    seen = emitted(section.toggled)
    qtbot.mouseClick(section.header, LEFT)
    assert section.body.isHidden()
    section.set_open(True)
    section.set_open(True)
    assert seen == [False, True]
