"""The canvas repaints what has changed and no more."""

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QRegion

from lacuna.explorer.map.marks import ROOM
from tests.explorer.formula_model import mark


class Painted(QObject):
    """The region that a widget has painted, from now on."""

    def __init__(self, widget):
        super().__init__()
        self.region = QRegion()
        widget.installEventFilter(self)

    def eventFilter(self, widget, event):
        if event.type() == QEvent.Type.Paint:
            self.region += event.region()
        return False


@pytest.mark.parametrize("name", ["cursor", "start", "end", "picked"])
def test_moving_a_mark_repaints_its_two_squares_only(view, session, qtbot, name):
    session.set(**{name: (-1.0, 0.5)})
    view.canvas.repaint()  # all that was to be painted until now
    before, painted = mark(view, name), Painted(view.canvas)
    session.set(**{name: (-0.5, -0.5)})
    qtbot.waitUntil(lambda: not painted.region.isEmpty())
    squares = QRegion()
    for at in (before.toPoint(), mark(view, name).toPoint()):
        squares += QRegion(at.x() - ROOM, at.y() - ROOM, 2 * ROOM, 2 * ROOM)
    assert painted.region == squares
