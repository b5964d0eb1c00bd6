"""What a conditional model draws on the command line is what it is asked for."""

import numpy as np
import pytest
from PIL import Image

from lacuna.core.analysis.measure_config import MeasureConfig
from lacuna.core.data.dataset import DataConfig
from lacuna.core.documents import archive
from lacuna.core.documents.scenes import scene_of
from lacuna.core.geometry.classes.masses import prior_masses
from lacuna.core.models.vae.conditional_vae import CVAEConfig
from lacuna.core.render.colours import DARK
from lacuna.core.reports.map_image import map_picture
from lacuna.core.runs.fit import Plan, fit
from lacuna.core.training.config import TrainConfig
from tests.core.small_models import HASTY, dataset, document
from tests.jobs import last, returned

CONFIG = MeasureConfig()
ELSEWHERE = DataConfig("npz")  # not on this machine: the report measures what the file holds


pytestmark = pytest.mark.usefixtures("threads")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A model of the classes left and right, told by their brighter half."""
    images, path = dataset(ELSEWHERE, n=300), tmp_path_factory.mktemp("made") / "a.lacuna"
    config = TrainConfig(epochs=40, batch=50, rate=3e-3, device="cpu")
    plan = Plan(images.config, CVAEConfig(body="dense", hidden=16))
    archive.save(path, last(fit(plan, lambda: config, images, run_config=HASTY)).document)
    return path


@pytest.fixture(scope="module")
def unasked(tmp_path_factory):
    """One that draws no class on demand."""
    path = tmp_path_factory.mktemp("unasked") / "a.lacuna"
    archive.save(path, document())
    return path


@pytest.mark.parametrize(
    ("words", "row"), [((), 0), (("--condition", "right"), 1), (("--condition", "1"), 1)]
)
def test_the_map_is_that_of_the_scene_of_this_condition(called, made, tmp_path, words, row):
    path = tmp_path / "a.png"
    code, said = called("map", made, "--out", path, "--json", *words)
    assert (code, said["condition"]) == (0, ("left", "right")[row])
    scene = scene_of(archive.load(made), "a").conditioned(row)
    expected = returned(map_picture(scene, None, 3.5, DARK))
    assert np.array_equal(np.asarray(Image.open(path)), expected)


def test_the_maps_of_two_conditions_differ(made):
    scene = scene_of(archive.load(made), "a")
    one, other = (
        returned(map_picture(scene.conditioned(row), None, 3.5, DARK, 65)) for row in (0, 1)
    )
    assert not np.array_equal(one, other)


def test_the_masses_are_those_of_the_condition(called, made):
    """The very numbers; and most of what is drawn is what was asked for."""
    scene = scene_of(archive.load(made), "a").conditioned(1)
    expected = last(prior_masses(scene, None, CONFIG.threshold, n=CONFIG.masses)).share
    code, said = called("report", made, "--condition", "right", "--json")
    assert (code, said["condition"]) == (0, "right")
    shares = [said["classes"][name]["share"] for name in ("left", "right")]
    assert shares == pytest.approx(list(expected))
    assert shares[1] > 0.5
    code, said = called("report", made, "--json")
    assert said["classes"]["left"]["share"] > 0.5


def test_a_path_leads_between_samples_of_the_condition(called, made, tmp_path):
    out = tmp_path / "a.json"
    words = ["path", made, "--from", "right", "--to", "right", "--family", "straight"]
    code, said = called(*words, "--out", out, "--json", "--condition", "right")
    assert (code, said["condition"]) == (0, "right")
    assert said["paths"][0]["class_shares"]["right"] > 0.5
    words = ["path", made, "--from", "right", "--to", "left", "--all"]
    code, said = called(*words, "--out", out, "--json", "--condition", "right")
    assert code == 0
    lengths = {one["family"]: one["length"] for one in said["paths"] if "length" in one}
    assert {"straight", "adversarial", "geodesic"} <= lengths.keys()


@pytest.mark.parametrize("command", ["map", "report", "path"])
def test_a_wrong_name_is_one_sentence_with_the_choices(called, made, command):
    words = {"map": ["--out", "a.png"], "report": []}.get(
        command, ["--from", "left", "--to", "right", "--out", "a.csv"]
    )
    for wrong in ("middle", "2", "-1"):
        code, said = called(command, made, f"--condition={wrong}", *words)
        assert code == 1
        assert all(name in said for name in (repr(wrong), "left", "right"))
        assert len(said.splitlines()) == 1


def test_a_model_without_conditions_says_so(called, unasked):
    code, said = called("map", unasked, "--condition", "left", "--out", "a.png")
    assert code == 1
    assert "condition" in said
    assert len(said.splitlines()) == 1
