"""What is under the mouse."""

import pytest

from tests.explorer.formula_model import spot
from tests.explorer.gestures import emitted
from tests.waiting import settle


def test_what_is_under_the_mouse_is_reported(view, session, qtbot):
    classes, fractions = emitted(view.class_hovered), emitted(view.travel_hovered)
    view.class_hovered.connect(view.highlight)  # as the window does: it must not dim the map
    qtbot.mouseMove(view, spot(view, -2, -2))
    qtbot.mouseMove(view, spot(view, 2, 2))
    assert classes[-2:] == [0, 1]
    assert view.canvas.layers.highlighted == -1
    assert view.overlays.legends.classes.rows.highlighted() == 1
    assert view.overlays.readout.at == pytest.approx((2, 2), abs=1 / view.canvas.viewport.scale)
    session.set(start=(-2.0, -2.0), end=(2.0, 2.0), family="straight")
    settle(session, lambda: session.results.straight is not None)
    qtbot.mouseMove(view, spot(view, 1, 1))
    assert fractions[-1] == pytest.approx(0.75, abs=0.02)
