"""What the map paints, by its pixels."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint

from lacuna.core.geometry.holes.hole_map import HoleMap
from lacuna.core.render.colours import class_colours
from lacuna.core.session.settings import Layer
from lacuna.explorer.look import theme
from lacuna.explorer.map.view import MapView
from tests.explorer.formula_model import (
    cloud_at,
    colour,
    half_planes,
    install,
    put,
    shown,
    spot,
)

LOWER, UPPER = class_colours(2).astype(int)


DARK = np.array([0x16, 0x18, 0x1D])


@pytest.fixture
def view(session, qtbot):
    install(session, half_planes())
    view = shown(qtbot, MapView(session))
    only(session, "classes")
    return view


def only(session, *names, **layers):
    """Shows these layers and hides all others."""
    hidden = {name: Layer(False) for name in vars(session.settings.layers)}
    there = {name: Layer(True, 1.0) for name in names}
    session.set(layers=replace(session.settings.layers, **{**hidden, **there, **layers}))


def brightest(view, x, y, around):
    """The lightness of the brightest pixel within so many of a place."""
    image, at, span = view.grab().toImage(), spot(view, x, y), range(-around, around + 1)
    places = [at + QPoint(right, down) for right in span for down in span]
    return max(image.pixelColor(place).lightness() for place in places)


def near(one, other, by=40):
    return np.abs(one - other).max() < by


def test_upper_right_is_drawn_at_the_upper_right(view):
    assert view.grab().toImage().pixelColor(560, 330).red() == colour(view, 4.55, -2.27)[0]
    assert near(colour(view, 2, 2), UPPER)
    assert near(colour(view, -2, -2), LOWER)


def test_a_layer_can_be_hidden_and_faint(view, session):
    full = colour(view, 2, 2)
    only(session, classes=Layer(True, 0.5))
    assert near(colour(view, 2, 2), (full + DARK) / 2, 4)
    only(session)
    assert near(colour(view, 2, 2), DARK, 1)


def test_the_cloud_lies_on_its_region(view, session):
    put(session, cloud=cloud_at((1.0, -3.0), (3.0, 1.5)))
    before = colour(view, 3, 1.5)
    only(session, "classes", "cloud")
    assert near(colour(view, 3, 1.5), UPPER, 6)
    assert not near(before, UPPER, 6)


def test_the_cloud_moves_with_the_map(view, session):
    put(session, cloud=cloud_at((1.0, 1.0), (1.5, 1.5)))
    only(session, "cloud")
    for by in (0.3, 1.4, 3.0):  # within the raster's margin and beyond it
        left, right, bottom, top = session.settings.window
        session.set(window=(left + by, right + by, bottom - by / 4, top - by / 4))
        assert brightest(view, 1.5, 1.5, 1) > 100


def test_holes_are_hatched_and_follow_the_map(view, session):
    x = np.linspace(-1, 1, 65, dtype=np.float32)
    score = np.broadcast_to(10 * x, (65, 65)).copy()  # a hole at the right
    window = session.settings.window
    only(session, "holes")
    put(session, holes=HoleMap(score, 0.0, window, 0, 65 * 65))
    image = view.grab().toImage()
    left = {image.pixel(x, 200) for x in range(20, 240)}
    right = {image.pixel(x, 200) for x in range(360, 580)}
    assert len(left) == 1
    assert len(right) > 4  # strokes


def test_names_stand_in_their_regions(view, session):
    only(session, "names")
    assert set(view.canvas.layers.names.spots) == {0, 1}
    at = view.canvas.layers.names.spots[1]
    assert at.x + at.y > 1
    assert brightest(view, at.x, at.y, 6) > 200


def test_paths_marks_and_grid_are_seen_over_everything(view, session):
    bare = colour(view, -3, 0)
    session.set(start=(-3.0, 0.0))
    assert not near(colour(view, -3.08, 0.12), bare)
    only(session)
    empty = view.grab().toImage()
    only(session, "grid")
    assert view.grab().toImage() != empty


def test_one_class_stands_out(view, session):
    lower, upper = colour(view, -2, -2), colour(view, 2, 2)
    view.highlight(1)
    assert near(colour(view, 2, 2), upper, 1)
    assert colour(view, -2, -2).sum() < lower.sum() - 60
    view.highlight(-1)
    assert near(colour(view, -2, -2), lower, 1)


def test_both_themes(view, session, qapp):
    only(session)
    theme.apply(qapp, "light")
    assert near(colour(view, 2, 2), np.array([0xF4, 0xF5, 0xF7]), 1)
    theme.apply(qapp, "dark")
    assert near(colour(view, 2, 2), DARK, 1)
