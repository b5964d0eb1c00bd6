"""Train, pause, stop and go on: bit for bit what it would have been."""

import math
from dataclasses import replace

import numpy as np
import pytest

from lacuna.core.data.dataset import DataConfig
from lacuna.core.documents import archive, autosave
from lacuna.core.engine.errors import Problem
from lacuna.core.runs.fit import Plan
from tests.core.session.small_session import (
    ENDLESS,
    SHORT,
    calm,
    trained,
    under_way,
    untrained,
)
from tests.core.small_models import DENSE, STROKES, equal
from tests.waiting import settle


def test_pause_is_a_checkpoint_and_resume_goes_on(session):
    session.set(train=ENDLESS)
    session.training.start()
    settle(session, under_way(session))
    session.training.pause()
    assert session.results.run == "pausing"
    settle(session, lambda: session.results.run == "paused")
    step = session.results.document.step
    assert session.results.document.checkpoint.step == step
    assert session.jobs.live("training")
    settle(session, lambda: session.results.measured is not None)  # time for the slow and thorough
    assert session.results.document.step == step
    session.training.resume()
    assert session.results.run == "training"
    settle(session, lambda: session.results.document.step > step)
    session.training.stop()
    settle(session)
    calm(session)
    assert session.results.run == "idle"


def test_stopped_and_gone_on_is_bit_for_bit_the_whole(session, often):
    session.set(train=ENDLESS)
    session.training.start()
    settle(session, under_way(session))
    session.training.stop()
    settle(session)
    step = session.results.document.step
    config = replace(SHORT, epochs=step // 4 + 5)
    session.set(data=DataConfig("digits"), train=config)  # the data is that of the shown model
    session.training.start(afresh=False)
    settle(session)
    calm(session)
    whole = trained(Plan(STROKES, DENSE), config)
    assert session.results.document.step == whole.step > step
    assert equal(session.results.document.model, whole.model)
    steps = [step for step, _ in session.results.document.history]
    assert steps == sorted(set(steps))
    samples = [scene.step for scene in session.results.timeline]
    assert samples == sorted(set(samples) & set(steps))
    assert samples[-1] == whole.step


def test_without_a_checkpoint_there_is_nothing_to_go_on_from(session):
    with pytest.raises(Problem, match="no checkpoint"):
        session.training.start(afresh=False)
    session.files.install(untrained())
    with pytest.raises(Problem, match="no checkpoint"):
        session.training.start(afresh=False)
    settle(session)


def test_verbs_out_of_place_do_nothing(session):
    for verb in ("pause", "resume", "stop"):
        getattr(session.training, verb)()
        assert session.results.run == "idle"
    session.set(train=ENDLESS)
    session.training.start()
    settle(session, under_way(session))
    session.training.stop()
    session.training.pause()
    session.training.resume()
    settle(session)
    assert session.results.run == "idle"


@pytest.mark.parametrize("what", ["drawing digits", "training the judge"])
def test_stop_while_it_gets_ready(session, what):
    session.set(data=DataConfig(count=3000))
    session.training.start()

    def progress_texts():
        return dict(session.results.progress).get("training")

    settle(session, lambda: progress_texts() and progress_texts().text.startswith(what))
    session.training.pause()
    assert session.results.run == "paused"
    session.training.resume()
    assert session.results.run == "preparing"
    session.training.stop()
    settle(session)
    calm(session)
    assert session.results.run == "idle"
    assert session.results.document is None
    assert autosave.interrupted() == []


def test_training_anew_while_it_trains(session, often):
    session.set(train=ENDLESS)
    session.training.start()
    settle(session, under_way(session))
    session.set(model=replace(DENSE, latent=3), train=SHORT)
    session.training.start()
    settle(session)
    calm(session)
    r = session.results
    assert r.document.config.latent == 3
    assert {scene.latent for scene in r.timeline} == {3}
    steps = [scene.step for scene in r.timeline]
    assert steps == sorted(set(steps))
    assert steps[-1] == 12
    session.close()
    runs = [archive.load(path) for path in autosave.interrupted()]
    assert sorted(run.config.latent for run in runs) == [2, 3]  # its last word was kept


def test_divergence_is_a_failure_and_the_last_good_weights_stay(session, often):
    session.set(train=ENDLESS)
    session.training.start()
    settle(session, under_way(session))
    session.set(train=replace(ENDLESS, rate=10.0, beta=math.inf))
    settle(session)
    r = session.results
    assert "diverged" in r.failure.sentence
    assert r.failure.details == ""
    assert r.run == "idle"
    assert all(part.isfinite().all() for part in r.document.model.parameters())
    assert r.map.step == r.sample.step == r.document.step
    assert np.isfinite(r.sample.image).all()


def test_a_home_that_cannot_be_written_ends_no_training(session, home, monkeypatch):
    (home / "file").write_text("")
    monkeypatch.setenv("LACUNA_HOME", str(home / "file"))
    session.training.start()
    settle(session)
    assert session.results.document.step == 12
    assert "LACUNA_HOME" in session.results.failure.sentence


def test_a_full_disk_ends_no_training(session, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    session.training.start()
    settle(session)
    assert session.results.document.step == 12
    assert "No space left" in session.results.failure.sentence
