"""The geometry panel beside the map, on a model whose geometry is known.

Two half-planes of equal mass: a draw's radius is |n·z| with n a unit vector, so E[r] is the mean of
a half-normal, √(2/π) = 0.798. The codes leave out a disk of 0.8 σ around the middle: a hole.
"""

import math
from dataclasses import replace

import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from lacuna.core.analysis.survey import Survey
from lacuna.core.config.serialisation import from_json, to_json
from lacuna.core.engine.engine import Engine
from lacuna.core.scene.codes import Codes
from lacuna.core.scene.scene import Scene
from lacuna.core.session.recipes import RECIPES
from lacuna.core.session.settings import Settings
from lacuna.explorer.panels.geometry import GeometryPanel
from lacuna.explorer.plots.axis import number
from lacuna.explorer.shell.window import Window
from tests.explorer.formula_model import half_planes, put, session_of
from tests.explorer.gestures import emitted, move, point_at
from tests.waiting import settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen's

LEFT, KEY = Qt.MouseButton.LeftButton, Qt.Key
MEAN = math.sqrt(2 / math.pi)
PARTS = (
    "timeline",
    "plane",
    "codes",
    "masses",
    "map",
    "holes",
    "detectors",
    "survey",
    "hole_list",
    "verdicts",
)


def codes(latent=2):
    """Of a posterior that is the prior but for a disk around the middle."""
    mean = torch.randn(400, latent, generator=torch.Generator().manual_seed(0))
    mean = mean[mean.norm(dim=1) > 0.8]
    return Codes(mean, torch.full_like(mean, -4.6), None, torch.arange(len(mean)), 0)


def model(latent=2):
    """Draws a linear image, so that every direction of the space changes it."""
    ways = torch.randn(latent, 16, generator=torch.Generator().manual_seed(1)) / 8
    return replace(half_planes(latent), decode=lambda z: (0.5 + z @ ways).reshape(-1, 1, 4, 4))


def settled(session):
    settle(session, lambda: not session.engine.busy(session.name))


@pytest.fixture(scope="module")
def found():
    """All results of a survey."""
    engine = Engine()
    session = session_of(engine)
    put(session, timeline=(model(),), codes=codes())
    session.history.adjust(surveyed=True)
    settled(session)
    yield session.results
    session.close()
    engine.close()


@pytest.fixture
def known(session, found):
    """A session that has all of it."""
    session.history.adjust(surveyed=True)
    put(session, **{name: getattr(found, name) for name in PARTS})
    for name in RECIPES:  # it is all there
        session.cancel(name)
    return session


@pytest.fixture
def panel(shown, session):
    return lambda: shown(GeometryPanel(session), 268, 600)


@pytest.fixture
def window(known, qtbot):
    """The whole window with the tab open."""
    window = Window(known)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    with qtbot.waitExposed(window):
        window.show()
    window.side_panel.show_page(2)
    qtbot.waitUntil(lambda: window.map.canvas.viewport.window == known.settings.window)
    settled(known)
    return window


def press(qtbot, rows, index):
    """A click on a row of a list."""
    qtbot.mouseClick(rows, LEFT, pos=rows.row_rect(index).center().toPoint())


def in_sight(panel, part):
    top = part.mapTo(panel.viewport(), QPoint(0, 0)).y()
    return top >= 0 and top + part.height() <= panel.viewport().height()


# ---- what is measured ----


def test_opening_it_starts_the_measuring(session, panel):
    put(session, timeline=(model(),), codes=codes())
    seen = GeometryPanel(session)
    assert not session.settings.surveyed
    assert not seen.rows
    seen.deleteLater()
    opened = panel()
    assert session.settings.surveyed
    assert not session.history.can_undo  # a look is no gesture
    settle(session, lambda: "mean" in opened.rows)
    assert "…" in opened.status.text()
    settled(session)
    assert opened.status.text() == "Measured at step 0."
    assert not opened.bar.isVisible()
    value = float(opened.rows["mean"].value.text().removesuffix(" σ"))
    assert value == pytest.approx(MEAN, abs=0.003)
    effective = float(opened.rows["effective"].value.text().removesuffix(" of 2"))
    assert effective == pytest.approx(2, abs=0.01)


def test_chapters_stand_in_their_order_and_the_mean_before_its_bars(known, panel):
    opened = panel()
    tops = {key: part.mapTo(opened, QPoint(0, 0)).y() for key, part in opened.sections.items()}
    assert sorted(tops, key=tops.get) == [
        "diversity",
        "radius",
        "bounds",
        "image",
        "holes",
        "verdicts",
    ]
    assert opened.rows["mean"].y() < opened.radii.y() < opened.rows["quantile 0.5"].y()
    assert opened.report.y() > tops["verdicts"]


