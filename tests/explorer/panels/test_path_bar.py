"""The kinds of path in the bar, on the map and side by side, under mouse and keys."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication, QFileDialog

from lacuna.core.geometry.paths.families import FAMILIES
from lacuna.explorer.look import theme
from lacuna.explorer.map.menu import menu_at
from lacuna.explorer.map.paths import LOOKS, swatch
from lacuna.explorer.map.tips import tip_at
from lacuna.explorer.map.view import MapView
from lacuna.explorer.panels.path_bar import PathBar
from lacuna.explorer.panels.path_comparison import COLUMNS, cells
from tests.explorer.formula_model import half_planes, install, shown
from tests.waiting import settle

LEFT = Qt.MouseButton.LeftButton
ALL = tuple(FAMILIES)


@pytest.fixture
def placed(session):
    """A at (-2, 0), B at (2, 0): the border, the line x + y = 0, is between them."""
    install(session, replace(half_planes(), decode=lambda z: z[:, None, None] / 10 + 0.5))
    session.set(start=(-2.0, 0.0), end=(2.0, 0.0))
    return session


@pytest.fixture
def bar(placed, qtbot):
    theme.apply(QApplication.instance(), "dark")
    bar = PathBar(placed)
    qtbot.addWidget(bar)
    bar.resize(1008, 184)
    with qtbot.waitExposed(bar):
        bar.show()
    yield bar
    bar.compare.hide()


def answered(session, *names):
    settle(session, lambda: all(getattr(session.results, name) for name in names))


def visible(bar):
    return [name for name, button in bar.row.buttons.items() if button.isVisible()]


# ---- the row ----


def test_the_row_shows_what_is_drawn_and_a_click_chooses(bar, placed, qtbot):
    assert visible(bar) == ["straight", "adversarial"]
    qtbot.mouseClick(bar.row.buttons["straight"], LEFT)
    assert placed.settings.family == "straight"
    qtbot.mouseClick(bar.row.buttons["straight"], LEFT)  # and it stays chosen
    assert bar.row.buttons["straight"].isChecked()
    placed.history.undo()
    assert bar.row.buttons["adversarial"].isChecked()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen's
def test_the_menu_draws_more_kinds_and_fewer(bar, placed, qtbot):
    entries = bar.row.entries
    assert [entry.text() for entry in entries.values()] == [row.title for row in FAMILIES.values()]
    bar.row.menu.popup(bar.mapToGlobal(bar.rect().topLeft()))

    def click(name):
        qtbot.mouseClick(entries[name], LEFT, pos=QPoint(8, entries[name].height() // 2))

    click("slerp")
    assert placed.settings.family == "slerp"
    assert placed.settings.families == ("straight", "adversarial", "slerp")
    click("slerp")
    assert placed.settings.families == ("straight", "adversarial")
    assert placed.settings.family == "straight"
    click("adversarial")
    click("straight")  # the last one stays
    assert placed.settings.families == ("straight",)
    assert entries["straight"].isChecked()
    assert bar.row.menu.isVisible()  # until all that is wanted has been chosen
    bar.row.menu.close()
    assert visible(bar) == ["straight"]


def test_what_a_model_has_not_is_said(bar, placed):
    entries = bar.row.entries
    assert not entries["avoiding"].isEnabled()
    assert "no codes" in entries["avoiding"].toolTip()
    assert "from A to B" in entries["slerp"].toolTip()


@pytest.mark.parametrize("width", [688, 1008, 1600])
def test_all_kinds_fit_into_the_bar(bar, placed, qtbot, width):
    placed.set(families=tuple(name for name in ALL if name != "avoiding"), family="nearest")
    answered(placed, "nearest")
    bar.resize(width, 184)
    QApplication.processEvents()
    parts = (*(bar.row.buttons[name] for name in visible(bar)), bar.target, bar.slider)
    edges = [part.mapTo(bar, part.rect().topLeft()).x() for part in parts]
    ends = [edge + part.width() for edge, part in zip(edges, parts, strict=True)]
    assert all(end <= start for end, start in zip(ends, edges[1:], strict=False))
    assert ends[-1] <= width
    spoken = [
        button
        for button in bar.row.buttons.values()
        if button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    ]
    named = {688: 0, 1008: 1, 1600: 6}[width]
    assert len(spoken) == named
    assert "nearest" in visible(bar)
    if width > 688:
        assert len(visible(bar)) == 6
    left_out = set(placed.settings.families) - {*visible(bar)}
    room = bar.row.width() - sum(bar.row.buttons[name].width() for name in visible(bar))
    swatch_wide = bar.row.buttons["nearest"].width()
    assert not left_out or room - bar.row.more.width() < 2 * swatch_wide


def test_a_class_is_asked_for_only_where_the_path_aims_at_one(bar, placed):
    for name in ("adversarial", "nearest", "straight", "geodesic"):
        placed.set(family=name)
        assert bar.target.isVisible() == FAMILIES[name].aims
    placed.set(family="nearest")
    assert bar.target.itemText(0) == "any other class"
    placed.set(family="adversarial")
    assert bar.target.itemText(0) == "the class at B"


def test_a_cursor_on_the_path_goes_over_to_the_one_chosen_then(bar, placed, qtbot):
    """Halfway from (-2, 0) to (2, 0): straight through the middle, along the circle round it"""
    placed.set(families=("straight", "slerp"), family="straight")
    answered(placed, "straight", "slerp")
    bar.travel(0.25)
    assert placed.settings.cursor == pytest.approx((-1, 0), abs=1e-5)
    qtbot.mouseClick(bar.row.buttons["slerp"], LEFT)
    path, cursor = placed.results.slerp, placed.settings.cursor
    there = [np.interp(0.25, path.t, coordinate) for coordinate in path.z.T]
    assert cursor == pytest.approx(there, abs=1e-5)
    placed.history.undo()
    assert placed.settings.cursor == pytest.approx((-1, 0), abs=1e-5)
    assert bar.row.buttons["straight"].isChecked()


def test_a_cursor_that_stands_elsewhere_stays_there(bar, placed, qtbot):
    placed.set(families=("straight", "slerp"), family="straight")
    answered(placed, "straight", "slerp")
    placed.set(cursor=(0.5, 1.5))
    qtbot.mouseClick(bar.row.buttons["slerp"], LEFT)
    assert placed.settings.cursor == (0.5, 1.5)


# ---- on the map ----


def test_every_family_has_a_line_of_its_own(qtbot):
    assert LOOKS.keys() == FAMILIES.keys()
    assert len({look.letter for look in LOOKS.values()}) == len(LOOKS)
    assert len({look.dashes for look in LOOKS.values()}) == len(LOOKS)
    drawn = {swatch(name, False, 1.0).toImage().bits().tobytes() for name in LOOKS}
    assert len(drawn) == len(LOOKS)


def test_the_map_shows_the_families_that_are_drawn(placed, qtbot):
    view = shown(qtbot, MapView(placed))
    placed.set(families=("straight", "geodesic"), family="geodesic")
    answered(placed, "straight", "geodesic")
    assert view.canvas.layers.paths.lines.keys() == {"straight", "geodesic"}
    assert view.canvas.layers.paths.chosen == "geodesic"
    placed.set(families=("straight",), family="straight")
    assert view.canvas.layers.paths.lines.keys() == {"straight"}
    placed.history.undo()
    assert view.canvas.layers.paths.lines.keys() == {"straight", "geodesic"}
    placed.set(end=None)
    assert not view.canvas.layers.paths.lines


def test_a_line_says_what_it_is(placed, qtbot):
    view = shown(qtbot, MapView(placed))
    placed.set(families=("straight", "slerp"), family="slerp")
    answered(placed, "straight", "slerp")
    top = view.canvas.layers.paths.lines["slerp"].at(0.5)
    said = tip_at(view.canvas, QPointF(view.canvas.viewport.point(*top)), placed.settings)
    assert FAMILIES["slerp"].sentence in said
    assert "Shoemake" in said


def test_the_nearest_adversary_is_looked_for_from_there(placed, qtbot):
    view = shown(qtbot, MapView(placed))
    menu = menu_at(view, placed, view.canvas.coordinates, 1.0, 1.0)
    action = next(a for a in menu.actions() if a.text() == "Nearest adversary")
    action.trigger()
    settings = placed.settings
    assert (settings.start, settings.family, settings.target) == ((1.0, 1.0), "nearest", None)
    assert settings.end == (2.0, 0.0)
    answered(placed, "nearest")
    settle(placed, lambda: not placed.jobs.live("nearest"))
    found = placed.results.nearest
    assert found.length == pytest.approx(2**0.5, abs=1e-3)  # from (1, 1) to x + y = 0
    np.testing.assert_allclose(found.z[-1], (0, 0), atol=2e-2)
    placed.history.undo()
    assert placed.settings.start == (-2.0, 0.0)


def test_the_nearest_adversary_of_a_class(placed, qtbot):
    menu = menu_at(None, placed, MapView(placed).canvas.coordinates, 1.0, 1.0)
    action = next(a for a in menu.actions() if a.text() == "Nearest adversary of a class")
    names = [entry.text() for entry in action.menu().actions()]
    assert names == ["lower", "upper"]
    action.menu().actions()[0].trigger()
    assert (placed.settings.family, placed.settings.target) == ("nearest", 0)


def test_without_classes_there_is_no_adversary_and_it_says_why(session, qtbot):
    menu = menu_at(None, session, MapView(session).canvas.coordinates, 1.0, 1.0)
    for action in menu.actions():
        if action.text().startswith("Nearest adversary"):
            assert not action.isEnabled()
            assert "no judge" in action.toolTip()


# ---- side by side ----


def test_compare_opens_a_table_and_a_click_chooses_its_row(bar, placed, qtbot):
    answered(placed, "straight", "adversarial")
    qtbot.mouseClick(bar.comparing, LEFT)
    assert placed.settings.compared
    panel = bar.compare
    settle(placed, lambda: len(placed.results.path_measures) == 2)
    assert [panel.table.item(row, 0).text() for row in range(2)] == ["Straight", "Adversarial"]
    assert panel.table.item(0, 1).text() == "4.00"  # from (-2, 0) to (2, 0)
    assert panel.table.item(0, 3).text() == "1"
    assert panel.table.currentRow() == 1
    middle = panel.table.visualItemRect(panel.table.item(0, 0)).center()
    qtbot.mouseClick(panel.table.viewport(), LEFT, pos=middle)
    assert placed.settings.family == "straight"
    panel.close()
    assert not placed.settings.compared
    assert not bar.comparing.isChecked()
    placed.history.undo()
    assert panel.isVisible()


def test_the_head_of_the_table_explains_itself(bar):
    for column in range(1, 1 + len(COLUMNS)):
        assert "Unit" in bar.compare.table.horizontalHeaderItem(column).toolTip()


def test_what_is_not_measured_yet_is_a_dash(bar):
    assert cells(None) == ["–"] * len(COLUMNS)


@pytest.mark.parametrize("ending", [".png", ".gif", ".csv", ".json"])
def test_the_chosen_path_is_exported(bar, placed, qtbot, tmp_path, monkeypatch, ending):
    told, out = [], tmp_path / "way"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    placed.notices.listen(told.append)
    placed.set(compared=True, family="straight")
    assert not bar.compare.exports[ending].isEnabled()
    settle(placed, lambda: len(placed.results.path_measures) == 2)
    qtbot.mouseClick(bar.compare.exports[ending], LEFT)
    settle(placed, lambda: bool(told))
    assert told == [f"Exported way{ending}."]
    assert out.with_suffix(ending).stat().st_size > 100
    if ending == ".json":
        written = json.loads(out.with_suffix(ending).read_text(encoding="utf-8"))
        families = {path["family"] for path in written["paths"]}
        assert families == {one.path.family for one in placed.results.path_measures}
