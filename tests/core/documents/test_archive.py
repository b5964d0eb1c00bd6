"""Files: exact, whole or not there, and never a program."""

import errno
import io
import json
import math
import os
import pickle
import time
import zipfile
from dataclasses import replace

import pytest
import safetensors.torch
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lacuna.core.config.serialisation import to_json
from lacuna.core.data.dataset import Batch, DataConfig
from lacuna.core.data.summary import DataSummary
from lacuna.core.documents import archive
from lacuna.core.documents.autosave import read_info
from lacuna.core.documents.migration import SCHEMA
from lacuna.core.engine.errors import Problem
from lacuna.core.models.registry import build
from lacuna.core.models.vae.vae import VAEConfig
from lacuna.core.scene.codes import Codes
from lacuna.core.session.jobs.files import settings_of
from lacuna.core.session.settings import Settings
from lacuna.core.training.config import TrainConfig
from lacuna.core.training.loop import train
from tests import programs
from tests.core.small_models import DENSE, SHAPE, STROKES, document, equal, images

SLOW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
names = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
numbers = st.floats(allow_nan=False, allow_infinity=False)


def checkpoint(config=DENSE, shape=SHAPE, **requested):
    """That of a training of two steps."""
    job = train(
        lambda: build(config, shape),
        Batch(images(20, shape), None),
        lambda: TrainConfig(batch=8, **requested),
    )
    next(job)
    return job.send("stop").checkpoint


def codes(latent=2, n=7, labels=True, step=0):
    random = torch.Generator().manual_seed(n)
    mean, logvar = torch.randn(2, n, latent, generator=random)
    return Codes(mean, logvar, torch.arange(n) % 3 if labels else None, torch.arange(n), step)


def full(**more):
    """A document with everything in it."""
    return document(
        step=2,
        train=TrainConfig(beta=0.1),
        codes=codes(step=2),
        test=codes(n=3, step=2),
        measures={"kl": 0.1},
        history=((1, {"recon": 0.3}), (2, {"recon": 0.2})),
        settings=to_json(Settings(columns=3)),
        checkpoint=checkpoint(),
        **more,
    )


def same_codes(one, other):
    if one is None or other is None:
        return one is other
    plain = [
        {k: v for k, v in vars(c).items() if isinstance(v, torch.Tensor)} for c in (one, other)
    ]
    return equal(*plain) and one.step == other.step


def same_checkpoint(one, other):
    if one is None or other is None:
        return one is other
    assert equal(one.model, other.model)
    for player, state in one.optimizers.items():
        again = other.optimizers[player]
        assert json.dumps(state["param_groups"]) == json.dumps(again["param_groups"])
        assert state["state"].keys() == again["state"].keys()
        assert all(equal(state["state"][row], again["state"][row]) for row in state["state"])
    plain = ("step", "epoch", "offset", "log")
    return torch.equal(one.noise, other.noise) and all(
        getattr(one, name) == getattr(other, name) for name in plain
    )


configs = st.builds(
    VAEConfig,
    latent=st.integers(1, 17),
    body=st.sampled_from(["conv", "dense"]),
    hidden=st.integers(4, 9),
)
summaries = st.builds(
    DataSummary,
    count=st.integers(0),
    classes=st.lists(st.tuples(names, st.integers(0)), max_size=3).map(tuple),
    notes=st.lists(names, max_size=2).map(tuple),
)
plain_parts = st.fixed_dictionaries(
    {
        "step": st.integers(0, 10**9),
        "data": st.builds(DataConfig, name=names, folder=names, count=st.integers()),
        "train": st.builds(TrainConfig, rate=st.floats(1e-7, 10), beta=st.floats(0, 1000)),
        "classes": st.lists(names, max_size=3).map(tuple),
        "measures": st.dictionaries(names, numbers, max_size=3),
        "history": st.lists(
            st.tuples(st.integers(0), st.dictionaries(names, numbers, max_size=3)), max_size=3
        ).map(tuple),
        "settings": st.builds(lambda n: to_json(Settings(columns=n)), st.integers()),
        "summary": st.none() | summaries,
    }
)
sizes = st.none() | st.integers(1, 9)


