"""Two sessions side by side: what is linked, what cannot be, and the way back."""

import gc
import math
import weakref
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacuna.core.config.serialisation import to_json
from lacuna.core.data.dataset import DataConfig
from lacuna.core.documents.scenes import scene_of
from lacuna.core.measures.held_out import HeldOut
from lacuna.core.models.vae.vae import VAEConfig
from lacuna.core.runs.fit import measures_of
from lacuna.core.session import model_figures
from lacuna.core.session.fields import EVERY_SETTING, SETTINGS
from lacuna.core.session.jobs.images import Cloud
from lacuna.core.session.results import Results
from lacuna.core.session.session import Session
from lacuna.core.session.settings import Layer, Layers, Settings
from lacuna.core.session.workspace import Workspace, reshaped
from tests.core.small_models import DENSE, GRAIN, HASTY, STROKES, codes_of_zero, dataset, document
from tests.waiting import settle

WIDE = VAEConfig(body="dense", hidden=16, latent=3)
IMAGES = dataset()


def saved(config=DENSE, **settings):
    asked = Settings(STROKES, config, grain=GRAIN, **settings)
    return document(config, codes=codes_of_zero(30, config.latent), settings=to_json(asked))


@pytest.fixture
def open_two(engine, monkeypatch):
    """Two sessions with a model each, linked; no images are read."""
    monkeypatch.setattr("lacuna.core.session.jobs.images.is_local", lambda source: False)
    made = []

    def open_two(second=DENSE, **settings):
        sessions = Session(engine, run_config=HASTY), Session(engine, "second", HASTY)
        workspace = Workspace(*sessions)
        made.append(workspace)
        sessions[0].files.install(saved(**settings))
        sessions[1].files.install(saved(second))
        return workspace, *sessions

    yield open_two
    for workspace in made:
        workspace.close()
        workspace.first.close()