def test_a_row_says_what_it_means_by_mouse_and_by_keys(known, panel, qtbot):
    row = panel().rows["mean"]
    assert not row.more.isVisible()
    qtbot.mouseClick(row, LEFT)
    assert row.more.isVisible()
    assert "Formula</a>: r(z) = min" in row.more.text()
    bare = row.grab().toImage()
    row.activateWindow()
    row.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(row.hasFocus)
    assert row.grab().toImage() != bare  # a ring
    for key, opened in ((KEY.Key_Return, False), (KEY.Key_Space, True), (KEY.Key_Enter, False)):
        qtbot.keyClick(row, key)
        assert row.more.isVisible() == opened


def test_what_is_open_stays_open_when_it_is_measured_anew(known, panel, qtbot, found):
    row = panel().rows["mean"]
    qtbot.mouseClick(row, LEFT)
    put(known, survey=replace(found.survey))
    assert row.more.isVisible()


def test_the_curve_is_read_off_under_the_mouse(known, panel):
    curve = panel().survival
    assert curve.isVisible()
    lengths, rect = emitted(curve.hovered), curve.plot_rect()
    assert curve.accessibleDescription() == ""  # the last ones say nothing
    point_at(curve, rect.center().x(), rect.center().y())
    expected = 100 * math.erfc(lengths[-1] / math.sqrt(2))  # no two classes do better than these
    assert curve.read_out() == pytest.approx({"measured": expected, "at most": expected}, abs=1)
    assert number(curve.read_out()["at most"]) in curve.accessibleDescription()


# ---- what there is not ----


def test_without_a_model_it_says_what_it_will_show(session, panel):
    opened = panel()
    assert opened.empty.isVisible()
    assert not opened.status.isVisible()
    assert not opened.report.isVisible()


def test_while_a_model_trains_it_says_when_it_will_be_measured(known, panel):
    opened = panel()
    put(known, resting=False)
    assert "as soon as the training rests" in opened.status.text()
    assert "step 0" in opened.status.text()
    put(known, survey=None)
    assert opened.status.text().startswith("The geometry is measured as soon as")
    assert not any(part.isVisible() for key, part in opened.sections.items() if key != "verdicts")


def test_another_model_leaves_nothing_of_the_last_one(known, panel):
    opened = panel()
    put(known, survey=None, verdicts=(), hole_list=None)
    assert not any(part.isVisible() for part in opened.sections.values())
    assert opened.list.count() == 0


def test_without_classes_and_codes_it_says_so(session, panel):
    bare = Scene("bare", 0, model().decode, latent=2)
    put(session, timeline=(bare,))
    opened = panel()
    settled(session)
    assert "no classes to measure" in opened.status.text()
    assert "no holes can be looked for" in opened.status.text()
    assert not opened.list.isVisible()
    assert session.results.failure is None


@pytest.mark.parametrize("latent", [3])
def test_more_dimensions_are_told_by_their_bounds(engine, shown, latent):
    session = session_of(engine, latent)
    put(session, timeline=(model(latent),))
    opened = shown(GeometryPanel(session), 268, 600)
    settle(session, lambda: "mean" in opened.rows)
    assert opened.rows["mean"].value.text().startswith("≤ ")
    put(session, survey=Survey(0, latent, 1.0))
    session.close()


# ---- between panel and map ----


def test_a_class_under_the_mouse_stands_out_on_the_map_and_back(window):
    radii = window.geometry_panel.radii
    window.geometry_panel.ensureWidgetVisible(radii)
    radii.grab()  # lays its scene out
    point_at(radii, radii.plot_rect().center().x(), radii.to_screen(0, 1).y())
    assert window.map.canvas.layers.highlighted == 1
    assert window.map.overlays.legends.classes.rows.highlighted() == 1
    move(window.geometry_panel.status, 5, 5)
    window.map.class_hovered.emit(0)
    assert radii.highlighted() == 0


def test_a_hole_under_the_mouse_is_pointed_at_on_the_map(window, found):
    holes = window.geometry_panel.list
    window.geometry_panel.ensureWidgetVisible(holes)
    at = holes.row_rect(0).center()
    move(holes, at.x(), at.y())
    assert window.map.canvas.layers.marks.places["pointed"] == pytest.approx(
        found.hole_list[0].centre
    )


