"""A section that folds."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from lacuna.explorer.widgets.empty_state import EmptyState
from lacuna.explorer.widgets.page import Page
from lacuna.explorer.widgets.section import Section
from tests.explorer.gestures import emitted

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen's own
LEFT = Qt.MouseButton.LeftButton


def test_a_section_folds(shown, qtbot):
    section = shown(Section("Layers"))
    section.add(EmptyState("x"))
    received = emitted(section.toggled)
    qtbot.mouseClick(section.header, LEFT)
    assert section.body.isHidden()
    section.set_open(True)
    section.set_open(True)
    assert received == [False, True]


def test_wrapped_text_has_all_the_height_that_it_needs(shown):
    page, section, label = Page(), Section("About"), QLabel("as many words as there are " * 9)
    label.setWordWrap(True)
    section.add(label)
    page.add(section)
    shown(page, 240, 600)
    assert label.height() >= label.heightForWidth(label.width())
