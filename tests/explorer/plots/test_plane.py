"""The plane of the data as a chart: what is read off, picked and written, at every zoom."""

import csv

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from lacuna.core.data.toy import HALF
from lacuna.core.render.colours import class_colours
from lacuna.explorer.map.marks import ROOM, paint_cursor
from lacuna.explorer.plots.data_plot import DataPlot
from lacuna.explorer.plots.heat import HeatPlot
from tests.explorer.gestures import colour_at, move, point_at, turn_wheel

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
POINTS = np.random.default_rng(0).normal(size=(300, 2))
SAMPLES = np.random.default_rng(1).normal(size=(200, 2))


@pytest.fixture
def plane(shown):
    plot = DataPlot(388, lambda painter, at: paint_cursor(painter, at, False), ROOM)
    plot.set_data(POINTS, np.arange(300) % 3, class_colours(3))
    plot.set_samples(SAMPLES)
    shown(plot, 388)
    plot.grab()
    return plot


def press(qtbot, plot, x, y):
    at = plot.to_screen(x, y).toPoint() - plot.view.pos()
    qtbot.mousePress(plot.view.viewport(), LEFT, pos=at)
    qtbot.mouseRelease(plot.view.viewport(), LEFT, pos=at)


def test_the_plane_is_a_square_as_a_whole(plane):
    assert plane.shown_range() == pytest.approx((-HALF, HALF, -HALF, HALF), abs=0.1)
    area = plane.plot_rect()
    assert area.width() == pytest.approx(area.height(), abs=1)


@pytest.mark.parametrize("notches", [0, 5])
def test_a_press_picks_the_nearest_sample(plane, qtbot, notches):
    turn_wheel(plane.view.viewport(), plane.plot_rect().center().toPoint(), notches, CTRL)
    plane.grab()
    picked = []
    plane.picked.connect(lambda row, moving: picked.append((row, moving)))
    press(qtbot, plane, 0.3, -0.2)
    nearest = int(((SAMPLES - (0.3, -0.2)) ** 2).sum(1).argmin())
    here = SAMPLES[[row for row, _ in picked]] - (0.3, -0.2)
    best = SAMPLES[nearest] - (0.3, -0.2)
    assert np.linalg.norm(here, axis=1) == pytest.approx(np.linalg.norm(best), abs=0.02)
    assert [moving for _, moving in picked] == [True, False]


def test_without_samples_nothing_is_picked(plane, qtbot):
    plane.clear_model()
    picked = []
    plane.picked.connect(lambda row, _: picked.append(row))
    press(qtbot, plane, 0, 0)
    assert set(picked) == {-1}


def test_a_cursor_beyond_the_square_stands_at_its_border(plane):
    before = plane.grab().toImage()
    plane.set_cursor((9.0, 0.0))
    at = plane.to_screen(HALF, 0).toPoint() - QPoint(3, 0)
    assert plane.grab().toImage().pixelColor(at) != before.pixelColor(at)
    assert plane.cursor_place == (9.0, 0.0)


def test_the_mouse_reads_where_it_is(plane):
    at = plane.to_screen(1.5, -0.5)
    assert plane.reading(*plane.to_axes(at)) == "1.5, \N{MINUS SIGN}0.5"


def test_live_updates_build_no_items(plane):
    items = len(plane.view.scene().items())
    for step in range(5):
        lines = np.random.default_rng(step).normal(size=(4, 9, 2))
        plane.set_grid(lines, np.array([0.0, 1, 2, 3]))
        plane.set_samples(SAMPLES + step)
        plane.set_slopes(POINTS, -POINTS)
        plane.set_cursor((step / 5, 0))
        plane.grab()
    assert len(plane.view.scene().items()) == items


def test_the_numbers_of_a_file_are_those_of_the_plane(plane, tmp_path):
    plane.save_to(tmp_path / "plane.csv")
    rows = list(csv.DictReader((tmp_path / "plane.csv").read_text().splitlines()))
    assert len(rows) == 300
    read = [[float(row[f"drawn {axis}"]) for axis in "xy"] for row in rows if row["drawn x"]]
    np.testing.assert_array_equal(read, SAMPLES)
    np.testing.assert_array_equal(
        [[float(row[f"data {axis}"]) for axis in "xy"] for row in rows],
        POINTS.astype(np.float32).astype(float),
    )
    assert [int(float(row["data class"])) for row in rows] == [k % 3 for k in range(300)]


def test_a_picture_of_numbers_is_upright_and_read_off(shown, tmp_path):
    heat = shown(HeatPlot(190, "Heights"), 190)
    values = np.add.outer(np.linspace(0, 2, 41), np.linspace(0, 1, 41))  # higher: up, then right
    values[0, 0] = np.nan
    heat.set_picture(values, 0, 3)
    heat.grab()
    lightness = {
        (x, y): colour_at(heat, *heat.to_screen(x, y).toTuple()).lightness()
        for x in (-2.5, 2.5)
        for y in (-2.5, 2.5)
    }
    order = sorted(lightness, key=lightness.get)
    assert order == [(-2.5, -2.5), (2.5, -2.5), (-2.5, 2.5), (2.5, 2.5)]
    assert heat.reading(HALF, HALF).startswith("3 at")
    assert "nobody knows" in heat.reading(-HALF, -HALF)
    before = heat.grab().toImage()
    middle = heat.plot_rect().center()
    point_at(heat, middle.x(), middle.y())
    assert heat.grab().toImage() != before  # the crosshair and what it reads
    move(heat.view.viewport(), 1, 1)
    heat.save_to(tmp_path / "heat.csv")
    rows = list(csv.DictReader((tmp_path / "heat.csv").read_text().splitlines()))
    assert float(rows[-1]["value"]) == values[-1, -1]
    assert float(rows[40]["x"]) == HALF
    assert rows[0]["value"] == ""


@pytest.mark.parametrize("ending", [".png", ".svg"])
def test_pictures_of_the_plane_are_written(plane, tmp_path, ending):
    plane.set_cursor((1.0, 1.0))
    plane.save_to(tmp_path / f"plane{ending}")
    assert (tmp_path / f"plane{ending}").stat().st_size > 1000
