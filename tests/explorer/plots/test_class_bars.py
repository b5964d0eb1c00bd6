"""Rows of bars for classes: pointed at, walked along, hidden, and written."""

import csv

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor

from lacuna.core.figures.estimate import Estimate
from lacuna.core.render.colours import class_colours
from lacuna.explorer.plots.class_masses import ClassMasses
from lacuna.explorer.plots.class_radii import ClassRadii, ClassRadius
from tests.explorer.gestures import click_entry, emitted, point_at

NAMES = ("zero", "one", "two")
RADII = (ClassRadius(1.0, 0.5, 2.0), ClassRadius(0.5, 0.2, 0.8), ClassRadius(0, 0, 0, known=False))


@pytest.fixture
def radii(shown):
    chart = ClassRadii()
    chart.set_radii(NAMES, class_colours(3), RADII)
    shown(chart, 260)
    chart.grab()
    return chart


@pytest.fixture
def masses(shown):
    chart = ClassMasses()
    chart.set_masses(
        {
            "before": (
                NAMES,
                [Estimate(share, share - 0.05, share + 0.05) for share in (0.2, 0.3, 0.5)],
            ),
            "after": (
                NAMES[1:],
                [Estimate(share, share - 0.1, share + 0.1) for share in (0.4, 0.6)],
            ),
        }
    )
    shown(chart, 400)
    chart.grab()
    return chart


def test_a_bar_is_as_long_as_its_value_and_in_the_colour_of_its_class(radii):
    image = radii.grab().toImage()
    for index, value in ((0, 1.0), (1, 0.5)):
        colour = QColor(*map(int, class_colours(3)[index]))
        row = radii.to_screen(0, index).y()
        for x, inside in ((value - 0.1, True), (value + 0.1, False)):
            at = QPoint(round(radii.to_screen(x, 0).x()), round(row + 2))  # beside the interval
            assert (image.pixelColor(at) == colour) == inside
    assert radii.longest() == 2.0


def test_an_unbounded_radius_leaves_room_for_the_others(shown):
    chart = ClassRadii()
    chart.set_radii(("only",), class_colours(1), [ClassRadius(np.inf, np.inf, np.inf)])
    shown(chart, 260).grab()
    assert np.isfinite(chart.shown_range()).all()


def test_the_row_under_the_mouse_is_the_one_that_is_meant(radii):
    rows = emitted(radii.hovered)
    for index in (2, 0):
        at = radii.to_screen(0.1, index)
        point_at(radii, at.x(), at.y())
        assert rows[-1] == radii.highlighted() == index
        assert NAMES[index] in radii.tip_at(at)
    radii.highlight(1)
    assert radii.highlighted() == 0  # the mouse comes first
    point_at(radii, 1, 1)
    assert rows[-1] == -1
    assert radii.highlighted() == 1


def test_keys_walk_from_row_to_row_and_stop_at_the_ends(radii, qtbot):
    rows = emitted(radii.hovered)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up):
        qtbot.keyClick(radii, key)
    assert rows == [0, 1, 0]


def test_a_model_without_a_class_has_no_bar_there(masses):
    columns = dict(masses.columns())
    np.testing.assert_allclose(columns["value before"], [20, 30, 50])
    np.testing.assert_allclose(columns["value after"], [np.nan, 40, 60])
    assert "after" not in masses.tip_of(0)
    assert "after" in masses.tip_of(1)


def test_a_click_in_the_legend_hides_a_model(masses, qtbot):
    assert masses.longest() == pytest.approx(70)
    click_entry(qtbot, masses, "after")
    assert masses.is_hidden("after")
    assert masses.longest() == pytest.approx(55)
    click_entry(qtbot, masses, "after")
    assert masses.longest() == pytest.approx(70)


def test_the_numbers_of_a_file_are_those_of_the_bars(masses, tmp_path):
    masses.save_to(tmp_path / "masses.csv")
    rows = list(csv.DictReader((tmp_path / "masses.csv").read_text().splitlines()))
    assert [float(row["high before"]) for row in rows] == pytest.approx([25, 35, 55])
    assert [row["class"] for row in rows] == list(NAMES)
    assert rows[0]["value after"] == ""