def test_a_click_on_a_hole_goes_there_in_one_step_and_says_why(window, known, qtbot):
    geometry = window.geometry_panel
    away, zoomed = (2.0, 2.0), (1.5, 2.5, 1.7, 2.3)
    known.history.adjust(cursor=away, window=zoomed)
    settled(known)
    before = known.settings
    geometry.ensureWidgetVisible(geometry.list)
    hole = geometry.list.hole(0)
    assert math.hypot(*hole.centre) < 0.1  # the disk that the codes leave out
    press(qtbot, geometry.list, 0)
    assert known.settings.cursor == hole.centre
    qtbot.waitUntil(
        lambda: window.map.navigation.flight.state() == window.map.navigation.flight.State.Stopped
    )
    left, right, bottom, top = known.settings.window
    assert left < hole.centre[0] < right
    assert bottom < hole.centre[1] < top
    assert right - left > 2
    settled(known)
    assert geometry.rows["verdict density"].value.text() == "a hole"
    assert in_sight(geometry, geometry.rows["verdict density"])
    known.history.undo()
    assert (known.settings.cursor, known.settings.window) == (before.cursor, before.window)
    assert not known.history.can_undo
    known.history.redo()
    assert known.settings.cursor == hole.centre


def test_a_hole_that_is_well_seen_leaves_the_map_where_it_is(window, known, qtbot):
    known.history.adjust(cursor=(2.0, 2.0))
    settled(known)
    before = known.settings.window
    press(qtbot, window.geometry_panel.list, 0)
    assert known.settings.window == before
    assert known.settings.cursor != (2.0, 2.0)
    known.history.undo()
    assert known.settings.cursor == (2.0, 2.0)


def test_what_lies_beyond_the_data_is_no_place_to_go(window, known, qtbot):
    holes = window.geometry_panel.list
    press(qtbot, holes, holes.count() - 1)
    assert holes.hole(holes.count() - 1).exterior
    assert not known.history.can_undo


# ---- choices ----


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("height", "radius"),
        ("height", "stretch"),
        ("height", "score"),
        ("shape", "ellipses"),
        ("shape", "arrows"),
    ],
)
def test_heights_and_figures_are_drawn_and_cleared(window, known, setting, value):
    bare = window.map.grab().toImage()
    choice = getattr(window.explore_panel, f"{setting}_choice")
    choose(choice, value)
    assert getattr(known.settings, setting) == value
    settled(known)
    assert known.results.failure is None
    drawn = window.map.grab().toImage()
    assert drawn != bare
    assert window.map.overlays.legends.heights.isVisible() == (setting == "height")
    known.history.undo()
    assert choice.value() is None
    assert window.map.grab().toImage() == bare
    known.history.redo()
    assert choice.value() == value
    settled(known)
    assert window.map.grab().toImage() == drawn


def choose(choice, value):
    """Opens the list and clicks the row."""
    choice.box.showPopup()
    seen = choice.box.view()
    row = choice.box.model().index(choice.keys.index(value), 0)
    QTest.mouseClick(seen.viewport(), LEFT, pos=seen.visualRect(row).center())


def test_another_detector_sees_other_holes(window, known):
    choice = window.geometry_panel.detector
    before, listed = window.map.grab().toImage(), window.geometry_panel.list.hole(0)
    assert "density" not in choice.toolTip()
    choose(choice, "nearest")
    assert known.settings.detector == "nearest"
    settled(known)
    assert window.map.grab().toImage() != before
    assert window.geometry_panel.list.hole(0) is not listed
    known.history.undo()
    assert choice.value() == "density"
    settled(known)
    assert window.map.grab().toImage() == before


def test_choices_are_kept_with_the_model():
    chosen = Settings(height="radius", shape="arrows", detector="fifth", surveyed=True)
    assert from_json(to_json(chosen), Settings, "here") == chosen


# ---- the report ----


def test_the_report_is_written(window, known, qtbot, tmp_path, monkeypatch):
    path = tmp_path / "mine.html"
    asked = (str(path.with_suffix("")), "")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: asked)
    told = []
    known.notices.listen(told.append)
    qtbot.mouseClick(window.geometry_panel.report, LEFT)
    settled(known)
    assert "E[r]" in path.read_text(encoding="utf-8")
    assert told == ["Exported mine.html."]


def test_a_folder_that_cannot_be_written_is_said_in_one_line(window, known, tmp_path, monkeypatch):
    asked = (str(tmp_path / "missing" / "mine.html"), "")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: asked)
    window.geometry_panel.report_requested.emit()
    settled(known)
    said = window.messages.sentence()
    assert "mine.html" in said
    assert "\n" not in said


def test_no_name_writes_nothing(window, known, monkeypatch, tmp_path):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    window.files.ask_report()
    settled(known)
    assert known.results.failure is None
    assert not list(tmp_path.iterdir())
