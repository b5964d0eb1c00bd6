"""The decoded images along a path, under mouse and keys."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from lacuna.explorer.widgets.filmstrip import Filmstrip
from tests.explorer.gestures import colour_at, emitted, move
from tests.explorer.path_images import TEN, samples, strip

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen's own
LEFT = Qt.MouseButton.LeftButton


def test_frames_fill_the_strip_from_a_to_b(shown):
    film = shown(strip(), 800, 64)
    slots = film.slots()
    assert slots[0] == (0, 0)
    assert slots[-1] == (1, 39)
    assert 8 < len(slots) < 40
    rects = [film.frame_rect(fraction) for fraction, _ in slots]
    assert all(b.left() >= a.right() for a, b in pairwise(rects))
    assert all(film.rect().contains(rect.toAlignedRect()) for rect in rects)
    bar = colour_at(film, rects[-1].center().x(), rects[-1].bottom() + 4)
    assert bar == QColor(*map(int, TEN[1]))


def test_frames_follow_an_uneven_path(shown):
    film = strip(3)
    film.set_frames(samples(3), t=np.array([0, 0.9, 1]))
    shown(film, 800, 64)
    assert film.slots() == [(0, 0), (0.5, 1), (1, 2)]


def test_a_track_is_pressed_and_scrubbed_and_hovered(shown, qtbot):
    film = shown(strip(), 640, 64)
    pressed, scrubbed = emitted(film.pressed), emitted(film.scrubbed)
    released, hovered = emitted(film.released), emitted(film.hovered)
    at = [QPointF(film.x_of(f), 20).toPoint() for f in (0.25, 0.5)]
    move(film, at[0].x(), 20)
    assert hovered[-1] == pytest.approx(0.25, abs=0.01)
    qtbot.mousePress(film, LEFT, pos=at[0])
    QTest.mouseMove(film, at[1])
    qtbot.mouseRelease(film, LEFT, pos=at[1])
    assert pressed == [pytest.approx(0.25, abs=0.01)]
    assert scrubbed[-1] == pytest.approx(0.5, abs=0.01)
    assert released == [pytest.approx(0.5, abs=0.01)]


def test_keys_move_along_a_track_and_stop_at_its_ends(shown, qtbot):
    film = shown(strip(), 640, 64)
    scrubbed = emitted(film.scrubbed)
    film.set_position(0.5)
    qtbot.keyClick(film, Qt.Key.Key_Right)
    qtbot.keyClick(film, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(film, Qt.Key.Key_End)
    film.set_position(1.0)
    qtbot.keyClick(film, Qt.Key.Key_Right)
    assert scrubbed == pytest.approx([0.51, 0.4, 1, 1])


def test_an_empty_strip_says_nothing(shown, qtbot):
    film = shown(Filmstrip("Soon."), 640)
    pressed = emitted(film.pressed)
    qtbot.mouseClick(film, LEFT)
    film.grab()
    assert pressed == []
