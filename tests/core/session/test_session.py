"""The whole program without Qt. Real data, real training, real files; all of it small."""

import math
from dataclasses import fields, replace

import numpy as np
import pytest
import torch

from lacuna.core.config.serialisation import to_plain
from lacuna.core.data.dataset import DataConfig
from lacuna.core.documents import archive, kept_runs
from lacuna.core.engine.engine import Engine
from lacuna.core.engine.errors import Problem
from lacuna.core.geometry.map.refinement import Grain
from lacuna.core.models.vae.vae import VAE, VAEConfig
from lacuna.core.runs.fit import Plan, Trained, fit
from lacuna.core.session.fields import RESULTS, SETTINGS
from lacuna.core.session.recipes import RECIPES
from lacuna.core.session.session import Session
from lacuna.core.session.settings import Layer, Layers, Settings, SpaceLayers
from lacuna.core.training.config import Cadence, TrainConfig
from tests.core.small_models import DENSE, GRAIN, HASTY, STROKES, codes_of_zero, document, equal
from tests.waiting import settle

SHORT = TrainConfig(epochs=3, batch=16, device="cpu")  # 12 steps
ENDLESS = replace(SHORT, epochs=100_000)
SIDE = (1, 28, 28)
LIVELY = replace(HASTY, cadence=Cadence(snapshots=0.05))  # sooner than eyes need them


def opened(engine, name="main", **settings):
    session = Session(engine, name, LIVELY)
    session.set(**{"grain": GRAIN, "data": STROKES, "model": DENSE, "train": SHORT} | settings)
    return session


@pytest.fixture
def session(engine):
    return opened(engine)


@pytest.fixture
def often(session):
    """A snapshot at every step."""
    session.training.run_config = replace(HASTY, cadence=Cadence(snapshots=0.0))


def untrained(config=DENSE, step=0, **more):
    asked = Settings(STROKES, config, SHORT, grain=GRAIN)
    more = {"settings": to_plain(asked)} | more
    return document(config, SIDE, tuple("0123456789"), step=step, **more)


def under_way(session):
    return lambda: session.results.run == "training" and session.results.training.step > 1


def calm(session):
    assert session.results.failure is None, session.results.failure.details
    assert session.results.progress == ()


def trained(plan, config=SHORT):
    """What the same training gives without a session."""
    return [
        said for said in fit(plan, lambda: config, run_config=LIVELY) if isinstance(said, Trained)
    ][-1].document


# ---- the whole ----


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


# ---- what is asked, and undo ----


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


def test_a_watcher_is_told_at_once_and_at_every_change(engine):
    session, told = Session(engine, run_config=LIVELY), []
    session.watch(SETTINGS.columns, told.append)
    session.set(columns=3)
    session.set(columns=3, draw=1)
    session.history.undo()
    session.history.undo()
    assert told == [8, 3, 8]


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


# ---- how changes spread ----


def test_a_held_step_holds_the_picture(session, often):
    session.set(train=ENDLESS)
    session.training.start()
    settle(session, lambda: len(session.results.timeline) > 3)
    held = session.results.timeline[1].step
    session.set(step=held)
    settle(session, lambda: session.results.training.step > held + 5)
    session.training.stop()
    settle(session)
    calm(session)
    for name in ("scene", "map", "sample", "codes", "samples"):
        assert getattr(session.results, name).step == held, name
    session.set(step=None)
    settle(session)
    for name in ("scene", "map", "sample", "codes", "samples"):
        assert getattr(session.results, name).step == session.results.document.step > held, name


def test_maps_are_finished_though_scenes_keep_coming(session, often):
    finest = []
    session.watch(
        RESULTS.map, lambda m: m and len(m.label) == GRAIN.finest and finest.append(m.step)
    )
    session.set(train=replace(SHORT, epochs=20))
    session.training.start()
    settle(session)
    assert finest[-1] == 80
    assert finest[0] < 80
    assert finest == sorted(finest)


def test_only_the_newest_window_is_finished(session):
    session.files.install(untrained())
    settle(session)
    finest = []
    session.watch(
        RESULTS.map, lambda m: m and len(m.label) == GRAIN.finest and finest.append(m.window)
    )
    for width in range(1, 50):
        session.set(window=(-width, width, -width, width))
    settle(session)
    assert finest[-1] == (-49, 49, -49, 49)
    assert len(finest) < 40


