"""What the session shows on the map, and until when."""

from dataclasses import replace

import numpy as np

from lacuna.core.session.fields import RESULTS
from lacuna.explorer.map.coordinates import Coordinates
from lacuna.explorer.map.view import MapView
from tests.explorer.formula_model import colour, half_planes, install, put, session_of, shown
from tests.waiting import settle


def test_nothing_of_another_condition_stays_on_the_map(session, qtbot):
    scenes = {condition: conditional(condition) for condition in (0, 1)}
    scenes = {key: replace(scene, conditioned=scenes.__getitem__) for key, scene in scenes.items()}
    install(session, scenes[0])
    view, classes = shown(qtbot, MapView(session)), []
    settle(session, lambda: not session.jobs.live("map") and not session.jobs.live("plane"))
    layer = view.canvas.layers.classes
    assert layer.class_at(2, 2) == 1
    session.watch(RESULTS.map, lambda _: classes.append(layer.class_at(2, 2)))
    classes.clear()
    session.set(condition=1)
    settle(session, lambda: 0 in classes)
    assert 1 not in classes


def test_what_is_of_another_step_is_faint_and_named(view, session):
    layers, badge = view.canvas.layers, view.overlays.badge
    assert layers.late == {}
    before = colour(view, 2, 2)
    put(session, timeline=(*session.results.timeline, replace(session.results.scene, step=9)))
    assert layers.late == {"classes": 0}
    assert badge.text() == "Classes of step 0"
    assert np.abs(colour(view, 2, 2) - before).max() > 20  # towards the ground
    settle(session)
    assert layers.late == {}
    assert badge.isHidden()
    assert np.array_equal(colour(view, 2, 2), before)


def conditional(condition):
    """Half planes that change places with the condition."""
    scene, sign = half_planes(), 1 - 2 * condition
    return replace(
        scene,
        condition=condition,
        logits=lambda z: sign * scene.logits(z),
        conditions=("as it is", "turned"),
    )


def test_after_its_end_the_map_follows_the_session_no_more(view, session):
    session.set(cursor=(1.0, 0.5), window=(-1.0, 2.0, -1.0, 1.0))
    window = view.canvas.viewport.window
    view.end()
    session.set(cursor=(-2.0, 1.0), window=(-3.0, 3.0, -2.0, 2.0))
    put(session, map=None)
    assert view.canvas.layers.marks.places["cursor"] == (1.0, 0.5)
    assert view.canvas.viewport.window == window
    assert view.canvas.layers.classes.levels


def test_an_anchor_beside_the_slice_says_so(engine, qtbot):
    session = session_of(engine, latent=3)
    install(session, half_planes(latent=3))
    view = shown(qtbot, MapView(session))
    coordinates = Coordinates(session.results.plane)
    normal = np.cross(*coordinates.axes)
    session.set(start=tuple(normal * 1.5), end=coordinates.to_latent(1, 1))
    assert view.canvas.layers.marks.off == {"start"}
    session.close()
