"""Names in their regions, clear of borders, marks, paths and legends."""

from dataclasses import replace

import numpy as np
import pytest

from lacuna.core.render.map_painting import MapPainting
from lacuna.explorer.map.marks import GRIP
from lacuna.explorer.map.name_placement import name_spots
from lacuna.explorer.map.names import Spot
from tests.explorer.formula_model import put
from tests.waiting import settle


def test_names_keep_clear_of_borders_and_of_what_covers_the_map():
    label = np.zeros((65, 65), np.int16)
    label[:, 40:] = 1
    window = (-1.0, 1.0, -1.0, 1.0)
    spots = name_spots(label, window)
    assert spots[0].x == pytest.approx(-0.39, abs=0.1)
    stays = name_spots(label, window, before={0: Spot(-0.3, 0.1, 0.5)})
    assert stays[0][:2] == (-0.3, 0.1)
    covered = name_spots(label, window, covered=[(0.2, 1.0, 0.0, 1.0)])
    assert covered[1].y < 0


def test_a_name_with_no_other_place_stays():
    label, window = np.zeros((65, 65), np.int16), (-1.0, 1.0, -1.0, 1.0)
    everywhere, half = (-1.0, 1.0, -1.0, 1.0), (-1.0, 0.2, -1.0, 1.0)
    assert name_spots(label, window, crowded=[everywhere], least=0.1)[0].depth > 0.9
    assert name_spots(label, window, crowded=[half], least=0.1)[0].x > 0.2
    assert name_spots(label, window, covered=[everywhere], least=0.1)[0].depth == 0


def test_a_name_goes_from_under_a_resting_mark_within_its_region(view, session, qtbot):
    before = view.canvas.layers.names.spots[1]
    session.set(cursor=(before.x, before.y))
    assert view.canvas.layers.names.spots[1] == before  # a mark that is dragged passes over it
    qtbot.waitUntil(lambda: view.canvas.layers.names.spots[1] != before)
    after = view.canvas.layers.names.spots[1]
    away = (after.x - before.x, after.y - before.y)
    assert np.hypot(*away) * view.canvas.viewport.scale > GRIP
    assert after.x + after.y > 0


def test_no_name_is_written_on_a_path(view, session):
    session.set(start=(-3.0, -1.0), end=(3.0, 1.0), family="straight")
    settle(session, lambda: session.results.straight is not None)
    put(session, map=replace(session.results.map))  # names are placed with a map
    layers, viewport = view.canvas.layers, view.canvas.viewport
    places = [layers.paths.lines["straight"].at(t) for t in np.linspace(0, 1, 200)]
    line = viewport.to_screen(np.array(places))
    for spot in layers.names.spots.values():
        at = viewport.to_screen(np.array([spot.x, spot.y]))
        assert np.linalg.norm(line - at, axis=1).min() > 6


def test_the_first_picture_of_another_step_brings_its_names(view, session):
    coarse = session.results.map
    painting = MapPainting(coarse.painting.fills[::4, ::4], coarse.painting.border[::4, ::4])
    label, margin = 1 - coarse.label[::4, ::4], coarse.margin[::4, ::4]
    other = replace(coarse, label=label, margin=margin, painting=painting, step=7)
    put(session, timeline=(replace(session.results.scene, step=7),), map=other)
    assert view.canvas.layers.classes.class_at(2, 2) == 0
    for index, spot in view.canvas.layers.names.spots.items():
        assert view.canvas.layers.classes.class_at(spot.x, spot.y) == index
