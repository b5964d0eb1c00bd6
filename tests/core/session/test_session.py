"""The whole program without Qt. Real data, real training, real files; all of it small."""

import math

import numpy as np
import pytest
import torch

from lacuna.core.config.serialisation import to_json
from lacuna.core.documents import archive, autosave
from lacuna.core.engine.engine import Engine
from lacuna.core.runs.fit import Plan
from lacuna.core.session.fields import RESULTS
from tests.core.session.small_session import (
    ENDLESS,
    SIDE,
    calm,
    opened,
    trained,
    under_way,
    untrained,
)
from tests.core.small_models import DENSE, GRAIN, STROKES, equal
from tests.waiting import settle


def test_the_whole_program_without_qt(session):
    maps = []
    session.watch(RESULTS.map, lambda m: m and m.step == 12 and maps.append(len(m.label)))
    session.training.start()
    assert session.results.run == "preparing"
    settle(session)
    calm(session)
    r = session.results
    assert (r.run, r.resting, r.training.finished, r.document.step) == ("idle", True, True, 12)
    for name in (
        "scene",
        "codes",
        "map",
        "holes",
        "masses",
        "cloud",
        "samples",
        "sample",
        "measured",
    ):
        assert getattr(r, name).step == 12, name
    assert maps[-1] == GRAIN.finest
    assert len(r.cloud.points) == len(r.codes.mean) == 50
    assert r.measured.images == 10
    assert r.samples.images.shape == (64, *SIDE)
    session.set(cursor=(0.25, -0.5), picked=tuple(r.codes.mean[7].tolist()), columns=2)
    session.set(start=(-1.0, 0.0), end=(1.0, 0.0))
    settle(session)
    calm(session)
    r = session.results
    with torch.no_grad():
        expected = r.document.model.decode(torch.tensor([[0.25, -0.5]]))[0]
    assert np.array_equal(r.sample.image, expected)
    assert r.sample.z == (0.25, -0.5)
    assert math.isclose(r.sample.probabilities.sum(), 1, rel_tol=1e-5)
    assert r.sample.log_prior == pytest.approx(-math.log(2 * math.pi) - 0.5 * (0.0625 + 0.25))
    assert np.array_equal(r.picked.original, r.dataset.train.images[7])
    assert r.picked.label == r.dataset.train.labels[7]
    assert r.inversion.of is r.picked
    assert r.inversion.error <= r.inversion.started
    assert len(r.samples.images) == 4
    assert r.straight.family == "straight"
    assert r.adversarial.family == "adversarial"
    assert np.allclose(r.straight.z[[0, -1]], [[-1, 0], [1, 0]])


def test_it_is_the_training_of_the_command_line(session):
    session.training.start()
    settle(session)
    assert equal(session.results.document.model, trained(Plan(STROKES, DENSE)).model)


def test_a_session_that_is_closed_leaves_its_run_to_be_offered(session):
    session.set(train=ENDLESS)
    session.training.start()
    settle(session, under_way(session))
    session.training.stop()
    settle(session)
    session.close()
    (path,) = autosave.interrupted()
    assert archive.load(path).step == session.results.document.step


def test_settings_are_plain(session):
    session.files.install(untrained())
    assert to_json(session.settings)["columns"] == 8
    settle(session)


def test_two_sessions_share_an_engine():
    engine = Engine()
    left, right = opened(engine, "left"), opened(engine, "right")
    left.files.install(untrained(step=1))
    right.files.install(untrained(step=2))
    left.set(columns=2)
    right.set(columns=3)
    settle(left)
    settle(right)
    assert (left.results.map.step, right.results.map.step) == (1, 2)
    assert (len(left.results.samples.images), len(right.results.samples.images)) == (4, 9)
    engine.close()
