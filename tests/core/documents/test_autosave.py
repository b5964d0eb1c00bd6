"""Runs under way, as a crash leaves them."""

import os
import signal
import zipfile
from pathlib import Path

import pytest

from lacuna.core.data.dataset import DataConfig
from lacuna.core.documents import archive as store
from lacuna.core.documents import autosave
from lacuna.core.engine.errors import Problem
from lacuna.core.models.vae.vae import VAEConfig
from lacuna.core.runs.fit import Plan, Trained, fit, going_on
from lacuna.core.training.config import TrainConfig
from tests import programs
from tests.core.small_models import HASTY, document, equal

TRAINING = """
import os, signal, sys
import torch
from dataclasses import replace
from lacuna.core.data.registry import DataConfig
from lacuna.core.engine.engine import Engine
from lacuna.core.models.vae.vae import VAEConfig
from lacuna.core.session.session import Session
from lacuna.core.training.config import Cadence, TrainConfig
from tests.core.small_models import HASTY
from tests.waiting import settle

torch.set_num_threads(1)
often = replace(HASTY, cadence=Cadence(checkpoints=0.0))  # a checkpoint at every step
session = Session(Engine(), run_config=often)
session.set(
    data=DataConfig(count=60), model=VAEConfig(body="dense", hidden=8),
    train=TrainConfig(epochs=3, batch=16, device="cpu"),
)
session.training.start()
settle(session, lambda: session.results.training and session.results.training.step >= 3)
if sys.argv[1] == "die":
    os.kill(os.getpid(), signal.SIGKILL)
print(session.training.runs.keeper.path, flush=True)
sys.stdin.read()
"""

PLAN = Plan(DataConfig(count=60), VAEConfig(body="dense", hidden=8))
CONFIG = TrainConfig(epochs=3, batch=16, device="cpu")


def trained(plan):
    return [
        report
        for report in fit(plan, lambda: CONFIG, run_config=HASTY)
        if isinstance(report, Trained)
    ][-1].document


def test_a_run_that_was_killed_is_offered_and_goes_on_bit_for_bit(home):
    ended = programs.run("-c", TRAINING, "die")
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    (path,) = autosave.interrupted()
    result = store.load(path)
    assert result.checkpoint.step == result.step >= 3
    plan = going_on(result, result.data)
    rest, whole = trained(plan), trained(PLAN)
    assert equal(rest.model, whole.model)
    assert rest.step == whole.step == 12
    (path.parent / f".{path.name}.1-2.part").write_text("killed while it was saved")
    autosave.delete(path)
    assert autosave.interrupted() == []
    assert list((home / "runs").iterdir()) == []


def test_a_run_whose_process_lives_is_not_offered():
    with programs.start("-c", TRAINING, "live") as process:
        path = Path(process.stdout.readline().strip())
        assert path.exists()
        assert autosave.interrupted() == []
        with pytest.raises(Problem, match="Another window"):
            autosave.RunFile(path)
        process.kill()
    assert autosave.interrupted() == [path]
    autosave.RunFile(path).release()


def test_a_keeper_holds_its_run_until_it_lets_go():
    keeper = autosave.RunFile()
    keeper.keep(document())
    assert autosave.interrupted() == []
    keeper.release()
    assert autosave.interrupted() == [keeper.path]
    assert equal(store.load(keeper.path).model, document().model)
    again = autosave.RunFile(keeper.path)
    assert autosave.interrupted() == []
    again.forget()
    assert autosave.interrupted() == []


def test_a_run_that_came_to_nothing_leaves_nothing(home):
    autosave.RunFile().release()
    assert list((home / "runs").iterdir()) == []


def test_a_run_that_is_left_may_be_written_until_its_last_word(home):
    runs = autosave.RunFiles()
    runs.begin()
    first = runs.keeper
    runs.leave()
    runs.begin()
    first.keep(document())
    assert autosave.interrupted() == []
    runs.release()
    assert autosave.interrupted() == [first.path]


def test_at_the_end_a_run_is_held_until_it_is_forgotten(home):
    runs = autosave.RunFiles()
    runs.begin()
    runs.keeper.keep(document())
    runs.end()
    assert runs.keeper is not None
    assert autosave.interrupted() == []
    runs.forget()
    assert runs.keeper is None
    assert list((home / "runs").iterdir()) == []


def test_of_a_training_that_came_to_nothing_no_run_is_held(home):
    runs = autosave.RunFiles()
    runs.begin()
    runs.end()
    assert runs.keeper is None
    assert list((home / "runs").iterdir()) == []


def test_two_runs_have_two_files_and_the_newest_is_offered_first(home):
    keepers = [autosave.RunFile() for _ in range(3)]
    assert len({keeper.path for keeper in keepers}) == 3
    for keeper in keepers:
        keeper.keep(document())
        keeper.release()
    for year, keeper in enumerate(keepers):
        keeper.path.rename(home / "runs" / f"{2000 + year}-01-01 {os.getpid()}.lacuna")
    assert [path.name[:4] for path in autosave.interrupted()] == ["2002", "2001", "2000"]


def test_nothing_is_offered_where_there_is_nothing(home):
    assert autosave.interrupted() == []


def test_a_home_that_cannot_be_written_is_a_problem(home, monkeypatch):
    (home / "file").write_text("")
    monkeypatch.setenv("LACUNA_HOME", str(home / "file"))
    with pytest.raises(Problem, match="LACUNA_HOME"):
        autosave.RunFile()
    assert autosave.interrupted() == []


# ---- what a list of them says ----


def left(**message):
    """A run that was left behind."""
    keeper = autosave.RunFile()
    keeper.keep(document(**message))
    keeper.release()
    return keeper.path


def test_a_kept_run_says_what_it_is_of_without_its_weights():
    data, model = DataConfig(count=60), VAEConfig(body="dense", hidden=8)
    path = left(config=model, data=data, step=4690)
    assert autosave.read_info(path) == autosave.RunInfo(data, model, 4690)


def test_a_run_that_cannot_be_read_has_no_head(home):
    path = left()
    for content in (b"", b"no zip", path.read_bytes()[:400]):
        path.write_bytes(content)
        assert autosave.read_info(path) is None
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "settings.json", '{"model": {"kind": "unheard of"}, "data": {}, "step": 1}'
        )
    assert autosave.read_info(path) is None
    path.unlink()
    assert autosave.read_info(path) is None


def test_when_a_run_began_is_in_its_name(home):
    assert autosave.begun_at(home / "2026-11-21 16.20.59 77-5.lacuna") == "2026-11-21 16:20"


def test_a_run_is_discarded_with_all_that_belongs_to_it(home):
    autosave.discard(left())
    assert list((home / "runs").iterdir()) == []


def test_a_run_that_somebody_works_on_is_not_discarded():
    path = left()
    holder = autosave.RunFile(path)
    with pytest.raises(Problem, match="Another window"):
        autosave.discard(path)
    assert path.exists()
    holder.release()