@settings(SLOW, max_examples=60)
@given(
    configs,
    st.tuples(st.sampled_from([1, 3]), *2 * [st.sampled_from([8, 12])]),
    plain_parts,
    sizes,
    sizes,
    st.booleans(),
    st.booleans(),
)
def test_what_is_saved_is_what_is_opened(
    tmp_path, config, shape, plain, coded, tested, labelled, resumable
):
    given_ = replace(
        document(config, shape, plain["classes"]),
        **plain,
        codes=coded and codes(config.latent, coded, labelled, plain["step"]),
        test=tested and codes(config.latent, tested, labelled, plain["step"]),
        checkpoint=checkpoint(config, shape) if resumable else None,
    )
    archive.save(tmp_path / "a.lacuna", given_)
    result = archive.load(tmp_path / "a.lacuna")
    assert equal(given_.model, result.model)
    assert (given_.judge is None) == (result.judge is None)
    assert given_.judge is None or equal(given_.judge, result.judge)
    assert same_codes(given_.codes, result.codes)
    assert same_codes(given_.test, result.test)
    assert same_checkpoint(given_.checkpoint, result.checkpoint)
    for name in (
        "config",
        "shape",
        "data",
        "step",
        "classes",
        "train",
        "measures",
        "history",
        "summary",
    ):
        assert getattr(given_, name) == getattr(result, name), name
    assert result.settings == json.loads(json.dumps(given_.settings))
    assert [path.name for path in tmp_path.iterdir()] == ["a.lacuna"]


def test_an_opened_model_is_frozen_and_draws_the_same(tmp_path):
    archive.save(tmp_path / "a.lacuna", full())
    result, z = archive.load(tmp_path / "a.lacuna"), torch.randn(5, 2)
    assert torch.equal(result.model.decode(z), full().model.decode(z))
    for model in (result.model, result.judge):
        assert not model.training
        assert not any(part.requires_grad for part in model.parameters())


def test_opening_leaves_the_random_stream_alone(tmp_path):
    """It is done beside the lanes, where a training may be drawing its first weights."""
    archive.save(tmp_path / "a.lacuna", full())
    before = torch.get_rng_state()
    archive.load(tmp_path / "a.lacuna")
    assert torch.equal(torch.get_rng_state(), before)


# ---- what cannot be trusted ----


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    path = tmp_path_factory.mktemp("good") / "good.lacuna"
    with torch.random.fork_rng():
        archive.save(path, full())
    return path.read_bytes()


def refused(path, what):
    path.write_bytes(what)
    with pytest.raises(Problem) as caught:
        archive.load(path)
    assert path.name in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def changed(good, **parts):
    """The file with other parts: bytes, or a function of what is there; None leaves one out."""
    out, given_ = io.BytesIO(), {name.replace("_", "."): part for name, part in parts.items()}
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = given_.pop(name, old.read(name))
            part = part(old.read(name)) if callable(part) else part
            if part is not None:
                new.writestr(name, part)
        for name, part in given_.items():
            new.writestr(name, part)
    return out.getvalue()


def head(**fields):
    return lambda updates: json.dumps({**json.loads(updates), **fields})


def weights(change):
    return lambda updates: safetensors.torch.save(change(safetensors.torch.load(updates)))


def filled(value):
    """The file with that value for all its decimal numbers"""
    return weights(
        lambda parts: {
            name: torch.full_like(part, value) if part.is_floating_point() else part
            for name, part in parts.items()
        }
    )


@SLOW
@given(st.floats(0, 1, exclude_max=True))
def test_cut_short_is_a_problem(tmp_path, good, share):
    assert "damaged" in refused(tmp_path / "a.lacuna", good[: int(share * len(good))])


def test_cut_at_either_end_is_a_problem(tmp_path, good):
    for length in (*range(40), *range(len(good) - 40, len(good))):
        assert "damaged" in refused(tmp_path / "a.lacuna", good[:length])


