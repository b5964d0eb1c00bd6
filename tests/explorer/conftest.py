"""A session, and a screen for the widgets of the window."""

import pyqtgraph as pg
import pytest
from PySide6.QtGui import QCursor

from lacuna.explorer.shell.app import Program
from tests.explorer.formula_model import session_of

pg.setConfigOption("mouseRateLimit", -1)  # it drops the moves of a fast hand


@pytest.fixture
def shown(qtbot):
    """Puts a widget on a screen at a size."""

    def show(widget, width=240, height=None):
        qtbot.addWidget(widget)
        widget.resize(
            width, height or max(widget.heightForWidth(width), widget.sizeHint().height())
        )
        widget.show()
        return widget

    return show


@pytest.fixture(autouse=True)
def mouse():
    """It rests beside all windows, wherever the test before has left it."""
    QCursor.setPos(9999, 9999)


@pytest.fixture
def session(engine):
    session = session_of(engine)
    yield session
    session.close()


@pytest.fixture
def program(qapp, monkeypatch):
    """The whole program, not started."""
    monkeypatch.setattr(
        "lacuna.explorer.shell.garbage.take_over", lambda: None
    )  # it would keep all for ever
    program = Program(qapp)
    program.window.resize(1280, 800)
    yield program
    program.window.close()
    program.close()
