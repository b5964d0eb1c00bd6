"""The command line: files written, JSON that parses, and what the exit code says."""

import json
import signal
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from lacuna.core.cli import main
from lacuna.core.documents import archive as store
from lacuna.core.documents.migration import MODEL_FIELDS_1
from lacuna.core.files.locations import bundled
from lacuna.core.geometry.paths.families import FAMILIES
from lacuna.core.models.vae.vae import VAEConfig
from tests import programs
from tests.core.command_line import options
from tests.core.small_models import HASTY, codes_of_zero, document, equal
from tests.waiting import PATIENCE

SMALL = [*options(count=60, body="dense", hidden=8, batch=16, device="cpu"), "--json"]


pytestmark = pytest.mark.usefixtures("threads")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A small file with everything in it."""
    path = tmp_path_factory.mktemp("made") / "a.lacuna"
    assert main.main(["train", "--out", str(path), "--epochs", "3", *SMALL], HASTY) == 0
    return path


def test_train_writes_a_whole_file(called, tmp_path):
    path = tmp_path / "new" / "a.lacuna"
    code, output = called(
        "train", "--out", path, "--epochs", 2, "--latent", 3, "--beta", 0.5, *SMALL
    )
    assert (code, output["step"], output["finished"]) == (0, 8, True)
    result = store.load(path)
    assert (result.config.latent, result.config.hidden, result.train.beta) == (3, 8, 0.5)
    assert (result.data.count, result.step, len(result.codes.mean)) == (60, 8, 50)
    assert result.measures["negative_elbo"] == output["negative_elbo"]
    assert result.judge is not None
    assert result.checkpoint.step == 8


def test_as_many_threads_compute_as_were_asked_for(called, tmp_path):
    words = ("train", "--out", tmp_path / "a.lacuna", "--epochs", 1, *SMALL, "--threads")
    for threads in (1, 2):
        assert called(*words, threads)[0] == 0
        assert torch.get_num_threads() == threads
    assert called(*words, 0)[0] == 1


def test_equal_runs_are_equal_bytes(called, tmp_path):
    """However often they look up, and write, on the way."""
    for name, more in (("once", ()), ("always", ("--live", 0))):
        out = tmp_path / f"{name}.lacuna"
        assert called("train", "--out", out, "--epochs", 3, *SMALL, *more)[0] == 0
    once, always = ((tmp_path / f"{name}.lacuna").read_bytes() for name in ("once", "always"))
    assert once == always


def test_the_seed_is_that_of_the_training(called, tmp_path):
    for seed in (0, 1):
        called("train", "--out", tmp_path / f"{seed}.lacuna", "--epochs", 1, "--seed", seed, *SMALL)
    one, other = (store.load(tmp_path / f"{seed}.lacuna") for seed in (0, 1))
    assert one.data == other.data
    assert (one.train.seed, other.train.seed) == (0, 1)
    assert not equal(one.model, other.model)


def test_resume_goes_on_as_it_was_set(called, tmp_path):
    """Beta and batch are not named again; the result is that of one long run, bit for bit."""
    half, whole = tmp_path / "half.lacuna", tmp_path / "whole.lacuna"
    for path, epochs in ((half, 1), (whole, 3)):
        assert called("train", "--out", path, "--epochs", epochs, "--beta", 4, *SMALL)[0] == 0
    code, output = called("train", "--out", half, "--resume", "--epochs", 3, "--json")
    assert (code, output["step"]) == (0, 12)
    rest, whole = store.load(half), store.load(whole)
    assert rest.train == whole.train
    assert equal(rest.model, whole.model)
    assert equal(rest.judge, whole.judge)


def test_portable_names_no_folder_and_no_checkpoint(called, tmp_path):
    folder = tmp_path / "secret name"
    folder.mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (60, 28, 28)).astype(np.uint8)
    np.savez(folder / "mine.npz", images=pixels, labels=np.arange(60) % 3)
    path, data = tmp_path / "a.lacuna", folder / "mine.npz"
    code, _ = called(
        "train",
        "--out",
        path,
        "--portable",
        "--data",
        "npz",
        "--data-dir",
        data,
        "--epochs",
        1,
        *SMALL,
    )
    assert code == 0
    result = store.load(path)
    assert result.data.folder == ""
    assert result.checkpoint is None
    assert len(result.codes.mean) == 50
    with store.zipfile.ZipFile(path) as archive:
        assert all(b"secret name" not in archive.read(name) for name in archive.namelist())
    code, output = called("report", path, "--json")
    assert (code, output["measured"]) == (0, "when it was trained")
    code, output = called("report", path, "--data-dir", data, "--json")
    assert (code, output["measured"], output["images"]) == (0, "now", 10)


def test_report(called, made):
    code, output = called("report", made, "--json")
    assert code == 0
    assert output["measured"] == "now"
    assert output["images"] == 10
    assert sum(mass["share"] for mass in output["classes"].values()) == pytest.approx(1)
    code, text = called("report", made)
    assert code == 0
    assert str(int(output["negative_elbo"])) in text
    for name, mass in output["classes"].items():
        assert f"class {name} " in text
        assert f"{100 * mass['share']:.1f}" in text


def test_the_geometry_is_json_of_numbers_a_page_and_a_table(made, tmp_path, capsys):
    page = tmp_path / "geometry.html"
    arguments = ("report", str(made), "--geometry", "--out", str(page))
    assert main.main([*arguments, "--json"], HASTY) == 0
    written = capsys.readouterr().out
    answer = json.loads(written, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    mean = answer["geometry"]["Class radius"]["mean"]
    assert mean["low"] <= mean["value"] <= mean["high"]
    assert answer["geometry"]["Holes"]["hole mass"]["value"] == pytest.approx(
        100 * answer["hole"]["share"]
    )
    assert mean["text"] in page.read_text(encoding="utf-8")
    assert main.main(list(arguments), HASTY) == 0
    table = capsys.readouterr().out
    for chapter, figures in answer["geometry"].items():
        assert chapter in table
        assert all(figure["text"] in table for figure in figures.values())
    assert "THEORY" not in table


def test_a_page_that_cannot_be_written_is_one_sentence(called, made, tmp_path):
    code, output = called("report", made, "--out", tmp_path / "gone" / "a.html")
    assert code == 1
    assert "could not be written" in output
    assert "Traceback" not in output


def test_map(called, made, tmp_path):
    for theme in ("dark", "light"):
        path = tmp_path / f"{theme}.png"
        code, output = called("map", made, "--out", path, "--half", 2, "--theme", theme, "--json")
        assert (code, output["window"]) == (0, [-2, 2, -2, 2])
        with Image.open(path) as picture:
            assert picture.size[0] == picture.size[1] > 500
    one, other = (np.asarray(Image.open(tmp_path / f"{t}.png")) for t in ("dark", "light"))
    assert one.mean() < other.mean()


@pytest.mark.parametrize(
    ("family", "ending"),
    [("straight", ".png"), ("adversarial", ".gif"), ("slerp", ".csv"), ("nearest", ".json")],
)
def test_path(called, made, tmp_path, family, ending):
    path = tmp_path / f"path{ending}"
    code, output = called(
        "path", made, "--from", 3, "--to", 8, "--family", family, "--out", path, "--json"
    )
    (one,) = output["paths"]
    assert (code, output["file"], one["family"]) == (0, str(path), family)
    assert one["outcome"] in ("reached", "not reached", "absent")
    assert one["length"] >= 0
    assert sum(one["class_shares"].values()) == pytest.approx(1)
    if ending in (".png", ".gif"):
        with Image.open(path) as picture:
            assert picture.format == ending[1:].upper()
    else:
        assert family in path.read_text("utf-8")


def test_all_paths_are_compared(called, made, tmp_path):
    path = tmp_path / "paths.json"
    code, output = called("path", made, "--from", 3, "--to", 8, "--all", "--out", path)
    assert code == 0
    assert all(family.title in output for family in FAMILIES.values())
    assert "pixels" in output
    result = {one["family"]: one for one in json.loads(path.read_text("utf-8"))["paths"]}
    assert list(result) == list(FAMILIES)
    assert result["geodesic"]["image_length"] <= 1.01 * result["straight"]["image_length"]
    assert result["crossings"]["crossings"] <= result["straight"]["crossings"]


def test_a_path_that_cannot_be_had_is_a_note_among_the_others(called, tmp_path):
    file, out = tmp_path / "a.lacuna", tmp_path / "a.csv"
    classes = ("left", "middle", "right")
    store.save(file, replace(document(codes=codes_of_zero(30), classes=classes), judge=None))
    words = ["path", file, "--from", "left", "--to", "right", "--out", out]
    code, output = called(*words, "--all", "--json")
    assert code == 0
    notes = {one["family"]: one["note"] for one in output["paths"] if "length" not in one}
    assert {name for name, row in FAMILIES.items() if "classes" in row.needs} == set(notes)
    assert all(notes.values())
    assert out.read_text("utf-8").startswith("family,")
    code, output = called(*words, "--family", "nearest")
    assert (code, output.strip()) == (1, notes["nearest"])


def test_other_spaces_are_drawn_too(called, tmp_path):
    for latent in (1, 3):
        file = tmp_path / "a.lacuna"
        config = VAEConfig(latent, "dense", 8)
        store.save(file, document(config, codes=codes_of_zero(9, latent)))
        code, output = called("map", file, "--out", tmp_path / "map.png", "--json")
        assert (code, output["slice"]) == (0, latent > 2)


# ---- what goes wrong ----


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["report", "none.lacuna"], "could not be read"),
        (["map", "{file}", "--out", "{folder}/none/a.png"], "could not be written"),
        (["map", "{file}", "--out", "{folder}/a.nothing"], "ending in .png"),
        (["path", "{file}", "--from", "seven", "--to", "8", "--out", "a.png"], "no class 'seven'"),
        (["path", "{file}", "--from", "3", "--to", "8", "--out", "a.txt"], ".gif, .csv or .json"),
        (["path", "{file}", "--from", "3", "--to", "8", "--out", "{folder}/no/a.csv"], "No such"),
        (["path", "{file}", "--from", "[/x]", "--to", "8", "--out", "a.png"], "no class '[/x]'"),
        (["train", "--out", "none.lacuna", "--resume"], "could not be read"),
        (["train", "--out", "{folder}/a.lacuna", "--latent", "0"], "at least 1"),
        (["train", "--out", "{folder}/a.lacuna", "--count", "1"], "too few"),
        (["train", "--out", "{folder}/a.lacuna", "--data", "npz", "--data-dir", "no"], "no"),
        (["train", "--out", "{file}/a.lacuna", *SMALL, "--epochs", "1"], "could not be written"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_problem_is_one_sentence_and_exit_code_1(called, made, tmp_path, arguments, message):
    code, result = called(*(word.format(file=made, folder=tmp_path) for word in arguments))
    assert code == 1
    assert message in result
    assert "Traceback" not in result


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["train"],
        ["train", "--out", "a", "--model", "royal"],
        ["map", "a"],
        ["train", "--out", "a", "--epochs", "many"],
        ["train", "--out", "a", "--body", "liquid"],
        ["path", "a", "--from", "1", "--to", "2", "--out", "a.png", "--family", "royal"],
        ["path", "a", "--from", "1", "--to", "2", "--out", "a.png", "--family", "slerp", "--all"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_exit_code_2(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main.main(arguments)
    assert caught.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_file_without_checkpoint_cannot_go_on(called, tmp_path):
    store.save(tmp_path / "a.lacuna", document())
    code, output = called("train", "--out", tmp_path / "a.lacuna", "--resume")
    assert (code, "no checkpoint" in output) == (1, True)


def test_other_images_than_the_models_are_a_problem(called, tmp_path):
    store.save(tmp_path / "a.lacuna", document())  # of 8 x 8, and it says that it is of strokes
    code, output = called("report", tmp_path / "a.lacuna")
    assert (code, "1x28x28" in output) == (1, True)


@pytest.mark.parametrize(
    ("kind", "option"),
    [(kind, old) for kind, names in MODEL_FIELDS_1.items() for old in names],
)
def test_an_option_of_before_is_a_wrong_call(kind, option, capsys):
    """Not even as the beginning of another one: --weight is no --weight_clip"""
    with pytest.raises(SystemExit) as ended:
        main.main(["train", "--model", kind, f"--{option}", "1", "--out", "a.lacuna"])
    assert ended.value.code == 2
    assert f"--{option}" in capsys.readouterr().err


# ---- as a program ----


def test_ctrl_c_leaves_a_run_that_goes_on(called, tmp_path):
    """The signal comes in the middle: after the judge, long before the end."""
    path = tmp_path / "a.lacuna"
    code = (
        "import sys, os, signal\n"
        "from dataclasses import replace\n"
        "import lacuna.core.documents.archive as s, lacuna.core.cli.main as c\n"
        "from lacuna.core.training.config import Cadence\n"
        "from tests.core.small_models import HASTY\n"
        "save, done, often = s.save, [], replace(HASTY, cadence=Cadence(checkpoints=0.0))\n"
        "def saved(path, document):\n"
        "    save(path, document)\n"
        "    if document.step == 3 and not done: done.append(os.kill(os.getpid(), signal.SIGINT))\n"
        "s.save = saved\n"
        "sys.exit(c.main(sys.argv[1:], often))"
    )
    words = ["train", "--out", str(path), "--epochs", "100000", *SMALL]
    ended = programs.run("-c", code, *words)
    assert ended.returncode == 1, ended.stderr
    answer = json.loads(ended.stdout)
    assert answer["finished"] is False
    assert "Traceback" not in ended.stderr
    assert store.load(path).checkpoint.step == answer["step"] >= 3
    code, answer = called("train", "--out", path, "--resume", "--epochs", 3, "--json")
    assert (code, answer["step"], answer["finished"]) == (0, 12, True)
    called("train", "--out", tmp_path / "whole.lacuna", "--epochs", 3, *SMALL)
    assert equal(store.load(path).model, store.load(tmp_path / "whole.lacuna").model)


def test_the_program_itself(made):
    ended = programs.run("-m", "lacuna.core", "report", made, "--json")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout)["step"] == 12


def test_ctrl_c_at_once_leaves_nothing(tmp_path):
    words = ("train", "--out", tmp_path / "a.lacuna", "--count", 200_000)
    with programs.start("-m", "lacuna.core", *words) as process:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
    assert process.returncode != 0
    assert not (tmp_path / "a.lacuna").exists()


def test_who_reads_may_stop_reading():
    """As `lacuna report FILE --json | head -1` does: no traceback, and no error."""
    program = programs.start("-m", "lacuna.core", "report", bundled()["strokes"], "--json")
    program.stdout.close()  # before anything is written
    assert program.wait(PATIENCE) == 0
    assert program.stderr.read() == ""
    program.stderr.close()
    program.stdin.close()