CHANGES = {
    "window": (-1.0, 1.0, -1.0, 1.0),
    "cursor": (0.5, -0.5),
    "start": (1.0, 1.0),
    "threshold": 1.0,
    "detector": "nearest",
    "layers": Layers(holes=Layer(visible=False)),
    "height": "radius",
    "travel": 0.25,
    "target": 1,
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("acts", [0, 1])
def test_a_change_in_one_is_followed_by_the_other(open_two, name, acts):
    workspace, *both = open_two()
    before = getattr(both[0].settings, name)
    both[acts].set(**{name: CHANGES[name]})
    assert getattr(both[0].settings, name) == getattr(both[1].settings, name) == CHANGES[name]
    assert [session.history.can_undo for session in both] == [acts == 0, acts == 1]
    workspace.undo()
    assert getattr(both[0].settings, name) == getattr(both[1].settings, name) == before
    assert not workspace.can_undo
    workspace.redo()
    assert getattr(both[0].settings, name) == getattr(both[1].settings, name) == CHANGES[name]


def test_what_is_trained_and_which_step_is_held_is_each_ones_own(open_two):
    _, first, second = open_two()
    first.set(model=WIDE, step=3)
    assert (second.settings.model, second.settings.step) == (DENSE, None)


def test_a_change_is_told_once(open_two):
    _, first, second = open_two()
    heard = []
    for session in (first, second):
        session.watch(SETTINGS.cursor, lambda z, at=session.name: heard.append((at, z)))
    heard.clear()
    first.set(cursor=(1.0, 2.0))
    assert sorted(heard) == [("main", (1.0, 2.0)), ("second", (1.0, 2.0))]


def test_gestures_are_taken_back_newest_first_whoever_made_them(open_two):
    workspace, first, second = open_two()
    states = [first.settings.cursor]
    for at, session in enumerate((first, second, second, first)):
        session.set(moving=True, cursor=(at + 0.5, 0.0))
        session.set(cursor=(at + 1.0, 0.0))
        states.append(first.settings.cursor)
    for state in states[-2::-1]:
        workspace.undo()
        assert first.settings.cursor == second.settings.cursor == state
    assert not workspace.can_undo
    for state in states[1:]:
        assert workspace.can_redo
        workspace.redo()
        assert first.settings.cursor == second.settings.cursor == state
    assert not workspace.can_redo


def test_a_new_gesture_ends_what_could_be_redone(open_two):
    workspace, first, second = open_two()
    second.set(threshold=1.0)
    workspace.undo()
    first.set(cursor=(1.0, 0.0))
    assert not workspace.can_redo
    workspace.redo()
    assert first.settings.threshold == second.settings.threshold == Settings().threshold


def test_a_cancelled_drag_leaves_no_step_and_no_trace(open_two):
    workspace, first, second = open_two()
    second.set(moving=True, cursor=(1.0, 0.0))
    assert workspace.can_undo
    second.history.cancel_gesture()
    assert not workspace.can_undo
    assert first.settings.cursor == second.settings.cursor == (0.0, 0.0)


def test_who_is_opened_looks_where_the_first_looks(open_two):
    _, first, second = open_two(cursor=(1.0, -1.0), threshold=2.0, window=(0.0, 2.0, 0.0, 2.0))
    assert second.settings.cursor == (1.0, -1.0)
    assert (second.settings.threshold, second.settings.window) == (2.0, (0.0, 2.0, 0.0, 2.0))
    second.files.install(saved(cursor=(3.0, 3.0)))
    assert first.settings.cursor == second.settings.cursor == (1.0, -1.0)


def test_places_of_spaces_of_different_sizes_are_not_linked_and_it_is_said(open_two):
    workspace, first, second = open_two(WIDE)
    first.set(cursor=(1.0, 1.0), start=(0.0, 1.0), threshold=1.5)
    assert second.settings.cursor == (0.0, 0.0, 0.0)
    assert second.settings.start is None
    assert second.settings.threshold == 1.5
    assert "2 and 3 dimensions" in workspace.remark
    second.files.install(saved())
    assert workspace.remark == ""
    assert second.settings.cursor == (1.0, 1.0)


def test_the_picked_image_is_the_same_in_both(open_two):
    _, first, second = open_two()
    clouds = [
        Cloud(np.array(means, np.float32), np.array(means, np.float32), None, np.array(index), 0)
        for means, index in (([[0, 0], [1, 1]], [7, 8]), ([[5, 5], [6, 6], [4, 4]], [8, 9, 7]))
    ]
    for session, cloud in zip((first, second), clouds, strict=True):
        session.store.update(cloud=cloud)
    first.set(picked=(1.0, 1.0))
    assert second.settings.picked == (5.0, 5.0)
    second.set(picked=(4.0, 4.0))
    assert first.settings.picked == (0.0, 0.0)
    second.set(picked=(6.0, 6.0))  # of an image that the first has no code of
    assert first.settings.picked is None


def test_images_are_read_once(open_two):
    _, first, second = open_two()
    first.images.share(IMAGES)
    assert second.results.dataset is IMAGES
    second.files.install(saved())
    assert second.results.dataset is IMAGES


def test_images_of_other_data_are_not_shared(open_two):
    _, first, second = open_two()
    first.files.install(replace(saved(), data=replace(STROKES, count=61)))
    second.images.share(IMAGES)
    assert first.results.dataset is None


def test_both_answer_a_cursor_move(open_two):
    _, first, second = open_two()
    first.set(cursor=(0.25, 0.5))
    for session in (first, second):
        settle(session, lambda s=session: s.results.sample and s.results.sample.z == (0.25, 0.5))
    assert first.results.sample.z == second.results.sample.z == (0.25, 0.5)


def test_closing_cancels_unlinks_and_frees(engine, open_two):
    workspace, first, second = open_two()
    watched = first.store.watchers
    watched = first.store.watchers
    assert engine.busy("second")
    workspace.close()
    assert not engine.busy("second")
    first.set(cursor=(1.0, 1.0))
    assert second.settings.cursor == (0.0, 0.0)
    assert first.store.watchers == watched - len(EVERY_SETTING) - 2  # document and dataset


def test_a_closed_second_is_forgotten(engine):
    first, second = Session(engine, run_config=HASTY), Session(engine, "second", HASTY)
    Workspace(first, second).close()
    gone = weakref.ref(second)
    del second
    gc.collect()
    assert gone() is None


shape = st.tuples(st.floats(0.5, 9), st.floats(0.5, 9), st.floats(-5, 5), st.floats(-5, 5))


@given(shape, shape)
def test_windows_share_their_middle_square(one, other):
    window, like = ((x - w, x + w, y - h, y + h) for w, h, x, y in (one, other))
    left, right, bottom, top = reshaped(window, like)
    assert math.isclose(min(right - left, top - bottom) / 2, min(one[:2]), rel_tol=2e-6)
    assert math.isclose((right - left) / (top - bottom), other[0] / other[1], rel_tol=1e-9)
    middle = (left + right) / 2, (bottom + top) / 2
    assert np.allclose(middle, one[2:], rtol=0, atol=2e-6 * min(one[:2]))
    again = reshaped((left, right, bottom, top), window)
    assert again == window  # so that two maps never answer one another for ever


def test_the_figures_of_both_as_far_as_they_are_known():
    held = HeldOut(100.0, 1.0, 90.0, 10.0, 0.1, 0.99, 0.5, 100, 0)
    one = Results(measured=held)
    other = Results(measured=replace(held, negative_elbo=110.0, accuracy_decoded=None))
    found = model_figures.known(one)
    assert found["elbo"].low == 100 - 1.96
    # Wilson's interval of 50 in 100: 1/2 -+ 1.96 / (2 sqrt(100 + 1.96²))
    half = 1.96 / (2 * math.sqrt(100 + 1.96**2))
    assert (found["accuracy"].low, found["accuracy"].high) == pytest.approx(
        (0.5 - half, 0.5 + half)
    )
    assert model_figures.differences(one, other) == {"elbo": "higher"}
    mine, theirs = (document(DENSE, data=DataConfig(name)) for name in ("strokes", "mnist"))
    results = replace(one, document=mine), replace(other, document=mine)
    assert model_figures.differences(*results) == {"elbo": "higher"}
    assert model_figures.differences(results[0], replace(other, document=theirs)) == {}
    assert model_figures.known(Results()) == {}


def test_where_the_images_are_missing_the_figures_of_the_file_are_taken():
    held = HeldOut(100.0, 1.0, 90.0, 10.0, 0.1, 0.99, 0.5, 100, 7)
    held_document = replace(document(DENSE, classes=("a", "b")), step=7, measures=measures_of(held))
    here = Results(document=held_document, scene=scene_of(held_document, "here"))
    assert model_figures.known(here) == model_figures.known(replace(here, measured=held))
    older = replace(here, document=replace(held_document, step=8))
    assert "elbo" not in model_figures.known(older)
    assert model_figures.missing(older)["elbo"] == "needs its images"


def test_what_is_not_known_says_why():
    assert set(model_figures.missing(Results()).values()) == {"no model yet"}
    bare = document(DENSE, classes=())
    why = model_figures.missing(Results(document=bare, scene=scene_of(bare, "here")))
    assert why["accuracy"] == why["entropy"] == why["radius"] == "no judge"
    assert why["hole"] == "no codes"
    assert why["decoder_slope"] == "not measured yet"
