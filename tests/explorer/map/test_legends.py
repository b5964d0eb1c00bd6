"""Legends keep clear of the marks and show numbers of the step that is shown."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt

from lacuna.core.geometry.classes.masses import HoleMass, PriorMasses
from lacuna.explorer.map.hole_legend import HoleLegend
from lacuna.explorer.map.legends import ENTERED, LEFT, free_corner
from lacuna.explorer.map.view import MapView
from tests.explorer.formula_model import mark, place_under, put, shown, spot

BUTTON = Qt.MouseButton.LeftButton
PLACES = [QRectF(300, 0, 100, 100), QRectF(300, 300, 100, 100), QRectF(0, 300, 100, 100)]


def masses(step=0):
    half, four = np.array([0.5, 0.5]), np.array([4, 4])
    return PriorMasses(half, np.zeros(2), np.ones(2), four, four, HoleMass((0.1, 0, 1)), 8, step)


@pytest.mark.parametrize(
    ("marks", "corner"),
    [
        ([], 0),
        ([(200, 200)], 0),
        ([(350, 50)], 1),
        ([(350, 50), (350, 350)], 2),
        ([(350, 50), (350, 350), (50, 350)], 0),  # nowhere is better than at home
    ],
)
def test_the_first_corner_without_a_mark(marks, corner):
    assert free_corner(PLACES, [QPointF(*mark) for mark in marks], 0) == corner


def test_a_corner_is_left_later_than_it_is_gone_to():
    between = QPointF(300 - (LEFT + ENTERED) / 2, 50)
    assert free_corner(PLACES, [between], 0) == 0
    assert free_corner(PLACES, [between], 1) == 1


@pytest.mark.parametrize("name", ["cursor", "start", "end"])
def test_the_legend_makes_way_for_a_mark_and_comes_home(view, session, name):
    home = view.overlays.legends.pos()
    session.set(**{name: place_under(view, view.overlays.legends)})
    assert view.overlays.legends.pos() != home
    assert view.rect().contains(view.overlays.legends.geometry())
    assert not view.overlays.legends.geometry().contains(mark(view, name).toPoint())
    session.set(**{name: (-1.0, 0.0)})
    assert view.overlays.legends.pos() == home


def test_the_legend_makes_way_while_the_map_is_dragged(view, session):
    home = view.overlays.legends.pos()
    session.set(end=(0.0, -1.0))
    assert view.overlays.legends.pos() == home
    left, right, bottom, top = session.settings.window
    x, y = place_under(view, view.overlays.legends)
    session.set(window=(left - x, right - x, bottom - y - 1, top - y - 1))
    assert view.overlays.legends.pos() != home


def test_a_click_on_its_head_folds_the_legend_for_good(view, session, qtbot):
    legend, high = view.overlays.legends.classes, view.overlays.legends.height()
    qtbot.mouseClick(legend.head, BUTTON)
    assert not legend.rows.isVisible()
    qtbot.waitUntil(lambda: view.overlays.legends.height() < high)
    other = shown(qtbot, MapView(session))
    assert not other.overlays.legends.classes.rows.isVisible()
    qtbot.mouseClick(other.overlays.legends.classes.head, BUTTON)
    assert other.overlays.legends.classes.rows.isVisible()
    qtbot.waitUntil(lambda: other.overlays.legends.height() == high)


def test_shares_of_another_step_say_so_until_new_ones_come(view, session):
    rows = view.overlays.legends.classes.rows
    put(session, masses=masses())
    before = rows.tip_of(0)
    scene = replace(session.results.scene, step=9)
    put(session, timeline=(scene,))
    assert rows.tip_of(0) != before
    put(session, masses=masses(step=9))
    assert rows.tip_of(0) == before


def test_shares_of_other_classes_are_not_shown(view, session):
    put(session, masses=masses())
    assert view.overlays.legends.classes.rows.tip_of(0)
    three = replace(session.results.scene, step=9, classes=("a", "b", "c"))
    put(session, timeline=(three,))
    view.grab()  # the third row too
    assert not view.overlays.legends.classes.rows.tip_of(0)


def test_names_make_way_for_the_legend(view, session):
    put(session, masses=masses())
    view.overlays.legends.resize(400, 200)  # as with many classes
    for at in view.canvas.layers.names.spots.values():
        assert not view.overlays.legends.geometry().contains(spot(view, at.x, at.y))


def test_the_share_of_holes_says_whose_codes_it_is_of_or_why_there_is_none(qtbot):
    legend = HoleLegend()
    qtbot.addWidget(legend)
    legend.show_mass(HoleMass((0.1, 0.05, 0.2), 0.01, "5 of 9 training images"))
    assert "5 of 9 training images" in legend.toolTip()
    assert "5.0 to 20.0 %" in legend.toolTip()
    legend.show_mass(HoleMass(None, 0.3, refusal="These say too little."))
    assert not legend.isHidden()
    assert "These say too little." in legend.toolTip()
    legend.show_mass(None)
    assert legend.isHidden()
