"""Grids of images, and the path from A to B, under mouse and keys."""

import csv
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from lacuna.core.render.colours import class_colours
from lacuna.explorer.look import theme
from lacuna.explorer.plots.probabilities import Probabilities
from lacuna.explorer.widgets.filmstrip import Filmstrip
from lacuna.explorer.widgets.sample_grid import SampleGrid
from tests.explorer.gestures import colour_at, drag, emitted, move, point_at, turn_wheel

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


def stacked():
    """Half lower, half upper, changing places in the middle."""
    t = np.linspace(0, 1, 41)
    p = 1 / (1 + np.exp(20 * (t - 0.5)))
    chart = Probabilities()
    chart.set_probabilities(t, np.stack([p, 1 - p], 1), TEN, ("four", "seven"))
    return chart


def test_two_tracks_are_aligned(shown):
    film, chart = shown(strip(), 640, 64), shown(stacked(), 640, 56)
    chart.grab()
    for fraction in (0, 0.3, 1):
        assert chart.x_of(fraction) == pytest.approx(film.x_of(fraction), abs=0.5)
        assert chart.fraction_at(film.x_of(fraction)) == pytest.approx(fraction, abs=0.002)
    assert film.x_of(0) == pytest.approx(chart.plot_rect().left(), abs=0.5)
    assert film.x_of(1) == pytest.approx(chart.plot_rect().right(), abs=0.5)


def test_the_strip_shows_the_stretch_that_the_chart_shows(shown, qtbot):
    film, chart = shown(strip(), 640, 64), shown(stacked(), 640, 56)
    chart.ranged.connect(film.set_window)
    chart.grab()
    middle = chart.view.viewport().rect().center()
    turn_wheel(chart.view.viewport(), middle, 4, Qt.KeyboardModifier.ControlModifier)
    first, last = chart.shown_range()[:2]
    assert 0 < first < 0.5 < last < 1
    slots = film.slots()
    assert [slots[0][0], slots[-1][0]] == pytest.approx([first, last])
    for fraction in (first, 0.5, last):
        assert chart.x_of(fraction) == pytest.approx(film.x_of(fraction), abs=0.5)
    chart.view_all()
    assert film.slots()[-1][0] == pytest.approx(1)


def test_a_chart_of_the_path_is_pressed_and_scrubbed_and_hovered(shown, qtbot):
    chart = shown(stacked(), 640, 56)
    chart.grab()
    pressed, scrubbed = emitted(chart.pressed), emitted(chart.scrubbed)
    released, hovered = emitted(chart.released), emitted(chart.hovered)
    point_at(chart, chart.x_of(0.25), 20)
    assert hovered[-1] == pytest.approx(0.25, abs=0.01)
    ends = [QPointF(chart.x_of(f), 20).toPoint() - chart.view.pos() for f in (0.25, 0.5)]
    drag(qtbot, chart.view.viewport(), *ends)
    assert pressed == [pytest.approx(0.25, abs=0.01)]
    assert scrubbed[-1] == pytest.approx(0.5, abs=0.01)
    assert released == [pytest.approx(0.5, abs=0.01)]
    assert chart.shown_range()[:2] == (0, 1)  # nothing has been moved
    chart.set_position(0.5)
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    qtbot.keyClick(chart, Qt.Key.Key_End)
    assert scrubbed[-2:] == pytest.approx([0.51, 1])


def test_where_the_mouse_rests_the_likeliest_classes_are_read(shown):
    chart = shown(stacked(), 640, 56)
    chart.grab()
    text = chart.tip_at(QPointF(chart.x_of(0.25), 20))
    assert text.index("four 99 %") < text.index("seven 1 %")


def test_the_probabilities_of_a_file_are_those_of_the_path(shown, tmp_path):
    chart = shown(stacked(), 640, 56)
    chart.save_to(tmp_path / "path.csv")
    head, *rows = csv.reader((tmp_path / "path.csv").read_text().splitlines())
    assert head[1:] == ["four", "seven"]
    numbers = np.array(rows, float)
    np.testing.assert_array_equal(numbers[:, 0], np.linspace(0, 1, 41))
    assert numbers[:, 1:].sum(1) == pytest.approx(np.ones(41))


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
    for track in (shown(Filmstrip("Soon."), 640), shown(Probabilities("Soon."), 640)):
        seen = emitted(track.pressed)
        qtbot.mouseClick(track, LEFT)
        track.grab()
        assert seen == []


def test_the_stacked_areas_are_as_high_as_the_probabilities(shown):
    stacked = shown(Probabilities(), 640, 108)
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
    charts = [shown(Probabilities(), 640, 108) for _ in range(2)]
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
    written, chart = columns_of_names(shown, crossings), shown(Probabilities(), 640, 108)
    assert written
    for fraction in (0, 1, *crossings):
        assert min(abs(x - chart.x_of(fraction)) for x in written) > 2


def test_where_there_is_no_room_between_changes_no_name_is_written(shown):
    assert columns_of_names(shown, np.linspace(0, 1, 31)) == set()


def test_the_marker_is_drawn_at_its_place(shown):
    stacked = shown(Probabilities(), 640, 56)
    stacked.set_probabilities(np.linspace(0, 1, 5), np.ones((5, 1)), TEN)
    stacked.set_position(0.25)
    x = round(stacked.x_of(0.25))
    assert colour_at(stacked, x, 30).name() == theme.current().accent
