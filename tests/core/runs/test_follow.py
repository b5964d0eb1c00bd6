"""A window shows what another process trains: every whole state of its file, and no other."""

import shutil
import threading
from dataclasses import replace

import pytest

from lacuna.core.documents import archive
from lacuna.core.runs.follow import Followed, following
from lacuna.core.session.session import Session
from lacuna.core.training.config import TrainConfig
from tests.core.small_models import DENSE, GRAIN, HASTY, STROKES, codes_of_zero, document
from tests.waiting import PATIENCE, settle

SIDE = (1, 28, 28)


@pytest.fixture
def session(engine):
    session = Session(engine, run_config=HASTY)
    session.set(grain=GRAIN, data=STROKES, model=DENSE)
    return session


def state(step, **more):
    return document(DENSE, SIDE, tuple("0123456789"), step=step, **more)


def steps(session):
    return [scene.step for scene in session.results.timeline]


def status(session):
    return dict(session.results.progress)["follow"].text


def newest(session, step):
    return lambda: steps(session)[-1:] == [step]


def test_the_timeline_grows_as_a_thread_writes(session, tmp_path):
    """Each state is written once the one before has been seen: none is missed."""
    path, observed = tmp_path / "run.lacuna", threading.Semaphore(0)

    def write():
        for step in (10, 20, 30):
            archive.save(path, state(step))
            observed.acquire(timeout=PATIENCE)

    thread = threading.Thread(target=write, daemon=True)
    session.files.follow(path)
    thread.start()
    for step in (10, 20, 30):
        settle(session, newest(session, step))
        observed.release()
    thread.join(PATIENCE)
    assert steps(session) == [10, 20, 30]
    settle(session, lambda: "step 30" in status(session))
    assert status(session) == "following run.lacuna, step 30"
    assert session.results.document.step == 30
    assert session.files.path is None  # the file belongs to whoever trains
    assert session.results.failure is None
    session.cancel("follow")
    assert not session.jobs.live("follow")
    assert "follow" not in dict(session.results.progress)


def test_a_file_that_is_not_whole_is_not_shown(tmp_path):
    """Copied from another machine, say: half of it is there first. The next whole one is shown."""
    path, whole = tmp_path / "run.lacuna", tmp_path / "whole.lacuna"
    archive.save(whole, state(10))
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    job, reports = following(path), []
    while len(reports) < 3:  # the half, looked at again and again
        reports += [value for value in [next(job)] if value is not None]
    assert not any(isinstance(value, Followed) for value in reports)
    assert {value.text for value in reports} == {"waiting for run.lacuna"}
    shutil.copy(whole, path)
    result = next(value for value in job if isinstance(value, Followed))
    assert (result.document.step, result.path) == (10, path)
    job.close()


def test_saving_leaves_no_moment_at_which_half_is_there(tmp_path):
    """A reader that never rests finds one whole state or the next."""
    path = tmp_path / "run.lacuna"
    archive.save(path, state(0))

    def write():
        for step in range(1, 15):
            archive.save(path, state(step))

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    result = []
    while thread.is_alive():
        result.append(archive.load(path).step)
    thread.join(PATIENCE)
    assert result == sorted(result)


def test_a_file_that_is_not_there_yet_is_waited_for(session, tmp_path):
    path = tmp_path / "run.lacuna"
    session.files.follow(path)
    settle(session, lambda: "follow" in dict(session.results.progress))
    assert status(session) == "waiting for run.lacuna"
    archive.save(path, state(3))
    settle(session, newest(session, 3))


def test_a_run_that_is_begun_anew_is_another_model(session, tmp_path):
    path = tmp_path / "run.lacuna"
    archive.save(path, state(50))
    session.files.follow(path)
    settle(session, newest(session, 50))
    archive.save(path, state(5))
    settle(session, newest(session, 5))
    assert steps(session) == [5]
    archive.save(path, state(6))
    settle(session, newest(session, 6))
    assert steps(session) == [5, 6]


def test_the_codes_come_with_the_last_word(session, tmp_path):
    path, away = tmp_path / "run.lacuna", replace(STROKES, name="npz", folder="nowhere")
    archive.save(path, state(0, data=away))
    session.files.follow(path)
    settle(session, newest(session, 0))
    assert session.results.codes is None
    archive.save(path, state(0, data=away, codes=codes_of_zero(9)))
    settle(session, lambda: session.results.codes is not None)
    assert steps(session) == [0]


def test_opening_or_training_ends_it(session, tmp_path):
    path, other = tmp_path / "run.lacuna", tmp_path / "other.lacuna"
    archive.save(path, state(10))
    archive.save(other, state(1))
    session.files.follow(path)
    settle(session, newest(session, 10))
    session.files.open(other)
    settle(session, newest(session, 1))
    assert not session.jobs.live("follow")
    session.files.follow(path)
    settle(session, newest(session, 10))
    session.set(train=TrainConfig(epochs=1, batch=16, device="cpu"))
    session.training.start()
    assert not session.jobs.live("follow")
    settle(session)
    assert steps(session)[-1] == 4