def test_an_error_becomes_a_result_and_the_others_go_on(session):
    class Broken(VAE):
        def decode(self, z, labels=None):
            raise RuntimeError("no such layer")

    broken = Broken(DENSE, SIDE).eval().requires_grad_(False)
    session.files.install(replace(untrained(), model=broken))
    settle(session)
    failure = session.results.failure
    assert failure.sentence == "RuntimeError: no such layer"
    assert "in decode" in failure.details
    assert len(session.results.cloud.points) == 50
    session.notices.dismiss()
    assert session.results.failure is None


def test_nothing_of_the_last_model_is_drawn_for_the_next(session):
    """However much of it was under way."""
    late, names = [], [name for name in RECIPES if name != "dataset"]
    session.files.install(untrained(step=1))
    settle(session, lambda: session.results.map is not None)
    session.files.install(untrained(step=2))
    for name in names:
        session.watch(getattr(RESULTS, name), lambda v: v is not None and late.append(v))
    settle(session)
    calm(session)
    assert len(late) > len(names) / 2
    assert all(value.step == 2 for value in late if hasattr(value, "step"))


@pytest.mark.parametrize("latent", [1, 3, 16])
def test_spaces_of_other_sizes(session, latent):
    session.set(model=replace(DENSE, latent=latent))
    session.training.start()
    settle(session)
    calm(session)
    r = session.results
    assert len(session.settings.cursor) == r.plane.latent == r.scene.latent == latent
    assert r.plane.is_slice == (latent > 2)
    assert r.map.step == r.holes.step == r.measured.step == 12
    place = tuple(0.1 * i for i in range(latent))
    session.history.look_at(place)
    settle(session)
    calm(session)
    z = torch.tensor([place])
    on = session.results.plane.to_latent(session.results.plane.to_plane(z))
    torch.testing.assert_close(on, z, atol=1e-5, rtol=0)  # the plane goes through it
    assert session.results.sample.z == place
    plane, shown = session.results.plane, session.results.map
    inside = tuple(plane.to_latent(torch.tensor([[0.5, -0.25 if latent > 1 else 0.0]]))[0].tolist())
    session.set(moving=True, cursor=inside)
    session.set(cursor=inside, start=place, end=inside)
    settle(session)
    calm(session)
    assert session.results.plane is plane
    assert session.results.map is shown
    assert session.results.straight.z.shape[1] == latent


def test_another_size_of_space_forgets_the_places_of_the_last(session):
    session.files.install(untrained())
    session.set(cursor=(1.0, 1.0), start=(0.0, 1.0), end=(1.0, 0.0), picked=(0.0, 0.0), target=3)
    session.set(model=replace(DENSE, latent=3))
    session.training.start()
    settle(session)
    calm(session)
    s = session.settings
    assert (s.cursor, s.start, s.end, s.picked) == ((0.0, 0.0, 0.0), None, None, None)
    session.training.start()
    session.history.look_at((1.0, 1.0, 1.0))
    settle(session)
    assert session.settings.cursor == (1.0, 1.0, 1.0)  # the same space: it stays


# ---- data ----


def test_without_labels_there_are_no_classes_and_nothing_fails(session, tmp_path):
    pixels = np.random.default_rng(0).random((60, 28, 28)).astype(np.float32)
    np.savez(tmp_path / "plain.npz", images=pixels)
    session.set(data=DataConfig("npz", str(tmp_path / "plain.npz")))
    session.training.start()
    settle(session)
    session.set(start=(0.0, 1.0), end=(1.0, 0.0), picked=(0.0, 0.0))
    settle(session)
    calm(session)
    r = session.results
    assert (r.document.judge, r.document.classes, r.map, r.adversarial) == (None, (), None, None)
    assert r.sample.probabilities is r.samples.labels is r.cloud.labels is None
    assert r.picked.label is r.picked.judged is r.measured.accuracy is r.straight.labels is None
    assert len(r.masses.share) == 0
    assert r.masses.hole is not None
    assert r.holes.step == 12


def test_without_the_images_the_codes_of_the_file_are_shown(session, tmp_path):
    away = DataConfig("mnist", str(tmp_path / "empty"))
    (tmp_path / "empty").mkdir()
    session.files.install(untrained(data=away, codes=codes_of_zero(9)))
    session.set(picked=(0.0, 0.0))
    settle(session)
    calm(session)
    r = session.results
    assert r.dataset is r.measured is r.picked.original is None
    assert len(r.cloud.points) == 9
    assert r.map is not None
    assert r.holes is not None


