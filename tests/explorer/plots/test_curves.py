"""Curves under mouse and keys: crosshair, legend, scales, other runs, and files of them."""

import csv

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox, QScrollArea

from lacuna.explorer.look import theme
from lacuna.explorer.plots.curves import Curves
from lacuna.explorer.plots.series import limits
from tests.explorer.gestures import click_entry, drag, emitted, point_at, turn_wheel

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "does not support")  # offscreen's own
STEPS = np.arange(0, 1001, 10)
FALLING = 500 - STEPS / 10
SERIES = {"total": (STEPS, FALLING), "KL": ([0, 1000], [1, 2])}
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def curves(shown):
    chart = shown(Curves("Losses"), 260, 240)
    chart.set_series(SERIES)
    chart.grab()  # lays the scene out
    return chart


def middle(chart):
    return chart.view.viewport().rect().center()


def over(chart, x, y):
    """The mouse at a place of the axes, as they have been painted."""
    chart.grab()
    QApplication.processEvents()  # an axis whose numbers have become wider
    at = chart.to_screen(x, y)
    point_at(chart, at.x(), at.y())


# ---- what is read off ----


def test_the_crosshair_reads_each_curve_at_its_step(curves):
    assert curves.read_out() == {"total": 400, "KL": 2}  # the ends
    steps = emitted(curves.hovered)
    for step in (200, 770):
        over(curves, step, 100)
        assert steps[-1] == pytest.approx(step, abs=10)
        assert curves.read_out()["total"] == 500 - steps[-1] / 10
    over(curves, 770, 100)
    assert "423" in curves.accessibleDescription()
    assert "nats" in curves.accessibleDescription()
    point_at(curves, 1, 1)  # beside the axes
    assert steps[-1] == -1
    assert curves.read_out() == {"total": 400, "KL": 2}


def test_keys_walk_along_the_steps(curves, qtbot):
    steps = emitted(curves.hovered)
    curves.setFocus()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(curves, key)
    assert steps == [1000, 990, 1000]  # the first key shows the crosshair, the last is at the end


@pytest.mark.parametrize(
    "series", [{}, {"a": ([], [])}, {"a": ([3], [2.0])}, {"a": ([0, 1], [5, 5])}]
)
def test_curves_of_little_are_drawn_too(shown, series):
    curves = shown(Curves("Losses", empty="The loss will be here."), 260, 200)
    blank = curves.grab().toImage()
    curves.set_series(series)
    painted = curves.grab().toImage()
    assert (painted != blank) == any(len(steps) for steps, _ in series.values())


def test_a_long_curve_keeps_its_extremes_on_screen(shown):
    y = np.zeros(100_000)
    y[54_321], y[777] = 9, -9
    curves = shown(Curves("Losses"), 400, 240)
    curves.set_series({"a": (np.arange(len(y)), y)})
    image, ink = curves.grab().toImage(), theme.current().series[0]
    for step, value in ((54_321, 8), (777, -8)):
        at = curves.to_screen(step, value).toPoint()
        near = [image.pixelColor(at.x() + x, at.y()).name() for x in (-1, 0, 1)]
        assert any(blue(one) > blue(theme.current().panel) + 40 for one in near), (near, ink)


def blue(name):
    return int(name[5:], 16)


# ---- the legend, the scales, the range ----


def inked(curves):
    """How many pixels between the axes are of the first curve."""
    image, rect = curves.grab().toImage(), curves.plot_rect().toAlignedRect()
    ink = theme.current().series[0]
    return sum(
        image.pixelColor(x, y).name() == ink
        for x in range(rect.left(), rect.right())
        for y in range(rect.top(), rect.bottom())
    )


def test_a_click_in_the_legend_hides_a_curve_and_shows_it_again(curves, qtbot):
    tall, ink = curves.shown_range()[3], inked(curves)
    assert ink > 20
    click_entry(qtbot, curves, "total")
    assert curves.is_hidden("total")
    assert inked(curves) == 0
    assert curves.shown_range()[3] < tall  # the others take the room
    over(curves, 500, 1)
    assert "total" not in curves.accessibleDescription()
    point_at(curves, 1, 1)
    click_entry(qtbot, curves, "total")
    assert inked(curves) > ink / 2
    assert curves.shown_range()[3] == tall