@settings(SLOW, max_examples=150)
@given(st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_a_damaged_byte_is_a_problem_or_harmless(tmp_path, good, place, flip):
    damaged, at = bytearray(good), int(place * len(good))
    damaged[at] ^= flip
    (tmp_path / "a.lacuna").write_bytes(damaged)
    try:
        result = archive.load(tmp_path / "a.lacuna")
    except Problem:
        return
    assert equal(result.model, full().model)


@pytest.mark.parametrize(
    "what", [b"", b"PK", b"\x00" * 1000, b"not a zip at all", b"\x89PNG\r\n\x1a\n"], ids=repr
)
def test_other_files_are_problems(tmp_path, what):
    assert "not a Lacuna file" in refused(tmp_path / "a.lacuna", what)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"settings_json": head(schema=SCHEMA + 1)}, "newer Lacuna"),
        ({"settings_json": head(schema=10**30)}, "newer Lacuna"),
        ({"settings_json": head(schema=None)}, "format is None"),
        ({"settings_json": head(schema="1")}, "format is '1'"),
        ({"settings_json": b"{"}, "damaged"),
        ({"settings_json": b"\xff\xfe"}, ""),
        ({"settings_json": b"[]"}, ""),
        ({"settings_json": b"null"}, ""),
        ({"settings_json": b"{}"}, ""),
        ({"settings_json": b"[" * 100_000}, ""),
        ({"settings_json": head(model=None)}, "does not know"),
        ({"settings_json": head(model={"kind": "royal"})}, "does not know: 'royal'"),
        ({"settings_json": head(model={"kind": "vae", "latent": 0})}, "at least 1"),
        ({"settings_json": head(model={"kind": "vae", "latent": 3})}, "do not fit"),
        ({"settings_json": head(model={"kind": "vae", "latent": 512, "hidden": 4096})}, "not fit"),
        ({"settings_json": head(shape=[1, 28, 28])}, "do not fit"),
        ({"settings_json": head(shape=[1024, 1024, 1024])}, "do not fit"),
        ({"settings_json": head(shape=[1, 8.0, 8])}, "shape"),
        ({"settings_json": head(shape=[True, 8, 8])}, "shape"),
        ({"settings_json": head(shape="square")}, "shape"),
        ({"settings_json": head(shape=[1, 8, 0])}, "shape"),
        ({"settings_json": head(data=7)}, "data"),
        ({"settings_json": head(train={"epochs": 0})}, "at least 1"),
        ({"settings_json": head(classes=["one", "two", "three"])}, "the judge"),
        ({"settings_json": head(classes=5)}, ""),
        ({"settings_json": head(step="x")}, ""),
        ({"settings_json": head(history=[1])}, ""),
        ({"settings_json": head(checkpoint={})}, ""),
        ({"settings_json": head(checkpoint=[1])}, ""),
        ({"settings_json": None}, "not a Lacuna file"),
        ({"model_safetensors": None}, "not a Lacuna file"),
        ({"model_safetensors": b"garbage"}, "damaged"),
        ({"model_safetensors": filled(torch.nan)}, "not all numbers"),
        ({"model_safetensors": filled(torch.inf)}, "not all numbers"),
        ({"model_safetensors": weights(lambda parts: {})}, "do not fit"),
        ({"judge_safetensors": filled(torch.nan)}, "judge"),
        ({"codes_safetensors": filled(torch.nan)}, ""),
        ({"codes_safetensors": weights(lambda p: {**p, "mean": torch.zeros(7, 3)})}, "codes"),
        ({"codes_safetensors": weights(lambda p: {**p, "mean": torch.zeros(5, 2)})}, "codes"),
        ({"codes_safetensors": weights(lambda p: {**p, "index": torch.arange(3)})}, "codes"),
        ({"test_safetensors": weights(lambda p: {})}, ""),
        ({"checkpoint_safetensors": None}, ""),
    ],
    ids=lambda case: case if isinstance(case, str) else "+".join(case),
)
def test_what_does_not_hold_together_is_a_problem(tmp_path, good, parts, message):
    assert message in refused(tmp_path / "a.lacuna", changed(good, **parts))


