"""A screen for the widgets of the window."""

import pytest


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