def test_a_logarithmic_scale_spaces_powers_of_ten_evenly(curves):
    curves.set_series({"a": (STEPS, 10.0 ** (1 + STEPS / 250))})
    curves.set_log("y", True)
    assert curves.shown_range()[2:] == pytest.approx((1, 5))
    over(curves, 500, 3)
    assert curves.read_out() == {"a": pytest.approx(1000, rel=0.1)}
    curves.set_log("y", False)
    assert curves.shown_range()[2:] == pytest.approx((0, 1e5))


def test_a_held_step_is_marked_where_it_is_on_either_scale(curves):
    curves.mark(500)
    for log in (False, True):
        curves.set_log("x", log)
        QApplication.processEvents()
        image = curves.grab().toImage()
        at = curves.to_screen(np.log10(500) if log else 500, 100).toPoint()
        accent = theme.current().accent
        assert accent in {image.pixelColor(at.x() + x, at.y()).name() for x in (-1, 0, 1)}


def test_what_has_no_logarithm_is_left_out():
    steps, values = np.array([0.0, 1, 10, 100]), np.array([-1.0, 0, 10, 1000])
    assert limits([(steps, values)], log_y=True) == pytest.approx((10, 100, 1, 3))
    assert limits([(steps, values)], log_x=True, log_y=True) == pytest.approx((1, 2, 1, 3))
    assert limits([(steps[:1], values[:1])], log_y=True) == (0, 1, 0, 1)


def test_the_wheel_scrolls_the_page_and_zooms_with_ctrl(curves):
    before, viewport = curves.shown_range(), curves.view.viewport()
    assert not turn_wheel(viewport, middle(curves)).isAccepted()
    assert curves.shown_range() == before
    turn_wheel(viewport, middle(curves), keys=CTRL)
    left, right, *_ = curves.shown_range()
    assert right - left < before[1] - before[0]


def test_a_page_scrolls_under_the_wheel_over_a_chart(shown, qtbot):
    curves, page = Curves("Losses"), QScrollArea()
    curves.setFixedSize(200, 2000)
    curves.set_series(SERIES)
    page.setWidget(curves)
    shown(page, 240, 200)
    qtbot.waitExposed(page)
    before, down = curves.shown_range(), QPoint(0, -120)
    QTest.wheelEvent(page.windowHandle(), QPointF(80, 80), down)
    assert page.verticalScrollBar().value() > 0
    assert curves.shown_range() == before
    scrolled = page.verticalScrollBar().value()
    QTest.wheelEvent(page.windowHandle(), QPointF(80, 80), down, QPoint(), CTRL)
    assert page.verticalScrollBar().value() == scrolled
    assert curves.shown_range() != before


def test_view_all_restores_the_range_after_zoom_and_drag(curves, qtbot):
    before = curves.shown_range()
    turn_wheel(curves.view.viewport(), middle(curves), 3, CTRL)
    drag(
        qtbot,
        curves.view.viewport(),
        middle(curves),
        middle(curves) + QPoint(30, 10),
        middle(curves) + QPoint(40, 20),
    )
    moved = curves.shown_range()
    assert moved != pytest.approx(before)
    curves.set_series({"total": (STEPS, FALLING + 1)})
    assert curves.shown_range() == moved  # new numbers do not take the zoom away
    curves.view_all()
    assert curves.shown_range() == pytest.approx((0, 1000, 0, 501))
    for zoomed in (
        lambda: qtbot.keyClick(curves, Qt.Key.Key_Home),
        lambda: qtbot.mouseDClick(curves.view.viewport(), Qt.MouseButton.LeftButton),
    ):
        qtbot.keyClick(curves, Qt.Key.Key_Plus)
        assert curves.shown_range() != pytest.approx((0, 1000, 0, 501))
        zoomed()
        assert curves.shown_range() == pytest.approx((0, 1000, 0, 501))


# ---- the menu ----


def open_menu(qtbot, curves):
    """By the key for it, so that no screen's own habits matter."""
    curves.open_menu(curves.mapToGlobal(QPoint(10, 10)))
    (menu,) = (one for one in curves.findChildren(QMenu) if one.isVisible())
    return menu


def test_the_menu_does_what_it_says(curves, qtbot):
    menu = open_menu(qtbot, curves)
    acts = {action.text(): action for action in menu.actions()}
    assert not any("…" in text and action.isCheckable() for text, action in acts.items())
    acts["Logarithmic scale upwards"].trigger()
    assert curves.is_log("y")
    acts["Drag zooms into a rectangle"].trigger()
    assert curves.zooms_by_rectangle()
    (total,) = (one for one in acts["Curves"].menu().actions() if one.text() == "total")
    assert total.isChecked()
    total.trigger()
    assert curves.is_hidden("total")
    menu.close()


