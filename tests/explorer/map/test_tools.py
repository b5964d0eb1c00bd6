"""Mouse and keys on the map, by real events."""

import pytest
import torch
from PySide6.QtCore import QPoint, Qt

from lacuna.core.session.fields import SETTINGS
from lacuna.explorer.map.coordinates import Coordinates
from lacuna.explorer.map.view import MapView
from tests.explorer.formula_model import (
    cloud_at,
    half_planes,
    install,
    mark,
    put,
    session_of,
    shown,
    spot,
)
from tests.explorer.gestures import drag, turn_wheel

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_the_wheel_zooms_about_the_mouse_and_a_turn_is_one_step(view, session, qtbot):
    at = QPoint(123, 77)
    before, window = view.canvas.viewport.to_plane(at), session.settings.window
    for _ in range(3):
        turn_wheel(view, at)
    assert view.canvas.viewport.to_plane(at) == pytest.approx(before)
    assert view.canvas.viewport.scale == pytest.approx(1.2**3 * 400 / 7)
    qtbot.mousePress(view, LEFT, pos=at)  # the turn is over
    qtbot.mouseRelease(view, LEFT, pos=at)
    session.history.undo()
    assert session.settings.window == window
    assert view.canvas.viewport.window == window
    assert not session.history.can_undo


def test_a_drag_on_the_empty_map_pans_it_as_one_step(view, session, qtbot):
    before, window = view.canvas.viewport.to_plane(QPoint(100, 100)), session.settings.window
    drag(qtbot, view, QPoint(100, 100), QPoint(110, 120), QPoint(160, 140))
    assert view.canvas.viewport.to_plane(QPoint(160, 140)) == pytest.approx(before)
    session.history.undo()
    assert session.settings.window == window
    assert session.settings.cursor == (0.0, 0.0)


def test_escape_takes_a_drag_back_and_leaves_no_trace(view, session, qtbot):
    drag(qtbot, view, spot(view, 0, 0), QPoint(200, 100), QPoint(250, 120), release=False)
    assert session.settings.cursor != (0.0, 0.0)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    qtbot.mouseMove(view, QPoint(300, 300))
    qtbot.mouseRelease(view, LEFT, pos=QPoint(300, 300))
    assert session.settings.cursor == (0.0, 0.0)
    assert not session.history.can_undo


def test_a_double_click_moves_the_cursor_there(view, session, qtbot):
    at = QPoint(400, 90)
    qtbot.mouseDClick(view, LEFT, pos=at)
    assert session.settings.cursor == pytest.approx(view.canvas.viewport.to_plane(at))


@pytest.mark.parametrize(
    ("key", "modifier", "step"),
    [
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, (0.05, 0)),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, (0, 0.05)),
        (Qt.Key.Key_Left, SHIFT, (-0.5, 0)),
        (Qt.Key.Key_Down, SHIFT, (0, -0.5)),
    ],
)
def test_arrow_keys_nudge_the_cursor_a_step_of_undo_each(view, session, qtbot, key, modifier, step):
    qtbot.keyClick(view, key, modifier)
    once = session.settings.cursor
    qtbot.keyClick(view, key, modifier)
    assert once == pytest.approx(step)
    assert session.settings.cursor == pytest.approx((2 * step[0], 2 * step[1]))
    session.history.undo()
    assert session.settings.cursor == once


@pytest.mark.parametrize("name", ["cursor", "start", "end"])
def test_dragging_a_handle_reports_where_it_is(view, session, qtbot, name):
    session.set(start=(-2.0, 1.0), end=(2.0, -1.0))
    start, by = spot(view, *getattr(session.settings, name)), QPoint(40, -30)
    before, values = getattr(session.settings, name), []
    session.watch(getattr(SETTINGS, name), values.append)
    drag(qtbot, view, start, start + by / 2, start + by)
    x, y = 40 / view.canvas.viewport.scale, 30 / view.canvas.viewport.scale
    assert getattr(session.settings, name) == pytest.approx((before[0] + x, before[1] + y))
    assert len(values) == 3
    session.history.undo()
    assert getattr(session.settings, name) == before


def test_a_handle_is_grabbed_from_a_little_way_off(view, session, qtbot):
    start = spot(view, 0, 0) + QPoint(8, -6)
    drag(qtbot, view, start, start + QPoint(50, 0))
    assert session.settings.cursor == pytest.approx((50 / view.canvas.viewport.scale, 0), abs=1e-9)


def test_on_a_slice_the_cursor_moves_within_its_plane(engine, qtbot):
    session = session_of(engine, latent=3)
    session.set(cursor=(0.2, -0.3, 1.1), through=(0.2, -0.3, 1.1))
    install(session, half_planes(latent=3))
    view = shown(qtbot, MapView(session))
    assert view.overlays.badge.text() == "a 2-D slice of 3-D"
    coordinates = Coordinates(session.results.plane)
    assert coordinates.distance(session.settings.cursor) == pytest.approx(0, abs=1e-6)
    drag(qtbot, view, mark(view, "cursor").toPoint(), QPoint(150, 120), QPoint(200, 140))
    z, at = session.settings.cursor, mark(view, "cursor")
    assert len(z) == 3
    assert coordinates.distance(z) == pytest.approx(0, abs=1e-6)
    there = torch.tensor([view.canvas.viewport.to_plane(at)])
    assert z == pytest.approx(tuple(session.results.plane.to_latent(there)[0].tolist()))
    assert (at - QPoint(200, 140)).manhattanLength() < 2
    session.close()


def test_a_click_on_a_point_picks_its_code_and_a_click_beside_lets_go(view, session, qtbot):
    put(session, cloud=cloud_at((1.0, 1.0), (-2.0, 0.5)))
    qtbot.mouseClick(view, LEFT, pos=spot(view, 1, 1) + QPoint(3, 3))
    assert session.settings.picked == (1.0, 1.0)
    assert "picked" in view.canvas.layers.marks.places
    qtbot.mouseClick(view, LEFT, pos=spot(view, 0, -2))
    assert session.settings.picked is None
    assert session.settings.cursor == (0.0, 0.0)
