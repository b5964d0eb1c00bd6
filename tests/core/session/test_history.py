"""One gesture is one step of undo, and every setting can be undone."""

from dataclasses import fields

from lacuna.core.data.dataset import DataConfig
from lacuna.core.geometry.map.refinement import Grain
from lacuna.core.models.vae.vae import VAEConfig
from lacuna.core.session.session import Session
from lacuna.core.session.settings import Layer, Layers, Settings, SpaceLayers
from lacuna.core.training.config import TrainConfig
from tests.core.session.small_session import LIVELY, calm, untrained
from tests.waiting import settle


def test_a_gesture_is_one_step_of_undo(engine):
    session = Session(engine, run_config=LIVELY)
    session.set(window=(-1, 1, -1, 1))
    for x in (0.1, 0.2, 0.3):
        session.set(moving=True, cursor=(x, 0.0))
    session.set(cursor=(0.3, 0.0))
    session.set(cursor=(0.3, 0.0))  # asks for nothing new
    session.history.undo()
    assert session.settings == Settings(window=(-1, 1, -1, 1))
    session.history.undo()
    session.history.undo()
    assert session.settings == Settings()
    assert not session.history.can_undo
    session.history.redo()
    session.history.redo()
    assert session.settings == Settings(window=(-1, 1, -1, 1), cursor=(0.3, 0.0))
    assert not session.history.can_redo


def test_a_cancelled_gesture_has_never_been(engine):
    session = Session(engine, run_config=LIVELY)
    session.set(columns=3)
    session.set(columns=4)
    session.history.undo()
    session.history.cancel_gesture()  # there is none
    for x in (0.1, 0.2):
        session.set(moving=True, cursor=(x, 0.0))
    session.history.cancel_gesture()
    assert session.settings == Settings(columns=3)
    session.history.redo()
    assert session.settings.columns == 4
    session.history.undo()
    session.history.undo()
    assert session.settings == Settings()


def test_a_new_wish_ends_redo(engine):
    session = Session(engine, run_config=LIVELY)
    session.set(columns=3)
    session.history.undo()
    session.set(columns=5)
    assert not session.history.can_redo


OTHER = {
    "data": DataConfig("digits"),
    "model": VAEConfig(latent=3),
    "train": TrainConfig(beta=4.0),
    "window": (-1.0, 1.0, -1.0, 1.0),
    "through": (1.0, 1.0),
    "cursor": (1.0, 2.0),
    "picked": (0.0, 1.0),
    "step": 3,
    "threshold": 1.0,
    "grain": Grain(finest=65),
    "detector": "cycle",
    "height": "stretch",
    "shape": "arrows",
    "surveyed": True,
    "measuring": True,
    "layers": Layers(holes=Layer(visible=False)),
    "start": (0.0, 1.0),
    "end": (1.0, 0.0),
    "target": 3,
    "family": "straight",
    "families": ("straight", "slerp"),
    "compared": True,
    "travel": 0.5,
    "columns": 3,
    "draw": 7,
    "condition": 1,
    "space": SpaceLayers(slopes=False),
}


def test_every_setting_is_undone_and_redone(engine):
    session, states = Session(engine, run_config=LIVELY), [Settings()]
    assert OTHER.keys() == {field.name for field in fields(Settings)}
    for name, value in OTHER.items():
        session.set(**{name: value})
        states.append(session.settings)
    for state in states[-2::-1]:
        session.history.undo()
        assert session.settings == state
    for state in states[1:]:
        session.history.redo()
        assert session.settings == state


def test_a_new_model_ends_the_gesture_under_way(session):
    """Its first snapshot may come in the middle of a drag."""
    session.set(moving=True, cursor=(1.0, 1.0))
    session.files.install(untrained())
    session.history.cancel_gesture()
    assert not session.history.can_undo
    session.set(moving=True, cursor=(0.5, 0.5))
    session.history.cancel_gesture()
    assert session.settings.cursor == (0.0, 0.0)
    settle(session)
    calm(session)
