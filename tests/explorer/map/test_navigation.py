"""The visible window of the plane."""

import pytest

from tests.explorer.formula_model import cloud_at, put


def test_the_window_takes_the_widgets_shape_and_that_is_no_step_of_undo(view, session):
    left, right, bottom, top = session.settings.window
    assert (right - left) / (top - bottom) == pytest.approx(600 / 400)
    assert top == pytest.approx(3.5)
    assert not session.history.can_undo


def test_resizing_back_and_forth_changes_nothing(view, session, qtbot):
    before = session.settings.window
    for size in ((400, 600), (900, 300), (600, 400)):
        view.resize(*size)
        qtbot.waitUntil(lambda: view.canvas.viewport.window == session.settings.window)
    assert session.settings.window == pytest.approx(before)


def test_fit_shows_the_whole_prior_and_codes_beyond_it(view, session):
    session.set(window=(1.0, 1.3, 2.0, 2.2))
    view.navigation.fit()
    assert session.settings.window == pytest.approx((-5.25, 5.25, -3.5, 3.5))
    put(session, cloud=cloud_at(*[(6.0, 0.0)] * 5))
    view.navigation.fit()
    assert view.canvas.viewport.window[3] == pytest.approx(6.3)
