"""Open and save, also while a training is under way."""

import numpy as np
import pytest

from lacuna.core.documents import archive, autosave
from lacuna.core.engine.errors import Problem
from lacuna.core.models.vae.vae import VAEConfig
from lacuna.core.session.session import Session
from lacuna.core.session.settings import Layer, Layers
from tests.core.session.small_session import (
    ENDLESS,
    LIVELY,
    calm,
    under_way,
    untrained,
)
from tests.waiting import settle


def test_what_is_saved_is_opened_elsewhere(session, engine, tmp_path):
    messages = []
    session.notices.listen(messages.append)
    session.training.start()
    settle(session)
    session.set(cursor=(0.5, 1.0), window=(-1.0, 1.0, -2.0, 2.0), columns=3, target=4)
    session.set(layers=Layers(cloud=Layer(False, 0.25)), start=(0.1, 0.2), end=(0.3, 0.4))
    settle(session)
    session.files.save(tmp_path / "a.lacuna")
    settle(session)
    assert messages == ["Saved a.lacuna."]
    assert session.files.path == tmp_path / "a.lacuna"
    assert autosave.interrupted() == []  # it is safe: nothing is left to offer
    other = Session(engine, "other", LIVELY)
    other.files.open(tmp_path / "a.lacuna")
    settle(other)
    calm(other)
    assert other.settings == session.settings
    one, same = session.results, other.results
    assert np.array_equal(one.sample.image, same.sample.image)
    assert np.array_equal(one.cloud.points, same.cloud.points)
    assert one.measured == same.measured
    assert same.document.measures["accuracy"] == one.measured.accuracy
    assert same.document.checkpoint.step == 12


def test_saving_while_it_trains(session, tmp_path):
    session.set(train=ENDLESS)
    session.training.start()
    settle(session, under_way(session))
    session.files.save(tmp_path / "a.lacuna")
    session.files.save(tmp_path / "b.lacuna")
    settle(session, lambda: (tmp_path / "b.lacuna").exists() and not session.jobs.live("save"))
    step = session.results.document.step
    settle(session, lambda: session.results.document.step > step)
    assert session.results.run == "training"
    for name in ("a.lacuna", "b.lacuna"):
        result = archive.load(tmp_path / name)
        assert result.checkpoint.step == result.step
    session.training.stop()
    settle(session)
    calm(session)


@pytest.mark.parametrize("verbs", [["save", "pause"], ["pause", "save"]])
def test_saving_and_pausing_at_once(session, tmp_path, verbs):
    session.set(train=ENDLESS)
    session.training.start()
    settle(session, under_way(session))
    for verb in verbs:
        session.files.save(tmp_path / "a.lacuna") if verb == "save" else session.training.pause()
    settle(session, lambda: session.files.path is not None)
    assert session.results.run == "paused"
    step = session.results.document.step
    assert archive.load(tmp_path / "a.lacuna").checkpoint.step == step
    session.training.resume()
    settle(session, lambda: session.results.document.step > step)


def test_a_save_asked_for_as_it_ends_is_written(session, tmp_path):
    session.set(train=ENDLESS)
    session.training.start()
    settle(session, under_way(session))
    session.training.stop()
    session.files.save(tmp_path / "a.lacuna")
    settle(session)
    calm(session)
    result = archive.load(tmp_path / "a.lacuna")
    assert result.checkpoint.step == result.step == session.results.document.step


def test_two_windows_on_one_file(session, engine, tmp_path):
    path, other = tmp_path / "a.lacuna", Session(engine, "other", LIVELY)
    session.files.install(untrained())
    session.files.save(path)
    settle(session)
    other.files.open(path)
    settle(other)
    session.set(columns=3)
    session.files.save(path)  # still its own
    settle(session)
    with pytest.raises(Problem, match="changed by another window"):
        other.files.save(path)
    other.files.save(tmp_path / "b.lacuna")
    settle(other)
    other.files.save(path, over=True)
    settle(other)
    with pytest.raises(Problem, match="changed by another window"):
        session.files.save(path)
    path.unlink()
    with pytest.raises(Problem):
        session.files.save(path)


def test_before_there_is_a_model_there_is_nothing_to_save(session, tmp_path):
    with pytest.raises(Problem, match="no model to save"):
        session.files.save(tmp_path / "a.lacuna")


@pytest.mark.parametrize("fault", ["gone", "a pickle", "settings", "unwritable"])
def test_a_file_that_fails_leaves_all_as_it_was(session, tmp_path, fault):
    session.files.install(untrained(step=5))
    settle(session)
    before, path = session.settings, tmp_path / "a.lacuna"
    if fault == "a pickle":
        path.write_bytes(b"\x80\x05.")
    elif fault == "settings":
        archive.save(path, untrained(settings={"cursor": "here"}))
    if fault == "unwritable":
        path.write_text("")
        session.files.save(path / "b.lacuna")
    else:
        session.files.open(path)
    settle(session)
    assert "a.lacuna" in session.results.failure.sentence
    assert (session.settings, session.results.document.step, session.files.path) == (
        before,
        5,
        None,
    )
    session.notices.dismiss()
    assert session.results.failure is None


def test_opening_another_file_ends_the_training_and_keeps_it(session, tmp_path):
    path = tmp_path / "other.lacuna"
    archive.save(path, untrained(VAEConfig(latent=3, body="dense", hidden=8), step=5))
    session.set(train=ENDLESS)
    session.training.start()
    settle(session, under_way(session))
    step = session.results.document.step
    session.files.open(path)
    settle(session)
    calm(session)
    r = session.results
    assert (r.run, r.document.step, r.scene.latent, len(r.timeline)) == ("idle", 5, 3, 1)
    assert r.map.step == r.measured.step == 5
    assert session.files.path == path
    (left,) = autosave.interrupted()
    session.files.save(path)
    settle(session)
    assert autosave.interrupted() == [left]  # saving one file does not discard the run of another
    session.files.open(left, whose="kept")
    settle(session)
    assert session.files.path is None
    assert session.results.document.checkpoint.step >= step
    assert autosave.interrupted() == []
    session.files.save(tmp_path / "mine.lacuna")
    settle(session)
    calm(session)
    session.close()
    assert autosave.interrupted() == []


def test_saved_and_another_opened_at_once(session, tmp_path):
    """The late end of a save must not make the old file that of the new model."""
    archive.save(tmp_path / "new.lacuna", untrained(step=5))
    session.files.install(untrained(step=1))
    session.files.save(tmp_path / "old.lacuna")
    session.files.install(archive.load(tmp_path / "new.lacuna"), tmp_path / "new.lacuna")
    settle(session)
    calm(session)
    assert session.files.path == tmp_path / "new.lacuna"
    assert archive.load(tmp_path / "old.lacuna").step == 1