def test_where_there_is_nothing_there_is_no_menu(shown):
    curves = shown(Curves("Losses", empty="The loss will be here."), 260, 200)
    curves.open_menu(curves.mapToGlobal(QPoint(10, 10)))
    assert curves.findChildren(QMenu) == []


def test_the_right_button_opens_our_menu_and_moves_nothing(curves, qtbot):
    before, viewport = curves.shown_range(), curves.view.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.RightButton, pos=middle(curves))
    QTest.mouseMove(viewport, middle(curves) + QPoint(30, 30))
    QTest.mouseRelease(viewport, Qt.MouseButton.RightButton, pos=middle(curves) + QPoint(30, 30))
    assert curves.shown_range() == before


# ---- files ----


def test_the_numbers_of_a_file_are_those_of_the_curves(curves, tmp_path):
    rng = np.random.default_rng(0)
    noisy = rng.normal(size=len(STEPS))
    curves.set_series({"total": (STEPS, noisy), "KL": ([0, 1000], [1 / 3, 2 / 3])})
    curves.save_to(tmp_path / "losses.csv")
    head, *rows = csv.reader((tmp_path / "losses.csv").read_text().splitlines())
    assert head == ["step", "total (nats)", "KL (nats)"]
    assert [float(row[0]) for row in rows] == STEPS.tolist()
    assert [float(row[1]) for row in rows] == noisy.tolist()  # to the last digit
    assert [float(row[2]) for row in rows if row[2]] == [1 / 3, 2 / 3]


def test_pictures_are_written(curves, tmp_path):
    for ending in (".png", ".svg"):
        curves.save_to(tmp_path / f"losses{ending}")
    image = QImage(str(tmp_path / "losses.png"))
    assert image.size() == 2 * curves.view.size()
    painted = {
        image.pixelColor(x, y).name()
        for x in range(0, image.width(), 2)
        for y in range(0, image.height(), 2)
    }
    assert {theme.current().panel, theme.current().series[0]} <= painted
    drawing = (tmp_path / "losses.svg").read_text()
    assert drawing.startswith("<?xml")
    assert ">total " in drawing  # text as text
    assert theme.current().series[0] in drawing


def test_what_cannot_be_written_is_said(curves, tmp_path, monkeypatch):
    warnings = []
    monkeypatch.setattr(QMessageBox, "warning", lambda *words: warnings.append(words[-1]))
    for ending in (".png", ".svg", ".csv"):
        curves.save_to(tmp_path / "no" / f"losses{ending}")
    assert len(warnings) == 3
    assert all("no" in warning for warning in warnings)


# ---- other runs ----


def test_other_runs_are_laid_over_under_their_names(curves, qtbot, tmp_path):
    curves.set_runs({"the run of before": {"total": (STEPS, FALLING + 50)}})
    assert curves.runs() == ("the run of before",)
    assert "the run of before" in curves.names()
    assert curves.read_out() == {"total": 400, "KL": 2}
    assert curves.read_out("the run of before") == {"total": 450}
    assert "the run of before 450" in curves.accessibleDescription()
    assert curves.shown_range()[3] == 550
    click_entry(qtbot, curves, "the run of before")
    assert curves.shown_range()[3] == 500
    curves.save_to(tmp_path / "losses.csv")
    head, *_ = csv.reader((tmp_path / "losses.csv").read_text().splitlines())
    assert "total (nats), the run of before" in head
    curves.set_runs({})
    assert curves.names() == ("total", "KL")


# ---- looks ----


def luminance(colour):
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return np.dot(parts, (0.2126, 0.7152, 0.0722))


@pytest.mark.parametrize("look", ["dark", "light"])
def test_text_of_both_themes_stands_out(curves, qapp, look):
    theme.apply(qapp, look)
    ground = luminance(curves.view.backgroundBrush().color())
    inks = [
        curves.left.textPen().color(),
        curves.bottom.textPen().color(),
        theme.current().colour("text"),
        theme.current().colour("secondary"),
    ]
    for ink in inks:
        light, dark = sorted((luminance(ink), ground), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5
    theme.apply(qapp, "dark")