ODD = (
    None,
    True,
    -1,
    0.5,
    1e308,
    math.inf,
    -math.inf,
    math.nan,
    10**30,
    "x",
    "1e400",
    [],
    [[]],
    {},
)


def places(value, way=()):
    """The way to each part of JSON, and to itself."""
    yield way
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(part, (*way, key))


def put(value, way, odd):
    """`value` with `odd` in that place"""
    if not way:
        return odd
    parts = dict(value) if isinstance(value, dict) else list(value)
    parts[way[0]] = put(parts[way[0]], way[1:], odd)
    return parts


def head_of(good):
    with zipfile.ZipFile(io.BytesIO(good)) as archive_:
        return json.loads(archive_.read("settings.json"))


@settings(SLOW, max_examples=150)
@given(st.integers(0), st.sampled_from(ODD))
def test_any_value_in_the_head_is_harmless_or_a_sentence(tmp_path, good, place, odd):
    """And so it is where a kept run is listed."""
    known, path = head_of(good), tmp_path / "a.lacuna"
    ways = list(places(known))
    broken = json.dumps(put(known, ways[place % len(ways)], odd))
    path.write_bytes(changed(good, settings_json=broken.encode()))
    read_info(path)
    sentence = path.name
    try:
        settings_of(archive.load(path), path.name)
    except Problem as problem:
        sentence = str(problem)
    assert path.name in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("odd", [math.inf, -math.inf, math.nan, 1e308, -1, "x", None, 10**400])
@pytest.mark.parametrize(
    "way", [("step",), ("history", 0, 0), ("checkpoint", "step"), ("checkpoint", "offset")], ids=str
)
def test_no_step_of_a_file_is_anything_but_a_number(tmp_path, good, way, odd):
    path = tmp_path / "a.lacuna"
    path.write_bytes(changed(good, settings_json=json.dumps(put(head_of(good), way, odd)).encode()))
    read_info(path)
    if way == ("step",) and odd != 10**400:
        assert "step" in refused(path, path.read_bytes())


def test_equal_documents_are_equal_bytes(tmp_path, monkeypatch):
    one = full()
    archive.save(tmp_path / "a.lacuna", one)
    later = time.struct_time((2033, 5, 18, 0, 0, 0, 0, 0, 0))
    monkeypatch.setattr("time.time", lambda: 2e9)
    monkeypatch.setattr("time.localtime", lambda *_: later)
    archive.save(tmp_path / "b.lacuna", one)
    assert (tmp_path / "a.lacuna").read_bytes() == (tmp_path / "b.lacuna").read_bytes()


def test_what_is_not_known_yet_is_passed_over(tmp_path, good):
    path = tmp_path / "a.lacuna"
    path.write_bytes(changed(good, settings_json=head(mood="fine"), thumbnail_png=b"x"))
    assert equal(archive.load(path).model, full().model)


