"""Legend and names keep clear of the marks, and tell the step that the map is of."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QWidget

from lacuna.core.geometry.classes.masses import Masses
from lacuna.core.geometry.holes.hole_map import HoleMap
from lacuna.core.render.map_painting import MapPainting
from lacuna.core.render.picture import EDGE_OPACITY, FINEST, VEIL, VEIL_OPACITY
from lacuna.core.session.fields import RESULTS
from lacuna.explorer.map.holes import HoleImage
from lacuna.explorer.map.legends import ENTERED, LEFT, free_corner
from lacuna.explorer.map.marks import GRIP
from lacuna.explorer.map.name_placement import name_spots
from lacuna.explorer.map.view import MapView
from tests.explorer.formula_model import half_planes, install, mark, put, shown
from tests.waiting import settle

BUTTON = Qt.MouseButton.LeftButton
PLACES = [QRectF(300, 0, 100, 100), QRectF(300, 300, 100, 100), QRectF(0, 300, 100, 100)]


@pytest.fixture
def view(session, qtbot):
    install(session, half_planes())
    return shown(qtbot, MapView(session))


def masses(step=0):
    half, four = np.array([0.5, 0.5]), np.array([4, 4])
    return Masses(half, np.zeros(2), np.ones(2), four, four, (0.1, 0, 1), 8, step)


def under(view, part):
    """The middle of a part of the map, on the plane."""
    return view.canvas.viewport.to_plane(QPointF(part.geometry().center()))


# ---- the corners ----


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
    session.set(**{name: under(view, view.overlays.legends)})
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
    x, y = under(view, view.overlays.legends)
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


# ---- the names ----


def test_a_name_goes_from_under_a_resting_mark_within_its_region(view, session, qtbot):
    before = view.canvas.layers.names.spots[1]
    session.set(cursor=(before.x, before.y))
    assert view.canvas.layers.names.spots[1] == before  # a mark that is dragged passes over it
    qtbot.waitUntil(lambda: view.canvas.layers.names.spots[1] != before)
    after = view.canvas.layers.names.spots[1]
    away = (after.x - before.x, after.y - before.y)
    assert np.hypot(*away) * view.canvas.viewport.scale > GRIP
    assert after.x + after.y > 0


def test_a_name_with_no_other_place_stays():
    label, window = np.zeros((65, 65), np.int16), (-1.0, 1.0, -1.0, 1.0)
    everywhere, half = (-1.0, 1.0, -1.0, 1.0), (-1.0, 0.2, -1.0, 1.0)
    assert name_spots(label, window, crowded=[everywhere], least=0.1)[0].depth > 0.9
    assert name_spots(label, window, crowded=[half], least=0.1)[0].x > 0.2
    assert name_spots(label, window, covered=[everywhere], least=0.1)[0].depth == 0


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


# ---- of one step ----


def test_the_first_picture_of_another_step_brings_its_names(view, session):
    coarse = session.results.map
    painting = MapPainting(coarse.painting.fills[::4, ::4], coarse.painting.border[::4, ::4])
    label, margin = 1 - coarse.label[::4, ::4], coarse.margin[::4, ::4]
    other = replace(coarse, label=label, margin=margin, painting=painting, step=7)
    put(session, map=other)
    assert view.canvas.layers.classes.class_at(2, 2) == 0
    for index, spot in view.canvas.layers.names.spots.items():
        assert view.canvas.layers.classes.class_at(spot.x, spot.y) == index


def test_shares_of_another_step_say_so_until_new_ones_come(view, session):
    rows = view.overlays.legends.classes.rows
    put(session, masses=masses())
    assert "measured again" not in rows.tip_of(0)
    scene = replace(session.results.scene, step=9)
    put(session, timeline=(scene,))
    assert "measured again" in rows.tip_of(0)
    put(session, masses=masses(step=9))
    assert "measured again" not in rows.tip_of(0)


def test_shares_of_other_classes_are_not_shown(view, session):
    put(session, masses=masses())
    assert view.overlays.legends.classes.rows.tip_of(0)
    three = replace(session.results.scene, step=9, classes=("a", "b", "c"))
    put(session, timeline=(three,))
    view.grab()  # the third row too
    assert not view.overlays.legends.classes.rows.tip_of(0)


def test_a_map_of_another_condition_replaces_the_one_before_at_once(session, qtbot):
    plain = half_planes()

    def given(condition):
        sign = 1 - 2 * condition
        return replace(
            plain,
            condition=condition,
            logits=lambda z: sign * plain.logits(z),
            conditions=("as it is", "turned"),
            given=made.__getitem__,
        )

    made = {}
    made.update({condition: given(condition) for condition in (0, 1)})
    install(session, made[0])
    view, seen = shown(qtbot, MapView(session)), []
    settle(session, lambda: not session.jobs.live("map") and not session.jobs.live("plane"))
    assert view.canvas.layers.classes.class_at(2, 2) == 1
    session.watch(RESULTS.map, lambda _: seen.append(view.canvas.layers.classes.class_at(2, 2)))
    seen.clear()
    session.set(condition=1)
    settle(session, lambda: len(seen) > 0)
    assert seen[0] == 0


# ---- what is coarse, and what lies over the lower edge ----


@pytest.mark.parametrize("side", [17, 33, 65])
def test_the_edge_of_a_coarse_hole_is_no_bright_bar(side):
    x = np.linspace(-1, 1, side, dtype=np.float32)
    score = np.broadcast_to(x, (side, side)).copy()
    picture = HoleImage(HoleMap(score, 0.0, (-1, 1, -1, 1), 0, side**2), 0)
    share = picture.rgba.astype(float) / 255
    added = (share[..., 0] * share[..., 3]).max()  # light on a black ground
    most = VEIL / 255 * VEIL_OPACITY + EDGE_OPACITY * 4 * side / FINEST
    assert added <= most + 2 / 255


def test_what_lies_over_the_lower_edge_hides_neither_readout_nor_legend(view, session, qtbot):
    strip = QWidget(view)
    strip.setGeometry(0, view.height() - 40, view.width(), 40)
    strip.show()
    before = view.grab().toImage()
    view.overlays.set_foot(40)
    assert view.grab().toImage() != before  # the scale bar is higher up
    qtbot.mouseMove(view, view.rect().center())
    session.set(end=under(view, view.overlays.legends))
    for part in (view.overlays.readout, view.overlays.legends):
        assert not part.geometry().intersects(strip.geometry())
    for spot in view.canvas.layers.names.spots.values():
        assert view.canvas.viewport.point(spot.x, spot.y).y() < strip.y()