def test_images_that_cannot_be_the_models_are_refused(session, tmp_path):
    """The user points at another file."""
    np.savez(tmp_path / "a.npz", images=np.zeros((20, 32, 32), np.uint8))
    session.files.install(untrained(data=DataConfig("npz", str(tmp_path / "gone.npz"))))
    session.images.locate(str(tmp_path / "a.npz"))
    settle(session)
    assert "1x28x28" in session.results.failure.sentence
    assert session.results.dataset is session.results.codes is None


def test_a_folder_without_the_images_is_said_and_not_kept(session, tmp_path):
    away = DataConfig("mnist")
    session.files.install(untrained(data=away, codes=codes_of_zero(9)))
    session.images.locate(str(tmp_path))
    settle(session)
    assert str(tmp_path) in session.results.failure.sentence
    assert session.results.source == away
    assert session.results.dataset is None


# ---- training ----


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
    asked = replace(SHORT, epochs=step // 4 + 5)
    session.set(data=DataConfig("digits"), train=asked)  # the data is that of the shown model
    session.training.start(afresh=False)
    settle(session)
    calm(session)
    whole = trained(Plan(STROKES, DENSE), asked)
    assert session.results.document.step == whole.step > step
    assert equal(session.results.document.model, whole.model)
    steps = [step for step, _ in session.results.document.history]
    assert steps == sorted(set(steps))
    drawn = [scene.step for scene in session.results.timeline]
    assert drawn == sorted(set(drawn) & set(steps))
    assert drawn[-1] == whole.step


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

    def said():
        return dict(session.results.progress).get("training")

    settle(session, lambda: said() and said().text.startswith(what))
    session.training.pause()
    assert session.results.run == "paused"
    session.training.resume()
    assert session.results.run == "preparing"
    session.training.stop()
    settle(session)
    calm(session)
    assert session.results.run == "idle"
    assert session.results.document is None
    assert kept_runs.interrupted() == []


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
    runs = [archive.load(path) for path in kept_runs.interrupted()]
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


# ---- files ----


def test_what_is_saved_is_opened_elsewhere(session, engine, tmp_path):
    told = []
    session.notices.listen(told.append)
    session.training.start()
    settle(session)
    session.set(cursor=(0.5, 1.0), window=(-1.0, 1.0, -2.0, 2.0), columns=3, target=4)
    session.set(layers=Layers(cloud=Layer(False, 0.25)), start=(0.1, 0.2), end=(0.3, 0.4))
    settle(session)
    session.files.save(tmp_path / "a.lacuna")
    settle(session)
    assert told == ["Saved a.lacuna."]
    assert session.files.path == tmp_path / "a.lacuna"
    assert kept_runs.interrupted() == []  # it is safe: nothing is left to offer
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


def test_a_save_holds_codes_for_a_machine_without_the_images(session, tmp_path, often):
    """Even where those on screen are not of this step."""
    session.set(train=ENDLESS)
    session.training.start()
    settle(session, under_way(session))
    session.files.save(tmp_path / "a.lacuna")
    settle(session, lambda: session.files.path is not None)
    found = archive.load(tmp_path / "a.lacuna")
    with torch.no_grad():
        mean = found.model.encode(session.results.dataset.train.images)[0]
    torch.testing.assert_close(found.codes.mean, mean)
    assert found.codes.step == found.step


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
        found = archive.load(tmp_path / name)
        assert found.checkpoint.step == found.step
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
    found = archive.load(tmp_path / "a.lacuna")
    assert found.checkpoint.step == found.step == session.results.document.step


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
    (left,) = kept_runs.interrupted()
    session.files.save(path)
    settle(session)
    assert kept_runs.interrupted() == [left]  # saving one file does not discard the run of another
    session.files.open(left, whose="kept")
    settle(session)
    assert session.files.path is None
    assert session.results.document.checkpoint.step >= step
    assert kept_runs.interrupted() == []
    session.files.save(tmp_path / "mine.lacuna")
    settle(session)
    calm(session)
    session.close()
    assert kept_runs.interrupted() == []


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


def test_a_session_that_is_closed_leaves_its_run_to_be_offered(session):
    session.set(train=ENDLESS)
    session.training.start()
    settle(session, under_way(session))
    session.training.stop()
    settle(session)
    session.close()
    (path,) = kept_runs.interrupted()
    assert archive.load(path).step == session.results.document.step


def test_settings_are_plain(session):
    session.files.install(untrained())
    assert to_plain(session.settings)["columns"] == 8
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