class Evil:
    """Whoever unpickles it makes a file."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return os.mkdir, (str(self.mark),)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_is_refused_and_never_run(tmp_path, protocol):
    mark = tmp_path / "mark"
    refused(tmp_path / "a.lacuna", pickle.dumps(Evil(mark), protocol))
    assert not mark.exists()


@pytest.mark.parametrize("zipped", [True, False])
def test_what_torch_saved_is_refused_and_never_run(tmp_path, zipped):
    out, mark = io.BytesIO(), tmp_path / "mark"
    torch.save({"model": Evil(mark)}, out, _use_new_zipfile_serialization=zipped)
    answer = refused(tmp_path / "a.lacuna", out.getvalue())
    assert "pickle" in answer
    assert not mark.exists()


def test_a_pickle_in_a_good_file_is_refused(tmp_path, good):
    mark = tmp_path / "mark"
    assert "pickle" in refused(
        tmp_path / "a.lacuna", changed(good, data_pkl=pickle.dumps(Evil(mark)))
    )
    assert not mark.exists()


@pytest.mark.parametrize("place", ["none.lacuna", "folder", "file/none.lacuna"])
def test_what_is_not_there_is_a_problem(tmp_path, place):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(Problem, match="could not be read"):
        archive.load(tmp_path / place)


# ---- the old file or the new one ----


@pytest.fixture
def saved(tmp_path, good):
    path = tmp_path / "deep" / "a.lacuna"
    path.parent.mkdir()
    path.write_bytes(good)
    return path


def unharmed(path, good):
    return path.read_bytes() == good and [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("where", ["os.fsync", "zipfile.ZipFile.writestr", "pathlib.Path.replace"])
def test_a_full_disk_leaves_the_old_file(saved, good, monkeypatch, where):
    def full_disk(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(where, full_disk)
    with pytest.raises(Problem, match=r"No space left on device.*unchanged"):
        archive.save(saved, full(classes=()))
    assert unharmed(saved, good)


def test_any_other_fault_leaves_the_old_file_too(saved, good, monkeypatch):
    monkeypatch.setattr("safetensors.torch.save", lambda parts: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        archive.save(saved, full())
    assert unharmed(saved, good)


@pytest.mark.parametrize(
    "more",
    [
        {"classes": ("left", "middle", "right")},  # the judge knows two
        {"shape": (1, 12, 12)},
        {"codes": codes(latent=3)},
        {"step": math.inf},
    ],
    ids=lambda more: next(iter(more)),
)
def test_what_could_not_be_opened_again_replaces_nothing(saved, good, more):
    with pytest.raises(Problem, match=r"a\.lacuna was not written.*unchanged"):
        archive.save(saved, replace(full(), **more))
    assert unharmed(saved, good)


def test_a_place_that_cannot_be_written_is_a_problem(saved, good):
    with pytest.raises(Problem, match="could not be written"):
        archive.save(saved / "below a file" / "b.lacuna", full())
    with pytest.raises(Problem, match="could not be written"):
        archive.save(saved.parent, full())  # a folder is there
    assert unharmed(saved, good)


def test_saving_makes_the_folder(tmp_path):
    archive.save(tmp_path / "a" / "b" / "c.lacuna", document())
    assert equal(archive.load(tmp_path / "a" / "b" / "c.lacuna").model, document().model)


KILLED = """
import os, resource, signal, sys, zipfile
from pathlib import Path
import torch
from lacuna.core.documents import archive as store
from lacuna.core.engine.errors import Problem

torch.set_num_threads(1)
path = Path(sys.argv[1])
document = store.load(path)
with torch.no_grad():
    for part in document.model.parameters():
        part.add_(1)

def killed(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def at_writestr(count):
    write, calls = zipfile.ZipFile.writestr, iter(range(count))
    def kill_at(self, *given, **more):
        if next(calls, None) is None:
            self.fp.flush()
            killed()
        write(self, *given, **more)
    zipfile.ZipFile.writestr = kill_at

def small_disk():
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))

kills = [lambda n=n: at_writestr(n) for n in range(6)]
kills += [lambda: setattr(os, "fsync", killed), lambda: setattr(Path, "replace", killed)]
for prepare in (*kills, small_disk):
    child = os.fork()
    if child == 0:
        prepare()
        try:
            store.save(path, document)
        except Problem as problem:
            os._exit(0 if "unchanged" in str(problem) else 3)
        os._exit(4)
    print(os.waitpid(child, 0)[1])
"""


def test_kill_9_while_saving_leaves_the_old_file(saved, good):
    """Killed at every part that is written, before the sync, before the swap; and out of space."""
    ended = programs.run("-c", KILLED, saved, check=True)
    assert ended.stdout.split() == ["9"] * 8 + ["0"]
    assert saved.read_bytes() == good
    assert equal(archive.load(saved).model, full().model)
    left = archive.parts_of(saved)
    assert len(left) == 8
    os.utime(left[0], (0, 0))
    archive.save(saved, full())
    assert sorted(archive.parts_of(saved)) == sorted(left[1:])  # those might be another window's


def test_strokes_are_what_the_document_says(tmp_path):
    archive.save(tmp_path / "a.lacuna", full())
    assert archive.load(tmp_path / "a.lacuna").data == STROKES
