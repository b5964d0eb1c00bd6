"""The list of holes: what is listed, and what mouse and keys do with it."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from lacuna.core.figures.estimate import Estimate
from lacuna.core.geometry.holes.hole import Hole
from lacuna.core.render.colours import class_colours
from lacuna.explorer.widgets.hole_list import MOST, HoleList
from tests.explorer.gestures import colour_at, emitted, move

NAMES = ("lower", "upper")
COLOURS = class_colours(2)


def hole(mass, exterior=False, classes=((1, 1.0),)):
    bounded = not exterior
    return Hole(
        Estimate(mass, mass / 2, 2 * mass),
        exterior,
        1.5 if bounded else None,
        0.25 if bounded else None,
        (0.5, mass) if bounded else None,
        None,
        classes,
        None,
    )


@pytest.fixture
def holes(shown):
    result = shown(HoleList(), 240, 400)
    result.set_holes([hole(0.2), hole(0.3, exterior=True), hole(0.1)], NAMES, COLOURS)
    return result


def middle(holes, row):
    return holes.row_rect(row).center().toPoint()


def test_what_lies_beyond_the_data_comes_last(holes):
    assert [holes.hole(row).mass.value for row in range(3)] == [0.2, 0.1, 0.3]
    assert holes.hole(3) is None
    assert holes.hole(-1) is None


def test_only_the_heaviest_are_listed(holes):
    many = [hole(0.5 / (n + 1)) for n in range(MOST + 5)]
    holes.set_holes([*many, hole(0.3, exterior=True)], NAMES, COLOURS)
    assert holes.count() == MOST + 1
    assert holes.hole(MOST).exterior
    assert holes.sizeHint().height() == (MOST + 1) * holes.row_height()


def test_the_mouse_points_and_chooses(holes, qtbot):
    hovered, clicked = emitted(holes.hovered), emitted(holes.clicked)
    at = middle(holes, 1)
    move(holes, at.x(), at.y())
    qtbot.mouseClick(holes, Qt.MouseButton.LeftButton, pos=at)
    assert hovered == [1]
    assert clicked == [1]
    qtbot.mouseClick(holes, Qt.MouseButton.RightButton, pos=at)
    qtbot.mouseClick(holes, Qt.MouseButton.LeftButton, pos=QPoint(20, 380))  # below the last
    assert clicked == [1]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_so_do_the_keys(holes, qtbot, key):
    clicked = emitted(holes.clicked)
    move(holes, 20, 380)  # out of the way
    qtbot.keyClick(holes, key)
    assert clicked == []  # none is chosen yet
    qtbot.keyClick(holes, Qt.Key.Key_Down)
    qtbot.keyClick(holes, Qt.Key.Key_Down)
    qtbot.keyClick(holes, key)
    assert clicked == [1]


def test_chips_have_the_colours_of_the_classes_around(holes):
    chip = holes.row_rect(0)
    colour = colour_at(holes, chip.right() - 9, chip.center().y())
    np.testing.assert_allclose([colour.red(), colour.green(), colour.blue()], COLOURS[1], atol=2)


def test_the_tooltip_says_how_much_and_between_which(holes):
    tip = holes.tip_of(0)
    for words in ("upper 100 %", "area 1.50 σ²", "0.1000 to 0.4000", "Click to go there"):
        assert words in tip
    assert "outside of where the codes lie" in holes.tip_of(2)
    assert holes.tip_of(-1) == ""


def test_what_a_hole_is_stays_free_of_its_classes(holes, shown):
    """Ten classes want 130 of 228 pixels: as many are shown as leave the words their room"""
    many = tuple((k % 2, 0.1) for k in range(10))
    holes.set_holes([hole(0.3, exterior=True, classes=many)], NAMES, COLOURS)
    width, image = holes.fontMetrics().horizontalAdvance, holes.grab().toImage()
    words = 4 + width("<0.1 %") + 12 + width("beyond the data")
    y = round(holes.row_rect(0).center().y())
    chips = {tuple(colour) for colour in COLOURS.tolist()}
    observed = [x for x in range(holes.width()) if image.pixelColor(x, y).getRgb()[:3] in chips]
    assert observed
    assert min(observed) >= words
