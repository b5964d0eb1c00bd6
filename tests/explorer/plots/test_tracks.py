"""Grids of images, and the path from A to B, under mouse and keys."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from lacuna.core.render.picture import class_colours
from lacuna.explorer.look import theme
from lacuna.explorer.plots.stacked import StackedProbabilities
from lacuna.explorer.widgets.filmstrip import Filmstrip
from lacuna.explorer.widgets.sample_grid import SampleGrid
from tests.explorer.gestures import colour_at, emitted, move

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen's own
LEFT = Qt.MouseButton.LeftButton
TEN = class_colours(10)


def samples(count):
    return np.linspace(0, 1, count, dtype=np.float32)[:, None, None, None] * np.ones((1, 1, 28, 28))


def test_a_grid_shows_images_in_order_with_their_colours(shown):
    grid = SampleGrid(columns=4)
    grid.set_images(samples(8), np.arange(8), TEN)
    shown(grid, 236)
    for index in (0, 3, 7):
        cell = grid.cell_rect(index)
        assert colour_at(grid, cell.center().x(), cell.top() + 4).red() == round(255 * index / 7)
        line = colour_at(grid, cell.center().x(), cell.bottom() - 1)
        assert line == QColor(*map(int, TEN[index]))
    assert grid.rect().contains(grid.cell_rect(7))


def test_a_grid_is_clicked_and_walked_with_keys(shown, qtbot):
    grid = SampleGrid(columns=4)
    grid.set_images(samples(6))
    shown(grid)
    clicked, hovered = emitted(grid.clicked), emitted(grid.hovered)
    qtbot.mouseClick(grid, LEFT, pos=grid.cell_rect(5).center())
    assert clicked == [5]
    qtbot.mouseClick(grid, LEFT, pos=grid.cell_rect(7).center())  # nothing there
    assert clicked == [5]
    grid.leaveEvent(None)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(grid, key)
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert hovered[-3:] == [0, 4, 5]
    assert clicked[-1] == 5


def strip(frames=40):
    film = Filmstrip("The path will be here.")
    film.set_frames(samples(frames), np.arange(frames) * 2 // frames, TEN)
    return film


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


def test_two_tracks_are_aligned(shown):
    film, stacked = shown(strip(), 640, 64), shown(StackedProbabilities(), 640, 56)
    assert film.span() == stacked.span()
    assert film.x_of(0) == stacked.plot_rect().left()
    assert film.x_of(1) == stacked.plot_rect().right()


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


def test_an_empty_track_says_nothing(shown, qtbot):
    for track in (shown(Filmstrip("Soon."), 640), shown(StackedProbabilities("Soon."), 640)):
        seen = emitted(track.pressed)
        qtbot.mouseClick(track, LEFT)
        track.grab()
        assert seen == []


def test_the_stacked_areas_are_as_high_as_the_probabilities(shown):
    stacked = shown(StackedProbabilities(), 640, 108)
    t = np.linspace(0, 1, 30)
    p = np.stack([1 - t, t], 1)
    stacked.set_probabilities(t, p, TEN)
    stacked.set_crossings([0.5])
    rect = stacked.plot_rect()
    for fraction, height, label in ((0.2, 0.7, 0), (0.2, 0.9, 1), (0.8, 0.1, 0), (0.8, 0.5, 1)):
        seen = colour_at(stacked, stacked.x_of(fraction), rect.bottom() - height * rect.height())
        assert seen == QColor(*map(int, TEN[label]))


def columns_of_names(shown, crossings):
    """The x of all that names add to a chart, whose crossings came after it was drawn."""
    t, p = np.linspace(0, 1, 41), np.full((41, 2), 0.5)
    charts = [shown(StackedProbabilities(), 640, 108) for _ in range(2)]
    for chart, names in zip(charts, (["seven", "four"], ["", ""]), strict=True):
        chart.set_probabilities(t, p, TEN, names)
        chart.grab()
        chart.set_crossings(crossings)
    named, bare = (chart.grab().toImage() for chart in charts)
    return {
        x
        for x in range(named.width())
        for y in range(named.height())
        if named.pixel(x, y) != bare.pixel(x, y)
    }


@pytest.mark.parametrize("crossings", [[], [0.5], [0.25, 0.75]])
def test_names_keep_clear_of_where_the_class_changes(shown, crossings):
    written, chart = columns_of_names(shown, crossings), shown(StackedProbabilities(), 640, 108)
    assert written
    for fraction in (0, 1, *crossings):
        assert min(abs(x - chart.x_of(fraction)) for x in written) > 2


def test_where_there_is_no_room_between_changes_no_name_is_written(shown):
    assert columns_of_names(shown, np.linspace(0, 1, 31)) == set()


def test_the_marker_is_drawn_at_its_place(shown):
    stacked = shown(StackedProbabilities(), 640, 56)
    stacked.set_probabilities(np.linspace(0, 1, 5), np.ones((5, 1)), TEN)
    stacked.set_position(0.25)
    x = round(stacked.x_of(0.25))
    assert colour_at(stacked, x, 30).name() == theme.current().accent
