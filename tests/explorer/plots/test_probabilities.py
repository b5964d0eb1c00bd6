"""Class probabilities along a path: aligned with the filmstrip, under mouse and keys."""

import csv

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor

from lacuna.explorer.look import theme
from lacuna.explorer.plots.probabilities import Probabilities
from tests.explorer.gestures import colour_at, drag, emitted, point_at, turn_wheel
from tests.explorer.path_images import TEN, strip

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen's own
LEFT = Qt.MouseButton.LeftButton


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


def test_an_empty_chart_says_nothing(shown, qtbot):
    chart = shown(Probabilities("Soon."), 640)
    pressed = emitted(chart.pressed)
    for widget in (chart, chart.view.viewport()):
        qtbot.mouseClick(widget, LEFT)
    chart.grab()
    assert pressed == []


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
